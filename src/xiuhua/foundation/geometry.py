"""Geometries at the door: WKB, bounding boxes, metres near a latitude."""

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

METRES_PER_DEGREE = 111_319.49079327358  # equatorial radius 6,378,137 m (EPSG:3857 sphere)


def to_row(geometry: BaseGeometry) -> dict[str, object]:
    """The columns of a Footprint: ``geom`` (WKB, 2D), ``min_lon``, ``min_lat``, ``max_lon``, ``max_lat``."""
    west, south, east, north = geometry.bounds
    return {
        "geom": shapely.to_wkb(geometry, output_dimension=2),
        "min_lon": west,
        "min_lat": south,
        "max_lon": east,
        "max_lat": north,
    }


def from_wkb(data: bytes | memoryview) -> BaseGeometry:
    """The geometry held in a Footprint's ``geom``."""
    return shapely.from_wkb(bytes(data))


def local_metres(coordinates: npt.NDArray[np.float64], latitude: float) -> npt.NDArray[np.float64]:
    """Scale (n, 2) degrees to metres on the plane that touches ``latitude``: good to 0.1 % over 50 km."""
    scale = np.array([METRES_PER_DEGREE * np.cos(np.radians(latitude)), METRES_PER_DEGREE])
    return np.asarray(coordinates * scale, dtype=np.float64)


def area_m2(geometry: BaseGeometry) -> float:
    """Area in square metres, on the local plane through the middle of the geometry."""
    middle = (geometry.bounds[1] + geometry.bounds[3]) / 2
    return float(shapely.transform(geometry, lambda xy: local_metres(xy, middle)).area)


def length_m(geometry: BaseGeometry) -> float:
    """Length in metres, on the local plane through the middle of the geometry."""
    middle = (geometry.bounds[1] + geometry.bounds[3]) / 2
    return float(shapely.transform(geometry, lambda xy: local_metres(xy, middle)).length)
