"""Square cells that hold walls and trees, so that a ray asks only what stands near its way."""

from typing import NamedTuple

import numpy as np
import shapely
from numba import njit

from xiuhua.greenery.scene import Bools, Buildings, Floats, Geometries, Ints, Trees

CELL_M = 20.0
_FLAT = 1e-12


class Grid(NamedTuple):
    """Cells from (``x0``, ``y0``) on, ``columns`` x ``rows`` of ``side`` m.

    What cell i holds is ``held[first[i]:first[i+1]]``.

    ``highest`` is the greatest height in each cell: a ray above it passes the cell unasked.
    """

    x0: float
    y0: float
    side: float
    columns: int
    rows: int
    first: Ints
    held: Ints
    highest: Floats


class Walls(NamedTuple):
    """Wall pieces: ends (m), height (m), their building; those of building b: ``first[b]:first[b+1]``."""

    ax: Floats
    ay: Floats
    bx: Floats
    by: Floats
    height: Floats
    building: Ints
    first: Ints
    packed: Floats  # (n, 5): ax, ay, bx, by, height, for kernels that read few arrays


def walls_of(shapes: Geometries, height_m: Floats) -> Walls:
    """The walls of all rings of ``shapes`` (polygons); outer rings run anticlockwise, holes clockwise.

    Hence outdoors lies to the right of each wall, seen from its first end.
    """
    turned = shapely.orient_polygons(shapes) if hasattr(shapely, "orient_polygons") else _oriented(shapes)
    parts, of_part = shapely.get_parts(turned, return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    follows = np.flatnonzero(ring[1:] == ring[:-1])
    a, b = points[follows], points[follows + 1]
    building = of_part[of_ring[ring[follows]]]
    long = np.hypot(*(b - a).T) > 1e-6  # noqa: PLR2004 - a repeated corner is no wall
    a, b, building = a[long], b[long], building[long].astype(np.int64)
    first = np.searchsorted(building, np.arange(len(shapes) + 1)).astype(np.int64)
    height = height_m[building].astype(np.float64)
    return Walls(
        a[:, 0].copy(), a[:, 1].copy(), b[:, 0].copy(), b[:, 1].copy(), height, building, first,
        np.column_stack([a, b, height]),
    )  # fmt: skip


def _oriented(shapes: Geometries) -> Geometries:
    turned = np.empty(len(shapes), dtype=object)
    for at, shape in enumerate(shapes):
        polygons = [shapely.geometry.polygon.orient(part) for part in shapely.get_parts(shape)]
        turned[at] = polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
    return turned


def extent_of(buildings: Buildings, trees: Trees, also: Floats) -> tuple[float, float, float, float]:
    """The box (m) around buildings, trees and the points ``also`` (n, 2)."""
    boxes = [np.array([[0.0, 0.0, 1.0, 1.0]])] if not len(buildings) + len(trees) + len(also) else []
    if len(buildings):
        boxes.append(shapely.total_bounds(buildings.shapes)[None])
    for x, y in ((trees.x, trees.y), (also[:, 0], also[:, 1]) if len(also) else (np.empty(0), np.empty(0))):
        if len(x):
            boxes.append(np.array([[x.min(), y.min(), x.max(), y.max()]]))
    stacked = np.vstack(boxes)
    west, south = stacked[:, :2].min(axis=0)
    east, north = stacked[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def wall_grid(walls: Walls, extent: tuple[float, float, float, float], side: float = CELL_M) -> Grid:
    """The cells that each wall passes."""
    x0, y0, columns, rows = _cells(extent, side)
    ends = (walls.ax, walls.ay, walls.bx, walls.by)
    counted = _count_walls(*ends, x0, y0, side, columns, rows)
    first = np.concatenate([[0], np.cumsum(counted)]).astype(np.int64)
    held, highest = _fill_walls(*ends, walls.height, x0, y0, side, columns, rows, first)
    return Grid(x0, y0, side, columns, rows, first, held, highest)


def tree_grid(trees: Trees, extent: tuple[float, float, float, float], side: float = CELL_M) -> Grid:
    """The cells that the square around each crown touches."""
    x0, y0, columns, rows = _cells(extent, side)
    places = (trees.x, trees.y, trees.radius_m)
    counted = _count_trees(*places, x0, y0, side, columns, rows)
    first = np.concatenate([[0], np.cumsum(counted)]).astype(np.int64)
    held, highest = _fill_trees(*places, trees.height_m, x0, y0, side, columns, rows, first)
    return Grid(x0, y0, side, columns, rows, first, held, highest)


def point_grid(x: Floats, y: Floats, extent: tuple[float, float, float, float], side: float) -> Grid:
    """The cell of each point, whatever its size."""
    nothing = np.zeros(len(x))
    x0, y0, columns, rows = _cells(extent, side)
    counted = _count_trees(x, y, nothing, x0, y0, side, columns, rows)
    first = np.concatenate([[0], np.cumsum(counted)]).astype(np.int64)
    held, highest = _fill_trees(x, y, nothing, nothing, x0, y0, side, columns, rows, first)
    return Grid(x0, y0, side, columns, rows, first, held, highest)


def outdoors(x: Floats, y: Floats, walls: Walls) -> Bools:
    """Whether each point lies outside every footprint; a point on a wall may fall to either side."""
    if not len(x):
        return np.ones(0, dtype=np.bool_)
    cells = point_grid(x, y, (float(x.min()), float(y.min()), float(x.max()), float(y.max())), CELL_M)
    out = np.ones(len(x), dtype=np.bool_)
    _leave_insiders(x, y, walls, cells, out)
    return out


@njit(cache=True, nogil=True)
def _leave_insiders(x: Floats, y: Floats, walls: Walls, cells: Grid, out: Bools) -> None:
    """Even-odd rule, building by building, over the points in the cells about it."""
    for building in range(len(walls.first) - 1):
        w0, w1 = walls.first[building], walls.first[building + 1]
        if w0 == w1:
            continue
        west, east = walls.ax[w0:w1].min(), walls.ax[w0:w1].max()
        south, north = walls.ay[w0:w1].min(), walls.ay[w0:w1].max()
        left, right = int((west - cells.x0) / cells.side), int((east - cells.x0) / cells.side)
        low, high = int((south - cells.y0) / cells.side), int((north - cells.y0) / cells.side)
        for row in range(max(low, 0), min(high, cells.rows - 1) + 1):
            for column in range(max(left, 0), min(right, cells.columns - 1) + 1):
                cell = row * cells.columns + column
                for at in range(cells.first[cell], cells.first[cell + 1]):
                    point = cells.held[at]
                    px, py = x[point], y[point]
                    if px < west or px > east or py < south or py > north:
                        continue
                    inside = False
                    for wall in range(w0, w1):
                        ay, by = walls.ay[wall], walls.by[wall]
                        if (ay > py) != (by > py):
                            ax = walls.ax[wall]
                            if px < ax + (py - ay) / (by - ay) * (walls.bx[wall] - ax):
                                inside = not inside
                    if inside:
                        out[point] = False


def _cells(extent: tuple[float, float, float, float], side: float) -> tuple[float, float, int, int]:
    west, south, east, north = extent
    x0, y0 = west - side, south - side
    return x0, y0, int((east - x0) / side) + 2, int((north - y0) / side) + 2


@njit(cache=True, nogil=True)
def clamp(value: int, most: int) -> int:
    """``value`` within 0 .. ``most`` - 1."""
    return 0 if value < 0 else most - 1 if value >= most else value


@njit(cache=True, nogil=True)
def _touches(ax: float, ay: float, bx: float, by: float, west: float, south: float, side: float) -> bool:
    """Whether a wall whose box meets a cell also meets the cell: not with all corners on one side."""
    dx, dy = bx - ax, by - ay
    slack = (abs(dx) + abs(dy)) * 1e-7
    c0 = dx * (south - ay) - dy * (west - ax)
    c1, c2, c3 = c0 - dy * side, c0 + dx * side, c0 + dx * side - dy * side
    return not (min(c0, c1, c2, c3) > slack or max(c0, c1, c2, c3) < -slack)


@njit(cache=True, nogil=True)
def _count_walls(
    ax: Floats, ay: Floats, bx: Floats, by: Floats, x0: float, y0: float, side: float, columns: int, rows: int
) -> Ints:
    counted = np.zeros(columns * rows, np.int64)
    for wall in range(len(ax)):
        left = clamp(int((min(ax[wall], bx[wall]) - x0) / side), columns)
        right = clamp(int((max(ax[wall], bx[wall]) - x0) / side), columns)
        low = clamp(int((min(ay[wall], by[wall]) - y0) / side), rows)
        high = clamp(int((max(ay[wall], by[wall]) - y0) / side), rows)
        for row in range(low, high + 1):
            for column in range(left, right + 1):
                if _touches(ax[wall], ay[wall], bx[wall], by[wall], x0 + column * side, y0 + row * side, side):
                    counted[row * columns + column] += 1
    return counted


@njit(cache=True, nogil=True)
def _fill_walls(
    ax: Floats, ay: Floats, bx: Floats, by: Floats, height: Floats, x0: float, y0: float, side: float, columns: int,
    rows: int, first: Ints,
) -> tuple[Ints, Floats]:  # fmt: skip
    held, highest, at = np.empty(first[-1], np.int64), np.zeros(columns * rows), first[:-1].copy()
    for wall in range(len(ax)):
        left = clamp(int((min(ax[wall], bx[wall]) - x0) / side), columns)
        right = clamp(int((max(ax[wall], bx[wall]) - x0) / side), columns)
        low = clamp(int((min(ay[wall], by[wall]) - y0) / side), rows)
        high = clamp(int((max(ay[wall], by[wall]) - y0) / side), rows)
        for row in range(low, high + 1):
            for column in range(left, right + 1):
                if _touches(ax[wall], ay[wall], bx[wall], by[wall], x0 + column * side, y0 + row * side, side):
                    cell = row * columns + column
                    held[at[cell]] = wall
                    at[cell] += 1
                    highest[cell] = max(highest[cell], height[wall])
    return held, highest


@njit(cache=True, nogil=True)
def _count_trees(x: Floats, y: Floats, r: Floats, x0: float, y0: float, side: float, columns: int, rows: int) -> Ints:
    counted = np.zeros(columns * rows, np.int64)
    for tree in range(len(x)):
        left, right = (
            clamp(int((x[tree] - r[tree] - x0) / side), columns),
            clamp(int((x[tree] + r[tree] - x0) / side), columns),
        )
        low, high = clamp(int((y[tree] - r[tree] - y0) / side), rows), clamp(int((y[tree] + r[tree] - y0) / side), rows)
        for row in range(low, high + 1):
            for column in range(left, right + 1):
                counted[row * columns + column] += 1
    return counted


@njit(cache=True, nogil=True)
def _fill_trees(
    x: Floats, y: Floats, r: Floats, height: Floats, x0: float, y0: float, side: float, columns: int, rows: int,
    first: Ints,
) -> tuple[Ints, Floats]:  # fmt: skip
    held, highest, at = np.empty(first[-1], np.int64), np.zeros(columns * rows), first[:-1].copy()
    for tree in range(len(x)):
        left, right = (
            clamp(int((x[tree] - r[tree] - x0) / side), columns),
            clamp(int((x[tree] + r[tree] - x0) / side), columns),
        )
        low, high = clamp(int((y[tree] - r[tree] - y0) / side), rows), clamp(int((y[tree] + r[tree] - y0) / side), rows)
        for row in range(low, high + 1):
            for column in range(left, right + 1):
                cell = row * columns + column
                held[at[cell]] = tree
                at[cell] += 1
                highest[cell] = max(highest[cell], height[tree])
    return held, highest


@njit(cache=True, nogil=True)
def cells_on_way(
    x: float, y: float, dx: float, dy: float, length: float, x0: float, y0: float, side: float, columns: int,
    rows: int, found: Ints,
) -> int:  # fmt: skip
    """Write the cells on the way from (x, y) along the unit vector (dx, dy) into ``found``; how many.

    Source: Amanatides and Woo 1987, a fast voxel traversal.
    """
    column, row = int(np.floor((x - x0) / side)), int(np.floor((y - y0) / side))
    step_x, step_y = (1 if dx > 0 else -1), (1 if dy > 0 else -1)
    next_x = ((column + (1 if dx > 0 else 0)) * side + x0 - x) / dx if abs(dx) > _FLAT else np.inf
    next_y = ((row + (1 if dy > 0 else 0)) * side + y0 - y) / dy if abs(dy) > _FLAT else np.inf
    wide_x = side / abs(dx) if abs(dx) > _FLAT else np.inf
    wide_y = side / abs(dy) if abs(dy) > _FLAT else np.inf
    count, gone = 0, 0.0
    while gone <= length and count < len(found):
        if 0 <= column < columns and 0 <= row < rows:
            found[count] = row * columns + column
            count += 1
        if next_x < next_y:
            gone, next_x, column = next_x, next_x + wide_x, column + step_x
        else:
            gone, next_y, row = next_y, next_y + wide_y, row + step_y
    return count
