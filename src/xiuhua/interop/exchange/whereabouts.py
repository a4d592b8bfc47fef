"""Where the rows of a file fall: outside the district, with the axes swapped, one upon another, in another datum.

Pure: arrays in, positions and figures out.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from xiuhua.foundation.crs import bd09_to_wgs84, gcj02_to_wgs84, wgs84_to_bd09, wgs84_to_gcj02
from xiuhua.foundation.geometry import areas_m2, distance_m
from xiuhua.interop.exchange.table import Geometries

type Numbers = npt.NDArray[np.float64]
type Truths = npt.NDArray[np.bool_]

# Offsets between WGS-84 and GCJ-02 inside China, and BD-09, in metres (foundation/crs.py).
SHIFT_RANGE_M = {"GCJ-02": (300.0, 700.0), "BD-09": (700.0, 1800.0)}
# How much nearer the known places must come for the other datum to be the better explanation.
NEARER = 0.4
SLIVER_M2 = 1.0
EARTH = (-180.0, -90.0, 180.0, 90.0)
# More than half of a file swapped is a mistake of the file.
MOST = 0.5


def swap(geometry: Geometries) -> Geometries:
    """Longitude and latitude exchanged."""
    swapped: Geometries = shapely.transform(geometry, lambda xy: xy[:, ::-1])
    return swapped


def look_swapped(geometry: Geometries, outline: BaseGeometry | None) -> Truths:
    """Which geometries make sense only with longitude and latitude exchanged.

    With an ``outline``: outside it as given, inside it when swapped. Without: a latitude beyond 90 degrees.
    """
    there = ~shapely.is_missing(geometry) & ~shapely.is_empty(geometry)
    box = shapely.bounds(geometry)
    x, y = (box[:, 0] + box[:, 2]) / 2, (box[:, 1] + box[:, 3]) / 2
    west, south, east, north = outline.bounds if outline is not None else EARTH
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    turned = (y >= west) & (y <= east) & (x >= south) & (x <= north)
    result: Truths = there & ~inside & turned
    return result


def outside(geometry: Geometries, outline: BaseGeometry) -> Truths:
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
        Overlap(int(i), int(j), round(float(m2), 1))
        for i, j, m2 in zip(first[flat], second[flat], areas_m2(shared[flat]), strict=True)
        if m2 > SLIVER_M2
    ]
    return sorted(found, key=lambda o: (-o.m2, o.first, o.second))


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
    return distance_m(one[:, 0], one[:, 1], other[:, 0], other[:, 1])
