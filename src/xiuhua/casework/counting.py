"""The facts of one district and period in memory, and every indicator of casework counted from them."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import Q

from xiuhua.casework.facts import CASE, case_rows
from xiuhua.casework.indicators import AGAIN_DAYS
from xiuhua.city.models import District
from xiuhua.foundation.geometry import metres_per_degree
from xiuhua.foundation.indicators import Indicator, Look, indicators
from xiuhua.lake.engines.embedded import MemoryEngine
from xiuhua.lake.measures import Amount, amounts, count

BY = ("unit", "town", "month")


@dataclass(frozen=True)
class Period:
    """From an instant up to, not including, another, looked at ``now``."""

    start: datetime
    end: datetime
    now: datetime


def period_of(district: District, first: date, last: date, now: datetime) -> Period:
    """From the first day to the last, both included, on the clock of the district."""
    zone = ZoneInfo(district.time_zone)
    start, end = (datetime.combine(day, time(0), tzinfo=zone) for day in (first, last + timedelta(days=1)))
    return Period(start, end, now)


def table_of(district: District, period: Period) -> pa.Table:
    """The cases of ``district`` that count in ``period``: reported, filed, due or closed in it, or soon after."""
    after = period.end + timedelta(days=AGAIN_DAYS)
    condition = Q(district=district) & (
        Q(reported_at__gte=period.start, reported_at__lt=after)
        | Q(closed_at__gte=period.start, closed_at__lt=period.end)
        | Q(deadline__gte=period.start, deadline__lt=period.end)
        | Q(filed_at__gte=period.start, filed_at__lt=period.end)
    )
    return pa.Table.from_batches(case_rows(district, condition), schema=CASE)


def counted(
    district: District, table: pa.Table, period: Period, *, by: str = "", keys: Sequence[str] = ()
) -> Iterator[tuple[Indicator, list[Amount]]]:  # fmt: skip
    """Each indicator of cases (those of ``keys`` where given) with its amounts: of all, or by unit, town or month.

    What counted nothing has an amount of 0 by 0 where everything or months are asked for.
    """
    chosen = [one for key, one in indicators().items() if one.room == "casework" and (not keys or key in keys)]
    edges = list(_months(period, ZoneInfo(district.time_zone))) if by == "month" else [period.start, period.end]
    dimension = by if by in {"unit", "town"} else None
    with closing(MemoryEngine({"case": table})) as engine:
        east, north = metres_per_degree(_latitude(table))
        look = Look(engine.table, period.now, tuple(edges), float(east), float(north))
        for sums in count(engine, chosen, look, [dimension] if dimension else []):
            found = amounts(sums, dimension)
            if dimension is None:
                there = {one.month: one for one in found}
                found = [there.get(number, Amount("", number, 0, 0, 0, 0)) for number in range(len(edges) - 1)]
            named = [replace(one, group=f"{edges[one.month]:%Y-%m}") for one in found] if by == "month" else found
            yield sums.indicator, named


def _latitude(table: pa.Table) -> float:
    return pc.mean(table["lat"]).as_py() or 0.0


def _months(period: Period, zone: ZoneInfo) -> Iterator[datetime]:
    """The edges of the months of the period, the first and the last cut where it begins and ends."""
    start = period.start.astimezone(zone)
    while start < period.end:
        yield start
        start = datetime(start.year + start.month // 12, start.month % 12 + 1, 1, tzinfo=zone)
    yield period.end
