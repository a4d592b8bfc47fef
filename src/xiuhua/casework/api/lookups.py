"""What a program asks before it reports: what can be reported, by which standards, what lies near, what it is."""

import re
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query
from pydantic import Field, StringConstraints

from xiuhua.casework.api import shapes
from xiuhua.casework.api.problems import GUARDED, READ
from xiuhua.casework.api.router import router
from xiuhua.casework.api.schemas import GivenCheckOut, NearbyOut, ServiceOut, StandardOut, SuggestedOut
from xiuhua.casework.models import Check, Service, Standard
from xiuhua.casework.nearby import WIDEST_M, nearby
from xiuhua.casework.states import STATES
from xiuhua.casework.suggesting import suggest
from xiuhua.city.api_inputs import Latitude, Longitude, Text, category_of, district_of
from xiuhua.city.models import Code
from xiuhua.people.api_account import account, sender

LongText = Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")]
MOST_CHECKS = 200
_SEPARATORS = re.compile(r"[\s,，、]+")


@router.get("/services", response={200: list[ServiceOut], **READ}, summary="What may be reported")
def services(request: HttpRequest) -> Any:
    """Categories offered for reporting with their questions; those not offered to the public only for accounts."""
    rows = Service.objects.select_related("category__code_set").order_by("category__code_set", "category__code")
    if sender(request) is None:
        rows = rows.filter(public=True)
    return [
        {
            "category": shapes.category(row.category), "group": row.category.class_name, "public": row.public,
            "description": row.description, "keywords": [word for word in _SEPARATORS.split(row.keywords) if word],
            "questions": row.questions,
        }
        for row in rows
    ]  # fmt: skip


@router.get("/standards", response={200: list[StandardOut], **READ}, summary="Filing standards")
def standards(
    request: HttpRequest, category: Annotated[Text, Field(description="set@version:code; all when left out")] = ""
) -> Any:
    """The standards in force: when a case is filed, how long it may take, what closes it."""
    rows = Standard.objects.filter(active=True).select_related("category__code_set")
    if category:
        rows = rows.filter(category=category_of(category))
    return [shapes.standard(row, row.category) for row in rows]


@router.get("/suggest", response={200: list[SuggestedOut], **READ}, summary="The categories that a text speaks of")
def suggested(request: HttpRequest, text: LongText) -> Any:
    """At most three, the surest first; none where nothing in the text is known."""
    found = suggest(text)
    codes = Code.objects.select_related("code_set").in_bulk([one.category for one in found])
    return [
        {"category": shapes.category(codes[one.category]), "confidence": round(one.confidence, 4)}
        for one in found
        if one.category in codes
    ]


@router.get("/nearby", response={200: list[NearbyOut], **READ}, summary="Open cases near a place")
def near(
    request: HttpRequest,
    district: Text,
    lon: Longitude,
    lat: Latitude,
    category: Annotated[Text, Field(description="set@version:code; any when left out")] = "",
    radius_m: Annotated[float, Query(ge=0, le=WIDEST_M, allow_inf_nan=False)] = 50.0,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Any:
    """Public open cases, the nearest first: say "me too" to one of them instead of reporting it once more."""
    chosen = district_of(district)
    code = category_of(category) if category else None
    found = nearby(chosen, lon, lat, code, radius_m, limit=limit, at=timezone.now())
    codes = Code.objects.select_related("code_set").in_bulk([one.category for one in found])
    return [
        {
            "number": one.number, "category": shapes.category(codes[one.category]), "state": one.state,
            "state_name": STATES[one.state].name, "text": one.public_text, "address": one.address, "lon": one.lon,
            "lat": one.lat, "distance_m": round(one.distance_m, 1), "age_seconds": int(one.age.total_seconds()),
            "me_too": one.me_too, "thumbnail_url": f"/photo/{one.photo}/thumb.jpg" if one.photo else None,
        }
        for one in found
    ]  # fmt: skip


@router.get("/checks", response={200: list[GivenCheckOut], **GUARDED}, auth=account, summary="Checks that wait for me")
def checks(request: HttpRequest) -> Any:
    """The open checks of the inspector who asks, the most urgent first."""
    rows = Check.objects.filter(inspector=sender(request), received_at=None, cancelled_at=None)
    rows = rows.select_related("case__category__code_set").order_by("due", "pk")[:MOST_CHECKS]
    return [
        {
            "key": row.key, "kind": row.kind, "number": row.case.number, "category": shapes.category(row.case.category),
            "text": row.case.public_text, "address": row.case.address, "lon": row.case.lon, "lat": row.case.lat,
            "drawn_at": row.drawn_at, "due": row.due,
        }
        for row in rows
    ]  # fmt: skip
