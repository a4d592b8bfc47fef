"""The evaluation indicators of casework as expressions over the facts of cases. Words in the YAML file beside.

Each measure says at which instant a case counts and what it adds, in whole numbers; seconds are cut, not rounded.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import ibis

from xiuhua.casework.states import DESK
from xiuhua.foundation.indicator_files import declare
from xiuhua.foundation.indicators import Counted, Look, Measure
from xiuhua.lake.instants import epoch_seconds
from xiuhua.lake.measures import instant

AGAIN_DAYS, AGAIN_M = 30, 50.0
_YES, _NO = ibis.literal(value=True), ibis.literal(value=False)
FILE = Path(__file__).with_name("indicators.yaml")


def filing_rate(look: Look) -> Counted:
    """Filed of those on which the desk decided."""
    case = look.table("case")
    base = case.decided_at.notnull() & (case.state != "merged")
    return _share(case, case.reported_at, base, case.filed_at.notnull())


def filing_on_time(look: Look) -> Counted:
    """Answered within the limit of the desk."""
    case = look.table("case")
    base, quick = _desk(case.reported_at, case.answered_at, look)
    return _share(case, case.reported_at, base, quick)


def dispatch_on_time(look: Look) -> Counted:
    """Dispatched within the limit of the desk after filing."""
    case = look.table("case")
    base, quick = _desk(case.filed_at, case.dispatched_at, look)
    return _share(case, case.filed_at, base & (case.state != "merged"), quick)


def dispatch_correct(look: Look) -> Counted:
    """Dispatched once, to a unit that took it."""
    case = look.table("case")
    return _share(case, case.filed_at, case.dispatched_at.notnull(), (case.refusals == 0) & (case.redispatches == 0))


def first_response(look: Look) -> Counted:
    """Seconds to the first step of the desk; for those without one up to now."""
    case = look.table("case")
    answered = case.answered_at.fill_null(_now(look))
    return _sum(case, case.reported_at, _YES, _seconds(case.reported_at, answered))


def handling_on_time(look: Look) -> Counted:
    """Handed back by the deadline, of all that fell due: open overdue cases count, closed unfixed is not handled."""
    case = look.table("case")
    unfixed = (case.state == "closed") & ~_fixed(case)
    return _share(case, case.deadline, _due(case, look), _in_time(case, look) & ~unfixed)


def handling_time(look: Look) -> Counted:
    """Seconds from dispatch to the last handing back."""
    case = look.table("case")
    base = case.handed_back_at.notnull() & case.dispatched_at.notnull()
    return _sum(case, case.closed_at, base, _seconds(case.dispatched_at, case.handed_back_at))


def closing_rate(look: Look) -> Counted:
    """Closed as fixed, of all that fell due."""
    case = look.table("case")
    return _share(case, case.deadline, _due(case, look), _fixed(case))


def closing_on_time(look: Look) -> Counted:
    """Closed as fixed and handed back in time, of all that fell due."""
    case = look.table("case")
    return _share(case, case.deadline, _due(case, look), _fixed(case) & _in_time(case, look))


def urgent_closing_rate(look: Look) -> Counted:
    """Closed as fixed, of the urgent cases that fell due."""
    case = look.table("case")
    return _share(case, case.deadline, _due(case, look) & case.urgent, _fixed(case))


def overdue_rate(look: Look) -> Counted:
    """Overdue, of all that fell due."""
    case = look.table("case")
    return _share(case, case.deadline, _due(case, look), ~_in_time(case, look))


def extension_rate(look: Look) -> Counted:
    """Extended, of all that fell due."""
    case = look.table("case")
    return _share(case, case.deadline, _due(case, look), case.extensions > 0)


def rework_rate(look: Look) -> Counted:
    """Sent back, of all that fell due."""
    case = look.table("case")
    return _share(case, case.deadline, _due(case, look), case.reworks > 0)


def fixed_rate(look: Look) -> Counted:
    """Closed as fixed, of all that were closed."""
    case = look.table("case")
    return _share(case, case.closed_at, case.closed_at.notnull(), _fixed(case))


def reopening_rate(look: Look) -> Counted:
    """Reopened, of all that were closed or are open after reopening; those count when they were reported."""
    case = look.table("case")
    again = case.reopenings > 0
    at = ibis.ifelse(
        case.open, ibis.ifelse(again, case.reported_at, ibis.null(case.reported_at.type())), case.closed_at
    )
    return _share(case, at, at.notnull(), again)


def completion_rate(look: Look) -> Counted:
    """Closed as fixed, of all that were reported and to be done."""
    case = look.table("case")
    return _share(case, case.reported_at, ~case.state.isin(["rejected", "merged"]), _fixed(case))


def satisfaction(look: Look) -> Counted:
    """Scores of the cases that were closed and rated."""
    case = look.table("case")
    return _sum(case, case.closed_at, case.score.notnull(), case.score)


def recurrence_rate(look: Look) -> Counted:
    """Fixed cases near which the same arose again within 30 days, of those since whose closing 30 days have passed.

    Cases are sorted into squares by category, so that each is compared with its neighbours alone.
    """
    case = look.table("case")
    window = ibis.interval(days=AGAIN_DAYS)
    placed = case.select(
        "case", "category", "reported_at", "closed_at", "town", "unit", "grid", "community",
        x=case.lon * look.east, y=case.lat * look.north, later=~case.state.isin(["rejected", "merged"]),
        base=_fixed(case) & (case.closed_at <= instant(look.now - timedelta(days=AGAIN_DAYS))).fill_null(_NO),
    )  # fmt: skip
    # Squares twice as wide as what is near: what is near lies in the own square or on the nearer sides.
    halves = placed.mutate(
        across=(placed.x / AGAIN_M).floor().cast("int64"), up=(placed.y / AGAIN_M).floor().cast("int64")
    )
    placed = halves.mutate(column=(halves.across / 2).floor().cast("int64"), row=(halves.up / 2).floor().cast("int64"))
    # Only what can count in the months asked for is joined.
    begin, end = instant(look.edges[0]), instant(look.edges[-1])
    fixed = placed.filter(placed.base, placed.closed_at >= begin, placed.closed_at < end)
    later = placed.filter(placed.later, placed.reported_at > begin, placed.reported_at < end + window)
    # Each later case stands in its own square and in the three around the corner that it is nearest to.
    steps = ibis.memtable([(a, b) for a in (0, 1) for b in (0, 1)], schema={"dx": "int64", "dy": "int64"})
    spread = later.cross_join(steps)
    aside, above = (2 * (spread.across - 2 * spread.column) - 1, 2 * (spread.up - 2 * spread.row) - 1)
    spread = spread.select(
        "category", "reported_at", "x", "y", other=spread.case, column=spread.column + aside * spread.dx,
        row=spread.row + above * spread.dy,
    )  # fmt: skip
    pairs = fixed.inner_join(
        spread, [fixed.category == spread.category, fixed.column == spread.column, fixed.row == spread.row]
    )
    dx, dy = pairs.x - pairs.x_right, pairs.y - pairs.y_right
    near = pairs.filter(
        dx * dx + dy * dy <= AGAIN_M**2,
        pairs.reported_at_right > pairs.closed_at,
        pairs.reported_at_right <= pairs.closed_at + window,
        pairs.other != pairs.case,
    )
    found = near.select("case").distinct().mutate(again=_YES)
    rows = fixed.left_join(found, "case")
    return _share(rows, rows.closed_at, rows.base, rows.again)


def _due(case: Any, look: Look) -> Any:
    """Whether the deadline has passed."""
    return (case.deadline <= _now(look)) & ~case.state.isin(["rejected", "merged"])


def _in_time(case: Any, look: Look) -> Any:
    """Whether the case was handed back by its deadline, or exempted. A clock that still runs past it is late."""
    late = case.overdue | (case.clock & (case.deadline < _now(look)).fill_null(_NO))
    waiting = case.state.isin(["reported", "check_filing", "filed", "suspended"])
    return (~late & ~waiting) | case.exempt


def _desk(begun: Any, answered: Any, look: Look) -> tuple[Any, Any]:
    """Cases of a desk: those that it answered or that wait too long; and whether it answered within its limit."""
    limit = ibis.interval(seconds=int(DESK.total_seconds()))
    return answered.notnull() | (begun < instant(look.now - DESK)), answered <= begun + limit


def _fixed(case: Any) -> Any:
    return (case.state == "closed") & (case.closing_reason == "fixed")


def _share(rows: Any, at: Any, base: Any, good: Any) -> Counted:
    base, good = base.fill_null(_NO), good.fill_null(_NO)
    return Counted(rows, at, (base & good).cast("int64"), base.cast("int64"))


def _sum(rows: Any, at: Any, base: Any, amount: Any) -> Counted:
    base = base.fill_null(_NO)
    added = ibis.ifelse(base, amount.cast("int64"), 0).fill_null(0)
    return Counted(rows, at, added, base.cast("int64"), added.cast("float64") * added.cast("float64"))


def _seconds(start: Any, end: Any) -> Any:
    return epoch_seconds(end) - epoch_seconds(start)


def _now(look: Look) -> Any:
    return instant(look.now)


MEASURES: dict[str, Measure] = {
    measure.__name__: measure
    for measure in (
        filing_rate, filing_on_time, dispatch_on_time, dispatch_correct, first_response, handling_on_time,
        handling_time, closing_rate, closing_on_time, urgent_closing_rate, overdue_rate, extension_rate, rework_rate,
        fixed_rate, reopening_rate, recurrence_rate, completion_rate, satisfaction,
    )
}  # fmt: skip
declare(FILE, "casework", MEASURES)
