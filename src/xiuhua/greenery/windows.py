"""Window columns: where the windows of a building are taken to be, as nobody has surveyed them."""

from typing import NamedTuple

import numpy as np

from xiuhua.greenery.grids import Walls, outdoors
from xiuhua.greenery.scene import STOREY_M, Buildings, Floats, Ints

EVERY_M, OUT_M, EYE_M = 5.0, 0.5, 1.5


class Windows(NamedTuple):
    """Window columns: place (m), outward unit normal; those of building b are ``first[b]:first[b+1]``; floors (n,)."""

    x: Floats
    y: Floats
    nx: Floats
    ny: Floats
    first: Ints
    floors: Ints


def floors_of(height_m: Floats) -> Ints:
    """Floors of buildings so high: at least one, as a shed of 2.9 m has a window too."""
    return np.maximum(np.floor(height_m / STOREY_M + 1e-9), 1).astype(np.int64)


def eye_m(floor: int) -> float:
    """Height (m) of the eye on a floor, counted from 0."""
    return STOREY_M * floor + EYE_M


def window_columns(buildings: Buildings, walls: Walls) -> Windows:
    """A column every 5 m of outer wall, half a metre out; none where another footprint stands (party walls).

    Courts count as outdoors: their walls have windows. A wall shorter than 5 m has one column in its middle.
    """
    mine = buildings.measured[walls.building]
    ax, ay, owner = walls.ax[mine], walls.ay[mine], walls.building[mine]
    dx, dy = walls.bx[mine] - ax, walls.by[mine] - ay
    length = np.hypot(dx, dy)
    each = np.maximum(np.round(length / EVERY_M), 1).astype(np.int64)
    wall = np.repeat(np.arange(len(length)), each)
    along = (np.arange(len(wall)) - np.repeat(np.cumsum(each) - each, each) + 0.5) / each[wall]
    nx, ny = (dy / length)[wall], (-dx / length)[wall]
    x, y = ax[wall] + along * dx[wall] + OUT_M * nx, ay[wall] + along * dy[wall] + OUT_M * ny
    kept = outdoors(x, y, walls)
    per_building = np.bincount(owner[wall][kept], minlength=len(buildings))
    first = np.concatenate([[0], np.cumsum(per_building)]).astype(np.int64)
    return Windows(x[kept], y[kept], nx[kept], ny[kept], first, floors_of(buildings.height_m))
