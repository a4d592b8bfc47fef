"""推窗见绿: how many trees each window sees, for every window column and floor.

Seeing only gets better with height. So one number for each window column and tree, the lowest eye height from which
the tree is seen, answers for all floors. A sight line from an eye at height z to a point of a crown at height q meets
a wall of height H at the fraction phi of its way where it is at (1 - phi) z + phi q; it passes above where
z >= (H - phi q) / (1 - phi). The lowest eye is the greatest of these over the walls crossed, and the least over five
points of the crown: its top, and four points at 0.9 of its radius and two thirds of its height.

Source: definition S3 of 3-30-300 with line of sight (Konijnendijk 2023; Browning et al. 2024); that visibility is
monotone in height is the idea of verdance 0.3.0 (MIT), the exact geometry is ours.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from xiuhua.greenery.grids import Grid, Walls, cells_on_way
from xiuhua.greenery.parts import in_parts
from xiuhua.greenery.scene import STOREY_M, Bools, Buildings, Floats, Ints, Trees
from xiuhua.greenery.windows import EYE_M, Windows

RANGE_M = 50.0
# A tree that counts: well established (the defaults of verdance).
TALL_M, CROWN_M2 = 3.0, 10.0
WANTED = 3
_ASIDE, _UP = 0.9, 2.0 / 3.0
_MOST_CELLS = 512


class Crowns(NamedTuple):
    """Trees that count, as the kernels take them."""

    x: Floats
    y: Floats
    height: Floats
    radius: Floats
    base: Floats


class Sights(NamedTuple):
    """Of each building: window-floors, of them that see one / three trees, trees seen from any window, trees near."""

    windows: Ints
    one: Ints
    three: Ints
    any_window: Ints
    near: Ints


def established(trees: Trees) -> Bools:
    """Which trees count: taller than 3 m with a crown of more than 10 m2."""
    return (trees.height_m > TALL_M) & (np.pi * trees.radius_m**2 > CROWN_M2)


def crowns_of(trees: Trees) -> Crowns:
    """The trees that count, in their order."""
    kept = established(trees)
    base = np.minimum(trees.base_m[kept], trees.height_m[kept])
    return Crowns(trees.x[kept], trees.y[kept], trees.height_m[kept], trees.radius_m[kept], base)


def sights(
    buildings: Buildings, windows: Windows, walls: Walls, wall_cells: Grid, crowns: Crowns, trunk_cells: Grid,
    range_m: float = RANGE_M, *, only: Ints | None = None, crowns_block: bool = False,
) -> Sights:  # fmt: skip
    """What the windows of each building see of ``crowns`` within ``range_m``.

    ``walls`` are those of all buildings, ``trunk_cells`` hold the trunks. ``only``: the buildings to look at (the
    others get zeros). ``crowns_block``: crowns of other trees hide as prisms from the ground, the lower band.
    """
    count = len(buildings)
    held = Sights(*(np.zeros(count, dtype=np.int64) for _ in Sights._fields))
    asked = np.arange(count, dtype=np.int64) if only is None else only
    in_parts(
        _look, len(asked), asked, windows, walls, wall_cells, crowns, trunk_cells, range_m, crowns_block, held
    )  # fmt: skip
    return held


def lowest_eyes(
    windows: Windows, walls: Walls, wall_cells: Grid, crowns: Crowns, range_m: float = RANGE_M,
    *, columns: Ints, crowns_block: bool = False,
) -> Floats:  # fmt: skip
    """The lowest eye height (m) from which each of ``crowns`` is seen by each of ``columns``: (columns, crowns).

    inf where out of range, behind the wall or always hidden; -inf where nothing is in the way.
    """
    eyes = np.full((len(columns), len(crowns.x)), np.inf)
    in_parts(_eyes, len(columns), columns, windows, walls, wall_cells, crowns, range_m, crowns_block, eyes)
    return eyes


@njit(cache=True, nogil=True)
def highest_needed(
    x: float, y: float, qx: float, qy: float, qz: float, enough: float, wall: Floats, first: Ints, held: Ints,
    box: tuple[float, float, float, int, int], found: Ints,
) -> float:  # fmt: skip
    """The lowest eye at (x, y) that sees the point q: -inf with no wall between. Stops above ``enough``.

    ``wall`` (w, 5) are both ends and the height; those of cell i of the grid ``box`` are ``held[first[i]:first[i+1]]``.
    """
    way_x, way_y = qx - x, qy - y
    length = np.hypot(way_x, way_y)
    needed: float = -np.inf
    if length < 1e-9:  # noqa: PLR2004
        return needed
    for each in range(cells_on_way(x, y, way_x / length, way_y / length, length, *box, found)):
        cell = found[each]
        for at in range(first[cell], first[cell + 1]):
            one = held[at]
            ax, ay = wall[one, 0] - x, wall[one, 1] - y
            bx, by = wall[one, 2] - x, wall[one, 3] - y
            left, right = ax * way_y - ay * way_x, bx * way_y - by * way_x
            if (left > 0.0 and right > 0.0) or (left < 0.0 and right < 0.0):
                continue
            across = left - right
            if across == 0.0:
                continue
            phi = (ax * by - ay * bx) / across
            if 0.0 < phi < 1.0:
                needed = max(needed, (wall[one, 4] - phi * qz) / (1.0 - phi))
                if needed >= enough:
                    return needed
    return needed


@njit(cache=True, nogil=True)
def _behind_crowns(
    x: float, y: float, qx: float, qy: float, qz: float, tree: int, tx: Floats, ty: Floats, height: Floats,
    radius: Floats, others: Ints, needed: float,
) -> float:  # fmt: skip
    """As above with the crowns of ``others`` as prisms in the way; the tree itself hides nothing of itself."""
    way_x, way_y = qx - x, qy - y
    squared = way_x * way_x + way_y * way_y
    for other in others:
        if other == tree:
            continue
        ox, oy, r = tx[other] - x, ty[other] - y, radius[other]
        middle = (ox * way_x + oy * way_y) / squared
        off2 = ox * ox + oy * oy - middle * middle * squared
        if off2 >= r * r:
            continue
        half = np.sqrt((r * r - off2) / squared)
        for phi in (middle - half, min(middle + half, 1.0 - 1e-9)):
            if 0.0 < phi < 1.0 and middle - half < 1.0:
                needed = max(needed, (height[other] - phi * qz) / (1.0 - phi))
    return needed


@njit(cache=True, nogil=True)
def lowest_eye(
    x: float, y: float, nx: float, ny: float, tree: int, top_eye: float, wall: Floats, first: Ints, held: Ints,
    box: tuple[float, float, float, int, int], tx: Floats, ty: Floats, height: Floats, radius: Floats, others: Ints,
    crowns_block: bool, found: Ints,
) -> float:  # fmt: skip
    """The lowest eye of the window column at (x, y) that sees a tree; anything above ``top_eye`` is not sought."""
    best = np.inf
    for target in range(5):
        qx, qy, qz = tx[tree], ty[tree], height[tree]
        if target > 0:
            aside = _ASIDE * radius[tree]
            qx += aside if target == 1 else -aside if target == 2 else 0.0  # noqa: PLR2004
            qy += aside if target == 3 else -aside if target == 4 else 0.0  # noqa: PLR2004
            qz *= _UP
        if nx * (qx - x) + ny * (qy - y) <= 0.0:
            continue
        needed = highest_needed(x, y, qx, qy, qz, min(best, top_eye), wall, first, held, box, found)
        if crowns_block and needed < min(best, top_eye):
            needed = _behind_crowns(x, y, qx, qy, qz, tree, tx, ty, height, radius, others, needed)
        best = min(best, needed)
        if best < EYE_M:
            break
    return best


@njit(cache=True, nogil=True)
def first_floor(lowest: float) -> int:
    """The first floor whose eye is above ``lowest``."""
    if lowest < EYE_M:
        return 0
    return int(np.floor((lowest - EYE_M) / STOREY_M)) + 1


@njit(cache=True, nogil=True)
def trees_about(
    left: float, low: float, right: float, high: float, range_m: float, crowns: Crowns, cells: Grid
) -> Ints:
    """The trees whose trunk lies within ``range_m`` of a box, which may lie anywhere, also far from all cells."""
    first_column = max(int((left - range_m - cells.x0) / cells.side), 0)
    last_column = min(int((right + range_m - cells.x0) / cells.side), cells.columns - 1)
    first_row = max(int((low - range_m - cells.y0) / cells.side), 0)
    last_row = min(int((high + range_m - cells.y0) / cells.side), cells.rows - 1)
    if first_column > last_column:
        return np.empty(0, np.int64)
    count = 0
    for row in range(first_row, last_row + 1):
        count += cells.first[row * cells.columns + last_column + 1] - cells.first[row * cells.columns + first_column]
    found, count = np.empty(max(count, 0), np.int64), 0
    for row in range(first_row, last_row + 1):
        for at in range(
            cells.first[row * cells.columns + first_column], cells.first[row * cells.columns + last_column + 1]
        ):
            tree = cells.held[at]
            off_x = max(left - crowns.x[tree], 0.0, crowns.x[tree] - right)
            off_y = max(low - crowns.y[tree], 0.0, crowns.y[tree] - high)
            if off_x * off_x + off_y * off_y <= range_m * range_m:
                found[count] = tree
                count += 1
    return found[:count]


@njit(cache=True, nogil=True)
def _from_wall(x: float, y: float, building: int, walls: Walls) -> float:
    """Squared distance of a point to the nearest wall of a building."""
    least = np.inf
    for wall in range(walls.first[building], walls.first[building + 1]):
        ax, ay = walls.ax[wall], walls.ay[wall]
        wx, wy = walls.bx[wall] - ax, walls.by[wall] - ay
        along = min(max(((x - ax) * wx + (y - ay) * wy) / (wx * wx + wy * wy), 0.0), 1.0)
        off_x, off_y = x - ax - along * wx, y - ay - along * wy
        least = min(least, off_x * off_x + off_y * off_y)
    return least


@njit(cache=True, nogil=True)
def _look(
    start: int, stop: int, asked: Ints, windows: Windows, walls: Walls, wall_cells: Grid, crowns: Crowns,
    trunk_cells: Grid, range_m: float, crowns_block: bool, held: Sights,
) -> None:  # fmt: skip
    found = np.empty(_MOST_CELLS, np.int64)
    reach2 = range_m * range_m
    # Plain arrays for the inner calls: handing a tuple of arrays on counts references each time.
    wall, first, held_by, box = walls.packed, wall_cells.first, wall_cells.held, wall_cells[:5]
    tx, ty, height, radius = crowns.x, crowns.y, crowns.height, crowns.radius
    wx, wy, nx, ny = windows.x, windows.y, windows.nx, windows.ny
    for place in range(start, stop):
        building = asked[place]
        w0, w1 = walls.first[building], walls.first[building + 1]
        if w0 == w1:
            continue
        left, right = walls.ax[w0:w1].min(), walls.ax[w0:w1].max()
        low, high = walls.ay[w0:w1].min(), walls.ay[w0:w1].max()
        trees = trees_about(left, low, right, high, range_m + 1.0, crowns, trunk_cells)
        k0, k1, floors = windows.first[building], windows.first[building + 1], windows.floors[building]
        top_eye = STOREY_M * (floors - 1) + EYE_M
        held.windows[building] = (k1 - k0) * floors
        known, close = np.zeros(len(trees), np.bool_), np.zeros(len(trees), np.bool_)
        for each in range(len(trees)):
            close[each] = _from_wall(tx[trees[each]], ty[trees[each]], building, walls) <= reach2
        entering = np.empty(floors + 1, np.int64)
        for k in range(k0, k1):
            entering[:] = 0
            x, y = wx[k], wy[k]
            for each in range(len(trees)):
                tree = trees[each]
                off_x, off_y = tx[tree] - x, ty[tree] - y
                if off_x * off_x + off_y * off_y > reach2:
                    continue
                close[each] = True  # windows stand half a metre before the wall
                lowest = lowest_eye(
                    x, y, nx[k], ny[k], tree, top_eye, wall, first, held_by, box,
                    tx, ty, height, radius, trees, crowns_block, found,
                )  # fmt: skip
                if lowest < top_eye:
                    entering[first_floor(lowest)] += 1
                    known[each] = True
            seen = 0
            for floor in range(floors):
                seen += entering[floor]
                held.one[building] += seen >= 1
                held.three[building] += seen >= WANTED
        held.any_window[building], held.near[building] = known.sum(), close.sum()


@njit(cache=True, nogil=True)
def _eyes(
    start: int, stop: int, columns: Ints, windows: Windows, walls: Walls, wall_cells: Grid, crowns: Crowns,
    range_m: float, crowns_block: bool, eyes: Floats,
) -> None:  # fmt: skip
    found = np.empty(_MOST_CELLS, np.int64)
    others = np.arange(len(crowns.x))
    for place in range(start, stop):
        k = columns[place]
        for tree in range(len(crowns.x)):
            if np.hypot(crowns.x[tree] - windows.x[k], crowns.y[tree] - windows.y[k]) <= range_m:
                eyes[place, tree] = lowest_eye(
                    windows.x[k], windows.y[k], windows.nx[k], windows.ny[k], tree, np.inf, walls.packed,
                    wall_cells.first, wall_cells.held, wall_cells[:5], crowns.x, crowns.y, crowns.height, crowns.radius,
                    others, crowns_block, found,
                )  # fmt: skip
