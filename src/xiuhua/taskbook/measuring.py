"""Every indicator of a district counted over the lake, by month and group, with its doubt."""

import hashlib
import inspect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from xiuhua.city.area_index import area_index
from xiuhua.city.models import Area, District
from xiuhua.city.squares import plane_of, squares
from xiuhua.foundation.indicators import Indicator, Look
from xiuhua.lake.engines import Engine
from xiuhua.lake.layouts import layout_of
from xiuhua.lake.measures import Amount, amounts, count
from xiuhua.lake.partitions import first_day
from xiuhua.taskbook.doubt import effective, intervals, told
from xiuhua.taskbook.groups import DISTRICT
from xiuhua.taskbook.months import edges_of

# Metres: the sides of the squares in which is counted what was seen.
SIDE_M = 50.0
_COLUMNS = ("town", "community", "grid", "unit")
# How long before a day something can begin that is seen on it: what telemetry is read for the first month.
_BACK = timedelta(days=31)


@dataclass(frozen=True)
class Found:
    """One value: of which indicator, month and group, with its interval; ``missing`` says why there is no value."""

    indicator: Indicator
    month: date
    scope: str
    code: str
    amount: Amount
    low: float | None
    high: float | None
    n_eff: float | None
    missing: str


@dataclass
class Lens:
    """A district seen through an engine: the months, how far the data reach, which areas rows are sorted by.

    ``kinds`` are kinds of areas and "unit". Kinds that facts do not carry are found from their places.
    """

    engine: Engine
    district: District
    months: list[date]
    now: datetime
    kinds: tuple[str, ...] = ("town", "unit")

    def __post_init__(self) -> None:
        self.edges = edges_of(self.months, self.district.time_zone)
        self.east, self.north = plane_of(self.district)
        self._tables: dict[str, Any] = {}

    def look(self) -> Look:
        """What measures are given."""
        return Look(self.table, self.now, self.edges, self.east, self.north, self._of)

    def table(self, fact: str) -> Any:
        """The rows of a fact in the district; telemetry only of the days that can count."""
        if fact not in self._tables:
            by_day = layout_of(fact).by == "day"
            days = ((self.edges[0] - _BACK).date(), self.edges[-1].date()) if by_day else ()
            rows = self.engine.table(fact, *days)
            rows = rows.filter(rows.district == self.district.code)
            self._tables[fact] = self._placed(fact, rows)
        return self._tables[fact]

    def _placed(self, fact: str, rows: Any) -> Any:
        """Rows with a column for each kind of area that the fact does not carry."""
        wanted = [kind for kind in self.kinds if kind not in _COLUMNS]
        if not wanted or not {"lon", "lat"} <= set(rows.columns):
            return rows
        key = layout_of(fact).key[0]
        places = self.engine.run(rows.select(key, "lon", "lat"))
        lon, lat = (places[name].to_numpy() for name in ("lon", "lat"))
        index = area_index(self.district, self.now)
        codes = dict(Area.objects.filter(district=self.district, kind__in=wanted).values_list("pk", "code"))
        columns = {key: places[key]}
        for kind in wanted:
            found = [codes.get(one) for one in index.ids_at(kind, lon, lat).tolist()]
            columns[kind] = pa.array(found, pa.string())
        return rows.left_join(self.engine.put(f"places_of_{fact}", pa.table(columns)), key).drop(f"{key}_right")

    def _of(self, name: str) -> Any:
        if name != "squares":
            raise LookupError(f"there is no table {name}: known is squares")
        if name not in self._tables:
            self._tables[name] = self.engine.put("squares", squares(self.district, SIDE_M))
        return self._tables[name]


def found(lens: Lens, chosen: Iterable[Indicator]) -> Iterator[Found]:
    """Every value of the indicators ``chosen``: of the district and each town in every month, of others where counted.

    A month without anything to divide by has no value and says why: nothing came (``no_data``), nothing of this
    kind did (``no_denominator``), or too little of the whole was looked at (``unseen``).
    """
    chosen = list(chosen)
    there = _months_with_data(lens)
    towns = sorted(Area.objects.filter(district=lens.district, kind="town").values_list("code", flat=True))
    for sums in count(lens.engine, chosen, lens.look(), lens.kinds):
        indicator = sums.indicator
        has_data = set.union(*(there(fact) for fact in indicator.facts)) if indicator.facts else set()
        for scope in (None, *(kind for kind in lens.kinds if kind in sums.dimensions)):
            groups = [""] if scope is None else towns if scope == "town" and "town" in indicator.dimensions else []
            counted = _filled(amounts(sums, scope), groups, len(lens.months))
            low, high = intervals(indicator, counted)
            worth = effective(indicator, counted)
            for number, amount in enumerate(told(indicator, counted)):
                missing = _missing(amount, amount.month in has_data)
                yield Found(
                    indicator, lens.months[amount.month], scope or DISTRICT, amount.group, amount,
                    _or_none(low[number]), _or_none(high[number]), worth[number],
                    missing,
                )  # fmt: skip


def _missing(amount: Amount, has_data: bool) -> str:  # noqa: FBT001 - a fact about the month
    """Why there is no value; empty where there is one."""
    if amount.denominator:
        return "unseen" if amount.absent else ""
    return "no_denominator" if has_data else "no_data"


def _filled(counted: list[Amount], groups: Sequence[str], months: int) -> list[Amount]:
    known = {(one.group, one.month) for one in counted}
    empty = [
        Amount(group, month, 0.0, 0, 0, 0.0)
        for group in groups
        for month in range(months)
        if (group, month) not in known
    ]
    return [*counted, *empty]


def _months_with_data(lens: Lens) -> Any:
    """For a fact: the numbers of the months from that of its first row to that in which the data end."""
    last = max((number for number, edge in enumerate(lens.edges[:-1]) if edge <= lens.now), default=-1)
    known: dict[str, set[int]] = {}

    def months(fact: str) -> set[int]:
        if fact not in known:
            layout = layout_of(fact)
            if layout.by == "day":
                day = first_day(layout)
            else:
                table = lens.table(fact)
                day = lens.engine.run(table.aggregate(first=table[layout.column].min()))["first"][0].as_py()
            known[fact] = set() if day is None else {n for n in range(last + 1) if lens.edges[n + 1].date() > day}
        return known[fact]

    return months


def _or_none(bound: float) -> float | None:
    return None if np.isnan(bound) else float(bound)


def code_digest(indicator: Indicator) -> str:
    """Of the source of the measure and of what the file says: what a value was computed by."""
    described = {name: value for name, value in vars(indicator).items() if name != "measure"}
    module = inspect.getmodule(indicator.measure)
    source = inspect.getsource(module) if module else ""
    return hashlib.sha256(f"{sorted(described.items(), key=str)}\n{source}".encode()).hexdigest()
