"""Where the rows of a file fall: outside the district, with the axes swapped, one upon another, in another datum.

Pure: arrays in, positions and figures out.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from xiuhua.foundation.crs import bd09_to_wgs84, gcj02_to_wgs84, wgs84_to_bd09, wgs84_to_gcj02
from xiuhua.foundation.geometry import METRES_PER_DEGREE, area_m2
from xiuhua.interop.exchange.table import Geometries

type Numbers = npt.NDArray[np.float64]

# Offsets between WGS-84 and GCJ-02 inside China, and BD-09, in metres (foundation/crs.py).
SHIFT_RANGE_M = {"GCJ-02": (300.0, 700.0), "BD-09": (700.0, 1800.0)}
# How much nearer the known places must come for the other datum to be the better explanation.
NEARER = 0.4
SLIVER_M2 = 1.0
# More than half of a file swapped is a mistake of the file.
MOST = 0.5


def swap(geometry: Geometries) -> Geometries:
    """Longitude and latitude exchanged."""
    swapped: Geometries = shapely.transform(geometry, lambda xy: xy[:, ::-1])
    return swapped


def look_swapped(geometry: Geometries, outline: BaseGeometry | None) -> npt.NDArray[np.bool_]:
    """Which geometries make sense only with longitude and latitude exchanged.

    With an ``outline``: outside it as given, inside it when swapped. Without: a latitude beyond 90 degrees.
    """
    there = ~shapely.is_missing(geometry) & ~shapely.is_empty(geometry)
    box = shapely.bounds(geometry)
    result = np.zeros(len(geometry), dtype=bool)
    if outline is None:
        with np.errstate(invalid="ignore"):
            result[there] = ((box[there, 3] > 90) | (box[there, 1] < -90)) & (np.abs(box[there][:, [0, 2]]) <= 90).all(1)
        return result
    west, south, east, north = outline.bounds
    x, y = (box[:, 0] + box[:, 2]) / 2, (box[:, 1] + box[:, 3]) / 2
    with np.errstate(invalid="ignore"):
        inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
        turned = (y >= west) & (y <= east) & (x >= south) & (x <= north)
    return there & ~inside & turned


def outside(geometry: Geometries, outline: BaseGeometry) -> npt.NDArray[np.bool_]:
    """Which geometries do not touch ``outline`` at all."""
    shapely.prepare(outline)
    there = ~shapely.is_missing(geometry)
    result = np.zeros(len(geometry), dtype=bool)
    result[there] = ~shapely.intersects(outline, geometry[there])
    return result


@dataclass(frozen=True)
class Overlap:
    """Two areas of one partition that cover the same ground: positions, and how much."""

    first: int
    second: int
    m2: float


def overlaps(geometry: Geometries) -> list[Overlap]:
    """Pairs of ``geometry`` that share more than a sliver (1 m2), largest first. Each must be valid or None."""
    tree = shapely.STRtree(geometry)
    first, second = tree.query(geometry, predicate="intersects")
    ahead = first < second
    first, second = first[ahead], second[ahead]
    shared = shapely.intersection(geometry[first], geometry[second])
    flat = shapely.area(shared) > 0
    found = [
        Overlap(int(i), int(j), round(area_m2(part), 1))
        for i, j, part in zip(first[flat], second[flat], shared[flat], strict=True)
    ]
    return sorted((o for o in found if o.m2 > SLIVER_M2), key=lambda o: (-o.m2, o.first, o.second))


@dataclass(frozen=True)
class Suspicion:
    """The places of a file would fit known places better in another datum."""

    datum: str
    places: int
    metres: float
    metres_after: float


def suspect_datum(found: Numbers, known: Numbers, declared: str) -> Suspicion | None:
    """Compare the places of a file with known places of the same name or code, (n, 2) degrees of WGS-84 each.

    When the median distance is what GCJ-02 (300-700 m) or BD-09 makes, and reading the file in that datum brings
    the places much nearer, the file was probably declared wrongly. For a file declared GCJ-02 or BD-09 the other way
    round: it may have been WGS-84 all along.
    """
    if not len(found):
        return None
    metres = float(np.median(_metres(found, known)))
    if declared in SHIFT_RANGE_M:
        undo = {"GCJ-02": wgs84_to_gcj02, "BD-09": wgs84_to_bd09}
        tests = [("WGS-84", SHIFT_RANGE_M[declared], undo[declared])]
    else:
        tests = [
            ("GCJ-02", SHIFT_RANGE_M["GCJ-02"], gcj02_to_wgs84),
            ("BD-09", SHIFT_RANGE_M["BD-09"], bd09_to_wgs84),
        ]
    for name, (least, most), convert in tests:
        if not least <= metres <= most:
            continue
        after = float(np.median(_metres(np.column_stack(convert(found[:, 0], found[:, 1])), known)))
        if after < NEARER * metres:
            return Suspicion(name, len(found), round(metres), round(after))
    return None


def _metres(one: Numbers, other: Numbers) -> Numbers:
    scale = np.cos(np.radians(other[:, 1]))
    east, north = (one[:, 0] - other[:, 0]) * scale, one[:, 1] - other[:, 1]
    return np.asarray(np.hypot(east, north) * METRES_PER_DEGREE, dtype=np.float64)
