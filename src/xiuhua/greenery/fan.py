"""All high suns of a set at once: what stands about a point is asked which of them it hides (pure, compiled).

A ray for each sun walks over the same cells hundreds of times. Here each wall and crown near the point is taken once
and asked about those suns alone that stand over it, which is a run of the suns in the order of their directions.
Whether it hides one of them is decided by the same test as for a ray (``casting.py``), so the outcome is the same.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from xiuhua.greenery.casting import BARE_CROWN, CROWN, WALL, behind, under
from xiuhua.greenery.scene import Bools, Floats, Ints

# Suns for which nothing farther away casts its shadow here are high. Looking around costs by the area within reach,
# rays by their number and length: fewer suns than FEW, or than half of the metres they reach, are looked at one by one.
REACH_M, FEW = 300.0, 16
# Directions as numbers from 0 to 4, and how finely they are listed.
_FULL_TURN, _LISTED = 4.0, 1024
# A run of suns is taken wider by this, far more than rounding can be wrong by.
_SLACK = 1e-9


class Fan(NamedTuple):
    """High suns in the order of their directions; ``rank`` is the place of each sun of the set in it, -1 for low ones.

    ``turn``: directions as numbers from 0 (east) to 4, anticlockwise; ``before``: of each of ``_LISTED`` equal steps of
    a turn, how many suns come before it. ``lowest``: the least tangent. ``west`` to ``north``: how far a thing one
    metre high can stand away and yet hide one of them.
    """

    dx: Floats
    dy: Floats
    tangent: Floats
    leafless: Bools
    rank: Ints
    turn: Floats
    before: Ints
    lowest: float
    west: float
    south: float
    east: float
    north: float


def fan_of(dx: Floats, dy: Floats, tangent: Floats, leafless: Bools, highest: float) -> Fan:
    """The high suns among those in the direction (dx, dy) at the tangent of their altitude; ``highest`` in metres."""
    high = np.flatnonzero(tangent * REACH_M >= highest)
    high = high[np.argsort(-tangent[high], kind="stable")]
    count = np.arange(1, len(high) + 1)
    high = high[: np.max(count[(count >= FEW) & (2.0 * count * tangent[high] >= highest)], initial=0)]
    angle = np.arctan2(dy[high], dx[high])
    high = high[np.argsort(np.where(angle < 0, angle + 2 * np.pi, angle), kind="stable")]
    rank = np.full(len(dx), -1, dtype=np.int64)
    rank[high] = np.arange(len(high))
    turn = np.array([_turn(float(x), float(y)) for x, y in zip(dx[high], dy[high], strict=True)], dtype=np.float64)
    steps = np.arange(_LISTED + 1) * (_FULL_TURN / _LISTED)
    far_x, far_y = (np.append(each[high] / tangent[high], 0.0) for each in (dx, dy))
    return Fan(
        dx[high], dy[high], tangent[high], leafless[high], rank, turn, np.searchsorted(turn, steps).astype(np.int64),
        float(tangent[high].min(initial=np.inf)), float(far_x.min()), float(far_y.min()), float(far_x.max()),
        float(far_y.max()),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _turn(x: float, y: float) -> float:
    """The direction of (x, y) as a number from 0 to 4 that grows with the angle; cheaper than the angle."""
    if y >= 0.0:
        return y / (x + y) if x >= 0.0 else 1.0 - x / (y - x)
    return 2.0 + y / (x + y) if x < 0.0 else 3.0 + x / (x - y)


@njit(cache=True, nogil=True)
def _before(value: float, fan: Fan) -> int:
    """How many suns have a turn below ``value``."""
    if value <= 0.0:
        return 0
    if value >= _FULL_TURN:
        return len(fan.turn)
    at = fan.before[int(value * (_LISTED / _FULL_TURN))]
    while at < len(fan.turn) and fan.turn[at] < value:
        at += 1
    return int(at)


@njit(cache=True, nogil=True)
def _run(fx: float, fy: float, tx: float, ty: float, fan: Fan) -> tuple[int, int]:
    """The run of suns from (fx, fy) anticlockwise to (tx, ty); past the last one it goes on at the first."""
    begin, end = _turn(fx, fy), _turn(tx, ty)
    first, stop = _before(begin - _SLACK, fan), _before(end + _SLACK, fan)
    return first, stop if begin <= end else stop + len(fan.turn)


@njit(cache=True, nogil=True)
def _span(x: float, west: float, east: float, x0: float, side: float, count: int) -> tuple[int, int]:
    """The columns (rows) from ``west`` to ``east`` of ``x``."""
    return max(int(np.floor((x + west - x0) / side)), 0), min(int(np.floor((x + east - x0) / side)), count - 1)


@njit(cache=True, nogil=True)
def _away2(x: float, y: float, west: float, south: float, east: float, north: float) -> float:
    """The square of the distance from a point to a box."""
    dx, dy = max(west - x, 0.0, x - east), max(south - y, 0.0, y - north)
    return dx * dx + dy * dy


@njit(cache=True, nogil=True)
def look_around(
    x: float, y: float, fan: Fan, box: tuple[float, float, float, int, int], wall: Floats, wall_first: Ints,
    crown: Floats, crown_first: Ints, highest_wall: float, highest_crown: float, seen: npt.NDArray[np.uint8],
) -> None:  # fmt: skip
    """Write what hides each sun of the fan from a point on the ground: the bits WALL, CROWN and BARE_CROWN."""
    seen[:] = 0
    if not len(seen):
        return
    x0, y0, side, columns, rows = box
    low2 = fan.lowest * fan.lowest
    for kind in range(2):
        highest, first = (highest_wall, wall_first) if kind == 0 else (highest_crown, crown_first)
        left, right = _span(x, fan.west * highest, fan.east * highest, x0, side, columns)
        low, high = _span(y, fan.south * highest, fan.north * highest, y0, side, rows)
        for row in range(low, high + 1):
            south = y0 + row * side
            for column in range(left, right + 1):
                cell = row * columns + column
                if first[cell] == first[cell + 1]:
                    continue
                west = x0 + column * side
                reach2 = _away2(x, y, west, south, west + side, south + side) * low2
                if kind == 0:
                    _hide_by_walls(x, y, fan, wall, first[cell], first[cell + 1], reach2, seen)
                else:
                    _hide_by_crowns(x, y, fan, crown, first[cell], first[cell + 1], reach2, seen)
    for at in range(len(seen)):
        if seen[at] & CROWN:
            seen[at] &= WALL | CROWN


@njit(cache=True, nogil=True)
def _hide_by_walls(
    x: float, y: float, fan: Fan, wall: Floats, first: int, stop: int, reach2: float, seen: npt.NDArray[np.uint8]
) -> None:  # fmt: skip
    """Of the walls of a cell, the highest first: those lower than the root of ``reach2`` hide nothing here."""
    for one in range(first, stop):
        if wall[one, 4] * wall[one, 4] <= reach2:
            break
        _hide_by_wall(x, y, fan, wall, one, seen)


@njit(cache=True, nogil=True)
def _hide_by_crowns(
    x: float, y: float, fan: Fan, crown: Floats, first: int, stop: int, reach2: float, seen: npt.NDArray[np.uint8]
) -> None:  # fmt: skip
    """Of the crowns of a cell, the highest first."""
    for one in range(first, stop):
        top = crown[one, 3] + crown[one, 4]
        if top * top <= reach2:
            break
        _hide_by_crown(x, y, fan, crown, one, top, seen)


@njit(cache=True, nogil=True)
def _hide_by_wall(x: float, y: float, fan: Fan, wall: Floats, one: int, seen: npt.NDArray[np.uint8]) -> None:
    ax, ay, bx, by = wall[one, 0] - x, wall[one, 1] - y, wall[one, 2] - x, wall[one, 3] - y
    near2 = _away2(0.0, 0.0, min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
    if wall[one, 4] * wall[one, 4] <= near2 * fan.lowest * fan.lowest:
        return
    turned, count = ax * by - ay * bx, len(seen)
    if abs(turned) <= _SLACK * (ax * ax + ay * ay + bx * bx + by * by):
        begin, stop = 0, count  # seen along its length
    elif turned > 0.0:
        begin, stop = _run(ax, ay, bx, by, fan)
    else:
        begin, stop = _run(bx, by, ax, ay, fan)
    for each in range(begin, stop):
        at = each if each < count else each - count
        if not seen[at] & WALL and behind(x, y, fan.dx[at], fan.dy[at], fan.tangent[at], wall, one):
            seen[at] |= WALL


@njit(cache=True, nogil=True)
def _hide_by_crown(
    x: float, y: float, fan: Fan, crown: Floats, one: int, top: float, seen: npt.NDArray[np.uint8]
) -> None:  # fmt: skip
    ox, oy, r = crown[one, 0] - x, crown[one, 1] - y, crown[one, 2]
    away2, count = ox * ox + oy * oy, len(seen)
    beside2 = away2 - r * r
    if beside2 <= 1e-6 * away2:
        begin, stop = 0, count  # above the point, or nearly
    else:
        if (np.sqrt(away2) - r) * fan.lowest >= top:
            return
        beside = np.sqrt(beside2)
        begin, stop = _run(
            ox * beside + oy * r, oy * beside - ox * r, ox * beside - oy * r, oy * beside + ox * r, fan
        )  # fmt: skip
    for each in range(begin, stop):
        at = each if each < count else each - count
        if seen[at] & CROWN or not under(x, y, fan.dx[at], fan.dy[at], 1.0 / fan.tangent[at], crown, one):
            continue
        seen[at] |= BARE_CROWN if fan.leafless[at] and crown[one, 5] == 0.0 else CROWN
