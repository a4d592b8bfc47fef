"""Try one tree or one gate in a district: what would change, for whom, within milliseconds.

Only what lies about the place is set up; walks to parks are held for the whole district. Nothing is kept.
"""

from typing import NamedTuple

import numpy as np
import shapely
from shapely.ops import nearest_points

from xiuhua.greenery.measure import PARK_CLASSES_M2, Options
from xiuhua.greenery.nearby import Nearby
from xiuhua.greenery.pavements import EVERY_M
from xiuhua.greenery.scene import Floats, Ints, Trees
from xiuhua.greenery.sight import sights
from xiuhua.greenery.walks import Walks
from xiuhua.greenery.whatif import FARTHEST_SHADOW_M, longest_shadow_m, with_tree

# A gate dropped farther from every park than this is nobody's.
NEAR_PARK_M = 300.0
NEARER_M = 0.01
REACHES_M = (300.0, 500.0)


class TreeTried(NamedTuple):
    """What a tree changes. Homes: positions in the scene, whose windows see more, with their shares before and after.

    ``windows`` gain a third tree, ``first`` a first one; ``persons`` by the share of their windows that gain a third.
    ``shaded_m``: metres of pavement on which it casts shade at some time of the hours; ``gained_m``: the same weighted
    by how long, where there was no shade before. ``looked_at``: homes within the range.
    """

    homes: Ints
    before: Floats
    after: Floats
    windows: int
    first: int
    persons: float
    looked_at: int
    shaded_m: float
    gained_m: float


class GateTried(NamedTuple):
    """What a gate changes. Homes: positions in the scene of those with a shorter walk, before (inf: none) and after.

    ``x``, ``y``: where it stands, on the boundary of ``park``. ``within``: persons newly within each of ``REACHES_M``.
    ``persons`` come nearer, of them ``reached`` had no park at all before; the means (m) are of all others.
    """

    x: float
    y: float
    park: int
    homes: Ints
    before: Floats
    after: Floats
    within: tuple[float, ...]
    persons: float
    reached: float
    mean_before: float
    mean_after: float


def try_tree(nearby: Nearby, tree: Trees, options: Options) -> TreeTried:
    """What ``tree`` (a single one) changes."""
    x, y = float(tree.x[0]), float(tree.y[0])
    near = nearby.buildings_within(x, y, options.range_m + 1.0)
    local = nearby.within(_reached(nearby, near, tree, options), options)
    stage = local.stage
    found = with_tree(stage, tree, options.hours, options.range_m)
    held = sights(
        stage.scene.buildings, stage.windows, stage.walls, stage.wall_cells, stage.crowns, stage.trunk_cells,
        options.range_m, only=found.buildings,
    )  # fmt: skip
    one, three, windows = (column[found.buildings] for column in (held.one, held.three, held.windows))
    persons = stage.scene.buildings.persons[found.buildings]
    more = found.sights.three - three
    with np.errstate(invalid="ignore"):
        before, after, share = three / windows, found.sights.three / windows, np.where(windows > 0, more / windows, 0.0)
    changed = (more > 0) | (found.sights.one > one)
    return TreeTried(
        local.buildings[found.buildings][changed], before[changed], after[changed], int(more.sum()),
        int((found.sights.one - one).sum()), float(persons @ share), len(near), EVERY_M * len(found.points),
        EVERY_M * float(found.gained.sum()),
    )  # fmt: skip


def _reached(nearby: Nearby, near: Ints, tree: Trees, options: Options) -> tuple[float, float, float, float]:
    """The box of all that has a say: what the near windows look at, and what shades where the new shadow falls."""
    x, y = float(tree.x[0]), float(tree.y[0])
    around = FARTHEST_SHADOW_M + float(tree.radius_m[0]) + longest_shadow_m(float(tree.height_m[0]), options.hours)
    west, south, east, north = x - around, y - around, x + around, y + around
    if len(near):
        far = options.range_m + 1.0
        box = shapely.total_bounds(nearby.scene.buildings.shapes[near]).tolist()
        west, south = min(west, box[0] - far), min(south, box[1] - far)
        east, north = max(east, box[2] + far), max(north, box[3] + far)
    return west, south, east, north


def try_gate(nearby: Nearby, walks: Walks, x: float, y: float) -> GateTried | None:
    """What a gate on the boundary of the park nearest to (x, y) changes; None where no park that counts is near."""
    park = nearby.park_at(x, y, NEAR_PARK_M, PARK_CLASSES_M2[0])
    if park < 0:
        return None
    edge = shapely.boundary(nearby.scene.parks.shapes[park])
    at = nearest_points(edge, shapely.Point(x, y))[0]
    before, after = walks.now.walk_m, walks.with_gate(at.x, at.y)
    persons = nearby.scene.buildings.persons
    homes = np.flatnonzero(nearby.scene.buildings.measured & (after < before - NEARER_M))
    p, was, now = persons[homes], before[homes], after[homes]
    reached = np.isinf(was)
    within = tuple(float(p[(now <= metres) & (was > metres)].sum()) for metres in REACHES_M)
    known = p * ~reached
    return GateTried(
        at.x, at.y, park, homes, was, now, within, float(p.sum()), float(p[reached].sum()), _mean(was, known),
        _mean(now, known),
    )  # fmt: skip


def _mean(walk_m: Floats, persons: Floats) -> float:
    """The mean of persons; nan without any."""
    some = persons > 0
    return float(np.average(walk_m[some], weights=persons[some])) if some.any() else float("nan")
