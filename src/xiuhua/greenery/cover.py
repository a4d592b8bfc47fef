"""Which spots give which windows one more tree, and the greedy choice among them.

A window that lacks one tree counts most, one that lacks three least (1, 1/2, 1/3 of a step), so that windows are
completed rather than begun everywhere. Whatever is chosen changes only spots seen from the same windows: these are
followed exactly, nothing is searched again.

Source: greedy set multi-cover (Chvatal 1979; Rajagopalan and Vazirani 1998).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from xiuhua.greenery.grids import Grid, extent_of, point_grid
from xiuhua.greenery.measure import Stage
from xiuhua.greenery.parts import in_parts
from xiuhua.greenery.scene import STOREY_M, Buildings, Floats, Ints, Trees
from xiuhua.greenery.sight import WANTED, Crowns, crowns_of, first_floor, lowest_eye, trees_about
from xiuhua.greenery.windows import EYE_M

# What one more tree is worth to a window that sees none, one or two: a step towards three.
STEPS = np.array([1 / 3, 1 / 2, 1.0]) / (1 / 3 + 1 / 2 + 1)
_MOST_CELLS = 512


class Seen(NamedTuple):
    """Trees seen by window columns: those of column k are ``tree[first[k]:first[k+1]]``, each from ``floor`` up."""

    first: Ints
    tree: Ints
    floor: Ints


@dataclass
class Cover:
    """Windows of some buildings, the trees they see, and spots for more.

    ``columns``: the window columns; ``cell``: (columns + 1,) where the floors of each begin in ``count``, the trees
    that each window sees now; ``weight`` (columns,): what a window of the column is worth.
    """

    columns: Ints
    building: Ints
    cell: Ints
    count: npt.NDArray[np.int16]
    weight: Floats
    by_column: Seen
    by_spot: Seen

    def share(self) -> float:
        """The weighted share of the windows that see three trees; nan without a window."""
        worth = np.repeat(self.weight, np.diff(self.cell))
        return float((worth * (self.count >= WANTED)).sum() / worth.sum()) if worth.sum() > 0 else float("nan")

    def gains(self) -> Floats:
        """What one more tree at each spot is worth, in steps of weight."""
        gain = np.zeros(len(self.by_spot.first) - 1)
        _gains(self.by_spot, self.cell, self.count, self.weight, STEPS, gain)
        return gain

    def take(self, spot: int, gain: Floats) -> float:
        """Plant at ``spot``: windows see one tree more, ``gain`` follows. Returns the weight of windows completed."""
        return float(_take(spot, self.by_spot, self.by_column, self.cell, self.count, self.weight, STEPS, gain))

    def drop(self, spot: int) -> None:
        """Take a planted spot back; gains do not follow."""
        _drop(spot, self.by_spot, self.cell, self.count)


def cover_of(stage: Stage, buildings: Ints, persons: Floats, spots: Trees, range_m: float) -> Cover:
    """The windows of ``buildings``, each worth its share of their ``persons``, and what ``spots`` would give them."""
    windows = stage.windows
    each = np.diff(windows.first)[buildings]
    which = np.repeat(np.arange(len(buildings)), each)
    columns = windows.first[buildings][which] + np.arange(len(which)) - np.repeat(np.cumsum(each) - each, each)
    floors = windows.floors[buildings]
    cell = np.concatenate([[0], np.cumsum(floors[which])]).astype(np.int64)
    count = np.zeros(int(cell[-1]), dtype=np.int16)
    now = seen_by(stage, columns, floors[which], stage.crowns, range_m)
    _count(now, cell, count)
    weight = persons[which] / np.maximum(each * floors, 1)[which]
    by_column = seen_by(stage, columns, floors[which], crowns_of(spots), range_m)
    return Cover(columns, buildings[which], cell, count, weight, by_column, _turned(by_column, len(spots)))


def seen_by(stage: Stage, columns: Ints, floors: Ints, crowns: Crowns, range_m: float) -> Seen:
    """Which of ``crowns`` each window column sees, and from which floor up; never seen ones are not there."""
    windows = stage.windows
    nothing = np.empty(0)
    trunks = Trees(crowns.x, crowns.y, crowns.height, crowns.radius, crowns.base, np.ones(len(crowns.x), dtype=bool))
    none = Buildings(np.empty(0, dtype=object), nothing, nothing, np.empty(0, dtype=bool))
    cells = point_grid(crowns.x, crowns.y, extent_of(none, trunks, np.empty((0, 2))), range_m / 2)
    held = np.zeros(len(columns) + 1, dtype=np.int64)
    place = (windows.x, windows.y, crowns, cells, range_m)
    in_parts(_near, len(columns), columns, *place, held)
    first = np.cumsum(held)
    tree, floor = np.zeros(first[-1], dtype=np.int64), np.full(first[-1], -1, dtype=np.int64)
    in_parts(
        _see, len(columns), columns, *place, floors, windows.nx, windows.ny, stage.walls.packed,
        stage.wall_cells.first, stage.wall_cells.held, stage.wall_cells[:5], first, tree, floor,
    )  # fmt: skip
    seen = floor >= 0
    upto = np.concatenate([[0], np.cumsum(seen)])
    return Seen(upto[first].astype(np.int64), tree[seen], floor[seen])


def _turned(by_column: Seen, spots: int) -> Seen:
    """The same pairs by spot: ``tree`` then holds columns."""
    column = np.repeat(np.arange(len(by_column.first) - 1), np.diff(by_column.first))
    order = np.argsort(by_column.tree, kind="stable")
    first = np.searchsorted(by_column.tree[order], np.arange(spots + 1))
    return Seen(first.astype(np.int64), column[order].astype(np.int64), by_column.floor[order])


@njit(cache=True, nogil=True)
def _near(
    start: int, stop: int, columns: Ints, x: Floats, y: Floats, crowns: Crowns, cells: Grid, range_m: float,
    count: Ints,
) -> None:  # fmt: skip
    for place in range(start, stop):
        px, py = x[columns[place]], y[columns[place]]
        count[place + 1] = len(trees_about(px, py, px, py, range_m, crowns, cells))


@njit(cache=True, nogil=True)
def _see(
    start: int, stop: int, columns: Ints, x: Floats, y: Floats, crowns: Crowns, cells: Grid, range_m: float,
    floors: Ints, nx: Floats, ny: Floats, wall: Floats, wall_first: Ints, wall_held: Ints,
    wall_box: tuple[float, float, float, int, int], begins: Ints, tree_out: Ints, floor_out: Ints,
) -> None:  # fmt: skip
    found, others = np.empty(_MOST_CELLS, np.int64), np.empty(0, np.int64)
    tx, ty, height, radius = crowns.x, crowns.y, crowns.height, crowns.radius
    for place in range(start, stop):
        k, out = columns[place], begins[place]
        px, py, top_eye = x[k], y[k], STOREY_M * (floors[place] - 1) + EYE_M
        for tree in trees_about(px, py, px, py, range_m, crowns, cells):
            lowest = lowest_eye(
                px, py, nx[k], ny[k], tree, top_eye, wall, wall_first, wall_held, wall_box, tx, ty, height, radius,
                others, False, found,
            )  # fmt: skip
            tree_out[out] = tree
            if lowest < top_eye:
                floor_out[out] = first_floor(lowest)
            out += 1


@njit(cache=True, nogil=True)
def _count(now: Seen, cell: Ints, count: npt.NDArray[np.int16]) -> None:
    for column in range(len(cell) - 1):
        for at in range(now.first[column], now.first[column + 1]):
            for window in range(cell[column] + now.floor[at], cell[column + 1]):
                count[window] += 1


@njit(cache=True, nogil=True)
def _gains(
    by_spot: Seen, cell: Ints, count: npt.NDArray[np.int16], weight: Floats, steps: Floats, gain: Floats
) -> None:
    for spot in range(len(gain)):
        for at in range(by_spot.first[spot], by_spot.first[spot + 1]):
            column = by_spot.tree[at]
            for window in range(cell[column] + by_spot.floor[at], cell[column + 1]):
                if count[window] < len(steps):
                    gain[spot] += weight[column] * steps[count[window]]


@njit(cache=True, nogil=True)
def _take(
    spot: int, by_spot: Seen, by_column: Seen, cell: Ints, count: npt.NDArray[np.int16], weight: Floats, steps: Floats,
    gain: Floats,
) -> float:  # fmt: skip
    completed = 0.0
    for at in range(by_spot.first[spot], by_spot.first[spot + 1]):
        column = by_spot.tree[at]
        for floor in range(by_spot.floor[at], cell[column + 1] - cell[column]):
            window = cell[column] + floor
            had = count[window]
            count[window] += 1
            if had >= len(steps):
                continue
            completed += weight[column] if had == len(steps) - 1 else 0.0
            further = steps[had + 1] if had + 1 < len(steps) else 0.0
            change = weight[column] * (further - steps[had])
            for other in range(by_column.first[column], by_column.first[column + 1]):
                if by_column.floor[other] <= floor:
                    gain[by_column.tree[other]] += change
    return completed


@njit(cache=True, nogil=True)
def _drop(spot: int, by_spot: Seen, cell: Ints, count: npt.NDArray[np.int16]) -> None:
    for at in range(by_spot.first[spot], by_spot.first[spot + 1]):
        column = by_spot.tree[at]
        for window in range(cell[column] + by_spot.floor[at], cell[column + 1]):
            count[window] -= 1
