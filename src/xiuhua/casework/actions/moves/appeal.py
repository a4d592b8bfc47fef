"""Moves after the end: the objection of a resident, the appeal of a unit."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from xiuhua.casework.actions import petitions
from xiuhua.casework.actions.moves.dispatch import by_duty
from xiuhua.casework.actions.turn import Turn
from xiuhua.casework.deadlines import start_clock
from xiuhua.casework.models import Petition, Standard, Step
from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.casework.states import MAX_APPEALS, MAX_REOPENINGS, REPEAT

KIND = Petition.Kind.APPEAL


def reopen(turn: Turn) -> None:
    """A resident says that it is not fixed: the case goes back to its unit with a new clock, and that counts."""
    case = turn.case
    if case.reopenings >= MAX_REOPENINGS:
        raise Refused(
            _("The case was reopened %(count)s times, the most that is possible.") % {"count": case.reopenings},
            _("Report the problem anew."),
        )
    turn.kept |= {"late": case.overdue, "closing_reason": case.closing_reason, "closed_at": case.closed_at}
    petitions.withdraw(turn, KIND)
    if case.standard is None:
        case.standard = Standard.objects.filter(category=case.category, active=True).first()
    if case.unit is None:
        case.unit = by_duty(turn)
    case.reopenings += 1
    case.handler = case.closed_at = case.handed_back_at = None
    case.closing_reason, case.overdue, case.exempt = "", False, False
    case.dispatched_at = turn.at
    start_clock(case, turn.at)
    turn.kept["deadline"] = case.deadline


def appeal(turn: Turn) -> None:
    """The unit says that it was not late by its own fault; two persons look at it."""
    case = turn.case
    if case.appeals >= MAX_APPEALS:
        raise Refused(_("There was an appeal in this case: one is all."), _("The decision stands."))
    if not case.overdue:
        raise Refused(_("The case was not overdue."), _("There is nothing to appeal against."))
    petitions.ask(turn, KIND)
    case.appeals += 1
    turn.due = turn.at + REPEAT


def review_appeal(turn: Turn) -> None:
    """First review; a refusal ends the appeal."""
    row = petitions.wanted(turn, KIND)
    if row.reviewed_at is not None:
        raise Refused(_("The first review has been made."), _("Wait for the second."))
    row.reviewed_at, row.review_granted = turn.at, turn.flag("granted")
    row.save(update_fields=["reviewed_at", "review_granted"])
    turn.kept |= {"petition": row.pk, "granted": row.review_granted}
    if row.review_granted:
        turn.due = turn.at + REPEAT
    else:
        _end(turn, row, granted=False)


def _end(turn: Turn, row: Petition, *, granted: bool) -> None:
    """Write the decision; the case waits for nothing any more."""
    petitions.decide(turn, row, granted=granted)
    turn.case.state_due = None


def decide_appeal(turn: Turn) -> None:
    """Second review, by another person: success exempts the case, and that it was overdue stays to be seen."""
    row = petitions.wanted(turn, KIND)
    if row.reviewed_at is None:
        raise Refused(_("The first review has not been made."), _("Wait for the first review."))
    first = (
        Step.objects.filter(case=turn.case, move="review_appeal").order_by("-number").values_list("user_id", flat=True)
    )
    if turn.user is None or turn.user.pk in {first[0], row.asked_by_id}:
        raise Forbidden(
            _("The second review belongs to another person than the first."), _("Leave it to another person.")
        )
    granted = turn.flag("granted")
    _end(turn, row, granted=granted)
    turn.case.exempt = granted


EFFECTS: dict[str, Callable[[Turn], None]] = {
    "reopen": reopen,
    "appeal": appeal,
    "review_appeal": review_appeal,
    "decide_appeal": decide_appeal,
}
