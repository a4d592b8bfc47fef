"""Streets: the list, worst first; and one street with its canopy, its lined sides and its shade by hour and place."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from xiuhua.greenery.card import SHADOWS_M
from xiuhua.greenery.hours import all_day
from xiuhua.greenery.models import Measurement, StreetGreen
from xiuhua.greenery.pages.asked import Asking, asked, not_measured, options_of
from xiuhua.greenery.pages.listing import listed
from xiuhua.greenery.pages.profile import Side, profile_of
from xiuhua.greenery.pages.words import amount, percent
from xiuhua.greenery.rights import VIEW
from xiuhua.greenery.scene_of import scene_of
from xiuhua.people.permissions import require

SORTS = {"shade": "shade", "canopy": "canopy", "lined": "lined", "longest": "-length_m"}
SORT_WORDS = (
    ("shade", gettext_lazy("least shade first")), ("canopy", gettext_lazy("least canopy first")),
    ("lined", gettext_lazy("least lined first")), ("longest", gettext_lazy("longest first")),
)  # fmt: skip
SIDES = {
    "north": gettext_lazy("North side"), "south": gettext_lazy("South side"), "east": gettext_lazy("East side"),
    "west": gettext_lazy("West side"), "left": gettext_lazy("Left side, seen from its beginning"),
    "right": gettext_lazy("Right side, seen from its beginning"), "path": gettext_lazy("The whole path"),
}  # fmt: skip
JULY = (7, 15)
BAR = 120.0


@dataclass(frozen=True)
class Row:
    """A street in words; ``blocks`` its shade as a bar of 120: walls, both, crowns (start, length)."""

    row: StreetGreen
    length: str
    canopy: str
    lined: str
    shade: str
    blocks: list[tuple[str, float, float]]


@require_safe
@require(VIEW)
def streets(request: HttpRequest, district_code: str) -> HttpResponse:
    """The list; ``?town=`` and ``?sort=``."""
    asking = asked(request, district_code)
    context: dict[str, Any] = {"district": asking.district, "measurement": asking.measurement, "sorts": SORT_WORDS}
    if asking.measurement is not None:
        found = StreetGreen.objects.filter(measurement=asking.measurement).select_related("town", "street")
        part = listed(request, asking.district, found.defer("street__geom", "town__geom"), SORTS, "length_m")
        context |= {"list": part, "rows": [row_of(each) for each in part.page]}
    return render(request, "greenery/streets.html", context)


def row_of(row: StreetGreen) -> Row:
    """A street in words."""
    blocks, start = [], 0.0
    for key, share in (("walls", row.grey), ("both", row.both), ("crowns", row.green)):
        if share:
            blocks.append((key, round(start, 1), round(share * BAR, 1)))
            start += share * BAR
    return Row(
        row, amount(row.length_m, "metres"), percent(row.canopy), percent(row.lined), percent(row.shade), blocks
    )  # fmt: skip


@require_safe
@require(VIEW)
def street(request: HttpRequest, district_code: str, street_code: str) -> HttpResponse:
    """One street. Canopy and lined sides are of the measurement, the day in July of the city as it stands today."""
    asking = asked(request, district_code)
    found = StreetGreen.objects.filter(measurement=asking.measurement, street__code=street_code)
    row = found.select_related("street", "town").first() if asking.measurement else None
    if row is None or asking.measurement is None:
        return not_measured(request, asking, "streets", street_code)
    shown = row_of(row)
    parts = [(percent(row.grey), "walls"), (percent(row.both), "both"), (percent(row.green), "crowns")]
    context = {
        "district": asking.district, "measurement": asking.measurement, "shown": shown, "row": row,
        "street": row.street, "parts": parts, "sides": _sides(asking, asking.measurement, row.street_id),
        "july": date(asking.measurement.data_on.year, *JULY),
    }  # fmt: skip
    return render(request, "greenery/street.html", context)


def _sides(asking: Asking, measurement: Measurement, street_id: int) -> list[tuple[str, str, Side]]:
    """The name of each side, its shade in words, its charts; nothing where the street is not there any more."""
    surveyed = scene_of(asking.district)
    at = int(np.searchsorted(surveyed.streets, street_id))
    if at >= len(surveyed.streets) or surveyed.streets[at] != street_id:
        return []
    scene, zone = surveyed.scene, asking.district.time_zone
    west, south, east, north = shapely.bounds(scene.streets.lines[at]).tolist()
    box = (west - SHADOWS_M, south - SHADOWS_M, east + SHADOWS_M, north + SHADOWS_M)
    local = surveyed.nearby.within(box, options_of(measurement, surveyed, zone))
    here = int(np.searchsorted(local.streets, at))
    day = all_day(date(surveyed.day.year, *JULY), zone, scene.lon, scene.lat)
    return [(str(SIDES[side.key]), percent(side.share), side) for side in profile_of(local.stage, here, day)]
