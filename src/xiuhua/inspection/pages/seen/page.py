"""Every inch: when each square of 100 m was last seen, on the map, by town, and the ones nobody looked at longest."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xiuhua.city.area_index import area_index
from xiuhua.city.choice import chosen_district
from xiuhua.city.models import District
from xiuhua.city.pages.asked import district_of
from xiuhua.inspection.cells import SIDE_M, Ints, corners
from xiuhua.inspection.seen_queries import SOURCES, LastSeen, TownShare, cameras_tell, last_seen, shares
from xiuhua.inspection.seen_words import SOURCE_WORDS, STEP_WORDS, STEPS
from xiuhua.people.permissions import require

SEE = "inspection.view"
LISTED = 30
# Days as they are sent: never, and no square of the district.
NEVER, NOTHING = 65534, 65535
# Squares that something was seen in so far beside the district are not drawn.
MARGIN = 10
_DAY_US = 86_400_000_000


@dataclass(frozen=True)
class Unseen:
    """A square that nobody looked at for long: ``days`` is None where never."""

    name: str
    lon: float
    lat: float
    days: int | None
    source: str
    area: str


@dataclass(frozen=True)
class Share:
    """A part of the ground: the share and what it is of, as shown."""

    label: str
    percent: str
    ground: str


@require_safe
@require(SEE)
def seen(request: HttpRequest, district_code: str) -> HttpResponse:
    """The page; ``?source=`` (again for several) counts only what these saw."""
    district, chosen, now = _district(request, district_code), _sources(request), timezone.now()
    found = last_seen(district, chosen)
    towns = shares(district, found, now)
    whole = TownShare("", "", *(sum(getattr(town, name) for town in towns) for name in _SUMMED))
    query = "&".join(f"source={source}" for source in chosen) if set(chosen) != set(SOURCES) else ""
    context = {
        "district": district, "found": found, "read_at": found.read_at, "cameras": cameras_tell(district),
        "sources": [(source, SOURCE_WORDS[source], source in chosen) for source in SOURCES],
        "whole": _figures(whole), "towns": [(town, _figures(town)) for town in towns],
        "cells": int(found.inside.sum()), "never": int((found.inside & (found.source < 0)).sum()),
        "unseen": _unseen(district, found, now), "steps": list(enumerate(STEP_WORDS)),
        "data": f"{reverse('inspection:seen-cells', args=[district.code])}{'?' if query else ''}{query}",
    }  # fmt: skip
    return render(request, "inspection/seen/page.html", context)


@require_safe
@require(SEE)
def seen_cells(request: HttpRequest, district_code: str) -> JsonResponse:
    """The squares as a raster from the south-west on, row by row: days ago (uint16) and source (uint8), in base64."""
    district, now = _district(request, district_code), timezone.now()
    found = last_seen(district, _sources(request))
    answer = JsonResponse(_raster(found, _day_numbers(found, district, now)) | {
        "steps": STEPS, "today": f"{now.astimezone(ZoneInfo(district.time_zone)):%Y-%m-%d}",
        "words": {
            "sources": [str(SOURCE_WORDS[source]) for source in SOURCES], "never": _("Never seen."),
            "today": _("Seen today, by: {source}."), "days": _("Last seen {day}, {days} days ago, by: {source}."),
            "outside": _("Outside of the district."),
        },
    })  # fmt: skip
    answer["Vary"] = "Accept-Language, Cookie"
    return answer


def _district(request: HttpRequest, code: str) -> District:
    district = chosen_district(request)
    return district if district is not None and district.code == code else district_of(code)


def _sources(request: HttpRequest) -> list[str]:
    asked = set(request.GET.getlist("source"))
    return [source for source in SOURCES if source in asked] or list(SOURCES)


_SUMMED = ("area_m2", "week_m2", "thirty_m2", "ever_m2", "cells")


def _figures(town: TownShare) -> list[Share]:
    """What was seen of the ground of a town in 7 days, in 30 days, and ever."""
    parts = (
        (_("seen in 7 days"), town.week_m2), (_("seen in 30 days"), town.thirty_m2),
        (_("seen at any time"), town.ever_m2),
    )  # fmt: skip
    return [
        Share(
            label, f"{part / town.area_m2:.1%}" if town.area_m2 else "–",
            _("%(part)s of %(whole)s km²") % {"part": _km2(part), "whole": _km2(town.area_m2)},
        )
        for label, part in parts
    ]  # fmt: skip


def _km2(area_m2: int) -> str:
    return f"{area_m2 / 1e6:,.2f}"


def _day_numbers(found: LastSeen, district: District, now: datetime) -> Ints:
    """How many days on the clock of the district lie between each sighting and today; -1 where never."""
    local = now.astimezone(ZoneInfo(district.time_zone))
    offset = local.utcoffset() or (now - now)
    seen_at = found.seen_at + np.timedelta64(int(offset.total_seconds()), "s")
    days = np.datetime64(local.date(), "D") - seen_at.astype("datetime64[D]")
    return np.where(found.source < 0, -1, np.maximum(days.astype(np.int64), 0))


def _unseen(district: District, found: LastSeen, now: datetime) -> Iterable[Unseen]:
    """The squares of the district that nobody looked at longest: never first, of those the ones inside of towns."""
    days = _day_numbers(found, district, now)
    order = np.flatnonzero(found.inside)
    age = found.days(now)[order]
    order = order[np.lexsort((found.column[order], found.row[order], -age))][:LISTED]
    west, south, width, height = corners(found.column[order], found.row[order], *found.plane)
    index = area_index(district, now)
    listed = []
    for place, lon, lat in zip(order.tolist(), west + width / 2, south + height / 2, strict=True):
        areas = [each for each in index.at(float(lon), float(lat)) if each.rank > 0]
        named = " · ".join(dict.fromkeys(_called(each.name_zh, each.name_en) for each in areas[:2]))
        source = int(found.source[place])
        listed.append(Unseen(
            f"{found.column[place]}/{found.row[place]}", round(float(lon), 6), round(float(lat), 6),
            int(days[place]) if source >= 0 else None, str(SOURCE_WORDS[SOURCES[source]]) if source >= 0 else "", named,
        ))  # fmt: skip
    return listed


def _called(zh: str, en: str) -> str:
    from xiuhua.city.models import local

    return local(zh, en)


def _raster(found: LastSeen, days: Ints) -> dict[str, Any]:
    """The rectangle of squares around the district, with what was seen beside it."""
    mine = found.inside
    if not mine.any():
        return {"width": 0, "height": 0}
    first, last = ((axis[mine].min(), axis[mine].max()) for axis in (found.column, found.row))
    (west, right), (south, top) = first, last
    west, south, right, top = west - MARGIN, south - MARGIN, right + MARGIN, top + MARGIN
    drawn = (found.column >= west) & (found.column <= right) & (found.row >= south) & (found.row <= top)
    width, height = int(right - west + 1), int(top - south + 1)
    place = (found.row[drawn] - south) * width + found.column[drawn] - west
    ages = np.full(width * height, NOTHING, dtype="<u2")
    ages[place] = np.where(days[drawn] < 0, NEVER, np.minimum(days[drawn], NEVER - 1))
    source = np.zeros(width * height, dtype=np.uint8)
    source[place] = np.maximum(found.source[drawn], 0)
    lon, lat, wide, high = corners(np.array([west]), np.array([south]), *found.plane)
    return {
        "width": width, "height": height, "side": SIDE_M, "west": float(lon[0]), "south": float(lat[0]),
        "wide": wide, "high": high, "never": NEVER, "nothing": NOTHING,
        "days": base64.b64encode(ages.tobytes()).decode(), "source": base64.b64encode(source.tobytes()).decode(),
    }  # fmt: skip
