"""A small scene cut out of a large one: what a card or a what-if of one place needs, set up in milliseconds."""

from dataclasses import dataclass, replace

import numpy as np
import shapely

from xiuhua.greenery.measure import Options, Stage, set_up
from xiuhua.greenery.scene import Buildings, Floats, Gates, Ints, Parks, Scene, Streets, Trees, points_in


@dataclass(frozen=True)
class Local:
    """A stage of what lies about a place; positions of its buildings, trees, streets and parks in the whole scene."""

    stage: Stage
    buildings: Ints
    trees: Ints
    streets: Ints
    parks: Ints

    def building(self, whole: int) -> int:
        """The position here of building ``whole`` of the scene. Raises ``ValueError`` where it was not cut out."""
        at = int(np.searchsorted(self.buildings, whole))
        if at == len(self.buildings) or self.buildings[at] != whole:
            raise ValueError("the building lies beyond what was cut out")
        return at


class Nearby:
    """Finds what lies about a place of ``scene``. Made once for a scene; asking takes milliseconds."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._buildings = shapely.STRtree(scene.buildings.shapes)
        self._streets = shapely.STRtree(scene.streets.lines)
        self._parks = shapely.STRtree(scene.parks.shapes)
        self.doors: Floats = points_in(scene.buildings.shapes)

    def about(self, x: float, y: float, radius_m: float, options: Options, *, trees: bool = True) -> Local:
        """The stage of all that comes within ``radius_m`` of (x, y); ``trees=False`` leaves these out (for walks)."""
        return self.within((x - radius_m, y - radius_m, x + radius_m, y + radius_m), options, trees=trees)

    def about_building(self, building: int, margin_m: float, options: Options) -> Local:
        """The stage of all that comes within ``margin_m`` of a building."""
        west, south, east, north = shapely.bounds(self.scene.buildings.shapes[building]).tolist()
        return self.within((west - margin_m, south - margin_m, east + margin_m, north + margin_m), options)

    def buildings_within(self, x: float, y: float, radius_m: float) -> Ints:
        """The measured buildings within ``radius_m`` of (x, y), in their order in the scene."""
        return self.scene.buildings.measured_within(self._buildings, x, y, radius_m)

    def park_at(self, x: float, y: float, radius_m: float, smallest_m2: float) -> int:
        """The nearest park of ``smallest_m2`` and more within ``radius_m`` of (x, y), -1 none."""
        near = self._parks.query(shapely.Point(x, y), predicate="dwithin", distance=radius_m)
        near = near[self.scene.parks.area_m2[near] >= smallest_m2]
        if not len(near):
            return -1
        away = shapely.distance(self.scene.parks.shapes[near], shapely.Point(x, y))
        return int(near[np.argmin(away)])

    def inside_building(self, x: float, y: float) -> bool:
        """Whether (x, y) lies in a footprint."""
        return bool(len(self._buildings.query(shapely.Point(x, y), predicate="within")))

    def within(self, box: tuple[float, float, float, float], options: Options, *, trees: bool = True) -> Local:
        """The stage of all that touches ``box`` (west, south, east, north; m)."""
        scene, asked = self.scene, shapely.box(*box)
        buildings, streets, parks = (
            np.sort(tree.query(asked)) for tree in (self._buildings, self._streets, self._parks)
        )
        west, south, east, north = box
        kept = np.empty(0, dtype=np.int64)
        if trees:
            x, y, r = scene.trees.x, scene.trees.y, scene.trees.radius_m
            kept = np.flatnonzero((x + r >= west) & (x - r <= east) & (y + r >= south) & (y - r <= north))
        gates = np.flatnonzero(np.isin(scene.gates.park, parks))
        here = replace(
            scene,
            buildings=Buildings(*(column[buildings] for column in vars(scene.buildings).values())),
            trees=Trees(*(column[kept] for column in vars(scene.trees).values())),
            streets=Streets(*(column[streets] for column in vars(scene.streets).values())),
            parks=Parks(*(column[parks] for column in vars(scene.parks).values())),
            gates=Gates(scene.gates.x[gates], scene.gates.y[gates], np.searchsorted(parks, scene.gates.park[gates])),
        )
        return Local(set_up(here, options), buildings, kept, streets, parks)
