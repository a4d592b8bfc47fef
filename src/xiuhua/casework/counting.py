"""The facts of one district and period in memory, and every indicator of casework counted from them."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.db.models import Q

from xiuhua.casework.facts import CASE, case_rows
from xiuhua.casework.indicators import AGAIN_DAYS
from xiuhua.city.models import District
from xiuhua.foundation.indicators import Groups, Indicator, Period, Value, indicators, values

BY = ("unit", "town", "month")


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
    table: pa.Table, period: Period, zone: ZoneInfo, *, by: str = "", keys: Sequence[str] = ()
) -> Iterator[tuple[Indicator, list[Value]]]:  # fmt: skip
    """Each indicator of cases (those of ``keys`` where given) with its values: of all, or by unit, town or month."""
    groups = Groups.of(table[by].to_pylist()) if by in {"unit", "town"} else None
    months = list(_months(period, zone)) if by == "month" else []
    for key, indicator in indicators().items():
        if indicator.fact != "case" or (keys and key not in keys):
            continue
        if months:
            yield indicator, [_renamed(values(indicator, table, part)[0], f"{part.start:%Y-%m}") for part in months]
        else:
            yield indicator, values(indicator, table, period, groups)


def _renamed(value: Value, group: str) -> Value:
    return Value(group, value.numerator, value.denominator, value.n, value.value)


def _months(period: Period, zone: ZoneInfo) -> Iterator[Period]:
    """The months of the period, the first and the last cut where it begins and ends."""
    start = period.start.astimezone(zone)
    while start < period.end:
        following = datetime(start.year + start.month // 12, start.month % 12 + 1, 1, tzinfo=zone)
        yield Period(start, min(following, period.end), period.now)
        start = following
