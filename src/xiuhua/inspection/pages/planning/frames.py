"""The frames of a district: how many of each kind and town, on the map and as a list; built anew by a button."""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xiuhua.casework.refusals import CaseworkError
from xiuhua.inspection.actions.frames import build_frames
from xiuhua.inspection.models import Frame
from xiuhua.inspection.pages.planning.asked import Here, here, town_names
from xiuhua.inspection.pages.planning.words import kind_names, size_text
from xiuhua.people.models import User
from xiuhua.people.permissions import require

PAGE = 50
# More points than this make a map that nobody can read.
MOST_POINTS = 6_000


@dataclass(frozen=True)
class KindRow:
    """A kind with its frames in all and in each town, in the order of the columns."""

    key: str
    name: str
    count: int
    size: str
    towns: list[int]


@require_GET
@require("inspection.view")
def frames(request: HttpRequest, district_code: str) -> HttpResponse:
    """The frames of the district."""
    place = here(request, district_code)
    names, towns = kind_names(), town_names(place.district)
    rows = _rows(place, names, towns)
    kind, town = request.GET.get("kind", ""), request.GET.get("town", "")
    chosen = _chosen(place, kind, town)
    shown = Paginator(chosen.select_related("town"), PAGE).get_page(request.GET.get("page"))
    listed = [(frame, names.get(frame.kind, frame.kind), size_text(frame.kind, frame.size)) for frame in shown]
    return render(request, "inspection/planning/frames.html", {
        "district": place.district, "plans": place.plans, "rows": rows, "towns": towns, "kind": kind, "town": town,
        "kinds": [(row.key, row.name) for row in rows], "page": shown, "listed": listed,
        "points": f"{reverse('inspection:frame-points', args=[district_code])}?kind={kind}&town={town}" if rows else "",
        "cut": shown.paginator.count > MOST_POINTS, "most": MOST_POINTS,
    })  # fmt: skip


@require_GET
@require("inspection.view")
def frame_points(request: HttpRequest, district_code: str) -> HttpResponse:
    """The middles of the chosen frames as GeoJSON."""
    place = here(request, district_code)
    chosen = _chosen(place, request.GET.get("kind", ""), request.GET.get("town", ""))
    rows = chosen.values_list("code", "kind", "lon", "lat")[:MOST_POINTS]
    features = [
        {
            "type": "Feature", "geometry": {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]},
            "properties": {"code": code, "kind": kind},
        }
        for code, kind, lon, lat in rows
    ]  # fmt: skip
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


@require_POST
@require("inspection.plan")
def build(request: HttpRequest, district_code: str) -> HttpResponse:
    """Build the frames from the city as it is now."""
    place = here(request, district_code)
    assert isinstance(request.user, User)
    try:
        report = build_frames(place.district, actor=request.user)
    except CaseworkError as error:
        messages.error(request, f"{error.reason} {error.remedy}")
    else:
        messages.success(
            request,
            _("Frames: %(new)s new, %(changed)s changed, %(same)s as before, %(ended)s ended.")
            % {"new": report.new, "changed": report.changed, "same": report.same, "ended": report.ended},
        )
    return HttpResponseRedirect(reverse("inspection:frames", args=[district_code]))


def _chosen(place: Here, kind: str, town: str) -> QuerySet[Frame]:
    rows = Frame.objects.filter(district=place.district, valid_to=None).order_by("code")
    if kind and kind.isprintable():
        rows = rows.filter(kind=kind)
    if town and town.isprintable():
        rows = rows.filter(town__code=town)
    return rows


def _rows(place: Here, names: dict[str, str], towns: dict[str, str]) -> list[KindRow]:
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    sizes: dict[str, float] = defaultdict(float)
    found = Frame.objects.filter(district=place.district, valid_to=None).order_by().values_list("kind", "town__code")
    for kind, town, count, size in found.annotate(count=Count("id"), size=Sum("size")):
        counted[kind][town or ""] = count
        sizes[kind] += size
    return [
        KindRow(
            kind, names.get(kind, kind), sum(by.values()), size_text(kind, sizes[kind]),
            [by.get(town, 0) for town in towns],
        )
        for kind, by in sorted(counted.items(), key=lambda item: -sum(item[1].values()))
    ]  # fmt: skip
