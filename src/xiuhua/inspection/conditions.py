"""When a check counts: the conditions of its standard against the weather in which it was made.

Conditions are data: ``{"dry": true, "wind_max": 3, "humidity_max": 80}``, each of them optional; an empty rule is
always met. ``dry`` asks for a dry surface without rain or snow, ``wind_max`` is the highest force of the Beaufort
scale ("below force 4" is 3), ``humidity_max`` per cent of relative humidity. Source: CJJ/T 126 (draft of 2019).
"""

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

from xiuhua.foundation.worktime import Refusal, gettext_noop

KNOWN = ("dry", "wind_max", "humidity_max")
# The highest that a limit may be.
_MOST = {"wind_max": 12, "humidity_max": 100}
# What is not met where the limit is passed, and which value of the weather it asks for.
_BY = {"wind_max": "wind", "humidity_max": "humidity"}
WET, UNKNOWN = "wet", "unknown_weather"


class ConditionError(Refusal, ValueError):
    """Conditions that nobody can check; ``key`` names the one."""

    def __init__(self, key: str, template: str, **values: object) -> None:
        self.key = key
        super().__init__(template, key=key, **values)


def condition_faults(conditions: Mapping[str, Any]) -> Iterator[ConditionError]:
    """Everything that is wrong with conditions."""
    for key, value in conditions.items():
        if key not in KNOWN:
            text = gettext_noop("There is no condition %(key)s. Known are: %(known)s.")
            yield ConditionError(key, text, known=", ".join(KNOWN))
        elif key == "dry" and not isinstance(value, bool):
            yield ConditionError(key, gettext_noop("dry is true or false, not %(value)s."), value=value)
        elif key in _MOST and (_figure(value) is None or not 0 <= value <= _MOST[key]):
            text = gettext_noop("%(key)s is a number from 0 to %(most)s, not %(value)s.")
            yield ConditionError(key, text, most=_MOST[key], value=value)


def unmet(conditions: Mapping[str, Any], weather: Mapping[str, Any]) -> list[str]:
    """Which conditions ``weather`` does not meet: ``wet``, ``wind``, ``humidity``, ``unknown_weather``.

    ``weather`` is ``{"dry": true, "wind": 2, "humidity": 60}``; what it does not say of a condition that is asked for
    is ``unknown_weather``, once: a check is not taken for valid because nobody looked. Raises ``ConditionError``.
    """
    for fault in condition_faults(conditions):
        raise fault
    found, unknown = [], False
    if conditions.get("dry"):
        dry = weather.get("dry")
        if isinstance(dry, bool):
            found += [] if dry else [WET]
        else:
            unknown = True
    for key, name in _BY.items():
        if key in conditions:
            figure = _figure(weather.get(name))
            if figure is None:
                unknown = True
            elif figure > conditions[key]:
                found.append(name)
    return [*found, UNKNOWN] if unknown else found


def _figure(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return float(value)
