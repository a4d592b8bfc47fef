"""The handling clock of a case: from its columns and back, the deadline, what is left, its colour, its reasons."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiuhua.casework.models import Case, Party, Standard
from xiuhua.casework.refusals import Refused
from xiuhua.city.models import District
from xiuhua.foundation import queries
from xiuhua.foundation.clock import Clock, ClockError, Pause
from xiuhua.foundation.single import find_same
from xiuhua.foundation.wording import in_words
from xiuhua.foundation.worktime import Span, UndeclaredYearError, Unit, WorkCalendar


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
    case.clock_pauses = _plain_pauses(clock)
    case.deadline = deadline_by(clock, calendar)


def _plain_pauses(clock: Clock) -> list[list[str | None]]:
    return [[pause.start.isoformat(), pause.end.isoformat() if pause.end else None] for pause in clock.pauses]


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
    standard = find_same(Standard, id=case.standard_id) if case.standard_id else None
    if standard is None:
        raise Refused(_("The case has no filing standard."), _("File it by a standard, which sets the limit."))
    put_clock(case, Clock(at, standard.limit, Unit(standard.unit)), calendar_of(case.district))


def pause_clock(case: Case, at: datetime, *, keep_deadline: bool) -> None:
    """Let the clock stand still. With ``keep_deadline`` the deadline stays to be seen though it does not approach."""
    clock = clock_of(case)
    if clock is None or clock.paused:
        return
    paused = _moved(clock.pause, at)
    case.clock_pauses = _plain_pauses(paused)
    if not keep_deadline:
        case.deadline = deadline_by(paused, calendar_of(case.district))


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


def party_deadline(party: Party, calendar: WorkCalendar) -> datetime | None:
    """The deadline of a part of a joint case; None without a limit. Raises ``Refused`` like ``deadline_by``."""
    if party.limit is None:
        return None
    return deadline_by(Clock(party.since, party.limit, Unit(party.limit_unit)), calendar)


def passed(case: Case, at: datetime) -> bool:
    """Whether the deadline has passed at ``at``."""
    return case.deadline is not None and case.deadline < at


def late(case: Case, at: datetime) -> bool:
    """Whether the case is overdue at ``at``, or was and has been sent back since."""
    return case.overdue or passed(case, at)


# What is less is said to be less: "0 work hours left" would be taken for nothing.
_LEAST = Fraction(1, 10)
# The colour of what is left, by its share of the whole limit: the first line whose share is not exceeded.
COLOURS: tuple[tuple[Fraction, str], ...] = (
    (Fraction(0), "overdue"),
    (Fraction(1, 5), "red"),
    (Fraction(1, 2), "amber"),
    (Fraction(1), "green"),
)


@dataclass(frozen=True)
class Left:
    """What is left of a limit: units (negative when overdue), colour, whether the clock stands still."""

    units: Fraction
    unit: Unit
    colour: str
    paused: bool

    @property
    def text(self) -> str:
        """What is left, in words."""
        if not self.units:  # in a night after the deadline no time has been counted yet, though it has passed
            return _("the time is up")
        amount = amount_text(abs(self.units), self.unit)
        if abs(self.units) < _LEAST:
            amount = _("less than %(amount)s") % {"amount": amount_text(_LEAST, self.unit)}
        return (_("%(amount)s over") if self.units < 0 else _("%(amount)s left")) % {"amount": amount}


def left(case: Case, calendar: WorkCalendar, now: datetime) -> Left | None:
    """What is left of the limit of the case at ``now``; None without a clock or in a year nobody declared.

    ``calendar`` is that of the district (``calendar_of``), asked for once for a whole list.
    """
    clock = clock_of(case)
    if clock is None:
        return None
    try:
        units = clock.remaining(calendar, now)
    except UndeclaredYearError:
        return None
    return Left(units, clock.unit, colour(units, clock.amount), clock.paused)


def colour(units: Fraction, amount: Fraction | int) -> str:
    """The colour of ``units`` left of ``amount``: nothing left at the very deadline is red, less is overdue."""
    if units < 0:
        return "overdue"
    share = units / amount if amount else Fraction(0)
    return next((name for limit, name in COLOURS[1:] if share <= limit), COLOURS[-1][1])


def amount_text(units: Fraction | int, unit: Unit) -> str:
    """An amount with its unit, e.g. "8 work hours"; at most one decimal, rounded down."""
    tenths = int(units * 10)
    number = f"{tenths // 10}" if tenths % 10 == 0 else f"{tenths / 10:.1f}"
    many = tenths // 10 if tenths % 10 == 0 else 2
    texts = {
        Unit.URGENT_HOUR: ngettext("%(number)s urgent hour", "%(number)s urgent hours", many),
        Unit.WORK_HOUR: ngettext("%(number)s work hour", "%(number)s work hours", many),
        Unit.WORK_DAY: ngettext("%(number)s work day", "%(number)s work days", many),
        Unit.NATURAL_DAY: ngettext("%(number)s natural day", "%(number)s natural days", many),
    }
    return texts[unit] % {"number": number}


def explain(case: Case, calendar: WorkCalendar) -> str:
    """Which stretches of time count: "8 work hours: Mon 14:00-18:00 and Tue 08:00-12:00"; empty without a clock.

    A long limit names its first and last stretches; stretches more than a week apart carry the date.
    """
    clock = clock_of(case)
    if clock is None:
        return ""
    try:
        spans = clock.explain(calendar)
    except UndeclaredYearError as error:
        return in_words(error)
    return _("%(amount)s: %(spans)s") % {
        "amount": amount_text(clock.amount, clock.unit), "spans": spans_text(spans, calendar.tz),
    }  # fmt: skip


def spans_text(spans: Sequence[Span], zone: ZoneInfo) -> str:
    """Stretches of time on the clock of ``zone``, as a person writes them."""
    if not spans:
        return _("nothing yet")
    dated = (spans[-1].end - spans[0].start).days >= _WEEK
    texts = [_span_text(span, zone, dated=dated) for span in spans]
    if len(texts) > _SHOWN:
        head, tail = texts[: _SHOWN - 2], texts[-1]
        return _("%(first)s, ... (%(count)s stretches in all), last %(last)s") % {
            "first": _(", ").join(head), "count": len(texts), "last": tail,
        }  # fmt: skip
    if len(texts) == 1:
        return texts[0]
    return _("%(first)s and %(last)s") % {"first": _(", ").join(texts[:-1]), "last": texts[-1]}


_WEEK, _SHOWN = 7, 6


def _span_text(span: Span, zone: ZoneInfo, *, dated: bool) -> str:
    start, end = span.start.astimezone(zone), span.end.astimezone(zone)
    days = WEEKDAYS_ABBR
    day = f"{days[start.weekday()]} {start:%m-%d}" if dated else str(days[start.weekday()])
    if start.date() == end.date():
        return f"{day} {start:%H:%M}-{end:%H:%M}"
    return f"{day} {start:%H:%M} - {days[end.weekday()]} {end:%m-%d %H:%M}"
