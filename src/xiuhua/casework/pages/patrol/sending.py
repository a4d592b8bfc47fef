"""What the phone page sends: photos piece by piece, findings, reports, "me too"."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import AwareDatetime, Field

from xiuhua.casework.actions import intake, patrol, uploads
from xiuhua.casework.models import Report, Standard, Step
from xiuhua.casework.pages.patrol.answering import Sent, answering, body_of, read
from xiuhua.casework.pages.patrol.parts import PERMISSION
from xiuhua.casework.refusals import Refused
from xiuhua.casework.states import STATES
from xiuhua.casework.submission import Submission
from xiuhua.city.models import Code, District
from xiuhua.foundation.problems import Problem
from xiuhua.people.permissions import refusal

type Lon = Annotated[float, Field(ge=-180, le=180)]
type Lat = Annotated[float, Field(ge=-90, le=90)]
type Metres = Annotated[float, Field(ge=0, le=1_000_000)]
type Moment = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2200, 1, 1, tzinfo=UTC))]
type Identity = Annotated[int, Field(ge=1, lt=2**63)]
_DIGITS, _SHA256 = 9, 64


class SentFinding(Sent):
    """What was seen at a check."""

    passed: bool
    note: str = Field("", max_length=4000)
    seen_at: Moment
    photos: list[UUID] = Field([], max_length=50)
    lon: Lon | None = None
    lat: Lat | None = None
    accuracy_m: Metres | None = None


class SentReport(Sent):
    """What was found on the way."""

    district: str = Field(max_length=12)
    category: Identity
    standard: Identity | None = None
    description: str = Field("", max_length=4000)
    address: str = Field("", max_length=200)
    lon: Lon
    lat: Lat
    placed_by: str = Field("device", max_length=12)
    seen_at: Moment
    photos: list[UUID] = Field([], max_length=50)
    answers: dict[str, Any] = {}


@answering("GET", "PUT", permission=None)
def photo(request: HttpRequest, key: UUID) -> dict[str, Any]:
    """GET says how much of a photo has arrived; PUT ``?offset=&size=&sha256=`` adds a piece."""
    if request.method == "GET":
        here = uploads.arrived(_user(request), key)
    else:
        offset, size = (_count(request, name) for name in ("offset", "size"))
        sha256 = request.GET.get("sha256", "")
        if len(sha256) != _SHA256:
            raise _unreadable("sha256")
        piece = body_of(request, uploads.LARGEST_PIECE)
        here = uploads.receive(_user(request), key, piece, offset=offset, size=size, sha256=sha256)
    return {"received": here.received, "done": here.done}


@answering("POST")
def check(request: HttpRequest, key: UUID) -> dict[str, Any]:
    """The finding of a check."""
    sent = read(SentFinding, request)
    made = patrol.find(_user(request), key, patrol.Finding(**sent.model_dump()))
    step = Step.objects.filter(case=made.case_id, data__check=made.pk, move__in=patrol.MOVES.values()).first()
    data = step.data if step else {}
    return {
        "number": made.case.number,
        "state": STATES[step.to_state].name if step else "",
        "distance_m": data.get("distance_m"),
        "far": bool(data.get("far")),
    }


@answering("POST")
def report(request: HttpRequest, key: UUID) -> dict[str, Any]:
    """A new report."""
    sent, user = read(SentReport, request), _user(request)
    district = District.objects.filter(code=sent.district).first()
    why = _("There is no such district.") if district is None else ""
    if district is None or (why := refusal(user, PERMISSION, district.code, partly=True)):
        raise Problem(403, _("Refused"), why, _("Choose a district in which you are an inspector."))
    submission = Submission(
        idempotency_key=f"patrol-{key}", district=district, source=Report.Source.INSPECTOR, lon=sent.lon, lat=sent.lat,
        category=_category(sent.category), standard=_standard(sent.standard), description=sent.description,
        address=sent.address, placed_by=sent.placed_by, seen_at=sent.seen_at, photos=sent.photos,
        answers=sent.answers, language=get_language() or "zh-hans",
    )  # fmt: skip
    made = patrol.report(user, submission)
    return {"number": made.case.number, "state": STATES[made.case.state].name}


@answering("POST")
def join(request: HttpRequest, number: str) -> dict[str, Any]:
    """Say "me too": the problem is a case already."""
    follower = intake.join(number, user=_user(request), language=get_language() or "zh-hans")
    return {"number": follower.case.number, "state": STATES[follower.case.state].name}


def _category(identity: int) -> Code:
    found = Code.objects.filter(pk=identity).first()
    if found is None:
        raise Refused(_("The category is no longer there."), _("Load the list again and choose another category."))
    return found


def _standard(identity: int | None) -> Standard | None:
    if identity is None:
        return None
    found = Standard.objects.filter(pk=identity, active=True).first()
    if found is None:
        raise Refused(
            _("The filing standard is no longer in force."), _("Load the list again and choose another standard.")
        )
    return found


def _user(request: HttpRequest) -> Any:
    """The account; ``answering`` has seen that there is one."""
    return request.user


def _count(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise _unreadable(name)
    return int(text)


def _unreadable(names: str) -> Problem:
    return Problem(
        400,
        _("Bad request"),
        _("These inputs cannot be read: %(names)s.") % {"names": names},
        _("Update the page and send again."),
    )
