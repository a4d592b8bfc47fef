"""Moves of verification and closing: the check by somebody else, rework, the end."""

from collections.abc import Callable

from django.db import connection
from django.utils.translation import gettext as _

from xiuhua.casework.actions import inspectors
from xiuhua.casework.actions.turn import Turn
from xiuhua.casework.deadlines import resume_clock
from xiuhua.casework.models import Case, Check
from xiuhua.casework.refusals import Refused
from xiuhua.casework.states import CLOSING_REASONS, FIELD
from xiuhua.foundation.statements import run

KIND = Check.Kind.BEFORE_CLOSING


def ask_check(turn: Turn) -> None:
    """Draw an inspector who has no part in the case."""
    inspectors.ask(turn, KIND)


def redraw(turn: Turn) -> None:
    """Take the check from an inspector who did not come and draw another."""
    kind = Check.Kind.BEFORE_FILING if turn.case.state == "check_filing" else KIND
    had = inspectors.take_back(turn, kind)
    inspectors.ask(turn, kind, passed_over=had)
    turn.kept["passed_over"] = sorted(had)
    turn.due = turn.at + FIELD


def give_up_check(turn: Turn) -> None:
    """Take the check back: the desk decides how to go on."""
    inspectors.take_back(turn, KIND)


def passed(turn: Turn) -> None:
    """The inspector saw that it is fixed."""
    inspectors.settle(turn, KIND, passed=True)


def failed(turn: Turn) -> None:
    """The inspector saw that it is not fixed: the unit goes on, and its clock runs on."""
    inspectors.settle(turn, KIND, passed=False)
    rework(turn)


def rework(turn: Turn) -> None:
    """Send the case back to the unit: counted, and the clock runs on from where it stood."""
    case = turn.case
    case.reworks += 1
    case.handler = None
    resume_clock(case, turn.at)
    turn.kept |= {"deadline": case.deadline, "reworks": case.reworks}


def close(turn: Turn) -> None:
    """Close as fixed: somebody other than the fixer has seen it."""
    case = turn.case
    if not _seen_fixed(case):
        raise Refused(_("Nobody has checked this case since it was handed back."), _("Ask for a check first."))
    _end(turn, "fixed")


def _seen_fixed(case: Case) -> bool:
    """Whether a check since the case was handed back saw that it is fixed. Plain SQL."""
    sql = "SELECT 1 FROM casework_check WHERE case_id = %s AND kind = %s AND passed AND received_at >= %s LIMIT 1"
    values = [case.pk, KIND.value, connection.ops.adapt_datetimefield_value(case.handed_back_at)]
    return run(sql, values).fetchone() is not None


def close_unfixed(turn: Turn) -> None:
    """Close without a fix, for a reason that says so; it never counts as fixed."""
    reason = str(turn.given("closing_reason"))
    if reason not in CLOSING_REASONS or reason == "fixed":
        raise Refused(
            _("A case closed without a fix needs a reason that says so."),
            _("Choose one of: %(keys)s.") % {"keys": ", ".join(key for key in CLOSING_REASONS if key != "fixed")},
        )
    _end(turn, reason)


def _end(turn: Turn, reason: str) -> None:
    turn.case.closed_at, turn.case.closing_reason = turn.at, reason
    turn.kept["closing_reason"] = reason


EFFECTS: dict[str, Callable[[Turn], None]] = {
    "ask_check": ask_check,
    "redraw": redraw,
    "give_up_check": give_up_check,
    "pass": passed,
    "fail": failed,
    "rework": rework,
    "close": close,
    "close_unfixed": close_unfixed,
}
