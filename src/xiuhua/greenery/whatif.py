"""One more tree or one more gate: what changes, without measuring the rest again.

A new tree touches the windows within its range and the pavement points that its shadow can reach; a new gate touches
the doors that come nearer. Everything else keeps the figures it had.
"""

from typing import NamedTuple

import numpy as np
import shapely

from xiuhua.greenery.door import Field, Reach, with_entrance
from xiuhua.greenery.grids import point_grid, tree_grid, wall_grid, walls_of
from xiuhua.greenery.hours import Hours
from xiuhua.greenery.measure import Stage
from xiuhua.greenery.network import Places, place_on
from xiuhua.greenery.scene import Bools, Floats, Geometries, Ints, Trees
from xiuhua.greenery.shade import shade_at, shadows_of
from xiuhua.greenery.sight import RANGE_M, Crowns, Sights, crowns_of, sights, trees_about

# Shadows longer than this are not followed: those of the first and last minutes of a day.
FARTHEST_SHADOW_M = 150.0
_NO_SHAPES: Geometries = np.empty(0, dtype=object)


class Greener(NamedTuple):
    """What a tree changes: buildings and what they see then; pavement points and the hours of shade they gain."""

    buildings: Ints
    sights: Sights
    points: Ints
    gained: Floats


def one_tree(x: float, y: float, height_m: float, radius_m: float, base_m: float, *, evergreen: bool = True) -> Trees:
    """A single tree."""
    at, size = np.array([[x], [y]], dtype=np.float64), np.array([[height_m], [radius_m], [base_m]], dtype=np.float64)
    return Trees(at[0], at[1], size[0], size[1], size[2], np.array([evergreen]))


def with_tree(stage: Stage, tree: Trees, hours: Hours, range_m: float = RANGE_M) -> Greener:
    """The buildings and pavement points that a new ``tree`` touches; ``sights``: a row for each of ``buildings``."""
    x, y = float(tree.x[0]), float(tree.y[0])
    near = stage.scene.buildings.measured_within(stage.building_tree, x, y, range_m + 1.0)
    seen = _seen_then(stage, near, crowns_of(tree), range_m)
    points, hit = shaded_by(tree, stage.points.x, stage.points.y, hours)
    touched = hit.any(axis=1)
    points, hit = points[touched], hit[touched]
    before = shade_at(stage.points.x[points], stage.points.y[points], hours, stage.shadows) > 0
    return Greener(near, seen, points, (hit & ~before) @ hours.weight)


def with_gate(stage: Stage, x: float, y: float, held: tuple[Places, Field]) -> Reach:
    """The walks of all buildings once there is a gate at (x, y); ``held`` as ``measure.field_of_class`` gives it."""
    entrances, field = held
    new = place_on(stage.network, stage.lines, np.array([[x, y]]))
    return with_entrance(stage.network, entrances, new, field, stage.doors)


def longest_shadow_m(height_m: float, hours: Hours) -> float:
    """The longest shadow of something so high in a set of hours, as far as it is followed."""
    return min(height_m / float(np.tan(np.radians(hours.altitude.min()))), FARTHEST_SHADOW_M)


def shaded_by(tree: Trees, x: Floats, y: Floats, hours: Hours) -> tuple[Ints, Bools]:
    """Which points the shadow of a single ``tree`` can reach, and whether it does at each of the hours: (points, t)."""
    tx, ty = float(tree.x[0]), float(tree.y[0])
    reach = float(tree.radius_m[0]) + longest_shadow_m(float(tree.height_m[0]), hours)
    points = np.flatnonzero(np.maximum(np.abs(x - tx), np.abs(y - ty)) <= reach)
    extent = (tx - reach, ty - reach, tx + reach, ty + reach)
    nothing = walls_of(_NO_SHAPES, np.empty(0))
    alone = shadows_of(nothing, wall_grid(nothing, extent), tree, tree_grid(tree, extent))
    return points, shade_at(x[points], y[points], hours, alone) > 0


def _seen_then(stage: Stage, near: Ints, new: Crowns, range_m: float) -> Sights:
    """What the windows of the buildings ``near`` see with the crown of ``new``, from the trees about them alone."""
    if not len(near):
        return Sights(*(np.zeros(0, dtype=np.int64) for _ in Sights._fields))
    west, south, east, north = shapely.total_bounds(stage.scene.buildings.shapes[near]).tolist()
    about = trees_about(west, south, east, north, range_m + 1.0, stage.crowns, stage.trunk_cells)
    crowns = Crowns(*(np.concatenate([old[about], one]) for old, one in zip(stage.crowns, new, strict=True)))
    extent = (west - range_m, south - range_m, east + range_m, north + range_m)
    cells = point_grid(crowns.x, crowns.y, extent, range_m / 2)
    found = sights(
        stage.scene.buildings, stage.windows, stage.walls, stage.wall_cells, crowns, cells, range_m, only=near
    )  # fmt: skip
    return Sights(*(column[near] for column in found))
