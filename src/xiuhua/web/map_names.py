"""Where the names of areas, waters, greens and sites stand on the map: one point each.

Tiles cut a polygon into pieces, and each piece would carry the name again; these points do not.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from xiuhua.city.models import Area, District, GreenSpace, Kind, Site, Water
from xiuhua.city.queries import layer_versions

NAMED: dict[str, type[Area | Water | GreenSpace | Site]] = {
    "areas": Area,
    "waters": Water,
    "greens": GreenSpace,
    "sites": Site,
}
# Finer areas than this are counted in thousands and their names say nothing at a glance.
FINEST_RANK = 30
# A thing is named from the zoom at which its side, the root of its area, is this long on the screen.
SIDE_PIXELS = 34
# Metres of one pixel at zoom 0 on the equator, for the 512-pixel tiles of MapLibre.
METRES_PER_PIXEL = 78_271.517
EARLIEST, LATEST = 10.0, 17.0
# What shapely calls the dimension of a polygon.
SURFACE = 2


def _version(request: HttpRequest, district_code: str) -> str | None:
    district = District.objects.filter(code=district_code).first()
    if district is None:
        return None
    versions = layer_versions(district)
    return '"' + "-".join(str(versions[key]) for key in NAMED) + '"'


@require_safe
@cache_control(max_age=0, must_revalidate=True)
@condition(etag_func=_version)
def map_names(request: HttpRequest, district_code: str) -> HttpResponse:
    """GeoJSON points with layer, kind, both names and ``z``, the zoom from which the name is drawn."""
    district = District.objects.filter(code=district_code).first()
    if district is None:
        raise Http404(_("There is no such district."))
    features = [feature for layer in NAMED for feature in _names(district, layer)]
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


def _names(district: District, layer: str) -> list[dict[str, Any]]:
    found = NAMED[layer].objects.filter(district=district).exclude(name_zh="", name_en="")
    if layer == "areas":
        coarse = Kind.objects.filter(domain="area", rank__lte=FINEST_RANK).values_list("key", flat=True)
        found = found.filter(kind__in=list(coarse))
    rows = list(found.values_list("kind", "name_zh", "name_en", "geom"))
    shapes = np.array([shapely.from_wkb(bytes(row[3])) for row in rows], dtype=np.object_)
    polygons = np.flatnonzero(shapely.get_dimensions(shapes) == SURFACE)
    at, zooms = naming_points(shapes[polygons])
    return [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]},
            "properties": {
                "layer": layer,
                "kind": rows[row][0],
                "name_zh": rows[row][1],
                "name_en": rows[row][2],
                "z": round(float(zoom), 2),
            },
        }
        for row, (lon, lat), zoom in zip(polygons, at.tolist(), zooms, strict=True)
    ]


def naming_points(polygons: npt.NDArray[np.object_]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Where to write the name of each polygon (lon, lat in degrees), and from which zoom it has room.

    The centroid where it lies inside, else a point of the surface.
    """
    middles = shapely.centroid(polygons)
    outside = ~shapely.contains(polygons, middles)
    middles[outside] = shapely.point_on_surface(polygons[outside])
    at = shapely.get_coordinates(middles)
    shrink = np.cos(np.radians(at[:, 1]))
    metres_per_degree = 111_320.0
    side = np.sqrt(np.maximum(shapely.area(polygons) * shrink, 1e-18)) * metres_per_degree
    zooms = np.log2(SIDE_PIXELS * METRES_PER_PIXEL * shrink / side)
    return at, np.clip(zooms, EARLIEST, LATEST)
