"""A living room cut into what is looked at: paths of 10 m along lines, squares of 100 m2 in areas. Pure.

Lengths are metres on the local plane of the room. What is smaller than half a path or half a square is joined to its
neighbour, so that every inch lies in exactly one piece.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from xiuhua.foundation.geometry import to_degrees, to_metres

PATH_M, SQUARE_M = 10.0, 10.0
# More would be a quarter of the city and no room.
MOST = 2000
PATH, SQUARE = "path", "square"
_NUMERICAL = 1e-6


@dataclass(frozen=True)
class Piece:
    """One path or square: geometry in degrees, a point on it, metres or square metres."""

    geometry: BaseGeometry
    lon: float
    lat: float
    size: float


def kind_of(geometry: BaseGeometry) -> str:
    """``path`` for lines, ``square`` for areas. Raises ``ValueError`` for anything else."""
    if geometry.is_empty or geometry.geom_type not in {"LineString", "MultiLineString", "Polygon", "MultiPolygon"}:
        raise ValueError(f"a living room is a line or an area, not {geometry.geom_type}")
    return PATH if "Line" in geometry.geom_type else SQUARE


def measure(geometry: BaseGeometry) -> float:
    """Metres of a line, square metres of an area."""
    flat = _flat(geometry)
    return float(flat.length if kind_of(geometry) == PATH else flat.area)


def cut(geometry: BaseGeometry) -> list[Piece]:
    """The pieces of a room, in order along it. Raises ``ValueError`` for what is no line and no area."""
    flat = _flat(geometry)
    pieces = _paths(flat) if kind_of(geometry) == PATH else _squares(flat)
    like = np.array([geometry] * len(pieces), dtype=object)
    found = []
    for piece, there in zip(pieces, to_degrees(np.array(pieces, dtype=object), like), strict=True):
        if piece.geom_type == "LineString":
            point = there.interpolate(0.5, normalized=True)
        else:
            point = there.representative_point()
        size = piece.length if "Line" in piece.geom_type else piece.area
        found.append(Piece(there, point.x, point.y, float(size)))
    return found


def _flat(geometry: BaseGeometry) -> BaseGeometry:
    flat: BaseGeometry = to_metres(np.array([geometry], dtype=object))[0]
    return flat


def _paths(flat: BaseGeometry) -> list[BaseGeometry]:
    merged = shapely.line_merge(flat)
    found = []
    for line in shapely.get_parts(merged):
        count = max(1, floor(line.length / PATH_M + 0.5))
        ends = [number * PATH_M for number in range(count)] + [line.length]
        found += [substring(line, begin, end) for begin, end in pairwise(ends)]
    return found


def _squares(flat: BaseGeometry) -> list[BaseGeometry]:
    """Squares along the longer side of the smallest rectangle around the area."""
    turned, angle, origin = _upright(flat)
    west, south, east, north = turned.bounds
    columns, rows = ceil((east - west) / SQUARE_M - _NUMERICAL), ceil((north - south) / SQUARE_M - _NUMERICAL)
    lower_left = [
        (west + column * SQUARE_M, south + row * SQUARE_M)
        for row in range(max(rows, 1))
        for column in range(max(columns, 1))
    ]
    x, y = np.array(lower_left).T
    cells = shapely.intersection(turned, shapely.box(x, y, x + SQUARE_M, y + SQUARE_M))
    parts = [part for cell in cells for part in shapely.get_parts(cell) if part.area > 0]
    whole = [part for part in parts if part.area >= SQUARE_M**2 / 2]
    small = [part for part in parts if part.area < SQUARE_M**2 / 2]
    joined = _to_neighbours(small, whole) if whole else _together(small)
    return [affinity.rotate(each, angle, origin=origin) for each in joined]


def _to_neighbours(small: list[BaseGeometry], whole: list[BaseGeometry]) -> list[BaseGeometry]:
    """Each small part joined to the square with which it shares the longest border."""
    tree, joined = shapely.STRtree(whole), dict(enumerate(whole))
    for part in small:
        near = tree.query(part, predicate="dwithin", distance=SQUARE_M)
        shared = [(part.intersection(whole[number]).length, -part.distance(whole[number]), -number) for number in near]
        number = -max(shared)[2] if shared else int(tree.nearest(part))
        joined[number] = shapely.union(joined[number], part)
    return list(joined.values())


def _together(small: list[BaseGeometry]) -> list[BaseGeometry]:
    """A strip narrower than half a square: parts one after the other until they make half a square."""
    found: list[BaseGeometry] = []
    for part in small:
        if found and (found[-1].area < SQUARE_M**2 / 2 or part is small[-1]):
            found[-1] = shapely.union(found[-1], part)
        else:
            found.append(part)
    return found


def _upright(flat: BaseGeometry) -> tuple[BaseGeometry, float, tuple[float, float]]:
    """The area turned so that its longer side runs east, the angle (degrees) that turns it back, and around what."""
    origin = (0.0, 0.0)
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(flat))
    sides = np.diff(corners, axis=0)[:2]
    longer = sides[np.hypot(*sides.T).argmax()]
    angle = float(np.degrees(np.arctan2(longer[1], longer[0])))
    return affinity.rotate(flat, -angle, origin=origin), angle, origin
