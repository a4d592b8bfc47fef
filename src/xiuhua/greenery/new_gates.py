"""The best new gate of a park: whose walk becomes short. A gate is the cheapest park."""

from typing import NamedTuple

import numpy as np
import shapely

from xiuhua.greenery.door import reach
from xiuhua.greenery.entrances import OPEN
from xiuhua.greenery.measure import PARK_CLASSES_M2, Stage, field_of_class
from xiuhua.greenery.promise import DOOR_M
from xiuhua.greenery.scene import Floats
from xiuhua.greenery.whatif import with_gate

# Places for a gate: every 20 m of the boundary that has a street within 30 m.
EVERY_M, BESIDE_M = 20.0, 30.0
_SAME_M = 1e-6


class NewGate(NamedTuple):
    """A place for a gate (m) and what it brings.

    gained: persons newly within the walk; nearer: persons whose walk becomes shorter at all; saved_m: metres of walk
    that these save, mean (of those who reached some park before).
    """

    x: float
    y: float
    gained: float
    nearer: float
    saved_m: float


def best_gates(stage: Stage, park: int, most: int = 3, reach_m: float = DOOR_M) -> list[NewGate]:
    """The best places for one new gate of ``park``, the best first; empty where none brings anybody nearer.

    A park entered along its whole boundary needs none, one below 400 m2 counts as no park. Each place is measured by
    itself, not after the others.
    """
    counts = stage.scene.parks.area_m2[park] >= PARK_CLASSES_M2[0]
    if not counts or stage.entrances.by[park] == OPEN or not len(stage.lines):
        return []
    persons = stage.scene.buildings.persons
    held = field_of_class(stage, PARK_CLASSES_M2[0])
    now = reach(stage.network, stage.doors, *held).walk_m
    found = []
    for x, y in _places(stage, park).tolist():
        then = with_gate(stage, x, y, held).walk_m
        nearer = then < now - _SAME_M
        if not persons[nearer].sum() > 0:
            continue
        counted = nearer & np.isfinite(now)
        people = float(persons[counted].sum())
        saved = float(((now - then)[counted] * persons[counted]).sum()) / people if people > 0 else 0.0
        gained = float(persons[(then <= reach_m) & ~(now <= reach_m)].sum())
        found.append(NewGate(x, y, gained, float(persons[nearer].sum()), saved))
    found.sort(key=lambda gate: (-gate.gained, -gate.nearer * gate.saved_m))
    return found[:most]


def _places(stage: Stage, park: int) -> Floats:
    """Points along the boundary of a park from which a street is near: (n, 2)."""
    rings = shapely.get_rings(shapely.get_parts(stage.scene.parks.shapes[park]))
    points = [
        shapely.line_interpolate_point(ring, np.arange(0.0, float(shapely.length(ring)), EVERY_M)) for ring in rings
    ]
    found = np.concatenate(points)
    near = np.unique(shapely.STRtree(stage.lines).query(found, predicate="dwithin", distance=BESIDE_M)[0])
    return np.asarray(shapely.get_coordinates(found[near]), dtype=np.float64)
