"""Squares of 100 m that something was seen in: of a place, of the shape of a frame, of a track; pure arrays.

Numbers count from the zero of longitude and latitude on the plane of the district (``city/squares.py``): a square
reaches from its column to the next in metres east over 100, the western and southern edges belong to it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

SIDE_M = 100.0
# Two positions of a track belong together when they are this near in time and space; else nothing is known between.
GAP_S, GAP_M = 60.0, 1500.0

type Ints = npt.NDArray[np.int64]
type Floats = npt.NDArray[np.float64]
type Instants = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Sightings:
    """Squares and when each was seen (microseconds, UTC); three arrays of one length."""

    column: Ints
    row: Ints
    at: Instants

    def __len__(self) -> int:
        return len(self.at)


def numbers(
    lon: npt.ArrayLike, lat: npt.ArrayLike, east: float, north: float, side_m: float = SIDE_M
) -> tuple[Ints, Ints]:
    """Column and row of places in degrees; ``east`` and ``north`` are metres of a degree on the plane."""
    column = np.floor(np.asarray(lon, dtype=np.float64) * east / side_m)
    row = np.floor(np.asarray(lat, dtype=np.float64) * north / side_m)
    return column.astype(np.int64), row.astype(np.int64)


def packed(column: Ints, row: Ints) -> Ints:
    """One number for each square, different for different ones."""
    return (np.asarray(column, dtype=np.int64) << 32) + row


def corners(column: Ints, row: Ints, east: float, north: float) -> tuple[Floats, Floats, float, float]:
    """Western and southern edges of squares in degrees, and the width and height of each."""
    wide, high = SIDE_M / east, SIDE_M / north
    return column.astype(np.float64) * wide, row.astype(np.float64) * high, wide, high


def crossed(x: Floats, y: Floats, to_x: Floats, to_y: Floats) -> tuple[Ints, Ints, Ints]:
    """Squares that straight lines pass through: column, row, and the number of the line; in sides, not in metres.

    A line is cut wherever it meets an edge; the middle of each piece tells its square. The squares of both ends are
    among them. A line along an edge lies in the square east or north of it.
    """
    line = np.arange(len(x))
    lines, cuts = [line, line], [np.zeros(len(x)), np.ones(len(x))]
    for begin, end in ((x, to_x), (y, to_y)):
        low, high = np.floor(np.minimum(begin, end)), np.floor(np.maximum(begin, end))
        count = (high - low).astype(np.int64)
        owner = np.repeat(line, count)
        edge = low[owner] + 1 + np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        lines.append(owner)
        cuts.append(np.clip((edge - begin[owner]) / (end - begin)[owner], 0, 1))
    owner, cut = np.concatenate(lines), np.concatenate(cuts)
    order = np.lexsort((cut, owner))
    owner, cut = owner[order], cut[order]
    inside = owner[1:] == owner[:-1]
    owner, middle = owner[:-1][inside], ((cut[1:] + cut[:-1]) / 2)[inside]
    column = np.floor(x[owner] + middle * (to_x - x)[owner])
    row = np.floor(y[owner] + middle * (to_y - y)[owner])
    ends = (np.floor(x), np.floor(to_x)), (np.floor(y), np.floor(to_y))
    columns = np.concatenate([column, *ends[0]]).astype(np.int64)
    rows = np.concatenate([row, *ends[1]]).astype(np.int64)
    return columns, rows, np.concatenate([owner, line, line])


def footprint(shape: shapely.Geometry, east: float, north: float) -> tuple[Ints, Ints]:
    """Every square once that a point, a line or the inside of a polygon (degrees) passes through."""
    flat = shapely.transform(shapely.force_2d(shape), lambda lonlat: lonlat * (east / SIDE_M, north / SIDE_M))
    found: set[tuple[int, int]] = set()
    # Twice: a collection may hold a geometry of several parts.
    for part in shapely.get_parts(shapely.get_parts(flat)):
        if part.is_empty:
            continue
        columns, rows = _of_part(part)
        found.update(zip(columns.tolist(), rows.tolist(), strict=True))
    pairs = np.array(sorted(found), dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _of_part(part: shapely.Geometry) -> tuple[Ints, Ints]:
    x, y = shapely.get_coordinates(part).T
    if part.geom_type == "Point":
        return np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    if part.geom_type != "Polygon":
        columns, rows, _line = crossed(x[:-1], y[:-1], x[1:], y[1:])
        return columns, rows
    west, south, right, top = np.floor(np.array(part.bounds)).astype(np.int64)
    columns, rows = (axis.ravel() for axis in np.meshgrid(np.arange(west, right + 1), np.arange(south, top + 1)))
    boxes = shapely.box(columns, rows, columns + 1, rows + 1)
    shapely.prepare(part)
    # What only touches an edge from outside is not in the square.
    inside = shapely.intersects(part, boxes) & ~shapely.touches(part, boxes)
    return columns[inside], rows[inside]


def track(who: npt.NDArray[np.generic], at: Instants, lon: Floats, lat: Floats, east: float, north: float) -> Sightings:
    """What was passed by movers whose positions came as rows, in any order; ``who`` tells them apart.

    Each position sees its square. Between two positions of one mover not more than ``GAP_S`` and ``GAP_M`` apart the
    squares on the straight line count as seen at the earlier of the two: nothing is called seen later than it was.
    """
    order = np.lexsort((at, who))
    who, at = who[order], at[order].astype("datetime64[us]")
    x, y = lon[order] * east / SIDE_M, lat[order] * north / SIDE_M
    column, row = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    seconds = np.diff(at) / np.timedelta64(1, "s")
    near = (who[1:] == who[:-1]) & (seconds <= GAP_S) & (np.hypot(np.diff(x), np.diff(y)) * SIDE_M <= GAP_M)
    # Within one square, or from one to its neighbour beside it, nothing lies between.
    far = (np.abs(np.diff(column)) + np.abs(np.diff(row))) > 1
    start = np.flatnonzero(near & far)
    columns, rows, line = crossed(x[start], y[start], x[start + 1], y[start + 1])
    last = (columns == column[start + 1][line]) & (rows == row[start + 1][line])
    columns, rows, line = columns[~last], rows[~last], line[~last]
    return latest(np.concatenate([column, columns]), np.concatenate([row, rows]), np.concatenate([at, at[start][line]]))


def latest(column: Ints, row: Ints, at: Instants) -> Sightings:
    """Every square once, with the last instant, by row and column."""
    at = at.astype("datetime64[us]")
    order = np.lexsort((at, column, row))
    column, row, at = column[order], row[order], at[order]
    last = np.ones(len(at), dtype=bool)
    last[:-1] = (column[1:] != column[:-1]) | (row[1:] != row[:-1])
    return Sightings(column[last], row[last], at[last])
