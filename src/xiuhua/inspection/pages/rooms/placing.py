"""The place of an application: a site or another object of the city, or corners written one to a line."""

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from xiuhua.casework.refusals import Refused
from xiuhua.city.layers import LAYERS
from xiuhua.city.models import District, Site, local
from xiuhua.city.queries import search
from xiuhua.foundation.geometry import from_wkb
from xiuhua.inspection.models import LivingRoom

# Layers of which an object can be a living room as it stands.
PLACES = ("sites", "greens", "streets")
SITE_KIND = "demonstration_area"
HITS = 8
_LINES = {LivingRoom.Type.ROAD, LivingRoom.Type.PEDESTRIAN}
_LINE_POINTS, _AREA_POINTS, _MOST_POINTS = 2, 3, 200
_PAIR, _EAST, _NORTH = 2, 180, 90


@dataclass(frozen=True)
class Choice:
    """An object that the place may be; ``value`` is what the form sends."""

    value: str
    title: str
    layer: str


def hits(district: District, text: str) -> list[Choice]:
    """Objects with this name that can be a living room, likeliest first."""
    found = [each for each in search(district, text[:100], 4 * HITS) if each.layer in PLACES]
    return [
        Choice(
            f"{each.layer}:{each.object_id}", local(each.title_zh, each.title_en) or each.code,
            str(LAYERS[each.layer].label),
        )
        for each in found[:HITS]
    ]  # fmt: skip


def sites(district: District) -> list[Choice]:
    """The sites of the city that are kept as places to sit down on the ground and are no living room yet."""
    taken = LivingRoom.objects.filter(district=district).exclude(state=LivingRoom.State.REFUSED).exclude(site=None)
    rows = Site.objects.filter(district=district, kind=SITE_KIND).exclude(pk__in=taken.values("site"))
    return [Choice(f"sites:{site.pk}", site.name or site.code, str(LAYERS["sites"].label)) for site in rows]


def chosen(district: District, value: str) -> tuple[BaseGeometry, Site | None]:
    """The geometry of a chosen object, and the site where it is one. Raises ``Refused`` for anything else."""
    layer, _colon, identity = value.partition(":")
    known = layer in PLACES and identity.isascii() and identity.isdecimal() and int(identity) < 2**63
    item = LAYERS[layer].model._default_manager.filter(district=district, pk=identity).first() if known else None
    if item is None:
        raise Refused(_("The chosen place is not there any more."), _("Look for it again."))
    geometry = from_wkb(item.geom)  # type: ignore[attr-defined]
    return geometry, item if isinstance(item, Site) else None


def drawn(text: str, room_type: str) -> BaseGeometry:
    """The line (roads) or area of corners written as longitude and latitude, one pair to a line.

    Raises ``Refused`` naming the line that is wrong.
    """
    points = []
    for number, line in enumerate(filter(str.strip, text.splitlines()), start=1):
        pair = line.replace("，", ",").replace(",", " ").split()
        try:
            lon, lat = (float(each) for each in pair)
        except ValueError:
            lon = lat = math.nan
        if len(pair) != _PAIR or not (abs(lon) <= _EAST and abs(lat) <= _NORTH):
            raise Refused(
                _("Line %(number)s of the corners, “%(line)s”, is no pair of degrees.")
                % {"number": number, "line": line.strip()[:60]},
                _("Write longitude and latitude, like 120.28651, 31.66742."),
            )
        points.append((lon, lat))
    least = _LINE_POINTS if room_type in _LINES else _AREA_POINTS
    if not least <= len(points) <= _MOST_POINTS:
        raise Refused(
            _("The place has %(count)s corners.") % {"count": len(points)},
            _("Give %(least)s to %(most)s: of a road along it, of anything else around it.")
            % {"least": least, "most": _MOST_POINTS},
        )
    return LineString(points) if room_type in _LINES else Polygon(points)
