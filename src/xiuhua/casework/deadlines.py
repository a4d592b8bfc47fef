"""The handling clock of a case: from its columns and back, the deadline, what is left, its colour, its reasons."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from xiuhua.casework.models import Case
from xiuhua.casework.refusals import Refused
from xiuhua.city.models import District
from xiuhua.foundation import queries
from xiuhua.foundation.clock import Clock, ClockError, Pause
from xiuhua.foundation.wording import in_words
from xiuhua.foundation.worktime import UndeclaredYearError, Unit, WorkCalendar


def calendar_of(district: District) -> WorkCalendar:
    """The work calendar of the district. Raises ``Refused`` when there is none."""
    try:
        return queries.calendar(district.calendar)
    except queries.UnknownCalendarError as error:
        raise Refused(
            str(error), _("Ask the engineer to load it: no deadline can be worked out without it.")
        ) from error


def clock_of(case: Case) -> Clock | None:
    """The clock that the columns of the case describe; None before the first dispatch."""
    if case.clock_started is None or case.clock_amount is None:
        return None
    pauses = tuple(
        Pause(datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None)
        for start, end in case.clock_pauses
    )
    return Clock(case.clock_started, case.clock_amount, Unit(case.clock_unit), pauses)


def put_clock(case: Case, clock: Clock, calendar: WorkCalendar) -> None:
    """Write the clock and its deadline into the columns. Raises ``Refused`` for a year without a calendar."""
    case.clock_started, case.clock_amount, case.clock_unit = clock.start, int(clock.amount), clock.unit.value
    case.clock_pauses = [
        [pause.start.isoformat(), pause.end.isoformat() if pause.end else None] for pause in clock.pauses
    ]
    case.deadline = deadline_by(clock, calendar)


def deadline_by(clock: Clock, calendar: WorkCalendar) -> datetime | None:
    """The deadline of the clock. Raises ``Refused`` where it runs into a year that the calendar does not declare."""
    try:
        return clock.deadline(calendar)
    except UndeclaredYearError as error:
        raise Refused(
            in_words(error), _("Declare the year first, then repeat the move: nothing was changed.")
        ) from error


def start_clock(case: Case, at: datetime) -> None:
    """Let a new clock run from ``at`` by the standard of the case. Raises ``Refused``."""
    if case.standard is None:
        raise Refused(_("The case has no filing standard."), _("File it by a standard, which sets the limit."))
    put_clock(case, Clock(at, case.standard.limit, Unit(case.standard.unit)), calendar_of(case.district))


def pause_clock(case: Case, at: datetime, *, keep_deadline: bool) -> None:
    """Let the clock stand still. With ``keep_deadline`` the deadline stays to be seen though it does not approach."""
    clock = clock_of(case)
    if clock is None or clock.paused:
        return
    deadline = case.deadline
    put_clock(case, _moved(clock.pause, at), calendar_of(case.district))
    if keep_deadline:
        case.deadline = deadline


def resume_clock(case: Case, at: datetime) -> None:
    """Let the clock run on, or start it when it never ran."""
    clock = clock_of(case)
    if clock is None:
        start_clock(case, at)
    elif clock.paused:
        put_clock(case, _moved(clock.resume, at), calendar_of(case.district))


def _moved(move: Callable[[datetime], Clock], at: datetime) -> Clock:
    try:
        return move(at)
    except ClockError as error:
        raise Refused(in_words(error), _("Look at the history of the case and its times.")) from error


def passed(case: Case, at: datetime) -> bool:
    """Whether the deadline has passed at ``at``."""
    return case.deadline is not None and case.deadline < at


def late(case: Case, at: datetime) -> bool:
    """Whether the case is overdue at ``at``, or was and has been sent back since."""
    return case.overdue or passed(case, at)
