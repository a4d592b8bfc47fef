"""Indicators that rooms offer: numerator, denominator, formula and source as data, and how they are counted.

An indicator says for each row of its fact what the row adds to the numerator and to the denominator. So a value of a
group is always a ratio of sums, never an average of ratios, and values of parts add up to that of the whole.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pyarrow as pa

type Floats = npt.NDArray[np.float64]

_modules: list[str] = []
_indicators: dict[str, "Indicator"] = {}
PERCENT = "%"


class IndicatorError(ValueError):
    """An indicator that contradicts itself."""


@dataclass(frozen=True)
class Period:
    """From an instant up to, not including, another, looked at ``now``."""

    start: datetime
    end: datetime
    now: datetime


# What each row adds: numerator and denominator, both finite, the denominator not negative.
type Kernel = Callable[["pa.Table", Period], tuple[Floats, Floats]]


@dataclass(frozen=True)
class Indicator:
    """What an indicator is. ``direction`` is up where more is better; ``missing`` says why there may be no value.

    ``unit`` "%" shows the ratio times 100. ``grain`` is what is counted, ``fact`` the fact that it is counted from.
    """

    key: str
    name_zh: str
    name_en: str
    unit: str
    numerator: str
    denominator: str
    formula: str
    grain: str
    fact: str
    direction: str
    missing: str
    version: int
    source: str
    kernel: Kernel


@dataclass(frozen=True)
class Value:
    """The value of one group; ``value`` is None where the denominator is 0. ``n`` counts the rows in it."""

    group: str
    numerator: float
    denominator: float
    n: int
    value: float | None


def register(indicator: Indicator) -> None:
    """Declare an indicator. Raises ``IndicatorError`` for one that is declared twice or has no direction."""
    if indicator.key in _indicators and _indicators[indicator.key] != indicator:
        raise IndicatorError(f"indicator {indicator.key} is declared twice")
    if indicator.direction not in {"up", "down"}:
        raise IndicatorError(f"indicator {indicator.key} must say up or down, not {indicator.direction}")
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


@dataclass(frozen=True)
class Groups:
    """Which group each row belongs to: ``index`` into ``names``, -1 for none."""

    names: tuple[str, ...]
    index: npt.NDArray[np.int64]

    @classmethod
    def of(cls, named: Sequence[str | None]) -> "Groups":
        """Groups in the order of their names; rows of None belong nowhere."""
        names = tuple(sorted({name for name in named if name is not None}))
        place: dict[str | None, int] = {name: number for number, name in enumerate(names)}
        return cls(names, np.array([place.get(name, -1) for name in named], dtype=np.int64))

    @classmethod
    def whole(cls, size: int) -> "Groups":
        """One group of everything."""
        return cls(("",), np.zeros(size, dtype=np.int64))


def values(indicator: Indicator, table: "pa.Table", period: Period, groups: Groups | None = None) -> list[Value]:
    """The value of each of ``groups``; of everything together where none are given."""
    numerator, denominator = indicator.kernel(table, period)
    chosen = groups or Groups.whole(len(table))
    inside, size = chosen.index >= 0, len(chosen.names)
    index = chosen.index[inside]
    sums, wholes, counts = (
        np.bincount(index, weights[inside], minlength=size) for weights in (numerator, denominator, denominator > 0)
    )
    return [
        Value(name, float(sums[at]), float(wholes[at]), int(counts[at]), _ratio(indicator, sums[at], wholes[at]))
        for at, name in enumerate(chosen.names)
    ]


def _ratio(indicator: Indicator, numerator: float, denominator: float) -> float | None:
    if not denominator:
        return None
    return float(numerator / denominator) * (100 if indicator.unit == PERCENT else 1)


def shown(value: float | None, unit: str) -> float | None:
    """A stored ratio in the unit in which it is shown, compared and scored: times 100 for "%"."""
    return None if value is None else value * 100 if unit == PERCENT else value
