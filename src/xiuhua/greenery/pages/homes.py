"""The card of a home: what each floor sees, the way to the park, how it is shaded through a July day."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xiuhua.city.models import GreenSpace
from xiuhua.greenery.card import DayOnWay, day_on_way, floors_of
from xiuhua.greenery.held import homes_of
from xiuhua.greenery.measure import PARK_CLASSES_M2
from xiuhua.greenery.models import BuildingGreen, Measurement
from xiuhua.greenery.pages.asked import Asking, asked, not_measured, options_of
from xiuhua.greenery.pages.facade import facade_of
from xiuhua.greenery.pages.sketch import Frame, hours_of, sketch_of
from xiuhua.greenery.pages.words import metres, percent, surface
from xiuhua.greenery.promise import DOOR_M, SEE, WALK, median
from xiuhua.greenery.rights import VIEW, sees_persons
from xiuhua.greenery.scene_of import Surveyed, scene_of
from xiuhua.greenery.ways import Way, way_to_park
from xiuhua.people.permissions import require

MINUTE_M = 66.0  # 1.1 m/s
JULY, NOON = (7, 15), 12 * 60


@dataclass(frozen=True)
class Promise:
    """One promise for a home: whether it is kept (None: unknown), the value, the middle one of its town."""

    key: str
    name: str
    kept: bool | None
    value: str
    median: str


@require_safe
@require(VIEW)
def home(request: HttpRequest, district_code: str, home_code: str) -> HttpResponse:
    """The card. Floors, way and shade are those of the city as it stands today."""
    asking = asked(request, district_code)
    row = row_of(asking, home_code)
    if row is None or asking.measurement is None:
        return not_measured(request, asking, "buildings", home_code)
    context: dict[str, Any] = {
        "district": asking.district, "measurement": asking.measurement, "row": row, "home": row.building,
        "inside": sees_persons(request.user, asking.district), "classes": _classes(row), "facts": _facts(row),
        "promises": promises_of(asking.measurement, row), **_today(asking, asking.measurement, row.building_id),
    }  # fmt: skip
    return render(request, "greenery/home.html", context)


def row_of(asking: Asking, code: str) -> BuildingGreen | None:
    """What was found of a home; None where it was not measured."""
    found = BuildingGreen.objects.filter(measurement=asking.measurement, building__code=code)
    return found.select_related("building", "town", "community", "park").first() if asking.measurement else None


def door_of(row: BuildingGreen) -> float | None:
    """The walk to the nearest park: None where it is unknown, infinite where none is reached."""
    if not row.joined:
        return None
    return float("inf") if row.reach_400 is None else row.reach_400


def walk_words(door: float | None) -> str:
    """A walk in words; empty where it is unknown."""
    return "" if door is None else _("none is reached") if door == float("inf") else metres(door)


def promises_of(measurement: Measurement, row: BuildingGreen) -> list[Promise]:
    """The three promises of a home beside what half of the persons of its town have."""
    homes = homes_of(measurement)
    town = homes.of(homes.towns == (row.town_id or 0))
    door = door_of(row)
    middle = median(town.door_m, town.persons)
    return [
        Promise("see", _("Green from the window"), _at_least(row.share_three, SEE), percent(row.share_three),
                percent(median(town.see, town.persons))),
        Promise("door", _("A park at the door"), None if door is None else door <= DOOR_M, walk_words(door),
                walk_words(middle)),
        Promise("walk", _("Shade on the walk"), _at_least(row.walk, WALK), percent(row.walk),
                percent(median(town.walk, town.persons))),
    ]  # fmt: skip


def _at_least(value: float | None, least: float) -> bool | None:
    return None if value is None else value >= least


def _classes(row: BuildingGreen) -> list[tuple[str, str]]:
    """The walk to the nearest park of each size."""
    found = ((area, getattr(row, f"reach_{area:.0f}")) for area in PARK_CLASSES_M2)
    return [
        (surface(area), "" if not row.joined else walk_words(float("inf") if walk is None else walk))
        for area, walk in found
    ]


def _facts(row: BuildingGreen) -> list[tuple[str, str]]:
    return [
        (_("Windows looked from"), f"{row.windows:,}"), (_("of them see a tree"), percent(row.share_one)),
        (_("of them see three trees"), percent(row.share_three)),
        (_("Trees seen from all windows together"), f"{row.any_window:,}" if row.windows else ""),
        (_("Trees within the range, seen or not"), f"{row.near:,}"),
        (_("Share of the view that crowns take"), percent(row.view)),
        (_("Windows where crowns take 5, 15, 25 % of the view"), _views(row)),
        (_("Sun spared on the way to the park"), percent(row.cool_way)),
        (_("Canopy within 300 m"), percent(row.canopy_300m)),
    ]  # fmt: skip


def _views(row: BuildingGreen) -> str:
    found = [percent(share) for share in (row.view_5, row.view_15, row.view_25)]
    return " · ".join(found) if all(found) else ""


def _today(asking: Asking, measurement: Measurement, building: int) -> dict[str, Any]:
    """Floors, way and day from the scene of today; nothing where the building is not in it any more."""
    surveyed = scene_of(asking.district)
    at = int(np.searchsorted(surveyed.buildings, building))
    if at >= len(surveyed.buildings) or surveyed.buildings[at] != building:
        return {"gone": True}
    options = options_of(measurement, surveyed, asking.district.time_zone)
    local = surveyed.nearby.about_building(at, options.range_m + 10, options)
    context: dict[str, Any] = {"facade": facade_of(floors_of(local.stage, local.building(at), options))}
    if found := way_to_park(surveyed.nearby, at, options):
        context |= _way(asking, surveyed, at, found[0], measurement)
    return context


def _way(asking: Asking, surveyed: Surveyed, at: int, way: Way, measurement: Measurement) -> dict[str, Any]:
    options = options_of(measurement, surveyed, asking.district.time_zone)
    day = day_on_way(surveyed.nearby, way, options, date(surveyed.day.year, *JULY), asking.district.time_zone)
    context: dict[str, Any] = {
        "park": GreenSpace.objects.filter(pk=int(surveyed.parks[way.park])).first(),
        "way_m": metres(way.length_m), "straight_m": metres(way.straight_m),
        "detour": f"{way.length_m / way.straight_m:.1f}" if way.straight_m > 1 else "",
        "minutes": max(1, round(way.length_m / MINUTE_M)),
    }  # fmt: skip
    if not len(day.points) or not len(day.hours):
        return context
    first = min(range(len(day.hours)), key=lambda each: abs(_minutes(day.hours.at[each]) - NOON))
    frame = Frame.about(way)
    return context | {
        "sketch": sketch_of(frame, surveyed.nearby.within(frame.box, options), at, way, day, first),
        "first": first, "first_time": f"{day.hours.at[first]:%H:%M}",
        "hours": [(each, percent(each.share), percent(each.best)) for each in hours_of(day)],
        "film": _film(day), "july": date(surveyed.day.year, *JULY), "all_day": percent(float((day.shade > 0).mean())),
    }  # fmt: skip


def _minutes(at: datetime) -> int:
    return at.hour * 60 + at.minute


def _film(day: DayOnWay) -> str:
    """The day for the script: times, sun, and of each instant the states of all points as digits (JSON)."""
    return json.dumps({
        "times": [f"{each:%H:%M}" for each in day.hours.at],
        "altitude": np.round(day.hours.altitude, 2).tolist(), "azimuth": np.round(day.hours.azimuth, 2).tolist(),
        "states": ["".join(map(str, row)) for row in day.shade.tolist()],
    })  # fmt: skip
