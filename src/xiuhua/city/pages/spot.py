"""Where the map opens to show one object."""

from math import log2
from typing import Protocol
from urllib.parse import urlencode

from django.urls import reverse

from xiuhua.city.layers import Layer
from xiuhua.city.models import District

# The closest look that still shows what is around, and the widest that still shows the object.
CLOSE, WIDE = 17.0, 8.0
# A map tile is 512 px wide at zoom 0; the small map shows some 400 px of height.
TILE_PIXELS, SHOWN_PIXELS, MARGIN = 512, 400, 1.3

type Bounds = tuple[float, float, float, float]


class HasBounds(Protocol):
    """An object with the bounds of its geometry in degrees."""

    min_lon: float
    min_lat: float
    max_lon: float
    max_lat: float


def zoom_of(bounds: Bounds) -> float:
    """The zoom at which ``bounds`` (west, south, east, north in degrees) fill the small map."""
    west, south, east, north = bounds
    span = max(east - west, north - south) * MARGIN
    if span <= 0:
        return CLOSE
    return round(min(CLOSE, max(WIDE, log2(360 * SHOWN_PIXELS / TILE_PIXELS / span))), 2)


def spot_of(bounds: Bounds) -> dict[str, float]:
    """Where the small map opens to show ``bounds``, as its template takes it: lon, lat, zoom."""
    west, south, east, north = bounds
    return {"lon": (west + east) / 2, "lat": (south + north) / 2, "zoom": zoom_of(bounds)}


def bounds_of(item: HasBounds) -> Bounds:
    """The bounds that are stored beside a geometry."""
    return item.min_lon, item.min_lat, item.max_lon, item.max_lat


def map_url(district: District, layer: Layer, identity: int, bounds: Bounds) -> str:
    """The big map, opened at this object: the part behind "#" is read by the map element."""
    spot = spot_of(bounds)
    place = f"{spot['zoom']}/{spot['lat']:.5f}/{spot['lon']:.5f}/{layer.key}:{identity}"
    return f"{reverse('web:map')}?{urlencode({'district': district.code})}#{place}"
