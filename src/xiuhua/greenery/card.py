"""What the card of one building shows: what each floor sees, and how its way to the park is shaded through a day."""

from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from xiuhua.greenery.casting import WALL
from xiuhua.greenery.grids import outdoors
from xiuhua.greenery.hours import Hours, all_day
from xiuhua.greenery.measure import Options, Stage
from xiuhua.greenery.nearby import Nearby
from xiuhua.greenery.pavements import UNMAPPED_M, WIDE_M
from xiuhua.greenery.scene import Floats, Ints
from xiuhua.greenery.shade import shade_at
from xiuhua.greenery.sight import WANTED, lowest_eyes
from xiuhua.greenery.ways import Way
from xiuhua.greenery.windows import eye_m

EVERY_M = 4.0
# So far around a way, or a street, lies what may shade it. In July the sun stands below one degree at 19:00: what was
# cut off nearer would leave its light on pavements that it does not reach.
SHADOWS_M = 1_000.0
SUN, WALLS, CROWNS, BOTH = 0, 1, 2, 3


class Floor(NamedTuple):
    """One floor, 0 the lowest: windows, how many of them see one and three trees, the most that one of them sees."""

    floor: int
    windows: int
    see_one: int
    see_three: int
    most: int


class DayOnWay(NamedTuple):
    """Shade on a way: instants (t,), points (p, 2; m) every 4 m, their offset along the way (m) and side.

    side: -1 the pavement on the right, 1 on the left, 0 where the way leads beside any street. ``shade`` (t, p):
    0 sun, 1 walls, 2 crowns, 3 both.
    """

    hours: Hours
    points: Floats
    along: Floats
    side: Ints
    shade: npt.NDArray[np.uint8]


def floors_of(stage: Stage, building: int, options: Options) -> list[Floor]:
    """The floors of a building from the ground up; empty where it has no window (party walls all around)."""
    windows = stage.windows
    columns = np.arange(windows.first[building], windows.first[building + 1], dtype=np.int64)
    if not len(columns):
        return []
    eyes = lowest_eyes(
        windows, stage.walls, stage.wall_cells, stage.crowns, options.range_m, columns=columns,
        crowns_block=options.crowns_block,
    )  # fmt: skip
    floors = []
    for floor in range(int(windows.floors[building])):
        seen = (eyes < eye_m(floor)).sum(axis=1)
        floors.append(Floor(floor, len(columns), int((seen >= 1).sum()), int((seen >= WANTED).sum()), int(seen.max())))
    return floors


def day_on_way(nearby: Nearby, way: Way, options: Options, day: date, zone: str) -> DayOnWay:
    """The shade on both pavements of a way, every quarter-hour of ``day`` from 7:00 to 19:00 in ``zone``."""
    scene = nearby.scene
    points, along, side = _beside(way, scene.streets.width_m, scene.streets.path)
    west, south = points.min(axis=0) - SHADOWS_M
    east, north = points.max(axis=0) + SHADOWS_M
    stage = nearby.within((float(west), float(south), float(east), float(north)), options).stage
    out = outdoors(points[:, 0], points[:, 1], stage.walls)
    points, along, side = points[out], along[out], side[out]
    hours = all_day(day, zone, scene.lon, scene.lat)
    bits = shade_at(points[:, 0].copy(), points[:, 1].copy(), hours, stage.shadows).T
    behind, under = (bits & WALL) > 0, (bits & ~np.uint8(WALL)) > 0
    shade = np.where(behind & under, BOTH, np.where(behind, WALLS, np.where(under, CROWNS, SUN))).astype(np.uint8)
    return DayOnWay(hours, points, along, side, shade)


def _beside(way: Way, width_m: Floats, path: npt.NDArray[np.bool_]) -> tuple[Floats, Floats, Ints]:
    """Points on the pavements beside a way: place, offset along the way, side."""
    a, b = way.points[:-1], way.points[1:]
    length = np.hypot(*(b - a).T)
    each = np.maximum(np.round(length / EVERY_M), 1).astype(np.int64)
    piece = np.repeat(np.arange(len(length)), each)
    share = (np.arange(len(piece)) - np.repeat(np.cumsum(each) - each, each) + 0.5) / each[piece]
    on = a[piece] + share[:, None] * (b - a)[piece]
    along = (np.cumsum(length) - length)[piece] + share * length[piece]
    street = way.street[piece]
    beside = (street < 0) | path[street]
    aside = np.where(np.isnan(width_m[street]), UNMAPPED_M, width_m[street] / 2 + WIDE_M / 2)
    left = np.column_stack([-(b - a)[:, 1], (b - a)[:, 0]])[piece] / length[piece, None]
    parts = [(on[beside], along[beside], np.zeros(int(beside.sum()), dtype=np.int64))]
    for side in (1, -1):
        moved = on[~beside] + side * aside[~beside, None] * left[~beside]
        parts.append((moved, along[~beside], np.full(len(moved), side, dtype=np.int64)))
    points, offsets, sides = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(offsets, kind="stable")
    return points[order], offsets[order], sides[order]
