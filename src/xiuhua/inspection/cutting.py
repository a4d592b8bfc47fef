"""Cut the city into units that can be drawn: sections of kerb sides, reaches of banks, plots of green.

Lengths are metres and areas square metres on the local plane of each object (see ``foundation.geometry``). The pieces
cover their object exactly: their sizes add up to the whole and they touch without gap. There are no crumbs: a rest
shorter than half a piece goes to the last one, and the plots of one green space are equally large.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from xiuhua.foundation.geometry import Floats, Geometries, to_degrees, to_metres

SECTION_M = 300.0
REACH_M = 200.0
PLOT_M2 = 2_000.0
# So near to equal plots must be, as a share of what is cut, and how often a cut is tried at most.
_EVEN, _STEPS = 1e-7, 40


@dataclass(frozen=True)
class Pieces:
    """Geometries in degrees; ``owner`` the object each was cut from, ``number`` from 1 on, ``size`` m or m2."""

    geometries: Geometries
    owner: np.ndarray
    number: np.ndarray
    size: Floats


def pieces_of(length: float, step: float) -> int:
    """How many pieces a line of ``length`` gives: a rest of half a step or more is a piece of its own."""
    whole, rest = divmod(length, step)
    return max(1, int(whole) + (rest >= step / 2))


def cut_lines(lines: Geometries, step: float) -> Pieces:
    """Cut each of ``lines`` (degrees; of one or several parts) into pieces of ``step`` metres."""
    metres = to_metres(lines)
    found: list[BaseGeometry] = []
    owner: list[int] = []
    number: list[int] = []
    for index, line in enumerate(metres):
        parts = [part for part in _parts(line) if part.length > 0]
        length = sum(part.length for part in parts)
        if not length:
            continue
        count = pieces_of(length, step)
        cuts = [step * at for at in range(count)] + [length]
        for at in range(count):
            found.append(_stretch(parts, cuts[at], cuts[at + 1]))
            owner.append(index)
            number.append(at + 1)
    return _as_pieces(found, owner, number, lines, measure=shapely.length)


def banks(waters: Geometries) -> Geometries:
    """The banks of ``waters`` (degrees): the rings of a surface, its islands included; a line is its own bank."""
    surface = np.isin(shapely.get_type_id(waters), [3, 6])
    found = np.asarray(waters, dtype=object).copy()
    found[surface] = shapely.boundary(found[surface])
    return found


def cut_polygons(polygons: Geometries, most: float = PLOT_M2) -> Pieces:
    """Cut each of ``polygons`` (degrees) into equally large plots of at most ``most`` square metres."""
    metres = to_metres(polygons)
    found: list[BaseGeometry] = []
    owner: list[int] = []
    number: list[int] = []
    for index, polygon in enumerate(metres):
        sound = polygon if polygon.is_valid else _surface(shapely.make_valid(polygon), shapely.box(*polygon.bounds))
        area = shapely.area(sound)
        if not area:
            continue
        plots = _split(sound, ceil(area / most - 1e-9))
        found += plots
        owner += [index] * len(plots)
        number += range(1, len(plots) + 1)
    return _as_pieces(found, owner, number, polygons, measure=shapely.area)


def _parts(line: BaseGeometry) -> list[BaseGeometry]:
    merged = shapely.line_merge(line) if line.geom_type == "MultiLineString" else line
    return list(shapely.get_parts(merged))


def _stretch(parts: list[BaseGeometry], start: float, end: float) -> BaseGeometry:
    """From ``start`` to ``end`` metres along ``parts``, one behind the other."""
    found, before = [], 0.0
    for part in parts:
        low, high = max(start - before, 0.0), min(end - before, part.length)
        if high > low:
            found.append(substring(part, low, high))
        before += part.length
    return found[0] if len(found) == 1 else shapely.multilinestrings(found)


def _split(polygon: BaseGeometry, count: int) -> list[BaseGeometry]:
    """``count`` plots of the same area, cut across the longer side again and again."""
    if count <= 1:
        return [polygon]
    first = count // 2
    west, south, east, north = polygon.bounds
    across = east - west >= north - south
    low, high = (west, east) if across else (south, north)
    whole = polygon.area
    wanted, below, above = whole * first / count, 0.0, whole
    for step in range(_STEPS):
        # Where the area would be reached if it grew evenly; now and then the middle, so that no end stays where it is.
        share = 0.5 if step % 3 == 2 else (wanted - below) / (above - below)  # noqa: PLR2004 - every third
        cut = low + share * (high - low)
        box = (west, south, cut, north) if across else (west, south, east, cut)
        area = shapely.clip_by_rect(polygon, *box).area
        if abs(area - wanted) <= _EVEN * whole:
            break
        if area < wanted:
            low, below = cut, area
        else:
            high, above = cut, area
    near = shapely.box(west, south, cut, north) if across else shapely.box(west, south, east, cut)
    far = shapely.box(cut, south, east, north) if across else shapely.box(west, cut, east, north)
    return [*_split(_surface(polygon, near), first), *_split(_surface(polygon, far), count - first)]


def _surface(polygon: BaseGeometry, box: BaseGeometry) -> BaseGeometry:
    """The part of ``polygon`` in ``box`` without the lines and points in which they only touch."""
    both = shapely.intersection(polygon, box)
    if both.geom_type in {"Polygon", "MultiPolygon"}:
        return both
    return shapely.multipolygons([part for part in shapely.get_parts(both) if part.geom_type == "Polygon"])


def _as_pieces(
    found: list[BaseGeometry], owner: list[int], number: list[int], like: Geometries, *, measure: np.ufunc
) -> Pieces:
    geometries = np.empty(len(found), dtype=object)
    geometries[:] = found
    owners = np.array(owner, dtype=np.int64)
    size = np.asarray(measure(geometries), dtype=np.float64)
    whole = np.asarray(like, dtype=object)[owners]
    placed = to_degrees(geometries, whole) if len(found) else geometries
    return Pieces(placed, owners, np.array(number, dtype=np.int64), size)
