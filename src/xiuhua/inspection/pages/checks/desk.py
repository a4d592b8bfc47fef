"""The desk's view of checks: the list with its filters, and one check with everything that was seen."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import shapely
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xiuhua.casework.models import Photo
from xiuhua.casework.states import STATES
from xiuhua.city.choice import PARAMETER, chosen_district, offered_districts
from xiuhua.city.models import Area, District, local
from xiuhua.foundation.geometry import from_wkb
from xiuhua.inspection.actions.failures import item_value
from xiuhua.inspection.check_queries import READ, before, narrowed, one_check, read_criteria, readable, sees
from xiuhua.inspection.detector_queries import active_detectors, runs_by_photo
from xiuhua.inspection.kinds import kind_name
from xiuhua.inspection.models import Check, DetectorRun, Finding, Frame, Item, Part
from xiuhua.inspection.pages.checks.wording import FLAG_NAMES, amount, asked_weather, flag_words, weather_words
from xiuhua.people.models import User
from xiuhua.people.permissions import districts_of, refusal

SHOWN = 50
# Flags of the weather: no doubt about the inspector.
WEATHER = {"wet", "wind", "humidity", "unknown_weather"}


@require_safe
def every_check(request: HttpRequest) -> HttpResponseBase:
    """The checks that the reader may see, the newest first."""
    user = request.user
    if not isinstance(user, User):
        return redirect_to_login(request.get_full_path())
    district = chosen_district(request)
    if district is None:
        raise PermissionDenied(refusal(user, READ, None))
    if why := refusal(user, READ, district.code, partly=True):
        if code := _own_district(request, user):
            return redirect(f"{request.path}?{urlencode({**request.GET.dict(), PARAMETER: code})}")
        raise PermissionDenied(why)
    criteria = read_criteria(request.GET)
    mine = readable(user, district)
    rows = before(narrowed(mine, criteria, district), request.GET.get("after", ""))
    listed = list(
        rows.select_related("frame__town", "inspector", "standard").prefetch_related("photos__photo")[: SHOWN + 1]
    )
    asked = {**criteria.asked(), **({PARAMETER: district.code} if len(offered_districts(request)) > 1 else {})}
    context: dict[str, Any] = {
        "district": district, "criteria": criteria, "filters": _filters(district, criteria),
        "rows": [_row(made) for made in listed[:SHOWN]], "first": f"?{urlencode(asked)}",
        "onward": f"?{urlencode({**asked, 'after': str(listed[SHOWN - 1].key)})}" if len(listed) > SHOWN else "",
        "paged": "after" in request.GET, "narrow": bool(criteria.asked()), "several": PARAMETER in asked,
    }  # fmt: skip
    return render(request, "inspection/checks/list.html", context)


def _own_district(request: HttpRequest, user: User) -> str:
    """The district of the reader, where the address names none."""
    if PARAMETER in request.GET:
        return ""
    known = {each.code for each in offered_districts(request)}
    return next(
        (code for code in districts_of(user) if code in known and not refusal(user, READ, code, partly=True)), ""
    )


def _filters(district: District, criteria: Any) -> list[dict[str, Any]]:
    kinds = Frame.objects.filter(district=district).order_by("kind").values_list("kind", flat=True).distinct()
    towns = Area.objects.filter(district=district, kind="town", valid_to=None).order_by("code")
    people = User.objects.filter(pk__in=Check.objects.filter(district=district).values("inspector")).order_by(
        "username"
    )
    options: list[tuple[str, str, str, list[tuple[Any, Any]]]] = [
        ("kind", _("Kind"), criteria.kind, [(kind, kind_name(kind)) for kind in kinds]),
        ("town", _("Town"), criteria.town, [(town.code, town.name) for town in towns]),
        ("part", _("Why"), criteria.part, list(Part.choices)),
        ("inspector", _("Inspector"), criteria.inspector, [(user.username, str(user)) for user in people]),
    ]
    return [dict(zip(("name", "label", "value", "options"), each, strict=True)) for each in options]


def _row(made: Check) -> dict[str, Any]:
    photos = [row.photo for row in made.photos.all() if not row.photo.unreadable]
    return {
        "check": made, "kind": kind_name(made.frame.kind), "photo": photos[0] if photos else None,
        "flags": [FLAG_NAMES[flag["flag"]] for flag in made.flags],
    }  # fmt: skip


@require_safe
def check(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """One check: where, when, in which weather, what was found, what is odd, which cases it led to.

    Its inspector sees it too, to say whether what detectors propose on the photos is right.
    """
    user = request.user
    if not isinstance(user, User):
        return redirect_to_login(request.get_full_path())
    made = one_check(str(key))
    if made is None:
        raise Http404
    reads = sees(user, made)
    if not reads and made.inspector_id != user.pk:
        raise PermissionDenied(
            refusal(user, READ, made.district.code, partly=True) or _("This check was made outside your area.")
        )
    return _show(request, made, reads=reads)


@dataclass(frozen=True)
class Looked:
    """A photo of a check with the item that it shows and what detectors in use said of it."""

    photo: Photo
    item_id: int | None
    runs: list[DetectorRun]


def _show(request: HttpRequest, made: Check, *, reads: bool) -> HttpResponse:
    """``reads``: whether the reader may know why the check was made; its inspector may not, a repeat is blind."""
    photos = list(made.photos.select_related("photo", "item").order_by("pk"))
    findings = made.findings.select_related("item", "case__category", "case__unit").order_by("item__order", "item__pk")
    detecting = bool(photos) and bool(active_detectors(made.district))
    runs = runs_by_photo(row.photo for row in photos) if detecting else {}
    looked = [Looked(row.photo, row.item_id, runs.get(row.photo_id, [])) for row in photos]
    shown = [_finding(row, looked) for row in findings]
    shape = from_wkb(made.frame.geom)
    place = None if made.lon is None else [made.lon, made.lat]
    context = {
        "district": made.district, "check": made, "kind": kind_name(made.frame.kind), "findings": shown,
        "size": amount(made.frame.kind, made.frame.size),
        "photos": [each for each in looked if each.item_id is None], "detecting": detecting, "reads": reads,
        "odd": [_flag(flag) for flag in made.flags if flag["flag"] not in WEATHER],
        "unmet": [flag_words(flag) for flag in made.flags if flag["flag"] in WEATHER],
        "weather": weather_words(made.weather), "asks": asked_weather(made.standard.conditions),
        "outline": json.dumps({"shape": json.loads(shapely.to_geojson(shape)), "place": place}),
        "minutes": round((made.seen_at - made.began_at).total_seconds() / 60, 1),
        "lon": made.frame.lon, "lat": made.frame.lat,
    }  # fmt: skip
    return render(request, "inspection/checks/check.html", context)


def _flag(flag: dict[str, Any]) -> dict[str, Any]:
    """A flag in words, with the other check where it names one."""
    other = flag.get("with", "") if flag["flag"] in {"too_fast", "same_picture"} else ""
    return {"name": FLAG_NAMES[flag["flag"]], "words": flag_words(flag), "other": other}


def _finding(row: Finding, photos: list[Looked]) -> dict[str, Any]:
    words = (
        row.item.words.get(f"{row.value:g}", {}) if row.value is not None and row.item.scale == Item.Scale.GRADE else {}
    )
    return {
        "row": row, "value": item_value(row.item, row.value), "words": local(words.get("zh", ""), words.get("en", "")),
        "photos": [each for each in photos if each.item_id == row.item_id], "case": row.case,
        "state": STATES[row.case.state].name if row.case else "",
    }  # fmt: skip
