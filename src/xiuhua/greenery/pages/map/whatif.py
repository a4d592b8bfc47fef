"""What one more tree or gate would change: the page, and the answer to every move. Nothing is kept."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xiuhua.casework.refusals import Refused
from xiuhua.city.area_index import area_index
from xiuhua.city.models import District, GreenSpace
from xiuhua.greenery.entrances import GATE, OPEN
from xiuhua.greenery.measure import PARK_CLASSES_M2
from xiuhua.greenery.pages.asked import asked
from xiuhua.greenery.pages.map.found import Shown, gate_shown, tree_shown
from xiuhua.greenery.pages.words import metres
from xiuhua.greenery.rights import VIEW
from xiuhua.greenery.scene_of import Surveyed, scene_of
from xiuhua.greenery.setting import usual
from xiuhua.greenery.sizes import SIZES, USUAL
from xiuhua.greenery.trying import NEAR_PARK_M, try_gate, try_tree
from xiuhua.people.permissions import require

TREE, GATE_TOOL = "tree", "gate"


@require_safe
@require(VIEW)
def show(request: HttpRequest, district_code: str) -> HttpResponse:
    """The page. ``?tool=&lon=&lat=&size=`` answers without a script, and says where the marker stands first."""
    district = asked(request, district_code).district
    given = request.GET
    tool = GATE_TOOL if given.get("tool") == GATE_TOOL else TREE
    context: dict[str, Any] = {
        "district": district, "tool": tool, "sizes": [(key, name) for key, (name, _tree) in SIZES.items()],
        "size": given.get("size", USUAL), "lon": given.get("lon", ""), "lat": given.get("lat", ""),
    }  # fmt: skip
    if given.get("lon") or given.get("lat"):
        try:
            context["shown"], _place = _answer(district, tool, given)
        except Refused as why:
            context["wrong"] = why
    return render(request, "greenery/map/what_if.html", context)


@require_safe
@require(VIEW)
def ready(request: HttpRequest, district_code: str) -> JsonResponse:
    """Read the district into memory, so that the first move is answered as fast as the next. Answers when it is."""
    district = asked(request, district_code).district
    surveyed = scene_of(district)
    homes = np.flatnonzero(surveyed.scene.buildings.measured)
    if len(homes):
        x, y = surveyed.nearby.doors[homes[0]].tolist()
        surveyed.walks.with_gate(x, y)
        try_tree(surveyed.nearby, _tree(USUAL, x, y), usual(district, surveyed))
    return JsonResponse({"homes": len(homes), "parks": len(surveyed.parks)})


@require_POST
@require(VIEW)
def tree(request: HttpRequest, district_code: str) -> JsonResponse:
    """What a tree at ``lon``, ``lat`` of ``size`` changes."""
    return _told(request, district_code, TREE)


@require_POST
@require(VIEW)
def gate(request: HttpRequest, district_code: str) -> JsonResponse:
    """What a gate changes, on the boundary of the park nearest to ``lon``, ``lat``."""
    return _told(request, district_code, GATE_TOOL)


def _told(request: HttpRequest, district_code: str, tool: str) -> JsonResponse:
    district = asked(request, district_code).district
    try:
        shown, place = _answer(district, tool, request.POST)
    except Refused as why:
        return JsonResponse({"detail": why.reason, "remedy": why.remedy}, status=400)
    html = render_to_string("greenery/map/_changes.html", {"shown": shown, "district": district, "tool": tool}, request)
    return JsonResponse({"html": html, "place": place, "changes": shown.changes})


def _answer(district: District, tool: str, given: Mapping[str, str]) -> tuple[Shown, tuple[float, float]]:
    """The answer and where the thing stands. Raises ``Refused`` with what is wrong with the place."""
    lon, lat = _place(given)
    surveyed = scene_of(district)
    if not surveyed.scene.buildings.measured.any():
        raise Refused(_("This district has no homes yet."), _("Load buildings first, then come again."))
    index = area_index(district)
    if index.kinds and not index.at(lon, lat):
        raise Refused(_("This place lies outside %(district)s.") % {"district": district}, _("Choose one inside."))
    x, y = (lon - surveyed.plane.lon) * surveyed.plane.east, (lat - surveyed.plane.lat) * surveyed.plane.north
    return _tree_answer(district, surveyed, given, x, y) if tool == TREE else _gate_answer(surveyed, x, y)


def _place(given: Mapping[str, str]) -> tuple[float, float]:
    try:
        lon, lat = float(given.get("lon", "")), float(given.get("lat", ""))
    except ValueError:
        lon = lat = math.nan
    if not (abs(lon) <= 180 and abs(lat) <= 90):  # noqa: PLR2004 - degrees
        raise Refused(
            _("This is no place: %(given)s.") % {"given": f"{given.get('lon', '')}, {given.get('lat', '')}"[:60]},
            _("Give longitude and latitude in degrees, such as 120.28651 and 31.66742."),
        )
    return lon, lat


def _tree_answer(
    district: District, surveyed: Surveyed, given: Mapping[str, str], x: float, y: float
) -> tuple[Shown, tuple[float, float]]:
    size = given.get("size", USUAL)
    if size not in SIZES:
        raise Refused(_("There is no size %(size)s.") % {"size": size[:20]}, _("Choose a size from the list."))
    if surveyed.nearby.inside_building(x, y):
        raise Refused(_("A building stands here."), _("Move the tree outdoors."))
    found = try_tree(surveyed.nearby, _tree(size, x, y), usual(district, surveyed))
    return tree_shown(surveyed, found, ""), _degrees(surveyed, x, y)


def _gate_answer(surveyed: Surveyed, x: float, y: float) -> tuple[Shown, tuple[float, float]]:
    found = try_gate(surveyed.nearby, surveyed.walks, x, y)
    if found is None:
        raise Refused(
            _("There is no park of %(area)s m² or more within %(near)s.")
            % {"area": f"{PARK_CLASSES_M2[0]:.0f}", "near": metres(NEAR_PARK_M)},
            _("Move the gate to the edge of a park."),
        )
    park = GreenSpace.objects.filter(pk=int(surveyed.parks[found.park])).first()
    by = surveyed.walks.by[found.park]
    remark = _("On the boundary of %(park)s.") % {"park": park}
    if by == OPEN:
        remark += " " + _("It is open all around: a gate changes little.")
    elif by != GATE:
        remark += " " + _("Its gates are not mapped: entrances are taken where streets cross its boundary.")
    return gate_shown(surveyed, found, remark), _degrees(surveyed, found.x, found.y)


def _degrees(surveyed: Surveyed, x: float, y: float) -> tuple[float, float]:
    lon, lat = surveyed.plane.degrees(np.array([x]), np.array([y]))
    return round(float(lon[0]), 7), round(float(lat[0]), 7)


def _tree(size: str, x: float, y: float) -> Any:
    return SIZES[size][1].at(np.array([x]), np.array([y]))
