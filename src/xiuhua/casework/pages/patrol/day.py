"""What the phone page loads and keeps for a day without network: checks to make, what can be reported."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework.asking import questions_of
from xiuhua.casework.deadlines import amount_text
from xiuhua.casework.models import Check, Photo, Service, Standard
from xiuhua.casework.nearby import nearby
from xiuhua.casework.pages.patrol.answering import answering
from xiuhua.casework.pages.patrol.parts import PERMISSION, parts_for
from xiuhua.casework.states import STATES
from xiuhua.casework.templatetags.cases import ago
from xiuhua.city.models import Code, District
from xiuhua.city.queries import districts
from xiuhua.foundation.problems import Problem
from xiuhua.foundation.worktime import Unit
from xiuhua.people.models import User
from xiuhua.people.permissions import grants_of

MOST_CHECKS = 200
PHOTOS_OF_A_CASE = 6


@answering("GET", permission=None)
def session(request: HttpRequest) -> dict[str, Any]:
    """Who is signed in, the token that sending needs, and the time, for phones whose clock is wrong."""
    return {"username": request.user.get_username(), "csrf": get_token(request), "at": timezone.now()}


@answering("GET", permission=None)
def day(request: HttpRequest) -> dict[str, Any]:
    """The open checks of the account, the categories with their standards and questions, the districts.

    What other rooms bring stands in ``parts`` by their keys. Whoever has only these gets nothing of cases.
    """
    user: Any = request.user
    own = districts_of(user)
    return {
        "username": user.get_username(),
        "at": timezone.now(),
        "checks": _checks(user) if own else [],
        "districts": [{"code": district.code, "name": district.name} for district in own],
        "categories": _categories() if own else [],
        "parts": {part.key: part.day(user) for part in parts_for(request)},
    }


def districts_of(user: User, permissions: Collection[str] = (PERMISSION,)) -> list[District]:
    """The districts in which the account checks cases, or has any of ``permissions``."""
    return [each for each in districts() if any(grants_of(user, permissions, district_code=each.code).values())]


def _checks(user: User) -> list[dict[str, Any]]:
    rows = Check.objects.filter(inspector=user, received_at=None, cancelled_at=None)
    rows = rows.select_related("case__category", "case__standard", "case__district").order_by("due")[:MOST_CHECKS]
    found = list(rows)
    photos = _photos([row.case_id for row in found])
    conditions = _conditions([row.case.category_id for row in found if row.kind == Check.Kind.BEFORE_FILING])
    return [_check(row, photos[row.case_id], conditions[row.case.category_id]) for row in found]


def _check(row: Check, photos: list[dict[str, str]], conditions: list[str]) -> dict[str, Any]:
    case = row.case
    before_closing = row.kind == Check.Kind.BEFORE_CLOSING
    closing = case.standard.closing or case.standard.condition if case.standard else ""
    return {
        "key": row.key, "kind": row.kind, "number": case.number, "category": case.category.name,
        "category_id": case.category_id, "text": case.public_text, "address": case.address, "lon": case.lon,
        "lat": case.lat,
        "drawn_at": row.drawn_at, "due": row.due, "reported_at": case.reported_at,
        "look_at": [closing] if before_closing and closing else [] if before_closing else conditions,
        "photos": photos[-PHOTOS_OF_A_CASE:],
    }  # fmt: skip


def _photos(cases: list[int]) -> dict[int, list[dict[str, str]]]:
    """The thumbnails of the cases, the newest last."""
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    rows = Photo.objects.filter(Photo.SHOWN, case__in=cases).order_by("received_at", "pk") if cases else []
    for row in rows:
        found[row.case_id or 0].append(
            {
                "thumb": reverse("casework:photo", args=[row.key, "thumb"]),
                "copy": reverse("casework:photo", args=[row.key, "copy"]),
                "stage": row.stage,
                "label": str(Photo.Stage(row.stage).label),
            }
        )
    return found


def _conditions(categories: Iterable[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for row in Standard.objects.filter(category__in=set(categories), active=True):
        found[row.category_id].append(row.condition)
    return found


def _categories() -> list[dict[str, Any]]:
    """Whatever has a filing standard or is offered for reporting."""
    services = {row.category_id: row for row in Service.objects.all()}
    standards: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in Standard.objects.filter(active=True):
        limit = amount_text(row.limit, Unit(row.unit))
        standards[row.category_id].append({"id": row.pk, "condition": row.condition, "limit": limit})
    codes = Code.objects.filter(pk__in={*services, *standards}).order_by("code_set__key", "code")
    return [
        {
            "id": code.pk, "code": code.code, "name": code.name, "class": code.class_name,
            "standards": standards[code.pk], "words": services[code.pk].keywords if code.pk in services else "",
            "questions": _questions(services[code.pk].questions) if code.pk in services else [],
        }
        for code in codes
    ]  # fmt: skip


def _questions(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name, "label": each.label, "hint": each.hint, "kind": each.kind, "required": each.required,
            "choices": [{"value": choice.value, "label": choice.label} for choice in each.choices],
            "limits": each.limits,
        }
        for each in questions_of(schema)
    ]  # fmt: skip


@answering("GET")
def near(request: HttpRequest) -> dict[str, Any]:
    """Open cases around ``?lon=&lat=``, of ``?category=`` in ``?district=``: to join instead of reporting again."""
    asked = request.GET
    try:
        lon, lat, category = float(asked["lon"]), float(asked["lat"]), int(asked["category"])
        district = next(each for each in districts_of(_user(request)) if each.code == asked["district"])
        code = Code.objects.get(pk=category)
    except (KeyError, ValueError, OverflowError, StopIteration, Code.DoesNotExist):
        lon = lat = math.nan
    if not (abs(lon) <= 180 and abs(lat) <= 90):  # noqa: PLR2004 - the earth
        raise Problem(
            400, _("Bad request"), _("Place, category or district cannot be read."), _("Measure the place again.")
        )
    return {
        "cases": [
            {
                "number": case.number, "text": case.public_text, "distance_m": round(case.distance_m),
                "ago": ago(timezone.now() - case.age), "state": STATES[case.state].name, "me_too": case.me_too,
                "thumb": reverse("casework:photo", args=[case.photo, "thumb"]) if case.photo else "",
            }
            for case in nearby(district, lon, lat, code)
        ]
    }  # fmt: skip


def _user(request: HttpRequest) -> Any:
    """The account; ``answering`` has seen that there is one."""
    return request.user
