"""Pavements: strips along the streets that nobody has surveyed, and points on them."""

from typing import NamedTuple

import numpy as np
import shapely

from xiuhua.greenery.grids import Walls, outdoors
from xiuhua.greenery.scene import Floats, Ints, Streets

# A strip of 2 m beside the carriageway on each side; 5 m from the axis where the width of the street is not known.
WIDE_M, UNMAPPED_M, EVERY_M = 2.0, 5.0, 2.0


class Pieces(NamedTuple):
    """Straight pieces of pavement: ends of the middle line (m), street, side (-1 right, 1 left, 0 the path itself).

    ``begins``, ``ends``: offsets (m) along the street.
    """

    ax: Floats
    ay: Floats
    bx: Floats
    by: Floats
    street: Ints
    side: Ints
    begins: Floats
    ends: Floats


class Points(NamedTuple):
    """Points on pavements, outdoors: place (m), street, offset along it (m)."""

    x: Floats
    y: Floats
    street: Ints
    along: Floats


def pieces_of(streets: Streets) -> Pieces:
    """The pavements of the measured streets: each straight piece moved to both sides; paths as they lie."""
    walked = np.flatnonzero(streets.measured)
    points, line = shapely.get_coordinates(streets.lines[walked], return_index=True)
    follows = np.flatnonzero(line[1:] == line[:-1])
    a, b, street = points[follows], points[follows + 1], walked[line[follows]]
    long = np.hypot(*(b - a).T) > 1e-6  # noqa: PLR2004 - a repeated point
    a, b, street = a[long], b[long], street[long]
    length = np.hypot(*(b - a).T)
    ends = np.cumsum(length)
    starts = np.searchsorted(street, street)
    ends -= (ends - length)[starts]
    away = np.where(np.isnan(streets.width_m), UNMAPPED_M, streets.width_m / 2 + WIDE_M / 2)[street]
    left = np.column_stack([-(b - a)[:, 1], (b - a)[:, 0]]) / length[:, None]
    parts = []
    for side, taken in ((1, ~streets.path[street]), (-1, ~streets.path[street]), (0, streets.path[street])):
        shift = side * away[taken, None] * left[taken]
        parts.append((
            a[taken] + shift, b[taken] + shift, street[taken], np.full(int(taken.sum()), side),
            (ends - length)[taken], ends[taken],
        ))  # fmt: skip
    start, end, where, which, begins, until = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Pieces(
        start[:, 0].copy(), start[:, 1].copy(), end[:, 0].copy(), end[:, 1].copy(), where.astype(np.int64),
        which.astype(np.int64), begins, until,
    )  # fmt: skip


def points_of(pieces: Pieces, walls: Walls) -> Points:
    """A point every 2 m of pavement; those inside a footprint are left out, as nobody walks there."""
    length = pieces.ends - pieces.begins
    each = np.maximum(np.round(length / EVERY_M), 1).astype(np.int64)
    piece = np.repeat(np.arange(len(length)), each)
    share = (np.arange(len(piece)) - np.repeat(np.cumsum(each) - each, each) + 0.5) / each[piece]
    x = pieces.ax[piece] + share * (pieces.bx - pieces.ax)[piece]
    y = pieces.ay[piece] + share * (pieces.by - pieces.ay)[piece]
    out = outdoors(x, y, walls)
    along = pieces.begins[piece] + share * length[piece]
    return Points(x[out], y[out], pieces.street[piece][out], along[out])
