"""The outline of a frame: how far a place is from it, and the points that a phone draws it of. Pure computation."""

import numpy as np
import shapely

from xiuhua.foundation.geometry import from_wkb, metres_per_degree

# A phone draws 300 m on some 300 points: what is left out is less than a point.
_TOLERANCE_M = 1.0
_DIGITS = 6
_ORIGIN = shapely.Point(0, 0)


def distance_m(wkb: bytes | memoryview, lon: float, lat: float) -> float:
    """Metres from a place to the outline, 0 inside it; on the plane at the place."""
    east, north = metres_per_degree(lat)
    shape = from_wkb(wkb)
    moved = (shapely.get_coordinates(shape) - (lon, lat)) * (float(east), float(north))
    return float(shapely.distance(shapely.set_coordinates(shape, moved), _ORIGIN))


def lines(wkb: bytes | memoryview) -> list[list[list[float]]]:
    """The lines or rings of the outline as lists of [lon, lat]; a point is a line of one place. Holes are left out."""
    shape = from_wkb(wkb)
    _east, north = metres_per_degree(shape.centroid.y)
    plain = shapely.simplify(shape, _TOLERANCE_M / float(north))
    parts = [part.exterior if part.geom_type == "Polygon" else part for part in shapely.get_parts(plain)]
    return [np.round(shapely.get_coordinates(part), _DIGITS).tolist() for part in parts if not part.is_empty]
