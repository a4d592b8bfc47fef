"""Moves of the responsible unit: refuse, assign a person, note, finish a part, hand back as fixed."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from xiuhua.casework.actions.petitions import withdraw
from xiuhua.casework.actions.turn import Turn
from xiuhua.casework.deadlines import late, pause_clock
from xiuhua.casework.models import Party
from xiuhua.casework.refusals import Refused
from xiuhua.casework.unit_tree import unit_tree
from xiuhua.foundation.single import find_one


def refuse(turn: Turn) -> None:
    """Give the case back to the desk, by name and with the unit that should have it where one is known."""
    case = turn.case
    suggested = turn.organisation("suggested_unit")
    if suggested is not None and suggested.pk == case.unit_id:
        raise Refused(_("You suggest your own unit."), _("Name the unit that answers for this, or leave it out."))
    turn.unit = case.unit
    turn.kept |= {
        "unit": case.unit.code if case.unit else "",
        "suggested_unit": suggested.code if suggested else "",
        "late": late(case, turn.at),
    }
    withdraw(turn)
    case.refusals += 1
    case.unit = case.handler = case.deadline = case.dispatched_at = None
    case.clock_started = case.clock_amount = None
    case.clock_unit, case.clock_pauses = "", []


def assign(turn: Turn) -> None:
    """Give the case to a person of the unit, or of one under it."""
    case = turn.case
    handler = turn.account()
    below = unit_tree(case.district.code).below(case.unit_id or 0)
    if handler is None or handler.organisation_id not in below:
        raise Refused(
            _("This person does not belong to the unit of the case."), _("Choose a person of the unit or below it.")
        )
    case.handler = handler
    turn.kept["handler"] = handler.pk


def unassign(turn: Turn) -> None:
    """Take the case back from the person."""
    turn.kept["handler"] = turn.case.handler_id
    turn.case.handler = None


def note(turn: Turn) -> None:
    """Write something into the history."""


def party_done(turn: Turn) -> None:
    """A unit that takes part has done its part."""
    rows = list(Party.objects.filter(case=turn.case, done_at=None).select_related("unit"))
    unit = turn.organisation()
    if unit is None and turn.user is not None:
        tree = unit_tree(turn.case.district.code)
        rows = [row for row in rows if turn.user.organisation_id in tree.below(row.unit_id)] or rows
    if unit is not None:
        rows = [row for row in rows if row.unit_id == unit.pk]
    if len(rows) != 1:
        raise Refused(_("It is not clear whose part is done."), _("Name one unit whose part is open."))
    party = rows[0]
    party.done_at = turn.at
    party.save(update_fields=["done_at"])
    turn.unit = party.unit
    turn.kept |= {"unit": party.unit.code, "late": bool(party.deadline and party.deadline < turn.at)}


def hand_back(turn: Turn) -> None:
    """The unit says that it is fixed: whether in time is decided now, and the clock stands still."""
    case = turn.case
    waiting = find_one(Party, "unit", case_id=case.pk, done_at=None)
    if waiting is not None:
        raise Refused(
            _("%(unit)s has not finished its part.") % {"unit": waiting.unit},
            _("Wait until every unit that takes part has finished."),
        )
    withdraw(turn)
    case.overdue = late(case, turn.at)
    case.handed_back_at = turn.at
    pause_clock(case, turn.at, keep_deadline=True)
    turn.kept |= {"late": case.overdue, "deadline": case.deadline, "handler": case.handler_id}


EFFECTS: dict[str, Callable[[Turn], None]] = {
    "refuse": refuse,
    "assign": assign,
    "unassign": unassign,
    "note": note,
    "party_done": party_done,
    "hand_back": hand_back,
}
