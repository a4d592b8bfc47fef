"""Moves over JSON: which may be made now, and making one; saying "me too"."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field, StringConstraints

from xiuhua.casework.actions import engine, intake
from xiuhua.casework.api.answers import answered
from xiuhua.casework.api.problems import GUARDED, WRITTEN
from xiuhua.casework.api.reading import found
from xiuhua.casework.api.router import router
from xiuhua.casework.api.schemas import FollowedOut, MadeOut, OfferOut
from xiuhua.casework.models import Case
from xiuhua.casework.offers import INTERNAL
from xiuhua.casework.pages.resident.limits import count
from xiuhua.casework.refusals import Refused
from xiuhua.casework.states import MOVES, STATES
from xiuhua.city.api_inputs import Text
from xiuhua.foundation.plain import plain
from xiuhua.people.api_account import account, anyone, sender

Value = bool | int | Annotated[float, Field(allow_inf_nan=False)] | Annotated[str, StringConstraints(max_length=5000)]


class MoveIn(Schema):
    """What is given with a move. With ``expected_version`` it is made only if nobody was first."""

    expected_version: Annotated[int, Field(ge=1, le=2**31)] | None = None
    data: Annotated[dict[str, Value | None], Field(max_length=20)] = {}


class JoinIn(Schema):
    """How to tell somebody without an account how it goes on; an account needs nothing."""

    email: Annotated[str, StringConstraints(max_length=254)] = ""
    phone: Annotated[str, StringConstraints(max_length=40)] = ""


@router.get("/{number}/moves", response={200: list[OfferOut], **GUARDED}, auth=account, summary="Moves offered now")
def offers(request: HttpRequest, number: Text) -> Any:
    """What the asker may do with the case now, and what to give with each."""
    _file, may = found(request, number)
    return [
        {
            "move": key, "name": MOVES[key].name, "to": MOVES[key].to, "requires": list(MOVES[key].requires),
            "takes": list(MOVES[key].takes),
        }
        for key in may.moves
    ]  # fmt: skip


@router.post("/{number}/moves/{move}", response={200: MadeOut, **WRITTEN}, auth=account, summary="Make a move")
def make_move(request: HttpRequest, number: Text, move: Text, given: MoveIn) -> Any:
    """Make it, or say why not: 403 without the right, 409 when somebody was first, 422 against the rules."""
    rule = MOVES.get(move)
    if rule is None or move in INTERNAL or not rule.start:
        raise Refused(_("There is no move %(move)s.") % {"move": move[:40]}, _("Choose one that /moves offers."))
    if unknown := sorted(set(given.data) - {*rule.requires, *rule.takes}):
        raise Refused(
            _("“%(move)s” does not take %(names)s.") % {"move": rule.name, "names": ", ".join(unknown)[:200]},
            _("It takes: %(names)s.") % {"names": ", ".join((*rule.requires, *rule.takes)) or _("nothing")},
        )
    turn = engine.perform_turn(
        number, move, user=sender(request), data=given.data, expected_version=given.expected_version
    )
    case = turn.case
    return answered(
        MadeOut, number=case.number, state=case.state, state_name=str(STATES[case.state].name), version=case.version,
        changed_at=case.changed_at, state_due=case.state_due, deadline=case.deadline,
        overdue=case.overdue, unit=turn.unit.code if turn.unit else None, step=plain(turn.kept),
    )  # fmt: skip


@router.post("/{number}/me-too", response={200: FollowedOut, **WRITTEN}, auth=anyone, summary="Say me too")
def me_too(request: HttpRequest, number: Text, given: JoinIn) -> Any:
    """Join an open public case instead of reporting it once more; each person counts once."""
    user = sender(request)
    if user is None:
        count(request, "join")
        if not given.email and not given.phone:
            raise Refused(
                _("Nobody is named who says “me too”."),
                _("Use an API key, or give an e-mail address or a telephone number."),
            )
    follower = intake.join(
        number, user=user, email=given.email, phone=given.phone, language=get_language() or "zh-hans"
    )
    joined, me_too = Case.objects.filter(pk=follower.case_id).values_list("number", "me_too").get()
    return {"number": joined, "me_too": me_too, "token": follower.token}
