"""Moves about time: extension, suspension, resuming, a new calendar, reminders."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from xiuhua.casework.actions import petitions
from xiuhua.casework.actions.turn import Turn
from xiuhua.casework.deadlines import (
    calendar_of,
    clock_of,
    late,
    party_deadline,
    passed,
    pause_clock,
    put_clock,
    resume_clock,
)
from xiuhua.casework.models import Case, Party, Petition
from xiuhua.casework.refusals import Refused
from xiuhua.casework.states import MAX_EXTENSIONS, MAX_SUSPENSION, MAX_SUSPENSIONS, REPEAT, RETRY, STATES

EXTENSION, SUSPENSION = Petition.Kind.EXTENSION, Petition.Kind.SUSPENSION


def ask_extension(turn: Turn) -> None:
    """The unit asks for one more limit."""
    _extensible(turn.case)
    if late(turn.case, turn.at):
        raise Refused(
            _("The deadline has passed: an overdue case cannot be extended."), _("Hand it back as soon as it is fixed.")
        )
    petitions.ask(turn, EXTENSION)


def grant_extension(turn: Turn) -> None:
    """One more original limit, counted from the deadline; asked in time is enough."""
    case = turn.case
    row = petitions.wanted(turn, EXTENSION)
    _extensible(case)
    clock = clock_of(case)
    if clock is None or case.standard is None:
        raise Refused(_("The clock of the case does not run."), _("Dispatch the case first."))
    put_clock(case, clock.extend(case.standard.limit), calendar_of(case.district))
    case.extensions += 1
    case.overdue = passed(case, turn.at)
    petitions.decide(turn, row, granted=True)
    turn.kept["deadline"] = case.deadline


def _extensible(case: Case) -> None:
    if case.extensions >= MAX_EXTENSIONS:
        raise Refused(
            _("The case was extended %(count)s times, the most that is possible.") % {"count": case.extensions},
            _("Hand it back, or ask for its suspension."),
        )


def refuse_extension(turn: Turn) -> None:
    """No extension; it does not count as one."""
    petitions.decide(turn, petitions.wanted(turn, EXTENSION), granted=False)


def ask_suspension(turn: Turn) -> None:
    """The unit asks to wait until a date."""
    petitions.ask(turn, SUSPENSION, until=_until(turn))


def suspend(turn: Turn) -> None:
    """Stop the clock until a date, once, at most a year."""
    until = _until(turn)
    row = petitions.pending(turn, SUSPENSION)
    if row is not None:
        petitions.decide(turn, row, granted=True)
    turn.case.suspensions += 1
    turn.case.overdue = late(turn.case, turn.at)
    pause_clock(turn.case, turn.at, keep_deadline=False)
    turn.due = until
    turn.kept["until"] = until


def _until(turn: Turn) -> datetime:
    if turn.case.suspensions >= MAX_SUSPENSIONS:
        raise Refused(_("The case was suspended once, the most that is possible."), _("Ask for an extension."))
    until = turn.moment("until")
    if until is None or not turn.at < until <= turn.at + MAX_SUSPENSION:
        raise Refused(
            _("A suspension ends at a date in the future, within a year."), _("Choose a date within the next year.")
        )
    return until


def refuse_suspension(turn: Turn) -> None:
    """No suspension; it does not count as one."""
    petitions.decide(turn, petitions.wanted(turn, SUSPENSION), granted=False)


def resume(turn: Turn) -> None:
    """Let the clock run on."""
    turn.case.handler = None
    resume_clock(turn.case, turn.at)
    turn.kept["deadline"] = turn.case.deadline


def recompute(turn: Turn) -> None:
    """Work the deadlines out again by the calendar of the day, those of further units too."""
    case, calendar = turn.case, calendar_of(turn.case.district)
    clock = clock_of(case)
    if clock is not None:
        before = case.deadline
        put_clock(case, clock, calendar)
        case.overdue = passed(case, turn.at)
        turn.kept |= {"before": before, "deadline": case.deadline}
    parts = {}
    for party in Party.objects.filter(case=case, done_at=None).select_related("unit"):
        deadline = party_deadline(party, calendar)
        if deadline != party.deadline:
            parts[party.unit.code] = {"before": party.deadline, "deadline": deadline}
            party.deadline = deadline
            party.save(update_fields=["deadline"])
    if parts:
        turn.kept["parts"] = parts


def remind(turn: Turn) -> None:
    """Tell who is late. A deadline that has passed without handing back is a fact from now on."""
    case = turn.case
    if not STATES[case.state].open and case.state_due is None:
        raise Refused(
            _("The case is “%(state)s” and no appeal waits: there is nobody to remind.")
            % {"state": STATES[case.state].name},
            _("If the problem is there again, report it anew."),
        )
    if STATES[case.state].clock:
        case.overdue = late(case, turn.at)
    if case.state_due is not None and case.state_due <= turn.at:
        turn.due = turn.at + (RETRY if turn.data.get("retry") else REPEAT)
    turn.kept |= {"overdue": case.overdue, "deadline": case.deadline}


EFFECTS: dict[str, Callable[[Turn], None]] = {
    "ask_extension": ask_extension,
    "grant_extension": grant_extension,
    "refuse_extension": refuse_extension,
    "ask_suspension": ask_suspension,
    "suspend": suspend,
    "refuse_suspension": refuse_suspension,
    "resume": resume,
    "recompute": recompute,
    "remind": remind,
}
