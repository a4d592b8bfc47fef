"""Moves of the desk that dispatches: to a unit, to another unit, jointly with further units, and the hard cases."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from xiuhua.casework.actions.petitions import withdraw
from xiuhua.casework.actions.turn import Turn
from xiuhua.casework.deadlines import calendar_of, late, party_deadline, start_clock
from xiuhua.casework.models import Party, Step
from xiuhua.casework.refusals import Refused
from xiuhua.city import duty
from xiuhua.city.models import Code
from xiuhua.foundation.single import find_same
from xiuhua.foundation.worktime import Unit
from xiuhua.people.models import Organisation


def dispatch(turn: Turn) -> None:
    """Give the case to the unit that was named, or to the one that duty names, and let its clock run."""
    _give(turn, turn.organisation() or by_duty(turn))


def redispatch(turn: Turn) -> None:
    """Give the case to another unit, with a new clock; whether the first was late is kept with the step."""
    case = turn.case
    unit = turn.organisation()
    if unit is None or unit.pk == case.unit_id:
        raise Refused(_("The case is with this unit already."), _("Choose another unit."))
    turn.kept |= {"from": case.unit.code if case.unit else "", "late": late(case, turn.at)}
    withdraw(turn)
    _give(turn, unit)


def _give(turn: Turn, unit: Organisation) -> None:
    case = turn.case
    case.unit, case.handler = unit, None
    case.dispatched_at = turn.at
    case.overdue = False
    start_clock(case, turn.at)
    turn.unit = unit
    turn.kept |= {"unit": unit.code, "deadline": case.deadline}


def by_duty(turn: Turn) -> Organisation:
    """The unit that leads by duty and has not refused this case. Raises ``Refused`` when there is none."""
    case = turn.case
    category = find_same(Code, id=case.category_id)
    answer = duty.resolve(case.district, case.lon, case.lat, category=category, at=turn.at)
    refused = (
        set(Step.objects.filter(case=case, move="refuse").values_list("unit_id", flat=True)) if case.refusals else ()
    )
    for candidate in answer.candidates:
        if candidate.unit.id not in refused:
            turn.kept |= {"reasons": candidate.reasons, "duty": candidate.duty, "by_duty": True}
            unit = find_same(Organisation, id=candidate.unit.id)
            if unit is not None:
                return unit
    raise Refused(
        _("No duty and no territory names a unit for this case that has not refused it."),
        _("Choose the unit by hand, and record a duty for next time."),
    )


def join(turn: Turn) -> None:
    """Let another unit take part, with a limit of its own where one is given."""
    case = turn.case
    unit = turn.organisation()
    if unit is None or unit.pk == case.unit_id:
        raise Refused(_("This unit leads the case already."), _("Choose another unit."))
    if Party.objects.filter(case=case, unit=unit).exists():
        raise Refused(_("This unit takes part already."), _("Choose another unit."))
    limit, limit_unit = _limit(turn)
    party = Party(
        case=case, unit=unit, task=str(turn.given("task") or "")[:300], since=turn.at,
        limit=limit, limit_unit=limit_unit.value if limit else "",
    )  # fmt: skip
    party.deadline = party_deadline(party, calendar_of(case.district))
    party.save(force_insert=True)
    turn.unit = unit
    turn.kept |= {"unit": unit.code, "limit": limit, "limit_unit": party.limit_unit, "deadline": party.deadline}


def _limit(turn: Turn) -> tuple[int | None, Unit]:
    text, unit = str(turn.given("limit") or "0"), str(turn.given("limit_unit") or Unit.WORK_HOUR.value)
    try:
        amount, chosen = int(text), Unit(unit)
    except ValueError:
        amount, chosen = -1, Unit.WORK_HOUR
    if not 0 <= amount <= 999:  # noqa: PLR2004 - nobody waits longer
        raise Refused(
            _("The limit is not a number of hours or days."), _("Give a whole number up to 999 and its unit.")
        )
    return amount or None, chosen


def mark_hard(turn: Turn) -> None:
    """Enter the case into the ledger of hard cases; it stays in every count."""
    _hard(turn, value=True)


def unmark_hard(turn: Turn) -> None:
    """Take the case out of the ledger of hard cases."""
    _hard(turn, value=False)


def _hard(turn: Turn, *, value: bool) -> None:
    if turn.case.hard == value:
        raise Refused(_("The ledger of hard cases says so already."), _("There is nothing to change."))
    turn.case.hard = value


EFFECTS: dict[str, Callable[[Turn], None]] = {
    "dispatch": dispatch,
    "redispatch": redispatch,
    "join": join,
    "mark_hard": mark_hard,
    "unmark_hard": unmark_hard,
}
