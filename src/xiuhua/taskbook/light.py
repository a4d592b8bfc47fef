"""The traffic light: from the chance that the target is reached at the deadline; grey for too little evidence.

Rules that compare one observed growth with the growth required show an indicator that is exactly on its path as
deteriorating in a fifth of surveys of 300 checks. Here a colour needs evidence first, and the chance is always shown.
"""

from typing import Literal, NamedTuple

type Colour = Literal["green", "yellow", "red", "grey"]


class Light(NamedTuple):
    """A colour and the key of its reason."""

    colour: Colour
    reason: str


def light(
    p: float | None,
    *,
    green: float = 0.8,
    red: float = 0.2,
    low: float | None = None,
    high: float | None = None,
    baseline: float | None = None,
    target: float | None = None,
    has_target: bool = True,
    has_owner: bool = True,
    n: float | None = None,
    min_n: float = 0,
    late: bool = False,
) -> Light:
    """The light of a goal whose target is reached with the chance ``p`` (None: nobody can say).

    ``low`` and ``high`` are the ends of the interval of the value as measured, in the unit of ``baseline`` and
    ``target``; ``n`` the observations under it and ``min_n`` how many there must be; ``late``: the data do not reach
    the month. Reasons of grey, the first that holds: no_target, no_owner, late_data, too_few, no_forecast,
    too_uncertain (the interval is wider than the way from baseline to target). Of colours: likely, open, unlikely.
    """
    if not 0 <= red < green <= 1:
        raise ValueError(f"red {red} must lie below green {green}, both between 0 and 1")
    for reason, holds in (
        ("no_target", not has_target),
        ("no_owner", not has_owner),
        ("late_data", late),
        ("too_few", n is not None and n < min_n),
        ("too_uncertain", _too_wide(low, high, baseline, target)),
    ):
        if holds:
            return Light("grey", reason)
    if p is None:
        return Light("grey", "no_forecast")
    if p >= green:
        return Light("green", "likely")
    return Light("red", "unlikely") if p <= red else Light("yellow", "open")


def _too_wide(low: float | None, high: float | None, baseline: float | None, target: float | None) -> bool:
    """Whether the interval is wider than the way to go; a goal to stay where it is has no way to go."""
    if low is None or high is None or baseline is None or target is None or baseline == target:
        return False
    return high - low > abs(target - baseline)
