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
    """

    x0: float
    y0: float
    side: float
    columns: int
    rows: int
    first: Ints
    held: Ints


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
    turned = shapely.orient_polygons(shapes)
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


def extent_of(buildings: Buildings, trees: Trees, also: Floats) -> tuple[float, float, float, float]:
    """The box (m) around buildings, trees and the points ``also`` (n, 2)."""
    points = np.vstack([shapely.get_coordinates(buildings.shapes), np.column_stack([trees.x, trees.y]), also])
    if not len(points):
        return 0.0, 0.0, 1.0, 1.0
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    return float(west), float(south), float(east), float(north)


def wall_grid(walls: Walls, extent: tuple[float, float, float, float], side: float = CELL_M) -> Grid:
    """The cells that each wall passes."""
    return _grid(walls.ax, walls.ay, walls.bx, walls.by, extent, side, slanted=True)


def segment_grid(a: Floats, b: Floats, extent: tuple[float, float, float, float], side: float) -> Grid:
    """The cells that each segment from ``a`` (n, 2) to ``b`` passes."""
    return _grid(a[:, 0], a[:, 1], b[:, 0], b[:, 1], extent, side, slanted=True)


def tree_grid(trees: Trees, extent: tuple[float, float, float, float], side: float = CELL_M) -> Grid:
    """The cells that the square around each crown touches."""
    x, y, r = trees.x, trees.y, trees.radius_m
    return _grid(x - r, y - r, x + r, y + r, extent, side, slanted=False)


def point_grid(x: Floats, y: Floats, extent: tuple[float, float, float, float], side: float) -> Grid:
    """The cell of each point, whatever its size."""
    return _grid(x, y, x, y, extent, side, slanted=False)


def _grid(
    ax: Floats, ay: Floats, bx: Floats, by: Floats, extent: tuple[float, float, float, float], side: float, *,
    slanted: bool,
) -> Grid:  # fmt: skip
    """The cells of things given by two corners; ``slanted``: of the line between them, else of the whole box."""
    west, south, east, north = extent
    x0, y0 = west - side, south - side
    columns, rows = int((east - x0) / side) + 2, int((north - y0) / side) + 2
    return Grid(x0, y0, side, columns, rows, *_place(ax, ay, bx, by, x0, y0, side, columns, rows, slanted))


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


@njit(cache=True, nogil=True)
def _clamp(value: int, most: int) -> int:
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
def _place(
    ax: Floats, ay: Floats, bx: Floats, by: Floats, x0: float, y0: float, side: float, columns: int, rows: int,
    slanted: bool,
) -> tuple[Ints, Ints]:  # fmt: skip
    """``first`` and ``held`` of a grid: counted in a first pass, put in place in a second."""
    first = np.zeros(columns * rows + 1, np.int64)
    held, at = np.empty(0, np.int64), np.empty(0, np.int64)
    for counting in (True, False):
        if not counting:
            first = np.cumsum(first)
            held, at = np.empty(first[-1], np.int64), first[:-1].copy()
        for thing in range(len(ax)):
            left = _clamp(int((min(ax[thing], bx[thing]) - x0) / side), columns)
            right = _clamp(int((max(ax[thing], bx[thing]) - x0) / side), columns)
            low = _clamp(int((min(ay[thing], by[thing]) - y0) / side), rows)
            high = _clamp(int((max(ay[thing], by[thing]) - y0) / side), rows)
            for row in range(low, high + 1):
                for column in range(left, right + 1):
                    west, south = x0 + column * side, y0 + row * side
                    if slanted and not _touches(ax[thing], ay[thing], bx[thing], by[thing], west, south, side):
                        continue
                    cell = row * columns + column
                    if counting:
                        first[cell + 1] += 1
                    else:
                        held[at[cell]] = thing
                        at[cell] += 1
    return first, held


@njit(cache=True, nogil=True)
def setting_out(
    x: float, y: float, dx: float, dy: float, x0: float, y0: float, side: float
) -> tuple[int, int, int, int, float, float, float, float]:
    """The cell of (x, y), and how the way along the unit vector (dx, dy) goes on from there.

    Column, row; the steps of both; how far it is to the next column and row; how far between two columns and rows.

    Source: Amanatides and Woo 1987, a fast voxel traversal.
    """
    column, row = int(np.floor((x - x0) / side)), int(np.floor((y - y0) / side))
    step_x, step_y = (1 if dx > 0 else -1), (1 if dy > 0 else -1)
    next_x = ((column + (1 if dx > 0 else 0)) * side + x0 - x) / dx if abs(dx) > _FLAT else np.inf
    next_y = ((row + (1 if dy > 0 else 0)) * side + y0 - y) / dy if abs(dy) > _FLAT else np.inf
    wide_x = side / abs(dx) if abs(dx) > _FLAT else np.inf
    wide_y = side / abs(dy) if abs(dy) > _FLAT else np.inf
    return column, row, step_x, step_y, next_x, next_y, wide_x, wide_y


@njit(cache=True, nogil=True)
def cells_on_way(
    x: float, y: float, dx: float, dy: float, length: float, x0: float, y0: float, side: float, columns: int,
    rows: int, found: Ints,
) -> int:  # fmt: skip
    """Write the cells on the way from (x, y) along the unit vector (dx, dy) into ``found``; how many."""
    column, row, step_x, step_y, next_x, next_y, wide_x, wide_y = setting_out(x, y, dx, dy, x0, y0, side)
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
