"""Indicators that rooms offer: what is divided by what, how doubt is put on it, who answers for it; and its measure.

A measure says for each row what it adds to the numerator and to the denominator, as expressions over the lake. So a
value of a group is always a ratio of sums, never an average of ratios, and values of parts add up to that of the whole.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from typing import Any

_modules: list[str] = []
_indicators: dict[str, "Indicator"] = {}
PERCENT = "%"
# stock: as it stands at the end of a month; flow: what happened in it; share: a part of what happened in it;
# milestone: steps reached of steps planned; count: how many.
KINDS = ("flow", "stock", "share", "milestone", "count")
DIRECTIONS = ("up", "down", "band")
# What "100 %" says: nothing failed of what was looked at; a level is shown; what failed was put right in time.
STATEMENTS = ("no_failure", "level", "restored")


class IndicatorError(ValueError):
    """An indicator that contradicts itself."""


@dataclass(frozen=True)
class Look:
    """What a measure sees: ``table`` gives the rows of a fact in one district, ``now`` is how far the data reach.

    ``edges`` are the beginnings of the months and, last, the end of the last one. ``east`` and ``north`` are metres of
    a degree in the district. ``of`` gives tables that are no facts (the squares of the district, for one).
    """

    table: Callable[[str], Any]
    now: datetime
    edges: tuple[datetime, ...]
    east: float = 0.0
    north: float = 0.0
    of: Callable[[str], Any] | None = None
    kept: dict[str, Any] = field(default_factory=dict, compare=False)

    def once[T](self, name: str, make: Callable[[], T]) -> T:
        """What ``make`` gives, made once for all measures of this look: those that share rows are asked together."""
        if name not in self.kept:
            self.kept[name] = make()
        found: T = self.kept[name]
        return found


@dataclass(frozen=True)
class Design:
    """How sure a drawn sample is: columns of ``rows`` that are summed like the numerator, as floating numbers.

    ``variance`` of the numerator; ``df`` its degrees of freedom; ``alike`` how many independent checks the sample is
    worth where all came out alike, so that it shows no variance; ``absent`` the part of the denominator of which so
    little was seen that the whole has no value.
    """

    variance: Any
    df: Any
    alike: Any
    absent: Any


@dataclass(frozen=True)
class Counted:
    """What a measure gives: columns of ``rows``, whole numbers without gaps.

    ``at`` is the instant in whose month a row counts; None where ``rows`` have a column ``month`` (a number into the
    edges) themselves. ``squares`` adds up squares of the numerator, for means. ``n`` says how many a row stands for
    where it is more than one. ``design`` says how sure a ratio of weights is, whose rows are no independent checks.
    """

    rows: Any
    at: Any
    numerator: Any
    denominator: Any
    squares: Any = None
    n: Any = None
    design: Design | None = None


type Measure = Callable[[Look], Counted]


@dataclass(frozen=True)
class Indicator:
    """What an indicator is. The keys are those of the file (docs/interfaces/indicators-file.md).

    ``unit`` "%" shows the ratio times 100. ``scale``: a numerator is divided by it for display (seconds to minutes:
    60). ``missing`` says when there is no value; ``on_missing`` what a score does then: grey, carry or zero.
    ``statement``: which meaning of "100 %" it has (see STATEMENTS).
    """

    key: str
    room: str
    version: int
    name_zh: str
    name_en: str
    unit: str
    direction: str
    kind: str
    facts: tuple[str, ...]
    numerator: str
    denominator: str
    formula: str
    missing: str
    source: str
    owner: str
    reviewed_on: date
    measure: Measure
    group: str = ""
    grain: str = "case"
    scale: int = 1
    valid_from: date | None = None
    bounds: tuple[float | None, float | None] = (None, None)
    on_missing: str = "grey"
    time: str = ""
    lag_days: int = 0
    restate_days: int = 0
    dimensions: tuple[str, ...] = ("town", "unit")
    estimator: str = "none"
    no_interval: str = ""
    min_n: int = 1
    statement: str = ""
    score: Mapping[str, Any] = field(default_factory=dict)
    traffic: Mapping[str, float] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)
    caveats: tuple[str, ...] = ()
    caveats_zh: tuple[str, ...] = ()
    zh: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return self.name_en if _english() else self.name_zh

    def said(self, what: str) -> str:
        """A text of the indicator (numerator, formula, ...) in the language of the page, where it is there in it."""
        text: str = getattr(self, what)
        return text if _english() else self.zh.get(what, text)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What one should know before using it, in the language of the page."""
        return self.caveats if _english() else self.caveats_zh or self.caveats


def _english() -> bool:
    from django.utils.translation import get_language

    return (get_language() or "").startswith("en")


def shown(value: float | None, unit: str) -> float | None:
    """A stored ratio in the unit in which it is shown, compared and scored: times 100 for "%"."""
    return None if value is None else value * 100 if unit == PERCENT else value


def kept(value: float | None, unit: str) -> float | None:
    """The ratio that is stored of what is shown in ``unit``: the other way of ``shown``."""
    return None if value is None else value / 100 if unit == PERCENT else value


def register(indicator: Indicator) -> None:
    """Declare an indicator. Raises ``IndicatorError`` for one that is declared twice or contradicts itself."""
    if indicator.key in _indicators and _indicators[indicator.key] != indicator:
        raise IndicatorError(f"indicator {indicator.key} is declared twice")
    if indicator.direction not in DIRECTIONS:
        raise IndicatorError(f"indicator {indicator.key} must say up, down or band, not {indicator.direction}")
    if indicator.kind not in KINDS:
        raise IndicatorError(f"indicator {indicator.key} must be one of {', '.join(KINDS)}, not {indicator.kind}")
    if indicator.statement and indicator.statement not in STATEMENTS:
        raise IndicatorError(f"indicator {indicator.key} must state one of {', '.join(STATEMENTS)}")
    if indicator.estimator == "none" and not indicator.no_interval:
        raise IndicatorError(f"indicator {indicator.key} has no estimator: say why in no_interval")
    _indicators[indicator.key] = indicator


def offer(module: str) -> None:
    """Let ``module`` declare its indicators when somebody asks for them."""
    if module not in _modules:
        _modules.append(module)


def indicators() -> dict[str, Indicator]:
    """Every indicator by its key."""
    for module in _modules:
        import_module(module)
    return dict(_indicators)
