"""The share of the view that crowns take, for every window column and floor.

Around a window the outward half turn is cut into azimuths. In each, a crown (a disc from its base to its top) covers an
interval of elevations; of it counts what stands above the walls in front of it. The sum over A azimuths of the length,
in s = sin(elevation), of the union of these intervals, over 2 A, is their solid angle over that of the half sphere:
V = (1 / 2 pi) * solid angle. Sources: the published window view indices measure shares of images (Bonn GWVI, mean
26 %), which is another unit; this one is a share of solid angle.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from xiuhua.greenery.grids import Grid, Walls, cells_on_way
from xiuhua.greenery.parts import in_parts
from xiuhua.greenery.scene import STOREY_M, Buildings, Floats, Ints
from xiuhua.greenery.sight import Crowns, trees_about
from xiuhua.greenery.windows import EYE_M, Windows

VIEW_RANGE_M, AZIMUTHS = 100.0, 90
THRESHOLDS = (0.05, 0.15, 0.25)
_MOST_CELLS, _MOST = 512, 256
_NEAREST_M = 0.05


class Views(NamedTuple):
    """Of each building: mean and median share of view of its windows, and of these the shares of ``THRESHOLDS``."""

    mean: Floats
    median: Floats
    above: Floats  # (n, 3)


def views(
    buildings: Buildings, windows: Windows, walls: Walls, wall_cells: Grid, crowns: Crowns, trunk_cells: Grid,
    range_m: float = VIEW_RANGE_M, azimuths: int = AZIMUTHS, *, only: Ints | None = None,
) -> Views:  # fmt: skip
    """The view of each building; nan where it has no window. ``trunk_cells`` hold the trunks of ``crowns``."""
    count = len(buildings)
    held = Views(np.full(count, np.nan), np.full(count, np.nan), np.full((count, len(THRESHOLDS)), np.nan))
    asked = np.arange(count, dtype=np.int64) if only is None else only
    in_parts(
        _look, len(asked), asked, windows, walls, wall_cells, crowns, trunk_cells, range_m, azimuths,
        np.array(THRESHOLDS), held,
    )  # fmt: skip
    return held


def views_of_columns(
    columns: Ints, floors: int, windows: Windows, walls: Walls, wall_cells: Grid, crowns: Crowns,
    range_m: float = VIEW_RANGE_M, azimuths: int = AZIMUTHS,
) -> Floats:  # fmt: skip
    """The share of view of each of ``columns`` from each floor: (columns, floors)."""
    near, shares = np.arange(len(crowns.x)), np.zeros((len(columns), floors))
    found = np.empty(_MOST_CELLS, np.int64)
    for place, k in enumerate(columns):
        _column(k, windows, walls, wall_cells, crowns, near, range_m, azimuths, found, shares[place])
    return shares


@njit(cache=True, nogil=True)
def _sine(slope: float) -> float:
    return float(slope / np.sqrt(1.0 + slope * slope))


@njit(cache=True, nogil=True)
def covered(low: Floats, high: Floats, count: int) -> float:
    """The length of the union of ``count`` intervals (changed in place by sorting)."""
    for i in range(1, count):
        a, b, j = low[i], high[i], i - 1
        while j >= 0 and low[j] > a:
            low[j + 1], high[j + 1] = low[j], high[j]
            j -= 1
        low[j + 1], high[j + 1] = a, b
    total, reach = 0.0, -2.0
    for i in range(count):
        if high[i] > reach:
            total += high[i] - max(low[i], reach)
            reach = high[i]
    return total


@njit(cache=True, nogil=True)
def _walls_on_way(
    x: float, y: float, dx: float, dy: float, range_m: float, walls: Walls, cells: Grid, found: Ints, at_m: Floats,
    height: Floats,
) -> int:  # fmt: skip
    """Distances and heights of the walls on the way, nearest first; lower ones behind higher ones are left out."""
    count = 0
    for each in range(cells_on_way(x, y, dx, dy, range_m, *cells[:5], found)):
        cell = found[each]
        for place in range(cells.first[cell], cells.first[cell + 1]):
            wall = cells.held[place]
            ax, ay = walls.ax[wall] - x, walls.ay[wall] - y
            wx, wy = walls.bx[wall] - walls.ax[wall], walls.by[wall] - walls.ay[wall]
            across = dx * wy - dy * wx
            if across == 0.0:
                continue
            away, beside = (ax * wy - ay * wx) / across, (ax * dy - ay * dx) / across
            if 0.0 < away <= range_m and 0.0 <= beside <= 1.0 and count < _MOST:
                j = count - 1
                while j >= 0 and at_m[j] > away:
                    at_m[j + 1], height[j + 1] = at_m[j], height[j]
                    j -= 1
                at_m[j + 1], height[j + 1] = away, walls.height[wall]
                count += 1
    kept, highest = 0, -1.0
    for j in range(count):
        if height[j] > highest:
            highest = height[j]
            at_m[kept], height[kept] = at_m[j], highest
            kept += 1
    return kept


@njit(cache=True, nogil=True)
def _column(
    k: int, windows: Windows, walls: Walls, cells: Grid, crowns: Crowns, near: Ints, range_m: float,
    azimuths: int, found: Ints, shares: Floats,
) -> None:  # fmt: skip
    """The share of view of a window column from each floor, into ``shares`` (floors,)."""
    x, y, facing = windows.x[k], windows.y[k], np.arctan2(windows.ny[k], windows.nx[k])
    at_m, height = np.empty(_MOST + 1), np.empty(_MOST + 1)
    from_m, to_m, lows, highs = np.empty(_MOST), np.empty(_MOST), np.empty(_MOST), np.empty(_MOST)
    which = np.empty(_MOST, np.int64)
    shares[:] = 0.0
    for step in range(azimuths):
        angle = facing + np.pi * ((step + 0.5) / azimuths - 0.5)
        dx, dy, met = np.cos(angle), np.sin(angle), 0
        for tree in near:
            ox, oy, r = crowns.x[tree] - x, crowns.y[tree] - y, crowns.radius[tree]
            away = ox * dx + oy * dy
            half2 = r * r - (ox * dy - oy * dx) ** 2
            if half2 <= 0.0 or away > range_m or met >= _MOST:
                continue
            half = np.sqrt(half2)
            if away + half > _NEAREST_M:
                from_m[met], to_m[met], which[met] = max(away - half, _NEAREST_M), away + half, tree
                met += 1
        if met == 0:
            continue
        farthest = from_m[:met].max()
        stood = _walls_on_way(x, y, dx, dy, farthest, walls, cells, found, at_m, height)
        for floor in range(len(shares)):
            eye, count = STOREY_M * floor + EYE_M, 0
            for each in range(met):
                up, down = crowns.height[which[each]] - eye, crowns.base[which[each]] - eye
                high = up / (from_m[each] if up > 0 else to_m[each])
                low = down / (to_m[each] if down > 0 else from_m[each])
                for wall in range(stood):
                    if at_m[wall] >= from_m[each]:
                        break
                    low = max(low, (height[wall] - eye) / at_m[wall])
                if high > low:
                    lows[count], highs[count] = _sine(low), _sine(high)
                    count += 1
            shares[floor] += covered(lows, highs, count) / (2.0 * azimuths)


@njit(cache=True, nogil=True)
def _look(
    start: int, stop: int, asked: Ints, windows: Windows, walls: Walls, wall_cells: Grid, crowns: Crowns,
    trunk_cells: Grid, range_m: float, azimuths: int, thresholds: Floats, held: Views,
) -> None:  # fmt: skip
    found = np.empty(_MOST_CELLS, np.int64)
    for place in range(start, stop):
        building = asked[place]
        k0, k1, floors = windows.first[building], windows.first[building + 1], windows.floors[building]
        if k0 == k1:
            continue
        shares = np.empty((k1 - k0, floors))
        for k in range(k0, k1):
            x, y = windows.x[k], windows.y[k]
            near = trees_about(x, y, x, y, range_m, crowns, trunk_cells)
            _column(k, windows, walls, wall_cells, crowns, near, range_m, azimuths, found, shares[k - k0])
        flat = shares.ravel()
        held.mean[building], held.median[building] = flat.mean(), np.median(flat)
        for each in range(len(thresholds)):
            held.above[building, each] = (flat >= thresholds[each]).mean()
