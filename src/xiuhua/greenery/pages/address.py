"""My address: what one sees from home, where the park is and how shaded the walk is, in three sentences."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import numpy as np
import shapely
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from xiuhua.casework.pages.resident.finding import Hit, chosen_hit, coordinates, find
from xiuhua.city.models import Building
from xiuhua.city.pages.spot import bounds_of, spot_of
from xiuhua.foundation.geometry import from_wkb, metres_per_degree
from xiuhua.greenery.models import BuildingGreen, Measurement
from xiuhua.greenery.pages.asked import Asking, asked
from xiuhua.greenery.pages.homes import MINUTE_M, Promise, door_of, promises_of
from xiuhua.greenery.pages.words import HOURS, metres, percent
from xiuhua.greenery.promise import DOOR_M
from xiuhua.greenery.rights import VIEW
from xiuhua.people.permissions import require

LONGEST = 60
# Homes so near to a place are offered, so many of them; one that is nearer than the door of the next is taken at once.
WITHIN_M, OFFERED, TAKEN_M = 250.0, 6, 1.0


@dataclass(frozen=True)
class Near:
    """A home near a place; ``away`` in words."""

    code: str
    name: str
    town: str
    away_m: float
    away: str


@require_safe
@require(VIEW)
def address(request: HttpRequest, district_code: str) -> HttpResponse:
    """``?q=`` looks for an address or a home; ``?lon=&lat=`` offers the homes there; ``?home=`` answers for one."""
    asking = asked(request, district_code)
    text, code = (request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST] for name in ("q", "home"))
    context: dict[str, Any] = {"district": asking.district, "measurement": asking.measurement, "text": text}
    if asking.measurement is not None:
        where = coordinates(request.GET)
        row = _home(asking.measurement, code or text)
        if row is None and where:
            near = homes_near(asking, asking.measurement, *where)
            context |= {"near": near, "where": where, "asked": True}
            if near and near[0].away_m < TAKEN_M:
                row = _home(asking.measurement, near[0].code)
        elif row is None and (text or code):
            context |= {"hits": _links(find(asking.district, text or code)), "asked": True}
        if row is not None:
            context |= answer_of(asking, asking.measurement, row)
    return render(request, "greenery/address.html", context)


def _home(measurement: Measurement, code: str) -> BuildingGreen | None:
    found = BuildingGreen.objects.filter(measurement=measurement, building__code=code)
    return found.select_related("building", "town", "park").first() if code else None


def _links(hits: list[Hit]) -> list[tuple[Hit, str]]:
    """Places that the text may mean, with the address that offers the homes there."""
    links = []
    for hit in hits:
        place = chosen_hit(hit.value)
        if place:
            links.append((hit, "?" + urlencode({"lon": f"{place[0]:.6f}", "lat": f"{place[1]:.6f}"})))
    return links


def homes_near(asking: Asking, measurement: Measurement, lon: float, lat: float) -> list[Near]:
    """The measured homes nearest to a place, at most ``OFFERED`` within ``WITHIN_M``."""
    east, north = (float(each) for each in metres_per_degree(lat))
    wide, high = WITHIN_M / east, WITHIN_M / north
    rows = list(
        BuildingGreen.objects.filter(
            measurement=measurement, building__min_lon__lte=lon + wide, building__max_lon__gte=lon - wide,
            building__min_lat__lte=lat + high, building__max_lat__gte=lat - high,
        ).select_related("building", "town")
    )  # fmt: skip
    shapes = np.array([from_wkb(row.building.geom) for row in rows], dtype=object)
    flat = shapely.transform(shapes, lambda at: (at - (lon, lat)) * (east, north))
    away = shapely.distance(flat, shapely.Point(0, 0)) if rows else np.empty(0)
    order = [at for at in np.argsort(away, kind="stable").tolist() if away[at] <= WITHIN_M][:OFFERED]
    return [
        Near(
            rows[at].building.code, str(rows[at].building), str(rows[at].town or ""), float(away[at]),
            metres(float(away[at])),
        )
        for at in order
    ]  # fmt: skip


def answer_of(asking: Asking, measurement: Measurement, row: BuildingGreen) -> dict[str, Any]:
    """The three sentences with the comparison, and where to go from here."""
    lon, lat = _middle(row.building)
    promises = promises_of(measurement, row)
    words = [_see(row), _door(row), _walk(measurement, row)]
    report = reverse("casework:report")
    wish = {"district": asking.district.code, "lon": f"{lon:.6f}", "lat": f"{lat:.6f}"}
    return {
        "row": row, "home": row.building, "answers": [
            (promise, sentence, _beside(promise)) for promise, sentence in zip(promises, words, strict=True)
        ],
        "wish": f"{report}?{urlencode(wish)}", "map_object": f"buildings:{row.building_id}",
        **spot_of(bounds_of(row.building)),
    }  # fmt: skip


def _middle(building: Building) -> tuple[float, float]:
    point = from_wkb(building.geom).representative_point()
    return float(point.x), float(point.y)


def _see(row: BuildingGreen) -> str:
    if row.share_three is None:
        return _("What your windows see is unknown: walls of the neighbours stand all around.")
    if row.share_three <= 0:
        return ngettext(
            "From no window of your building one sees three trees; from all of them together one sees %(count)d.",
            "From no window of your building one sees three trees; from all of them together one sees %(count)d.",
            row.any_window,
        ) % {"count": row.any_window}  # fmt: skip
    return _("From %(share)s of the windows of your building one sees three trees or more.") % {
        "share": percent(row.share_three)
    }


def _door(row: BuildingGreen) -> str:
    door = door_of(row)
    if door is None:
        return _("How far the park is cannot be told: no street that one walks on is known near your door.")
    if door == float("inf"):
        return _("Along the known streets no entrance of a park is reached from your door.")
    minutes = max(1, round(door / MINUTE_M))
    return _("The nearest park is %(park)s, a walk of %(walk)s or about %(minutes)d min; %(verdict)s.") % {
        "park": row.park or _("without a name"), "walk": metres(door), "minutes": minutes,
        "verdict": _("within the 500 m that are promised") if door <= DOOR_M else _("farther than the 500 m promised"),
    }  # fmt: skip


def _walk(measurement: Measurement, row: BuildingGreen) -> str:
    if row.walk is None:
        return _("How shaded your walk is cannot be told: no pavement is known within a walk of 500 m.")
    return _("Of the pavements within a walk of 500 m, %(share)s lie in shade (%(hours)s).") % {
        "share": percent(row.walk), "hours": HOURS.get(str(measurement.parameters.get("hours")), ""),
    }  # fmt: skip


def _beside(promise: Promise) -> str:
    """The comparison with the neighbours."""
    return _("In the middle of your town: %(median)s.") % {"median": promise.median} if promise.median else ""
