"""The nearest point on any of many lines: rings of cells around the asked point, until nothing nearer can come."""

import numpy as np
import shapely
from numba import njit

from xiuhua.greenery.grids import Grid, segment_grid
from xiuhua.greenery.parts import in_parts
from xiuhua.greenery.scene import Floats, Geometries, Ints

_CELL_M = 50.0
# For fewer points all segments are gone through: cells would cost more than they save.
_FEW = 32


def nearest_on(lines: Geometries, points: Floats, farthest_m: float = np.inf) -> tuple[Ints, Floats, Floats]:
    """The nearest of ``lines`` to each of ``points`` (n, 2), -1 where none is within ``farthest_m``.

    With it how far along the line the nearest place lies, and how far away (m; inf without one).
    """
    line, along, away = np.full(len(points), -1, dtype=np.int64), np.zeros(len(points)), np.full(len(points), np.inf)
    at, owner = shapely.get_coordinates(lines, return_index=True)
    follows = np.flatnonzero(owner[1:] == owner[:-1])
    if not len(follows) or not len(points):
        return line, along, away
    a, b, owner = at[follows], at[follows + 1], owner[follows]
    length = np.hypot(*(b - a).T)
    upto = np.cumsum(length)
    begins = upto - length
    begins -= begins[np.searchsorted(owner, owner)]
    west, south, east, north = (
        float(value) for value in (at[:, 0].min(), at[:, 1].min(), at[:, 0].max(), at[:, 1].max())
    )
    side = _CELL_M if len(points) > _FEW else max(east - west, north - south, _CELL_M)
    cells = segment_grid(a, b, (west, south, east, north), side)
    segment = np.full(len(points), -1, dtype=np.int64)
    place = np.ascontiguousarray(points, dtype=np.float64)
    packed = np.ascontiguousarray(np.column_stack([a, b]), dtype=np.float64)
    in_parts(_search, len(points), place, packed, cells, farthest_m, segment, along, away)
    found = segment >= 0
    line[found] = owner[segment[found]]
    along[found] += begins[segment[found]]
    return line, along, away


@njit(cache=True, nogil=True)
def _search(
    start: int, stop: int, points: Floats, segments: Floats, cells: Grid, farthest_m: float, segment: Ints,
    along: Floats, away: Floats,
) -> None:  # fmt: skip
    x0, y0, side, columns, rows = cells[:5]
    first, held = cells.first, cells.held
    for point in range(start, stop):
        x, y = points[point, 0], points[point, 1]
        middle = min(max(int(np.floor((x - x0) / side)), 0), columns - 1)
        level = min(max(int(np.floor((y - y0) / side)), 0), rows - 1)
        best = farthest_m * farthest_m
        for ring in range(max(columns, rows)):
            # Cells of this ring begin at least so far away; of a point beyond the cells they are farther still.
            if ring > 1 and ((ring - 1) * side) ** 2 > best:
                break
            for row in range(max(level - ring, 0), min(level + ring, rows - 1) + 1):
                step = 1 if abs(row - level) == ring else max(2 * ring, 1)
                for column in range(middle - ring, middle + ring + 1, step):
                    if column < 0 or column >= columns:
                        continue
                    cell = row * columns + column
                    for place in range(first[cell], first[cell + 1]):
                        one = held[place]
                        ax, ay = segments[one, 0], segments[one, 1]
                        dx, dy = segments[one, 2] - ax, segments[one, 3] - ay
                        squared = dx * dx + dy * dy
                        share = ((x - ax) * dx + (y - ay) * dy) / squared if squared > 0.0 else 0.0
                        share = min(max(share, 0.0), 1.0)
                        off = (x - ax - share * dx) ** 2 + (y - ay - share * dy) ** 2
                        if off < best or (off == best and segment[point] < 0):
                            best, segment[point] = off, one
                            along[point], away[point] = share * np.sqrt(squared), np.sqrt(off)
