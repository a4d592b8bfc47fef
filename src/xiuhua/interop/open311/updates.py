"""Updates of requests, as a FixMyStreet site asks for them and sends them (the extension of mySociety)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework.actions import photos
from xiuhua.casework.actions.engine import perform
from xiuhua.casework.masking import mask
from xiuhua.casework.models import Case, Photo, Step
from xiuhua.casework.offers import offered
from xiuhua.casework.public_history import WITH_NOTE, WORDS, history
from xiuhua.casework.refusals import CaseworkError, Forbidden
from xiuhua.city.models import District
from xiuhua.interop.open311 import actions, dates
from xiuhua.interop.open311.asking import MOST, check_span, is_number, moment, window
from xiuhua.interop.open311.endpoint import Answer
from xiuhua.interop.open311.faults import Fault, fault, raise_all
from xiuhua.interop.open311.jurisdictions import jurisdiction
from xiuhua.interop.open311.keys import account
from xiuhua.interop.open311.posting import check_media, media_urls, sent_files
from xiuhua.interop.open311.records import first_photos, missing
from xiuhua.interop.open311.update_states import MOVES, named
from xiuhua.people.models import User

LONGEST = 4000
LONGEST_ID = 60
AHEAD = timedelta(minutes=5)  # by which a clock may be fast


def listed(request: HttpRequest) -> Answer:
    """GET servicerequestupdates: what became of public requests, oldest first; both dates, or the last 90 days."""
    district = jurisdiction(request.GET)
    zone, faults = ZoneInfo(district.time_zone), list[Fault]()
    start, end = (moment(request.GET, name, zone, faults) for name in ("start_date", "end_date"))
    if not faults and (start is None) != (end is None):
        faults.append(Fault("date_range", _("Give start_date and end_date, or neither.")))
    raise_all(faults)
    dated = start is not None
    start, end = window(start, end, timezone.now())
    raise_all(check_span(start, end, zone))
    rows = Step.objects.filter(
        # A case changed after each of its steps: by its index most of them need not be looked at.
        case__district=district, case__public=True, case__changed_at__gte=start,
        at__gte=start, at__lt=end + timedelta(seconds=1), move__in=[*WORDS, *WITH_NOTE],
    ).exclude(move="report")  # fmt: skip
    rows = rows.exclude(move__in=list(WITH_NOTE), public_note="").select_related("unit", "case")
    # With dates one can go on where the answer ends; without, the last ones are wanted.
    order = ("at", "case_id", "number") if dated else ("-at", "-case_id", "-number")
    steps = sorted(rows.order_by(*order)[:MOST], key=lambda step: (step.at, step.case_id, step.number))
    after = first_photos(request, [step.case for step in steps], Photo.Stage.AFTER) if steps else {}
    return Answer("service_request_updates", [_update(step, zone, after) for step in steps])


def _update(step: Step, zone: ZoneInfo, after: dict[int, str]) -> dict[str, Any]:
    line = history([step])[0]
    return {
        "update_id": update_id(step.case, step.number),
        "service_request_id": step.case.number,
        "status": named(step.move, step.to_state, str(step.data.get("closing_reason", ""))),
        "description": line.note or line.words,
        "updated_datetime": dates.written(step.at, zone),
        "media_url": after.get(step.case_id, "") if step.move == "hand_back" else "",
        "external_status_code": step.to_state,
        "customer_reference": "",
    }


def update_id(case: Case, number: int) -> str:
    """The number of an update: the request and the step."""
    return f"{case.number}-{number}"


@dataclass(frozen=True)
class Update:
    """An update as it came in."""

    number: str
    request: str
    status: str
    description: str
    updated_at: datetime


def post(request: HttpRequest) -> Answer:
    """POST servicerequestupdates: a move of the case, or a note, by the rights of the account; each is made once."""
    return _answered(request, keep=True)


def trial(request: HttpRequest) -> Answer:
    """The same of the test endpoint: everything is tried, nothing is kept."""
    return _answered(request, keep=False)


def _answered(request: HttpRequest, *, keep: bool) -> Answer:
    user, district, given = _read(request)
    files, urls = sent_files(request), media_urls(request.POST)
    try:
        with transaction.atomic():
            case, step, fresh = _made(user, district, given)
            transaction.set_rollback(not keep)
        if fresh and keep:
            for file in files:
                photos.store(file, stage=Photo.Stage.AFTER, case=case, user=user)
            for url in urls:
                actions.fetch_photo.enqueue(case.pk, user.pk, url)
    except Forbidden as refusal:
        raise fault("forbidden", f"{refusal.reason} {refusal.remedy}") from None
    except CaseworkError as refusal:
        raise fault("refused", f"{refusal.reason} {refusal.remedy}") from None
    number = update_id(case, step)
    return Answer("service_request_updates", [{"update_id": number if keep else f"test-{number}"}])


def _read(request: HttpRequest) -> tuple[User, District, Update]:
    user, form = account(request), request.POST
    district = jurisdiction({"jurisdiction_id": form.get("jurisdiction_id") or request.GET.get("jurisdiction_id", "")})
    texts = {
        name: (form.get(name) or "").strip()
        for name in ("update_id", "service_request_id", "status", "updated_datetime", "description")
    }
    faults = [Fault("update", _("Give %(name)s.") % {"name": name}) for name, text in texts.items() if not text]
    status = texts["status"].upper()
    if status and status not in MOVES:
        known = ", ".join(MOVES)
        faults.append(Fault("status", _("status is one of: %(known)s.") % {"known": known}))
    if len(texts["description"]) > LONGEST:
        faults.append(
            Fault("description", _("description has more than %(longest)s characters.") % {"longest": LONGEST})
        )
    number = texts["update_id"]
    if len(number) > LONGEST_ID or not number.isprintable():
        faults.append(Fault("update", _("update_id has more than %(longest)s characters.") % {"longest": LONGEST_ID}))
    faults += check_media(form)
    at = moment(texts, "updated_datetime", ZoneInfo(district.time_zone), faults)
    if at is not None and at > timezone.now() + AHEAD:
        faults.append(Fault("date", _("updated_datetime lies in the future.")))
    raise_all(faults)
    return (
        user,
        district,
        Update(number, texts["service_request_id"], status, texts["description"], at or timezone.now()),
    )


def _made(user: User, district: District, given: Update) -> tuple[Case, int, bool]:
    """Make the move and write down that it was made: the case, the step, whether it is new. Inside a transaction."""
    if known := actions.known_update(user, given.number):
        made = known.after or {}
        return Case.objects.get(number=made["case"]), int(made["step"]), False
    rows = Case.objects.select_related("district", "handler", "unit", "category")
    case = (
        rows.filter(number=given.request, district=district, public=True).first() if is_number(given.request) else None
    )
    if case is None:
        raise fault("request", missing(given.request))
    possible = offered(case, user)
    move = next((move for move in MOVES[given.status] if move in possible), MOVES[given.status][-1])
    data = {"reason": given.description, "public_note": mask(given.description), **_closing(move, given.status)}
    done = perform(case, move, user=user, data=data)
    actions.note_update(
        user, given.number, done, step=done.version, at=done.changed_at,
        said={"status": given.status, "updated_at": given.updated_at},
    )  # fmt: skip
    return done, done.version, True


def _closing(move: str, status: str) -> dict[str, str]:
    """Why a case is closed without a fix, as the status says."""
    reasons = {"NOT_COUNCILS_RESPONSIBILITY": "not_ours", "CANCELLED": "vanished"}
    return {"closing_reason": reasons.get(status, "not_fixed")} if move == "close_unfixed" else {}
