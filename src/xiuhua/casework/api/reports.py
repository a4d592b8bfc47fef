"""Reports over JSON: one endpoint for programs of every kind, and the same report never twice."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Header, Schema
from pydantic import Field, StringConstraints

from xiuhua.casework.actions.intake import Submission, submit
from xiuhua.casework.actions.objection import object_to
from xiuhua.casework.actions.ratings import LEAST, MOST, may_rate, rate
from xiuhua.casework.api.answers import answered
from xiuhua.casework.api.problems import READ, WRITTEN
from xiuhua.casework.api.router import router
from xiuhua.casework.api.schemas import FollowedReportOut, RatingOut, TakenOut
from xiuhua.casework.models import Rating, Report, Service, Standard
from xiuhua.casework.pages.resident.limits import count
from xiuhua.casework.public_history import history, standing, steps_of
from xiuhua.casework.refusals import Missing, Refused
from xiuhua.casework.states import STATES
from xiuhua.city.api_inputs import Latitude, Longitude, Text, category_of, district_of
from xiuhua.people.api_account import anyone, sender

KEY = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=60, pattern=r"^[\x21-\x7e]+$")]
# Who has an account may say through which door a report came to it.
SOURCES = ("api", "inspector", "hotline", "phone")


class ReportIn(Schema):
    """A report. ``category`` is set@version:code, else the likeliest by the text; ``photos`` are keys of photos."""

    district: Text
    lon: Longitude
    lat: Latitude
    category: Text = ""
    description: Annotated[str, StringConstraints(max_length=4000)] = ""
    address: Annotated[str, StringConstraints(max_length=200)] = ""
    placed_by: Text = ""
    answers: Annotated[dict[str, Any], Field(max_length=50)] = {}
    contact_name: Annotated[str, StringConstraints(max_length=80)] = ""
    contact_phone: Annotated[str, StringConstraints(max_length=40)] = ""
    contact_email: Annotated[str, StringConstraints(max_length=254)] = ""
    photos: Annotated[list[UUID], Field(max_length=20)] = []
    seen_at: datetime | None = None
    standard: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    source: Text = "api"


@router.post("/reports", response={200: TakenOut, 201: TakenOut, **WRITTEN}, auth=anyone, summary="Report a problem")
def report(request: HttpRequest, given: ReportIn, idempotency_key: KEY) -> Any:
    """Take the report in (201). The same key with the same content gives back the same report (200), never a second."""
    user, now = sender(request), timezone.now()
    if user is None:
        count(request, "report")
    taken = submit(_submission(request, given, idempotency_key), user=user, at=now)
    number = taken.case.number
    return answered(
        TakenOut, 201 if taken.received_at == now else 200, report=taken.key, number=number, state=taken.case.state,
        token=taken.token, follow_url=_address("follow", taken.token), case_url=_address("public-case", number),
    )  # fmt: skip


def _submission(request: HttpRequest, given: ReportIn, key: str) -> Submission:
    user = sender(request)
    if given.source not in SOURCES or (user is None and given.source != "api"):
        raise Refused(
            _("The source of the report is unknown."),
            _("Give one of: %(sources)s.") % {"sources": ", ".join(SOURCES if user else SOURCES[:1])},
        )
    standard = (
        Standard.objects.select_related("category").filter(pk=given.standard, active=True).first()
        if given.standard
        else None
    )
    if given.standard and standard is None:
        raise Refused(_("There is no such filing standard."), _("Choose one that /api/cases/standards lists."))
    category = category_of(given.category) if given.category else None
    if user is None and category is not None and Service.objects.filter(category=category, public=False).exists():
        raise Refused(
            _("%(category)s cannot be reported here.") % {"category": category}, _("Choose another category.")
        )
    return Submission(
        # Keys of one sender do not meet those of another.
        idempotency_key=f"api:{user.pk if user else 0}:{key}", district=district_of(given.district),
        source=Report.Source(given.source), lon=given.lon, lat=given.lat,
        category=category, description=given.description,
        placed_by=given.placed_by, address=given.address, answers=given.answers, contact_name=given.contact_name,
        contact_phone=given.contact_phone, contact_email=given.contact_email, photos=given.photos,
        seen_at=given.seen_at, standard=standard, language=get_language() or "zh-hans",
    )  # fmt: skip


def _address(name: str, *arguments: str) -> str:
    try:
        return reverse(f"casework:{name}", args=arguments)
    except NoReverseMatch:
        return ""


class RatingIn(Schema):
    """One to five, five is the best."""

    score: Annotated[int, Field(ge=LEAST, le=MOST)]
    text: Annotated[str, StringConstraints(max_length=1000)] = ""


class ObjectionIn(Schema):
    """Why the end of the case is none."""

    reason: Annotated[str, StringConstraints(max_length=4000)]


@router.get("/reports/{token}", response={200: FollowedReportOut, **READ}, summary="How it goes on with a report")
def followed(request: HttpRequest, token: Text) -> Any:
    """The case that a report led to, for who has its token."""
    found = _by_token(token)
    case = found.case.master or found.case
    given = Rating.objects.filter(report=found).first()
    stand = standing(case)
    return {
        "report": found.key, "number": case.number, "state": case.state, "state_name": STATES[case.state].name,
        "standing": {"text": stand.words, "tone": stand.tone},
        "history": [{"at": e.at, "text": e.words, "note": e.note} for e in history(steps_of(case))],
        "may_rate": may_rate(case),
        "rating": {"score": given.score, "text": given.text, "at": given.at} if given else None,
    }  # fmt: skip


@router.post("/reports/{token}/rating", response={200: RatingOut, **WRITTEN}, summary="Rate the end of a case")
def rating(request: HttpRequest, token: Text, given: RatingIn) -> Any:
    """How satisfied the reporter is; within 30 days of the end, and again to change it."""
    count(request, "join")
    return rate(_by_token(token), given.score, given.text)


@router.post(
    "/reports/{token}/objection", response={200: FollowedReportOut, **WRITTEN}, summary="Object: it is not fixed"
)
def objection(request: HttpRequest, token: Text, given: ObjectionIn) -> Any:
    """Open the closed case again; that counts, and a case is opened again twice at most."""
    count(request, "join")
    object_to(_by_token(token), given.reason)
    return followed(request, token)


def _by_token(token: str) -> Report:
    found = Report.objects.filter(token=token).select_related(
        "case__district", "case__unit", "case__master__district", "case__master__unit"
    ).first()  # fmt: skip
    if found is None:
        raise Missing(_("There is no such report."), _("Use the token that came with the answer to the report."))
    return found
