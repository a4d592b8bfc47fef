"""Which polygon is a point in? A grid of cells answers for most points; shapely decides near the edges.

The plane is cut into uniform cells. A cell that no edge touches lies inside or outside each polygon as a whole,
so its answer is one number. A cell touched by edges keeps the few polygons whose edges touch it, and a point in
it is tested against those alone. The answers are the same as shapely's, whatever the size of the cells.

Rule: polygons are closed, and where several hold a point the one with the lowest index is given. So a point on a
shared edge belongs to the lower of its two neighbours, and a point on an outer edge is in.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from xiuhua.foundation.ragged import spread

type Floats = npt.NDArray[np.float64]
type Ints = npt.NDArray[np.int64]

CELLS_PER_POLYGON = 64
FEWEST_CELLS, MOST_CELLS = 1 << 10, 1 << 20
# Edges are widened by this share of a cell, so that rounding never puts a point into a cell its edge has not marked.
EDGE_WIDTH = 1e-6
# A cell is at least this share of the largest coordinate, so that rounding stays far below EDGE_WIDTH.
FINEST = 1e-9
CHUNK = 1 << 16  # points at a time: the temporaries of one chunk stay in the processor's cache


class PolygonLookup:
    """Finds the polygon of each of many points, or of one.

    Takes polygons and multipolygons, with holes, overlapping or not; None and empty geometries hold nothing.
    They must be valid (the door of every import sees to it). Safe to use from several threads.

    Raises:
        TypeError: a geometry is neither a polygon nor a multipolygon.
    """

    def __init__(self, polygons: Sequence[BaseGeometry | None]) -> None:
        geometries = np.array(polygons, dtype=object)
        wrong = ~np.isin(shapely.get_type_id(geometries), (-1, 3, 6))
        if wrong.any():
            first = int(np.argmax(wrong))
            raise TypeError(f"geometry {first} is a {geometries[first].geom_type}; only polygons hold points")
        self._polygons = geometries
        rings, part_of = _rings(geometries)
        if len(rings) == 0:
            self._west = self._south = 0.0
            self._cell, self._columns, self._rows = 1.0, 0, 0
            return
        self._lay_grid(shapely.total_bounds(rings), len(geometries), len(shapely.get_coordinates(rings)))
        edges = _edges(rings, part_of, self._west, self._south, self._cell)
        self._fill(*edges)
        self._prepare()

    def locate(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Ints:
        """The index of the polygon of each point, -1 where there is none.

        Args:
            lon: x of the points, any shape, in the coordinates of the polygons.
            lat: y of the points, same shape.

        Returns:
            int64 array of that shape. Points with a NaN or infinite coordinate are in no polygon.
        """
        x, y = np.broadcast_arrays(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
        shape, x, y = x.shape, x.ravel(), y.ravel()
        result = np.full(x.size, -1, dtype=np.int64)
        if self._columns:
            for start in range(0, x.size, CHUNK):
                part = slice(start, start + CHUNK)
                self._locate_chunk(x[part], y[part], result[part])
        return result.reshape(shape)

    def locate_one(self, lon: float, lat: float) -> int:
        """The index of the polygon of one point, -1 where there is none: some microseconds."""
        column, row = (lon - self._west) / self._cell, (lat - self._south) / self._cell
        if not (0 <= column < self._columns and 0 <= row < self._rows):
            return -1
        found: int = self._table.item(int(row) * self._columns + int(column))
        if found >= -1:
            return found
        mixed = -2 - found
        for at in range(self._starts.item(mixed), self._starts.item(mixed + 1)):
            candidate: int = self._candidates.item(at)
            if shapely.intersects_xy(self._polygons[candidate], lon, lat):
                return candidate
        return int(self._behind.item(mixed))

    def _locate_chunk(self, x: Floats, y: Floats, out: Ints) -> None:
        column, row = (x - self._west) / self._cell, (y - self._south) / self._cell
        within = (column >= 0) & (column < self._columns) & (row >= 0) & (row < self._rows)
        if not within.all():
            picked = np.flatnonzero(within)
            if picked.size:
                inner = np.empty(picked.size, dtype=np.int64)
                self._locate_chunk(x[picked], y[picked], inner)
                out[picked] = inner
            return
        out[:] = self._table[row.astype(np.int64) * self._columns + column.astype(np.int64)]
        point = np.flatnonzero(out < -1)
        mixed = -2 - out[point]
        at, end = self._starts[mixed], self._starts[mixed + 1]
        out[point] = self._behind[mixed]
        while point.size:
            candidate = self._candidates[at]
            hit = shapely.intersects_xy(self._polygons[candidate], x[point], y[point])
            out[point[hit]] = candidate[hit]
            at = at + 1
            left = ~hit & (at < end)
            point, at, end = point[left], at[left], end[left]

    def _lay_grid(self, bounds: Floats, polygons: int, vertices: int) -> None:
        """Square cells over the bounds, about as many as the polygons need, with half a cell around."""
        west, south, east, north = bounds.tolist()
        width, height = east - west, north - south
        wanted = min(max(CELLS_PER_POLYGON * polygons, vertices, FEWEST_CELLS), MOST_CELLS)
        # The second term bounds the number of cells of very long and narrow extents.
        cell = max(np.sqrt(width * height / wanted), max(width, height) / wanted, FINEST * float(np.abs(bounds).max()))
        self._cell = float(cell) or 1.0
        self._west, self._south = west - self._cell / 2, south - self._cell / 2
        self._columns = int(width / self._cell + 0.5) + 1
        self._rows = int(height / self._cell + 0.5) + 1

    def _fill(self, owner: Ints, a: Floats, b: Floats) -> None:
        """Work out the answer of every cell from the edges a-b (in cells) of polygon ``owner``."""
        cells = self._columns * self._rows
        touched = _touched(owner, a, b, self._columns, self._rows)
        full = _interior(owner, a, b, self._columns, self._rows)
        full = full[~np.isin(full, touched, assume_unique=True)]
        # behind: the lowest polygon that covers the whole cell.
        none = len(self._polygons)
        behind = np.full(cells, none, dtype=np.int64)
        np.minimum.at(behind, full % cells, full // cells)
        polygon, cell = touched // cells, touched % cells
        useful = polygon < behind[cell]
        order = np.lexsort((polygon[useful], cell[useful]))
        polygon, cell = polygon[useful][order], cell[useful][order]
        behind[behind == none] = -1
        mixed, starts = np.unique(cell, return_index=True)
        self._table = behind.astype(np.int32)
        self._table[mixed] = -2 - np.arange(mixed.size)
        self._behind = behind[mixed]
        self._starts = np.append(starts, cell.size)
        self._candidates = polygon

    def _prepare(self) -> None:
        """Build shapely's own index of every candidate now: later it would be built inside a query, by any thread."""
        used = self._polygons[np.unique(self._candidates)]
        shapely.prepare(used)
        west, south, east, north = shapely.bounds(used).T
        shapely.intersects_xy(used, (west + east) / 2, (south + north) / 2)


def _rings(polygons: npt.NDArray[np.object_]) -> tuple[npt.NDArray[np.object_], Ints]:
    """All rings of the polygons and, for each, the index of its polygon."""
    parts, part_of = shapely.get_parts(polygons, return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    return rings, part_of[ring_of].astype(np.int64)


def _edges(
    rings: npt.NDArray[np.object_], part_of: Ints, west: float, south: float, cell: float
) -> tuple[Ints, Floats, Floats]:
    """Every edge of the rings as (polygon, start, end), the ends (n, 2) in units of cells."""
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    xy = (xy - (west, south)) / cell
    same = ring[1:] == ring[:-1]
    return part_of[ring[:-1][same]], xy[:-1][same], xy[1:][same]


def _touched(owner: Ints, a: Floats, b: Floats, columns: int, rows: int) -> Ints:
    """Keys (polygon * cells + cell) of all cells that an edge touches, and perhaps some neighbours; sorted, once each.

    An edge is cut into pieces of at most one cell in each direction, and the box of each piece marks up to four cells.
    """
    pieces = np.ceil(np.abs(b - a).max(axis=1)).astype(np.int64).clip(1)
    edge, step = spread(pieces)
    share = np.stack((step, step + 1)) / pieces[edge]
    along = (b - a)[edge]
    start, end = a[edge] + along * share[0][:, None], a[edge] + along * share[1][:, None]
    low = (np.minimum(start, end) - EDGE_WIDTH).astype(np.int64)
    high = (np.maximum(start, end) + EDGE_WIDTH).astype(np.int64)
    base, found = owner[edge] * (columns * rows), []
    for column, row in ((low, low), (low, high), (high, low), (high, high)):
        found.append(base + row[:, 1].clip(0, rows - 1) * columns + column[:, 0].clip(0, columns - 1))
    return np.unique(np.concatenate(found))


def _interior(owner: Ints, a: Floats, b: Floats, columns: int, rows: int) -> Ints:
    """Keys of the cells whose centre is inside the polygon: even-odd filling between the crossings of each row."""
    low, high = np.minimum(a[:, 1], b[:, 1]), np.maximum(a[:, 1], b[:, 1])
    first = np.ceil(low - 0.5).astype(np.int64)
    after = np.ceil(high - 0.5).astype(np.int64)
    edge, step = spread(after - first)
    row = first[edge] + step
    start, along = a[edge], (b - a)[edge]
    crossing = start[:, 0] + (row + 0.5 - start[:, 1]) * along[:, 0] / along[:, 1]
    line = owner[edge] * rows + row
    order = np.lexsort((crossing, line))
    # A closed ring crosses a row an even number of times, so the pairs never straddle two rows or polygons.
    line = line[order][::2]
    bounds: Ints = np.ceil(crossing[order] - 0.5).astype(np.int64).clip(0, columns)
    left, right = bounds[::2], bounds[1::2]
    run, step = spread(right - left)
    return np.asarray(line[run] * columns + left[run] + step, dtype=np.int64)
