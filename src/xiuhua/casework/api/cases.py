"""One case: what everybody sees of it, what staff sees, its history."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework import public_history
from xiuhua.casework.api import shapes
from xiuhua.casework.api.problems import GUARDED, READ
from xiuhua.casework.api.reading import found
from xiuhua.casework.api.router import router
from xiuhua.casework.api.schemas import CaseOut, StepOut
from xiuhua.casework.deadlines import explain
from xiuhua.casework.dossier import Dossier, meet
from xiuhua.casework.models import Case, Check, Party, Petition, Report, Step
from xiuhua.casework.offers import Entitled
from xiuhua.casework.refusals import Forbidden
from xiuhua.casework.states import MOVES
from xiuhua.city.api_inputs import Text
from xiuhua.people.api_account import account
from xiuhua.people.models import User

_COUNTS = ("extensions", "suspensions", "reworks", "refusals", "reopenings", "appeals")


@router.get("/{number}", response={200: CaseOut, **READ}, summary="One case")
def one_case(request: HttpRequest, number: Text) -> Any:
    """What is public for everybody; for who may see the case everything, in ``staff``."""
    file, may = found(request, number)
    case, now = file.case, timezone.now()
    calendar = shapes.calendar(case.district)
    places = ((kind, getattr(case, kind)) for kind in ("town", "community", "grid"))
    shown = {
        **shapes.row(case, whole=may.sees, calendar=calendar, now=now),
        "standing": {"text": (stand := public_history.standing(case, now)).words, "tone": stand.tone},
        "areas": [{"kind": kind, "code": area.code, "name": area.name} for kind, area in places if area],
        "photos": shapes.photos(case, file.photos, whole=may.sees),
        "history": [{"at": e.at, "text": e.words, "note": e.note} for e in public_history.history(file.steps)],
        "master": case.master.number if case.master else "",
    }
    if may.sees:
        meet(file)
        shown["staff"] = _staff(file, may, explain(case, calendar) if calendar else "")
    return shown


@router.get("/{number}/history", response={200: list[StepOut], **GUARDED}, auth=account, summary="Every move of a case")
def history(request: HttpRequest, number: Text) -> Any:
    """The steps in order, with reasons and data; for who may see the case."""
    file, may = found(request, number)
    if not may.sees:
        raise Forbidden(_("Your account may not see the whole history of this case."), _("Ask for the public part."))
    return [_step(step) for step in file.steps]


def _staff(file: Dossier, may: Entitled, clock: str) -> dict[str, Any]:
    case = file.case
    return {
        "description": case.description, "standard": shapes.standard(case.standard, case.category),
        "state_since": case.state_since, "state_due": case.state_due, "clock": clock, "priority": case.priority,
        "exempt": case.exempt, "counts": {name: getattr(case, name) for name in _COUNTS},
        "parties": [_party(file, row) for row in file.parties], "checks": [_check(file, row) for row in file.checks],
        "petitions": [_petition(file, row) for row in file.petitions],
        "reports": [_report(row, case, contacts=may.contacts) for row in file.reports], "moves": may.moves,
    }  # fmt: skip


def _person(user: User | None) -> str:
    return str(user) if user else ""


def _step(step: Step) -> dict[str, Any]:
    return {
        "number": step.number, "at": step.at, "move": step.move, "move_name": MOVES[step.move].name,
        "from_state": step.from_state, "to_state": step.to_state, "actor": step.actor, "person": _person(step.user),
        "unit": shapes.unit(step.unit), "reason": step.reason, "public_note": step.public_note, "data": step.data,
    }  # fmt: skip


def _party(file: Dossier, row: Party) -> dict[str, Any]:
    unit = file.units.get(row.unit_id)
    return {
        "unit": {"code": unit.code, "name": unit.name} if unit else {"code": "", "name": ""}, "task": row.task,
        "since": row.since, "deadline": row.deadline, "done_at": row.done_at,
    }  # fmt: skip


def _check(file: Dossier, row: Check) -> dict[str, Any]:
    same = {name: getattr(row, name) for name in (
        "key", "kind", "drawn_at", "due", "passed", "note", "lon", "lat", "accuracy_m", "seen_at", "received_at",
        "cancelled_at", "draw",
    )}  # fmt: skip
    return {**same, "inspector": _person(file.person(row.inspector_id))}


def _petition(file: Dossier, row: Petition) -> dict[str, Any]:
    same = {name: getattr(row, name) for name in (
        "kind", "asked_at", "reason", "until", "reviewed_at", "review_granted", "decided_at", "granted", "decision",
    )}  # fmt: skip
    return {**same, "asked_by": _person(file.person(row.asked_by_id))}


def _report(row: Report, case: Case, *, contacts: bool) -> dict[str, Any]:
    rating = getattr(row, "rating", None)
    contact = {"name": row.contact_name, "phone": row.contact_phone, "email": row.contact_email}
    return {
        "key": row.key, "source": row.source, "received_at": row.received_at, "description": row.description,
        "address": row.address, "answers": row.answers, "suggested": row.suggested,
        "contact": contact if contacts else None,
        "rating": {"score": rating.score, "text": rating.text, "at": rating.at} if rating else None,
    }  # fmt: skip
