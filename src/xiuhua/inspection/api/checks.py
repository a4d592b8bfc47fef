"""Checks over JSON: the list with its filters, one of them, and sending one."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import AwareDatetime, ConfigDict, Field

from xiuhua.casework.api.problems import GUARDED, WRITTEN
from xiuhua.casework.refusals import Forbidden, Missing, Refused
from xiuhua.city.api_inputs import Latitude, Longitude, Text, district_of
from xiuhua.foundation.plain import keepable
from xiuhua.foundation.problems import bad_request
from xiuhua.inspection.actions.checks import CheckSent, submit_check
from xiuhua.inspection.api.router import router
from xiuhua.inspection.check_queries import READ, before, narrowed, one_check, read_criteria, readable, sees
from xiuhua.inspection.models import Check, Frame, Standard, Visit
from xiuhua.inspection.pages.checks.wording import flag_words
from xiuhua.people.api_account import account, sender
from xiuhua.people.permissions import refusal

type Moment = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2200, 1, 1, tzinfo=UTC))]
type Key = Annotated[str, Field(max_length=40)]


class InspectionFlagOut(Schema):
    """What is odd: the flag, its figure, what it refers to, and the same in words."""

    flag: str
    figure: float | None
    refers: str
    words: str


class InspectionFindingOut(Schema):
    """What one item came to; ``value`` and ``passed`` are null where it could not be assessed."""

    item: str
    name: str
    scale: str
    value: float | None
    passed: bool | None
    note: str
    case: str
    photos: list[UUID]


class InspectionRowOut(Schema):
    """A check in the list. ``valid`` is false where the weather was not as the standard asks: it does not count."""

    key: UUID
    district: str
    frame: str
    frame_name: str
    kind: str
    town: str
    standard: str
    part: str
    inspector: str
    seen_at: datetime
    received_at: datetime
    valid: bool
    score: float | None
    passed: bool | None
    flags: list[InspectionFlagOut]


class InspectionOut(InspectionRowOut):
    """A check with everything that was seen."""

    visit: UUID | None
    began_at: datetime
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    distance_m: float | None
    weather: dict[str, Any]
    note: str
    findings: list[InspectionFindingOut]
    photos: list[UUID]


class InspectionListOut(Schema):
    """A page of checks, the newest first; ``next`` goes into ``after`` for those before them, empty at the end."""

    checks: list[InspectionRowOut]
    next: str


class InspectionAsked(Schema):
    """What the checks must be; ``month`` is like 2026-03, ``inspector`` the name of the account."""

    district: Text
    kind: Text = ""
    town: Text = ""
    part: Text = ""
    inspector: Text = ""
    month: Text = ""
    flagged: bool = False
    failed: bool = False
    after: Text = ""
    limit: Annotated[int, Query(ge=1, le=200)] = 50


class InspectionIn(Schema):
    """A check to take in: of a visit, or without one of a frame of a district, by a standard (``key@version``)."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    key: UUID
    visit: UUID | None = None
    district: Text = ""
    frame: Text = ""
    standard: Text = ""
    part: Text = ""
    began_at: Moment
    seen_at: Moment
    lon: Longitude | None = None
    lat: Latitude | None = None
    accuracy_m: Annotated[float, Field(ge=0, le=1_000_000)] | None = None
    weather: dict[Key, bool | float | None] = Field({}, max_length=10)
    values: dict[Key, float | None] = Field(max_length=200)
    notes: dict[Key, str] = Field({}, max_length=200)
    photos: list[UUID] = Field([], max_length=50)
    photo_items: dict[UUID, Key] = Field({}, max_length=50)
    note: str = Field("", max_length=4000)


@router.get(
    "/checks", response={200: InspectionListOut, **GUARDED}, auth=account, summary="Checks that meet every filter"
)
def inspection_checks(request: HttpRequest, asked: Query[InspectionAsked]) -> Any:
    """Those that the account may see, the newest first."""
    district, user = district_of(asked.district), sender(request)
    if user is None or (why := refusal(user, READ, district.code, partly=True)):
        raise Forbidden(why if user else _("This needs an account."), _("Ask the district for this right."))
    given = {name: getattr(asked, name) for name in ("kind", "town", "part", "inspector", "month")}
    flags = {name: "1" if getattr(asked, name) else "" for name in ("flagged", "failed")}
    criteria = read_criteria(given | flags)
    if criteria.refused:
        name, why = next(iter(criteria.refused.items()))
        raise bad_request(f"{name}: {why}", _("Correct the filter and ask again."))
    rows = before(narrowed(readable(user, district), criteria, district), asked.after)
    rows = rows.select_related("district", "frame__town", "standard", "inspector")
    found = list(rows[: asked.limit + 1])
    onward = str(found[asked.limit - 1].key) if len(found) > asked.limit else ""
    return {"checks": [_row(made) for made in found[: asked.limit]], "next": onward}


@router.get(
    "/checks/{uuid:key}",
    response={200: InspectionOut, **GUARDED},
    auth=account,
    summary="One check",
)
def inspection_check(request: HttpRequest, key: UUID) -> Any:
    """For who may see it: where, when, in which weather, what was found, what is odd."""
    made, user = one_check(str(key)), sender(request)
    if made is None or user is None:
        raise Missing(_("There is no such check."), _("Look for it in the list of checks."))
    if not sees(user, made):
        raise Forbidden(
            refusal(user, READ, made.district.code, partly=True) or _("This check was made outside your area."),
            _("Ask the district for this right."),
        )
    return _whole(made)


@router.post(
    "/checks",
    response={200: InspectionOut, **WRITTEN},
    auth=account,
    summary="Send a check",
)
def send_inspection_check(request: HttpRequest, given: InspectionIn) -> Any:
    """Take in a check of the account; the same ``key`` again is answered as the first time.

    Photos are sent before: ``POST /api/cases/photos`` gives their keys.
    """
    user = sender(request)
    if user is None:
        raise Forbidden(_("This needs an account."), _("Sign in, or send an API key."))
    for text in (given.note, *given.notes.values()):
        if not keepable(text):
            raise Refused(_("The note holds characters that cannot be kept."), _("Type it again and send."))
    frame, standard, visit = _what(given)
    made = submit_check(
        CheckSent(
            key=given.key, inspector=user, frame=frame, standard=standard, visit=visit, part=given.part,
            began_at=given.began_at, seen_at=given.seen_at, lon=given.lon, lat=given.lat, accuracy_m=given.accuracy_m,
            weather={name: value for name, value in given.weather.items() if value is not None}, values=given.values,
            notes=given.notes, photos=[(key, given.photo_items.get(key)) for key in given.photos], note=given.note,
        )
    )  # fmt: skip
    return _whole(one_check(str(made.key)) or made)


def _what(given: InspectionIn) -> tuple[Frame, Standard, Visit | None]:
    """Frame, standard and visit of what was sent. Raises ``Missing`` for what is not there."""
    if given.visit is not None:
        visit = Visit.objects.select_related("frame__district", "standard", "plan").filter(key=given.visit).first()
        if visit is None:
            raise Missing(_("There is no such visit."), _("Load your list again."))
        return visit.frame, visit.standard, visit
    frame = Frame.objects.select_related("district").filter(district__code=given.district, code=given.frame).first()
    if frame is None:
        raise Missing(_("There is no such object."), _("Give the district and the code of a frame."))
    key, _at, version = given.standard.partition("@")
    standard = Standard.objects.filter(key=key, version=version).first()
    if standard is None:
        raise Missing(_("There is no such standard."), _("Write it as key@version."))
    return frame, standard, None


def _row(made: Check) -> dict[str, Any]:
    same = ("key", "part", "seen_at", "received_at", "valid", "score", "passed")
    return {name: getattr(made, name) for name in same} | {
        "district": made.district.code, "frame": made.frame.code, "frame_name": made.frame.name,
        "kind": made.frame.kind, "town": made.frame.town.code if made.frame.town else "",
        "standard": made.standard.ref, "inspector": made.inspector.username if made.inspector else "",
        "flags": [_flag(flag) for flag in made.flags],
    }  # fmt: skip


def _flag(flag: dict[str, Any]) -> dict[str, Any]:
    return {
        "flag": flag["flag"], "figure": flag.get("figure"), "refers": flag.get("with", ""), "words": flag_words(flag),
    }  # fmt: skip


def _whole(made: Check) -> dict[str, Any]:
    photos = list(made.photos.select_related("photo").order_by("pk"))
    findings = made.findings.select_related("item", "case").order_by("item__order", "item__pk")
    same = ("began_at", "lon", "lat", "accuracy_m", "distance_m", "weather", "note")
    return {name: getattr(made, name) for name in same} | _row(made) | {
        "visit": made.visit.key if made.visit else None,
        "findings": [
            {
                "item": row.item.key, "name": row.item.name, "scale": row.item.scale, "value": row.value,
                "passed": row.passed, "note": row.note, "case": row.case.number if row.case else "",
                "photos": [each.photo.key for each in photos if each.item_id == row.item_id],
            }
            for row in findings
        ],
        "photos": [each.photo.key for each in photos if each.item_id is None],
    }  # fmt: skip
