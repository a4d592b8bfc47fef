"""The clock of a case as its page shows it: what is left, until when, why, and as a picture."""

from datetime import datetime
from typing import Any

from xiuhua.casework.clock_picture import Picture, picture
from xiuhua.casework.deadlines import Left, amount_text, calendar_of, clock_of, colour, explain, left
from xiuhua.casework.dossier import Dossier
from xiuhua.casework.models import Party
from xiuhua.casework.refusals import Refused
from xiuhua.casework.states import ATTENDED, MAX_EXTENSIONS, STATES
from xiuhua.foundation.clock import Clock
from xiuhua.foundation.worktime import UndeclaredYearError, Unit, WorkCalendar


def clock_context(found: Dossier, now: datetime) -> dict[str, Any]:
    """``left``, ``clock``, ``explained``, ``picture``; ``parties`` with clocks of their own; ``desk_due``."""
    case, clock = found.case, clock_of(found.case)
    calendar = None
    if clock is not None or found.parties:
        try:
            calendar = calendar_of(case.district)
        except Refused:
            calendar = None
    ticking = case.state in ATTENDED
    context: dict[str, Any] = {
        "parties": [(row, found.units.get(row.unit_id), *_of_party(row, calendar, now)) for row in found.parties],
        # States without the handling clock have a limit of the desk or the inspector.
        "desk_due": case.state_due if STATES[case.state].limit else None,
        "max_extensions": MAX_EXTENSIONS,
    }
    if clock is None or calendar is None:
        return context
    return context | {
        "clock": clock,
        "ticking": ticking,
        "limit": amount_text(clock.amount, clock.unit),
        "left": left(case, calendar, now) if ticking or (clock.paused and STATES[case.state].open) else None,
        "explained": explain(case, calendar),
        "picture": _picture(clock, calendar, now if ticking else case.handed_back_at or now, running=ticking),
    }


def _picture(clock: Clock, calendar: WorkCalendar, now: datetime, *, running: bool) -> Picture | None:
    try:
        return picture(clock, calendar, now, running=running)
    except UndeclaredYearError:
        return None


def _of_party(party: Party, calendar: WorkCalendar | None, now: datetime) -> tuple[str, Left | None]:
    """The limit of a part in words, and what is left of it."""
    if party.limit is None:
        return "", None
    unit = Unit(party.limit_unit)
    text = amount_text(party.limit, unit)
    if calendar is None or party.done_at:
        return text, None
    try:
        units = Clock(party.since, party.limit, unit).remaining(calendar, now)
    except UndeclaredYearError:
        return text, None
    return text, Left(units, unit, colour(units, party.limit), paused=False)
