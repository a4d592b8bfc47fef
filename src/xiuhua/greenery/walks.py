"""All walks of a scene to its parks, held so that one more gate is answered in milliseconds."""

import numpy as np

from xiuhua.greenery.door import Reach, field_of, reach, with_entrance
from xiuhua.greenery.entrances import entrances_of
from xiuhua.greenery.measure import PARK_CLASSES_M2, Options, of_class
from xiuhua.greenery.network import network_of, place_on
from xiuhua.greenery.scene import Floats, Scene


class Walks:
    """The walking network of a scene, its doors (n, 2; m) and the walk of each to the nearest park that counts.

    ``now`` are the walks as they are. Needs neither walls nor trees, so that a whole district is held.
    """

    def __init__(self, scene: Scene, doors: Floats) -> None:
        walked = np.flatnonzero(scene.streets.walkable)
        self._lines = scene.streets.lines[walked]
        self._network = network_of(self._lines)
        self._doors = place_on(self._network, self._lines, doors, Options.farthest_street_m)
        entrances = entrances_of(scene.parks, scene.gates, self._lines, self._network)
        # How the entrances of each park are known (entrances.py).
        self.by = entrances.by
        self._held, _points, _park = of_class(entrances, scene.parks.area_m2, PARK_CLASSES_M2[0])
        self._field = field_of(self._network, self._held)
        self.now: Reach = reach(self._network, self._doors, self._held, self._field)

    def with_gate(self, x: float, y: float) -> Floats:
        """The walk (m) of every door once there is a gate at (x, y)."""
        new = place_on(self._network, self._lines, np.array([[x, y]]))
        return with_entrance(self._network, self._held, new, self._field, self._doors).walk_m

    def to_street(self, x: float, y: float) -> float:
        """How far (m) the nearest walkable street is; inf where there is none."""
        return float(place_on(self._network, self._lines, np.array([[x, y]])).beside[0])
