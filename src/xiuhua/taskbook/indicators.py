"""Indicators that stand on several rooms: every inch seen, milestones reached. Words in the YAML file beside."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

import ibis

from xiuhua.foundation.indicator_files import declare
from xiuhua.foundation.indicators import Counted, Look
from xiuhua.lake.instants import epoch_seconds
from xiuhua.lake.measures import instant, month_of
from xiuhua.taskbook.measuring import SIDE_M

FILE = Path(__file__).with_name("indicators.yaml")
_E7 = 10_000_000


def observed_7_days(look: Look) -> Counted:
    """Square metres seen in the last 7 days of the month."""
    return _observed(look, "week")


def observed_30_days(look: Look) -> Counted:
    """Square metres seen in the last 30 days of the month."""
    return _observed(look, "thirty")


def milestones_reached(look: Look) -> Counted:
    """Milestones reached, of all that were due by the end of the month."""
    milestone = look.table("milestone")
    ends = [(number, end.date() - timedelta(days=1)) for number, end in enumerate(look.edges[1:])]
    rows = milestone.cross_join(ibis.memtable(ends, schema={"month": "int64", "end": "date"}))
    rows = rows.filter(rows.due <= rows.end)
    reached = (rows.done_on <= rows.end).fill_null(ibis.literal(value=False))
    return Counted(rows, None, reached.cast("int64"), ibis.literal(1, type="int64"))


def _observed(look: Look, window: str) -> Counted:
    """Squares of the district by month; a square counts when it was last seen since its window began."""
    rows = look.once("squares by month", lambda: _squares_by_month(look))
    seen = (rows.last >= rows[window]).fill_null(ibis.literal(value=False))
    return Counted(rows, None, ibis.ifelse(seen, rows.area_m2, 0).cast("int64"), rows.area_m2)


def _squares_by_month(look: Look) -> Any:
    """Every square in every month, when it was last seen by its end (seconds), and when the windows begin.

    A report, a check or a vehicle in a square sees it. Windows are whole days on the clock of the district.
    """
    assert look.of is not None
    begins = [(number, _begin(look, end, 7), _begin(look, end, 30)) for number, end in enumerate(look.edges[1:])]
    windows = ibis.memtable(
        [(number, int(week.timestamp()), int(thirty.timestamp())) for number, week, thirty in begins],
        schema={"month": "int64", "week": "int64", "thirty": "int64"},
    )
    last = _sightings(look, [thirty for _number, _week, thirty in begins])
    last = last.group_by(["month", "column", "row"]).aggregate(last=last["at"].max())
    # Of the last alone: to cut an instant to seconds costs more than all else that is done with a position.
    last = last.mutate(last=epoch_seconds(last["last"]))
    return look.of("squares").cross_join(windows).left_join(last, ["month", "column", "row"])


def _begin(look: Look, end: datetime, days: int) -> datetime:
    """Midnight before the last ``days`` of a month; of a month that is not over, before the days the data end on."""
    last = min((end - timedelta(days=1)).date(), look.now.astimezone(end.tzinfo).date())
    first = last - timedelta(days=days - 1)
    return datetime(first.year, first.month, first.day, tzinfo=end.tzinfo)


def _sightings(look: Look, begins: Sequence[datetime]) -> Any:
    """Month, square and instant of everything that was somewhere.

    A window of 30 days begins before a short month, or one that is not over: what lies between counts for it as well.
    """
    case, check, ping = (look.table(name) for name in ("case", "check", "ping"))
    looked = check.filter(check.seen_at.notnull()).inner_join(case.select("case", "lon", "lat"), "case")
    parts = []
    for rows, at, lon, lat in (
        (case, case.reported_at, case.lon, case.lat),
        (looked, looked.seen_at, looked.lon, looked.lat),
        (ping, ping.at, ping.lon_e7 / _E7, ping.lat_e7 / _E7),
    ):
        placed = rows.select(
            at=at,
            column=(lon * look.east / SIDE_M).floor().cast("int64"),
            row=(lat * look.north / SIDE_M).floor().cast("int64"),
        )
        inside = placed.filter(placed.at >= instant(look.edges[0]), placed.at < instant(look.edges[-1]))
        parts.append(inside.mutate(month=month_of(inside.at, look.edges)))
        early = [
            (number, (placed.at >= instant(begin)) & (placed.at < instant(start)))
            for number, (begin, start) in enumerate(zip(begins, look.edges, strict=False))
            if begin < start
        ]
        if early:
            before = placed.filter(reduce(or_, (between for _number, between in early)))
            numbers = [(between, ibis.literal(number, type="int64")) for number, between in early]
            parts.append(before.mutate(month=ibis.cases(*numbers)))
    return ibis.union(*(part.select("month", "column", "row", "at") for part in parts))


declare(
    FILE,
    "taskbook",
    {one.__name__: one for one in (observed_7_days, observed_30_days, milestones_reached)},
)
