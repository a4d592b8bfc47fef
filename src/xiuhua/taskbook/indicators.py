"""Indicators that stand on several rooms: every inch seen, milestones reached. Words in the YAML file beside."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import ibis

from xiuhua.foundation.indicator_files import declare
from xiuhua.foundation.indicators import Counted, Look
from xiuhua.lake.instants import epoch_days
from xiuhua.taskbook.squares import SIDE_M

FILE = Path(__file__).with_name("indicators.yaml")
_E7 = 10_000_000


def observed_7_days(look: Look) -> Counted:
    """Square metres seen in the last 7 days of the month."""
    return _observed(look, 7)


def observed_30_days(look: Look) -> Counted:
    """Square metres seen in the last 30 days of the month."""
    return _observed(look, 30)


def milestones_reached(look: Look) -> Counted:
    """Milestones reached, of all that were due by the end of the month."""
    milestone = look.table("milestone")
    ends = [(number, end.date() - timedelta(days=1)) for number, end in enumerate(look.edges[1:])]
    rows = milestone.cross_join(ibis.memtable(ends, schema={"month": "int64", "end": "date"}))
    rows = rows.filter(rows.due <= rows.end)
    reached = (rows.done_on <= rows.end).fill_null(ibis.literal(value=False))
    return Counted(rows, None, reached.cast("int64"), ibis.literal(1, type="int64"))


def _observed(look: Look, days: int) -> Counted:
    """Squares of the district by month, and whether somebody or something was there within the days before its end.

    Days are counted on the clock of the district as it is now; a square is seen when a report, a check or a vehicle
    lies in it.
    """
    offset = int((look.now.astimezone(look.edges[0].tzinfo).utcoffset() or timedelta()).total_seconds())
    first = (look.edges[1] - timedelta(days=days)).date()
    ends = [(number, _last_day(look, end)) for number, end in enumerate(look.edges[1:])]
    day_numbers = [
        (number, (end - timedelta(days=back)).toordinal() - _EPOCH) for number, end in ends for back in range(days)
    ]
    within = ibis.memtable(day_numbers, schema={"month": "int64", "day_number": "int64"})
    assert look.of is not None
    squares = look.of("squares")
    months = ibis.memtable([(number,) for number, _end in ends], schema={"month": "int64"})
    seen = _sightings(look, offset).filter(lambda one: one.day_number >= first.toordinal() - _EPOCH)
    seen = seen.distinct().inner_join(within, "day_number").select("month", "column", "row").distinct()
    seen = seen.mutate(seen=ibis.literal(1, type="int64"))
    rows = squares.cross_join(months).left_join(seen, ["month", "column", "row"])
    return Counted(rows, None, rows.area_m2 * rows.seen.fill_null(0), rows.area_m2)


_EPOCH = 719_163  # of 1970-01-01, as date.toordinal counts


def _last_day(look: Look, end: Any) -> Any:
    """The last day of a month, or the day up to which the data reach where that is earlier."""
    return min((end - timedelta(days=1)).date(), look.now.astimezone(end.tzinfo).date())


def _sightings(look: Look, offset: int) -> Any:
    """Day and square of everything that was somewhere."""
    case, check, ping = (look.table(name) for name in ("case", "check", "ping"))
    looked = check.filter(check.seen_at.notnull()).inner_join(case.select("case", "lon", "lat"), "case")
    parts = (
        (case, case.reported_at, case.lon, case.lat),
        (looked, looked.seen_at, looked.lon, looked.lat),
        (ping, ping.at, ping.lon_e7 / _E7, ping.lat_e7 / _E7),
    )
    return ibis.union(
        *(
            rows.select(
                day_number=epoch_days(at, offset_s=offset),
                column=(lon * look.east / SIDE_M).floor().cast("int64"),
                row=(lat * look.north / SIDE_M).floor().cast("int64"),
            )
            for rows, at, lon, lat in parts
        )
    )


declare(
    FILE,
    "taskbook",
    {one.__name__: one for one in (observed_7_days, observed_30_days, milestones_reached)},
)
