"""Parks: the list, those first whose circle holds most people beyond a walk; and one park with whom it serves."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from xiuhua.city.models import Gate
from xiuhua.city.pages.spot import bounds_of, spot_of
from xiuhua.greenery.models import BuildingGreen, ParkGreen
from xiuhua.greenery.pages.asked import asked, not_measured
from xiuhua.greenery.pages.listing import listed
from xiuhua.greenery.pages.words import amount, metres, percent
from xiuhua.greenery.rights import VIEW
from xiuhua.people.permissions import require

SORTS = {"beyond": "-beyond", "served": "-near_500", "largest": "-area_m2"}
SORT_WORDS = (
    ("beyond", gettext_lazy("most people in the circle and beyond the walk first")),
    ("served", gettext_lazy("most people served first")), ("largest", gettext_lazy("largest first")),
)  # fmt: skip
FARTHEST = 12


@require_safe
@require(VIEW)
def parks(request: HttpRequest, district_code: str) -> HttpResponse:
    """The list; ``?town=`` and ``?sort=``."""
    asking = asked(request, district_code)
    context: dict[str, Any] = {"district": asking.district, "measurement": asking.measurement, "sorts": SORT_WORDS}
    if asking.measurement is not None:
        found = ParkGreen.objects.filter(measurement=asking.measurement).select_related("town", "park")
        part = listed(request, asking.district, found.defer("park__geom", "town__geom"), SORTS, "area_m2")
        context |= {"list": part, "rows": [(row, amount(row.area_m2, "m2"), _beyond(row)) for row in part.page]}
    return render(request, "greenery/parks.html", context)


@require_safe
@require(VIEW)
def park(request: HttpRequest, district_code: str, park_code: str) -> HttpResponse:
    """One park: how it is entered, circle against walk, who walks farthest to it."""
    asking = asked(request, district_code)
    found = ParkGreen.objects.filter(measurement=asking.measurement, park__code=park_code)
    row = found.select_related("park", "town").first() if asking.measurement else None
    if row is None:
        return not_measured(request, asking, "greens", park_code)
    homes = BuildingGreen.objects.filter(measurement=asking.measurement, park=row.park, reach_400__isnull=False)
    far = homes.select_related("building").defer("building__geom").order_by("-reach_400", "pk")[:FARTHEST]
    context = {
        "district": asking.district, "measurement": asking.measurement, "row": row, "park": row.park,
        "map_object": f"greens:{row.park_id}", **spot_of(bounds_of(row.park)),
        "area": amount(row.area_m2, "m2"), "beyond": _beyond(row),
        "gates": Gate.objects.filter(green=row.park).order_by("code"),
        "near": [(metres(reach), getattr(row, f"near_{reach}")) for reach in (300, 500, 1_000)],
        "far": [
            (each.building, metres(each.reach_400), metres(each.straight_m), _detour(each)) for each in far
        ],
    }  # fmt: skip
    return render(request, "greenery/park.html", context)


def _beyond(row: ParkGreen) -> str:
    """Of the persons in the circle the share whose walk to any park is longer than 500 m."""
    return percent(row.beyond / row.in_circle) if row.in_circle else ""


def _detour(row: BuildingGreen) -> str:
    if not row.straight_m or row.reach_400 is None or row.straight_m < 1:
        return ""
    return f"{row.reach_400 / row.straight_m:.1f}"
