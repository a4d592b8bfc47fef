"""Geometries at the door: WKB, bounding boxes, metres on the local plane of each geometry."""

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

# WGS-84 (EPSG:4326) ellipsoid.
SEMI_MAJOR_M = 6_378_137.0
ECCENTRICITY_SQUARED = 0.00669437999014

type Geometries = npt.NDArray[np.object_]
type Floats = npt.NDArray[np.float64]


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


def metres_per_degree(latitude: Floats | float) -> tuple[Floats, Floats]:
    """Metres per degree of longitude and of latitude on the WGS-84 ellipsoid at ``latitude`` (degrees)."""
    phi = np.radians(np.asarray(latitude, dtype=np.float64))
    w = np.sqrt(1 - ECCENTRICITY_SQUARED * np.sin(phi) ** 2)
    east = SEMI_MAJOR_M * np.cos(phi) / w
    north = SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED) / w**3
    return np.radians(east), np.radians(north)


def to_metres(geometries: Geometries) -> Geometries:
    """Each geometry in metres on the plane that touches the ellipsoid at the middle of its own box.

    Lengths and areas of things up to some 20 km are good to 1e-4; positions of two geometries do not
    compare, since every one has its own origin. Empty geometries stay empty.
    """
    geometries = np.asarray(geometries, dtype=object)
    coordinates, owner = shapely.get_coordinates(geometries, return_index=True)
    bounds = shapely.bounds(geometries)
    middle = np.column_stack([(bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2])
    east, north = metres_per_degree(middle[:, 1])
    scale = np.column_stack([east, north])
    moved = (coordinates - middle[owner]) * scale[owner]
    flat: Geometries = shapely.set_coordinates(shapely.force_2d(geometries.copy()), moved)
    return flat


def to_degrees(geometries: Geometries, like: Geometries) -> Geometries:
    """Bring geometries made on the local planes of ``like`` (see ``to_metres``) back to degrees."""
    coordinates, owner = shapely.get_coordinates(geometries, return_index=True)
    bounds = shapely.bounds(like)
    middle = np.column_stack([(bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2])
    east, north = metres_per_degree(middle[:, 1])
    scale = np.column_stack([east, north])
    placed: Geometries = shapely.set_coordinates(geometries.copy(), coordinates / scale[owner] + middle[owner])
    return placed


def areas_m2(geometries: Geometries) -> Floats:
    """Areas in square metres."""
    return np.asarray(shapely.area(to_metres(geometries)), dtype=np.float64)


def lengths_m(geometries: Geometries) -> Floats:
    """Lengths in metres (of the boundary, for polygons)."""
    return np.asarray(shapely.length(to_metres(geometries)), dtype=np.float64)


def area_m2(geometry: BaseGeometry) -> float:
    """Area in square metres of one geometry."""
    return float(areas_m2(np.array([geometry], dtype=object))[0])


def length_m(geometry: BaseGeometry) -> float:
    """Length in metres of one geometry."""
    return float(lengths_m(np.array([geometry], dtype=object))[0])


def distance_m(lon: Floats | float, lat: Floats | float, to_lon: Floats | float, to_lat: Floats | float) -> Floats:
    """Metres between points some kilometres apart, on the plane at the middle latitude."""
    east, north = metres_per_degree((np.asarray(lat) + np.asarray(to_lat)) / 2)
    return np.hypot((np.asarray(to_lon) - lon) * east, (np.asarray(to_lat) - lat) * north)
