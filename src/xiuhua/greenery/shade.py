"""行路见荫: where walls and crowns cast their shade on a pavement, at any hour.

Looking from a point on the ground towards the sun at altitude a, a wall of height H crossed at the ground distance t
hides it where H > t tan a; a crown hides it where the ray meets the ellipsoid with semi-axes r, r, (h - c) / 2 centred
at the height (h + c) / 2, that is where the point lies in the ellipse it casts. Both are exact; no raster is made.
High suns are looked at all at once (``fan.py``), low ones, whose rays go far, one by one.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from xiuhua.greenery.casting import BARE_CROWN, CROWN, WALL, behind, under
from xiuhua.greenery.fan import Fan, fan_of, look_around
from xiuhua.greenery.grids import Grid, Walls, setting_out
from xiuhua.greenery.hours import BARE, LEAFY, Hours
from xiuhua.greenery.parts import in_parts
from xiuhua.greenery.scene import Bools, Floats, Ints, Trees


class Shade(NamedTuple):
    """Shares of the weighted hours of each point: in the shade of walls alone, of crowns alone, of both.

    ``light`` is the share of direct light that arrives: all where there is no shade, what crowns let through under
    crowns alone, none behind walls.
    """

    grey: Floats
    green: Floats
    both: Floats
    light: Floats

    @property
    def share(self) -> Floats:
        """The share of hours in any shade."""
        return self.grey + self.green + self.both


class Sky(NamedTuple):
    """Sun as the kernel takes it: unit vector on the ground, tangent of the altitude, weight, leaves down or not."""

    dx: Floats
    dy: Floats
    tangent: Floats
    weight: Floats
    leafless: Bools


class Shadows(NamedTuple):
    """What casts shade, laid out for a compiled ray: in the order of the cells of one grid, in each the highest first.

    ``box``: x0, y0, side, columns, rows. Those of cell i are ``wall[wall_first[i]:wall_first[i+1]]`` (both ends,
    height) and ``crown[crown_first[i]:...]`` (place, radius, middle height, half height, 1 for evergreen).
    """

    box: tuple[float, float, float, int, int]
    wall: Floats
    wall_first: Ints
    crown: Floats
    crown_first: Ints
    highest_wall: float
    highest_crown: float


def shadows_of(walls: Walls, wall_cells: Grid, trees: Trees, tree_cells: Grid) -> Shadows:
    """What casts shade; both grids must be made for the same extent and side."""
    if wall_cells[:5] != tree_cells[:5]:
        raise ValueError("walls and crowns must lie in cells of the same grid")
    base = np.minimum(trees.base_m, trees.height_m)
    half = np.maximum((trees.height_m - base) / 2, 1e-6)
    crown = np.column_stack([trees.x, trees.y, trees.radius_m, (trees.height_m + base) / 2, half, trees.evergreen])
    return Shadows(
        wall_cells[:5], _in_cells(walls.packed, walls.packed[:, 4], wall_cells), wall_cells.first,
        _in_cells(crown, trees.height_m, tree_cells), tree_cells.first,
        float(walls.packed[:, 4].max(initial=0.0)), float(trees.height_m.max(initial=0.0)),
    )  # fmt: skip


def _in_cells(rows: Floats, height: Floats, cells: Grid) -> Floats:
    """``rows`` once for each cell that holds them, cell by cell, the highest first."""
    cell = np.repeat(np.arange(len(cells.first) - 1), np.diff(cells.first))
    order = np.lexsort((-height[cells.held], cell))
    return np.ascontiguousarray(rows[cells.held[order]], dtype=np.float64)


def sky_of(hours: Hours) -> Sky:
    """The sun of a set of hours."""
    azimuth = np.radians(hours.azimuth)
    return Sky(np.sin(azimuth), np.cos(azimuth), np.tan(np.radians(hours.altitude)), hours.weight, hours.leafless)


def shade_by_hours(x: Floats, y: Floats, hours: Hours, shadows: Shadows) -> Shade:
    """The shade at each point over a set of hours (weights add up to one)."""
    held, sky = Shade(*(np.zeros(len(x)) for _ in range(4))), sky_of(hours)
    in_parts(_sum_up, len(x), x, y, sky, _fan(sky, shadows), *shadows, LEAFY, BARE, held)
    return held


def shade_at(x: Floats, y: Floats, hours: Hours, shadows: Shadows) -> npt.NDArray[np.uint8]:
    """What shades each point at each instant of ``hours``: (points, instants), bits WALL, CROWN, BARE_CROWN."""
    held, sky = np.zeros((len(x), len(hours)), dtype=np.uint8), sky_of(hours)
    in_parts(_each, len(x), x, y, sky, _fan(sky, shadows), *shadows, held)
    return held


def _fan(sky: Sky, shadows: Shadows) -> Fan:
    highest = max(shadows.highest_wall, shadows.highest_crown)
    return fan_of(sky.dx, sky.dy, sky.tangent, sky.leafless, highest)


@njit(cache=True, nogil=True)
def _wall_before_sun(
    x: float, y: float, dx: float, dy: float, tangent: float, box: tuple[float, float, float, int, int], wall: Floats,
    first: Ints, highest: float,
) -> int:  # fmt: skip
    """A wall that hides the sun from a point on the ground, -1 none."""
    x0, y0, side, columns, rows = box
    column, row, step_x, step_y, next_x, next_y, wide_x, wide_y = setting_out(x, y, dx, dy, x0, y0, side)
    above = 0.0
    while 0 <= column < columns and 0 <= row < rows and above <= highest:
        cell = row * columns + column
        for one in range(first[cell], first[cell + 1]):
            if wall[one, 4] <= above:
                break
            if behind(x, y, dx, dy, tangent, wall, one):
                return one
        if next_x < next_y:
            above, next_x, column = next_x * tangent, next_x + wide_x, column + step_x
        else:
            above, next_y, row = next_y * tangent, next_y + wide_y, row + step_y
    return -1


@njit(cache=True, nogil=True)
def _crown_before_sun(
    x: float, y: float, dx: float, dy: float, tangent: float, leafless: bool,
    box: tuple[float, float, float, int, int], crown: Floats, first: Ints, highest: float,
) -> int:  # fmt: skip
    """A crown that hides the sun from a point on the ground, one in leaf before a bare one; -1 none."""
    x0, y0, side, columns, rows = box
    column, row, step_x, step_y, next_x, next_y, wide_x, wide_y = setting_out(x, y, dx, dy, x0, y0, side)
    above, flat, bare = 0.0, 1.0 / tangent, -1
    while 0 <= column < columns and 0 <= row < rows and above <= highest:
        cell = row * columns + column
        for one in range(first[cell], first[cell + 1]):
            if crown[one, 3] + crown[one, 4] <= above:
                break
            if under(x, y, dx, dy, flat, crown, one):
                if not leafless or crown[one, 5] > 0.0:
                    return one
                bare = one
        if next_x < next_y:
            above, next_x, column = next_x * tangent, next_x + wide_x, column + step_x
        else:
            above, next_y, row = next_y * tangent, next_y + wide_y, row + step_y
    return bare


@njit(cache=True, nogil=True, inline="always")
def _look(
    x: float, y: float, dx: float, dy: float, tangent: float, leafless: bool,
    box: tuple[float, float, float, int, int], wall: Floats, wall_first: Ints, crown: Floats, crown_first: Ints,
    highest_wall: float, highest_crown: float, last: Ints, at: int,
) -> int:  # fmt: skip
    """What stands between a point on the ground and the sun: the bits WALL, CROWN and BARE_CROWN.

    ``last`` (suns, 2): the wall and the crown that hid each sun from the point before; asked first, as they often do
    again. It goes in whole, with the number ``at`` of the sun: cutting a row out costs as much as a ray.
    """
    found = 0
    if last[at, 0] >= 0 and behind(x, y, dx, dy, tangent, wall, last[at, 0]):
        found |= WALL
    else:
        one = _wall_before_sun(x, y, dx, dy, tangent, box, wall, wall_first, highest_wall)
        if one >= 0:
            found |= WALL
            last[at, 0] = one
    if last[at, 1] >= 0 and under(x, y, dx, dy, 1.0 / tangent, crown, last[at, 1]):
        return found | CROWN
    one = _crown_before_sun(x, y, dx, dy, tangent, leafless, box, crown, crown_first, highest_crown)
    if one >= 0:
        if leafless and crown[one, 5] == 0.0:
            return found | BARE_CROWN
        last[at, 1] = one
        found |= CROWN
    return found


@njit(cache=True, nogil=True)
def _sum_up(
    start: int, stop: int, x: Floats, y: Floats, sky: Sky, fan: Fan, box: tuple[float, float, float, int, int],
    wall: Floats, wall_first: Ints, crown: Floats, crown_first: Ints, highest_wall: float, highest_crown: float,
    leafy: float, bare: float, held: Shade,
) -> None:  # fmt: skip
    dx, dy, tangent, weights, leafless = sky
    greys, greens, boths, lights = held
    last, seen = np.full((len(dx), 2), -1, np.int64), np.zeros(len(fan.dx), np.uint8)
    for point in range(start, stop):
        look_around(
            x[point], y[point], fan, box, wall, wall_first, crown, crown_first, highest_wall, highest_crown, seen
        )  # fmt: skip
        grey, green, both, light = 0.0, 0.0, 0.0, 0.0
        for at in range(len(dx)):
            if fan.rank[at] >= 0:
                found = int(seen[fan.rank[at]])
            else:
                found = _look(
                    x[point], y[point], dx[at], dy[at], tangent[at], leafless[at], box, wall, wall_first, crown,
                    crown_first, highest_wall, highest_crown, last, at,
                )  # fmt: skip
            weight = weights[at]
            if found == 0:
                light += weight
            elif found == WALL:
                grey += weight
            elif found & WALL:
                both += weight
            else:
                green += weight
                light += weight * (leafy if found & CROWN else bare)
        greys[point], greens[point], boths[point], lights[point] = grey, green, both, light


@njit(cache=True, nogil=True)
def _each(
    start: int, stop: int, x: Floats, y: Floats, sky: Sky, fan: Fan, box: tuple[float, float, float, int, int],
    wall: Floats, wall_first: Ints, crown: Floats, crown_first: Ints, highest_wall: float, highest_crown: float,
    held: npt.NDArray[np.uint8],
) -> None:  # fmt: skip
    dx, dy, tangent, _weights, leafless = sky
    last, seen = np.full((len(dx), 2), -1, np.int64), np.zeros(len(fan.dx), np.uint8)
    for point in range(start, stop):
        look_around(
            x[point], y[point], fan, box, wall, wall_first, crown, crown_first, highest_wall, highest_crown, seen
        )  # fmt: skip
        for at in range(len(dx)):
            if fan.rank[at] >= 0:
                held[point, at] = seen[fan.rank[at]]
                continue
            held[point, at] = _look(
                x[point], y[point], dx[at], dy[at], tangent[at], leafless[at], box, wall, wall_first, crown,
                crown_first, highest_wall, highest_crown, last, at,
            )  # fmt: skip
