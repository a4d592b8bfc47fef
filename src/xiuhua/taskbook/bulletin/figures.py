"""The figures of a bulletin: each has a number, says what it is made of and where it is explained.

A figure without an interval says why it has none; a figure without a value says why there is none.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from xiuhua.city.models import local
from xiuhua.foundation.indicators import Indicator, shown
from xiuhua.foundation.plain import plain
from xiuhua.taskbook.groups import Called
from xiuhua.taskbook.models import Forecast, Goal, Score, Target, Value

# Why a figure has no interval, beside what indicators and measures say themselves (bulletin/words.py).
SET, COUNTED, FORECAST, NO_INTERVAL, NO_FORECAST = "set", "counted", "forecast", "no_interval", "no_forecast"
TOO_FEW, NO_POINTS, NO_ESTIMATOR = "too_few", "no_points", "none"
PERCENT, PIECES, GOALS, POINTS, PLACES = "%", "件", "项", "分", "名"


@dataclass(frozen=True)
class Figure:
    """One figure; ``value``, ``low`` and ``high`` in ``unit`` (a share as percent).

    ``key`` names the row that it comes from: value:<indicator>:<scope>:<code>, score:<book>:<scope>:<code> and so on.
    ``interval`` is the estimator that gave low and high; ``reason`` says why there is none, or why there is no value.
    ``version`` is that of the formula, rule or book; the data reach up to ``data_until``.
    """

    number: str
    key: str
    zh: str
    en: str
    unit: str
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    n: int | None = None
    n_eff: float | None = None
    low: float | None = None
    high: float | None = None
    interval: str = ""
    reason: str = ""
    version: str = ""
    data_until: datetime | None = None
    address: str = ""

    @property
    def name(self) -> str:
        """What it is, in the language of the page."""
        return local(self.zh, self.en)

    def plain(self) -> dict[str, Any]:
        """As it is kept with the bulletin."""
        kept: dict[str, Any] = plain(asdict(self))
        return kept


class Figures:
    """The figures of one bulletin in the order of their numbers; the same row keeps its number."""

    def __init__(self) -> None:
        self._by_key: dict[str, Figure] = {}

    def __iter__(self) -> Any:
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)

    def add(self, key: str, name: Called, unit: str, value: float | None, **more: Any) -> Figure:
        """The figure of ``key``, with the next number where it is new."""
        if key not in self._by_key:
            number = f"F{len(self._by_key) + 1}"
            self._by_key[key] = Figure(number, key, name.zh, name.en or name.zh, unit, value, **more)
        return self._by_key[key]

    def value(self, row: Value, indicator: Indicator | None, group: Called, address: str) -> Figure:
        """A measured value."""
        unit = indicator.unit if indicator else ""
        bounded = row.low is not None and row.high is not None
        return self.add(
            value_key(row.indicator, row.scope, row.code), _measured(row, indicator, group), unit,
            shown(row.value, unit), numerator=row.numerator, denominator=row.denominator, n=row.n, n_eff=row.n_eff,
            low=shown(row.low, unit), high=shown(row.high, unit), interval=row.interval if bounded else "",
            reason="" if bounded else _unbounded(row, indicator), version=f"v{row.version}",
            data_until=row.data_until, address=address,
        )  # fmt: skip

    def score(self, row: Score, group: Called, data_until: datetime | None, address: str) -> Figure:
        """The points of a group; the numerator is the points, the denominator the full score."""
        bounded = row.low is not None and row.high is not None
        return self.add(
            f"score:{row.book.key}:{row.scope}:{row.code}",
            Called(f"{group.zh} 得分", f"{group.en or group.zh}, points"), POINTS, row.points, numerator=row.points,
            denominator=row.full, n=len(row.parts), low=row.low, high=row.high, interval="score" if bounded else "",
            reason="" if bounded else NO_POINTS if row.points is None else NO_INTERVAL, version=row.rule_version,
            data_until=data_until, address=address,
        )  # fmt: skip

    def ranks(self, row: Score, group: Called, data_until: datetime | None, address: str) -> Figure:
        """The places of a group that cannot be excluded: low is the best, high the worst."""
        return self.add(
            f"rank:{row.book.key}:{row.scope}:{row.code}",
            Called(f"{group.zh} 名次范围", f"{group.en or group.zh}, places that cannot be excluded"), PLACES, None,
            low=row.best_rank, high=row.worst_rank, interval="rank", version=row.rule_version, data_until=data_until,
            address=address,
        )  # fmt: skip

    def chance(self, row: Forecast, name: Called, data_until: datetime | None, address: str) -> Figure:
        """How likely a goal reaches its target, in percent."""
        return self.add(
            f"chance:{row.goal.book.key}:{row.goal.key}:{row.year}",
            Called(f"{name.zh} {row.year} 年达标概率", f"{name.en or name.zh}, chance of the target of {row.year}"),
            PERCENT, shown(row.probability, PERCENT), reason=row.reason or FORECAST, version=row.method,
            data_until=data_until, address=address,
        )  # fmt: skip

    def expected(self, row: Forecast, name: Called, unit: str, data_until: datetime | None, address: str) -> Figure:
        """What a goal is expected to be at the end of the year."""
        bounded = row.low is not None and row.high is not None
        return self.add(
            f"expected:{row.goal.book.key}:{row.goal.key}:{row.year}",
            Called(f"{name.zh} {row.year} 年末预测", f"{name.en or name.zh}, expected at the end of {row.year}"), unit,
            row.expected, low=row.low, high=row.high, interval="forecast" if bounded else "",
            reason="" if bounded else row.reason or NO_INTERVAL, version=row.method, data_until=data_until,
            address=address,
        )  # fmt: skip

    def target(self, goal: Goal, row: Target, name: Called, unit: str, address: str) -> Figure:
        """What the book demands of a goal in a year."""
        return self.add(
            f"target:{goal.book.key}:{goal.key}:{row.year}",
            Called(f"{name.zh} {row.year} 年目标", f"{name.en or name.zh}, target of {row.year}"), unit, row.value,
            reason=SET, version=f"v{goal.book.version}", address=address,
        )  # fmt: skip

    def count(
        self, key: str, name: Called, part: int, whole: int, data_until: datetime, address: str, unit: str
    ) -> Figure:
        """So many of a whole that was counted one by one."""
        return self.add(
            key, name, unit, float(part), numerator=float(part), denominator=float(whole), n=whole, reason=COUNTED,
            version="count", data_until=data_until, address=address,
        )  # fmt: skip


def figure_from(kept: dict[str, Any]) -> Figure:
    """A figure as it was kept with a bulletin."""
    until = kept["data_until"]
    return Figure(**{**kept, "data_until": datetime.fromisoformat(until) if until else None})


def value_key(indicator: str, scope: str, code: str) -> str:
    """The key of the figure of a measured value."""
    return f"value:{indicator}:{scope}:{code}"


def _unbounded(row: Value, indicator: Indicator | None) -> str:
    """Why a value has no interval: it is missing, no estimator is meant, or there are too few to estimate from."""
    if row.missing:
        return row.missing
    if indicator is not None and indicator.estimator != NO_ESTIMATOR:
        return TOO_FEW
    return NO_INTERVAL


def _measured(row: Value, indicator: Indicator | None, group: Called) -> Called:
    zh, en = (indicator.name_zh, indicator.name_en) if indicator else (row.indicator, row.indicator)
    return Called(f"{group.zh} {zh}", f"{group.en or group.zh}, {en}")
