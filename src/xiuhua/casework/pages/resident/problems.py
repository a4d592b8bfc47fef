"""The public list of cases of a district: by area, kind and state, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from xiuhua.casework.models import Case, Photo
from xiuhua.casework.pages.resident.catalogue import Offer, OfferClass, by_class, offers
from xiuhua.casework.photos_public import shows_photos
from xiuhua.casework.states import OPEN
from xiuhua.city.area_index import area_index
from xiuhua.city.choice import PARAMETER, chosen_district
from xiuhua.city.labels import place_name
from xiuhua.city.models import Code, District
from xiuhua.city.queries import find_category

ROWS = 20
# So many are counted; a million need not be.
COUNTED = 10_000
# So many, the newest, are drawn on the map; more would lie one over the other.
POINTS = 3_000
AREA_KINDS = {"town": "town", "community": "community"}
STATES_OFFERED = {
    "open": gettext_noop("Open"),
    "fixed": gettext_noop("Fixed"),
    "unfixed": gettext_noop("Ended without a fix"),
}


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; "" is everything."""

    area: str = ""
    category: str = ""
    state: str = ""

    @property
    def query(self) -> dict[str, str]:
        """The parameters that are set."""
        return {name: value for name, value in vars(self).items() if value}


def public_cases(district: District, wanted: Wanted) -> QuerySet[Case] | None:
    """The public cases that are wanted; None where area or category are not known."""
    rows = Case.objects.filter(district=district, public=True).exclude(state="merged")
    if wanted.area:
        kind, _colon, code = wanted.area.partition(":")
        place = area_of(district, kind, code)
        if place is None:
            return None
        rows = rows.filter(**{f"{AREA_KINDS[kind]}_id": place})
    if wanted.category:
        category = find_category(wanted.category)
        if category is None:
            return None
        rows = rows.filter(category=category)
    if wanted.state == "open":
        rows = rows.filter(state__in=OPEN)
    elif wanted.state == "fixed":
        rows = rows.filter(state="closed", closing_reason="fixed")
    elif wanted.state == "unfixed":
        rows = rows.filter(Q(state="rejected") | Q(state="closed") & ~Q(closing_reason="fixed"))
    return rows


def area_of(district: District, kind: str, code: str) -> int | None:
    """The id of a town or community of today; None for anything else."""
    layer = area_index(district).of_kind(kind) if kind in AREA_KINDS else None
    return next((place.id for place in layer.places if place.code == code), None) if layer else None


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """The list, twenty to a page, each page beginning where the last ended."""
    district = chosen_district(request)
    if district is None:
        return render(request, "casework/resident/no_district.html")
    wanted = wanted_in(request)
    rows = public_cases(district, wanted)
    known = rows is not None
    rows = rows if rows is not None else Case.objects.none()
    before = _before(request.GET.get("before", ""))
    shown = _page(rows, before)
    counted = rows.order_by()[: COUNTED + 1].count()
    query = {PARAMETER: district.code, **wanted.query}
    context = {
        "district": district, "wanted": wanted, "known": known, "cases": _with_photos(shown[:ROWS]),
        "later": before is not None,
        "count": f"{min(counted, COUNTED):,}", "more_than": counted > COUNTED,
        "drawn": POINTS if counted > POINTS else 0, "anything": bool(wanted.query),
        "next": _next(query, shown), "first": "?" + urlencode(query), "states": _states(),
        "areas": _area_options(district), "classes": _classes(wanted),
        "points": reverse("casework:problem-points", args=[district.code]) + "?" + urlencode(wanted.query),
        "feed": reverse("casework:feed", args=[district.code]) + _feed_query(wanted),
    }  # fmt: skip
    return render(request, "casework/resident/problems.html", context)


def wanted_in(request: HttpRequest) -> Wanted:
    """What the address narrows the list to."""
    asked = {name: request.GET.get(name, "").replace("\x00", "")[:120] for name in ("area", "category", "state")}
    return Wanted(asked["area"], asked["category"], asked["state"] if asked["state"] in STATES_OFFERED else "")


def _page(rows: QuerySet[Case], before: tuple[datetime, int] | None) -> list[Case]:
    if before is not None:
        at, identity = before
        rows = rows.filter(reported_at__lte=at).exclude(reported_at=at, pk__gte=identity)
    related = rows.select_related("category", "town", "community", "unit", "district")
    return list(related.order_by("-reported_at", "-pk")[: ROWS + 1])


def _before(text: str) -> tuple[datetime, int] | None:
    """Where the last page ended, as its link says; None for anything else."""
    moment, _line, identity = text.partition("_")
    try:
        at = parse_datetime(moment)
    except ValueError:
        return None
    if at is None or at.tzinfo is None or not identity.isascii() or not identity.isdecimal() or len(identity) > 18:  # noqa: PLR2004 - fits an id
        return None
    return at, int(identity)


def _next(query: dict[str, str], shown: list[Case]) -> str:
    if len(shown) <= ROWS:
        return ""
    last = shown[ROWS - 1]
    return "?" + urlencode({**query, "before": f"{last.reported_at.isoformat()}_{last.pk}"})


def _with_photos(cases: list[Case]) -> list[tuple[Case, Any]]:
    """Each case with its first public photo of before."""
    photos: dict[int | None, Photo] = {}
    shown = [case for case in cases if shows_photos(case)]
    for photo in Photo.objects.filter(Photo.SHOWN, case__in=shown, public=True, stage=Photo.Stage.BEFORE):
        photos.setdefault(photo.case_id, photo)
    return [(case, photos.get(case.pk)) for case in cases]


def _states() -> list[tuple[str, str]]:
    return [(key, _(name)) for key, name in STATES_OFFERED.items()]


def _area_options(district: District) -> list[tuple[str, str, bool]]:
    """Value, name, whether it lies inside the one above: towns, then communities, by code."""
    index = area_index(district)
    layers = [layer for kind in AREA_KINDS if (layer := index.of_kind(kind))]
    return [
        (f"{layer.kind}:{place.code}", place_name(place), layer.kind != "town")
        for layer in layers
        for place in sorted(layer.places, key=lambda place: place.code)
    ]


def _classes(wanted: Wanted) -> list[OfferClass]:
    """What can be reported, with what is asked for where that is something else."""
    rows = offers()
    asked: Code | None = find_category(wanted.category) if wanted.category else None
    if asked is not None and asked.pk not in rows:
        rows = {**rows, asked.pk: (asked, Offer(wanted.category, asked.name, ""))}
    return by_class(rows.values())


def _feed_query(wanted: Wanted) -> str:
    asked = {name: value for name, value in wanted.query.items() if name != "state"}
    return "?" + urlencode(asked) if asked else ""
