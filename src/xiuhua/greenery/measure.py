"""All three promises of a scene at once: what ``xiuhua greenery measure`` and a notebook call."""

from dataclasses import dataclass, field, replace

import numpy as np
import shapely

from xiuhua.greenery.canopy import LINED, canopy_around, canopy_of
from xiuhua.greenery.cool import CoolWays, cool_ways, felt
from xiuhua.greenery.door import Field, field_of, mean_around, reach, straight_m
from xiuhua.greenery.entrances import Entrances, entrances_of
from xiuhua.greenery.grids import Grid, Walls, extent_of, point_grid, tree_grid, wall_grid, walls_of
from xiuhua.greenery.hours import Hours, thinned
from xiuhua.greenery.network import Network, Places, network_of, place_along, place_on
from xiuhua.greenery.official import covered_both, share_of
from xiuhua.greenery.panorama import AZIMUTHS, VIEW_RANGE_M, views
from xiuhua.greenery.parts import in_parts, side_by_side
from xiuhua.greenery.pavements import Pieces, Points, pieces_of, points_of
from xiuhua.greenery.scene import Floats, Geometries, Ints, Scene, points_in
from xiuhua.greenery.shade import Shade, Shadows, shade_by_hours, shadows_of
from xiuhua.greenery.sight import RANGE_M, Crowns, crowns_of, sights
from xiuhua.greenery.windows import Windows, window_columns

# Park classes of the door, smallest area in m2: 游园, then 0.5, 1, 5 and 10 hectares.
PARK_CLASSES_M2 = (400.0, 5_000.0, 10_000.0, 50_000.0, 100_000.0)
WALK_AROUND_M, NEIGHBOURHOOD_M = 500.0, 300.0


@dataclass(frozen=True)
class Options:
    """How to measure: range of sight (m); azimuths of the share of view (0: not measured); farthest street."""

    hours: Hours
    range_m: float = RANGE_M
    view_range_m: float = VIEW_RANGE_M
    azimuths: int = AZIMUTHS
    crowns_block: bool = False
    farthest_street_m: float = 200.0

    def briefly(self) -> "Options":
        """For many measurements in a row: at some of the hours, without the share of view."""
        return replace(self, azimuths=0, hours=thinned(self.hours))


@dataclass(frozen=True)
class SeenFromHomes:
    """Of each building (n,): windows that see trees. No window at all: ``windows`` 0, shares nan (unknown).

    windows: window-floors; share_one, share_three: of them that see one, three trees; any_window: most trees seen by
    the building as a whole (the international reading); near: trees within the range (the buffer reading);
    view, view_median: mean and median share of view taken by crowns; view_5, view_15, view_25: shares of windows with
    so many per cent or more; nan where not measured.
    """

    windows: Ints
    share_one: Floats
    share_three: Floats
    any_window: Ints
    near: Ints
    view: Floats
    view_median: Floats
    view_5: Floats
    view_15: Floats
    view_25: Floats


@dataclass(frozen=True)
class ReachOfParks:
    """Walking distance (m) of each building to the nearest entrance: (classes, n), inf where none is reached.

    nan: unknown, no street is near the building. ``park`` (n,) is the nearest park of the smallest class, -1 none;
    ``straight_m`` (n,) the straight distance to the nearest entrance.
    """

    distance_m: Floats
    park: Ints
    straight_m: Floats


@dataclass(frozen=True)
class ShadeOfStreets:
    """Of each street (m,): canopy share of its pavements, shade by the hours of the set; nan where it is not measured.

    lined: share of its sides covered to 90 % or more; points: pavement points outdoors; shade = grey (walls alone) +
    green (crowns alone) + both, by hours; light: share of direct light that arrives.
    """

    length_m: Floats
    canopy: Floats
    lined: Floats
    points: Ints
    shade: Floats
    grey: Floats
    green: Floats
    both: Floats
    light: Floats


@dataclass(frozen=True)
class Measured:
    """Everything measured of a scene; ``walk`` (n,) is the shade of the pavements within 500 m of each building.

    cool: the way of each to the nearest park as it feels to who looks for shade.
    canopy_300m (n,): canopy share within 300 m of the building (the "30" of 3-30-300). circle_m2, circle_national_m2:
    of each parcel of residential land what the official circles cover. ``stage`` is what the figures were measured on,
    for cards and what-if.
    """

    see: SeenFromHomes
    door: ReachOfParks
    streets: ShadeOfStreets
    walk: Floats
    cool: CoolWays
    canopy_300m: Floats
    circle_m2: Floats
    circle_national_m2: Floats
    stage: "Stage" = field(repr=False)

    @property
    def circle(self) -> float:
        """The official coverage by the garden city rule; nan without residential land."""
        return share_of(self.circle_m2, self.stage.scene.homes)

    @property
    def circle_national(self) -> float:
        """The official coverage by GB/T 51346; nan without residential land."""
        return share_of(self.circle_national_m2, self.stage.scene.homes)


@dataclass(frozen=True)
class Stage:
    """A scene set up for measuring: walls, windows and crowns in cells, the network with doors and entrances."""

    scene: Scene
    walls: Walls
    wall_cells: Grid
    tree_cells: Grid
    windows: Windows
    crowns: Crowns
    trunk_cells: Grid
    pieces: Pieces
    points: Points
    shadows: Shadows
    lines: Geometries
    line_street: Ints
    network: Network
    doors: Places
    door_points: Floats
    entrances: Entrances
    building_tree: shapely.STRtree


def set_up(scene: Scene, options: Options) -> Stage:
    """Put a scene on the stage."""
    ways, standing = side_by_side(lambda: _ways(scene, options), lambda: _what_stands(scene, options))
    walked, lines, network, doors, places, entrances = ways
    walls, wall_cells, tree_cells, windows, crowns, trunk_cells, pieces, points, shadows = standing
    return Stage(
        scene, walls, wall_cells, tree_cells, windows, crowns, trunk_cells, pieces, points, shadows, lines, walked,
        network, places, doors, entrances, shapely.STRtree(scene.buildings.shapes),
    )  # fmt: skip


def _ways(scene: Scene, options: Options) -> tuple[Ints, Geometries, Network, Floats, Places, Entrances]:
    """The network with doors and entrances."""
    walked = np.flatnonzero(scene.streets.walkable)
    lines = scene.streets.lines[walked]
    network = network_of(lines)
    doors = points_in(scene.buildings.shapes)
    places = place_on(network, lines, doors, options.farthest_street_m)
    return walked, lines, network, doors, places, entrances_of(scene.parks, scene.gates, lines, network)


def _what_stands(
    scene: Scene, options: Options
) -> tuple[Walls, Grid, Grid, Windows, Crowns, Grid, Pieces, Points, Shadows]:
    """Walls and crowns in cells, windows, pavements, what casts shade."""
    buildings, trees, streets = scene.buildings, scene.trees, scene.streets
    walls = walls_of(buildings.shapes, buildings.height_m)
    extent = extent_of(buildings, trees, shapely.get_coordinates(streets.lines))
    wall_cells, tree_cells = wall_grid(walls, extent), tree_grid(trees, extent)
    crowns, pieces = crowns_of(trees), pieces_of(streets)
    return (
        walls, wall_cells, tree_cells, window_columns(buildings, walls), crowns,
        point_grid(crowns.x, crowns.y, extent, options.range_m / 2), pieces, points_of(pieces, walls),
        shadows_of(walls, wall_cells, trees, tree_cells),
    )  # fmt: skip


def measure(scene: Scene, options: Options) -> Measured:
    """Measure all three promises of ``scene``."""
    stage = set_up(scene, options)
    streets, by_point = shade_of_streets(stage, options.hours)
    shaded, held = shade_by_edge(stage, by_point)
    return Measured(
        see_from(stage, options), reach_of(stage), streets, walk_from(stage, shaded, held),
        cool_from(stage, shaded, held), canopy_around(stage.door_points, scene.trees, NEIGHBOURHOOD_M),
        *covered_both(scene.homes, scene.parks), stage,
    )  # fmt: skip


def see_from(stage: Stage, options: Options, only: Ints | None = None) -> SeenFromHomes:
    """What the windows see; ``only`` these buildings where given, the others are nothing."""
    taken = (stage.scene.buildings, stage.windows, stage.walls, stage.wall_cells, stage.crowns, stage.trunk_cells)
    found = sights(*taken, options.range_m, only=only, crowns_block=options.crowns_block)
    with np.errstate(invalid="ignore"):
        one, three = found.one / found.windows, found.three / found.windows
    nothing = np.full(len(one), np.nan)
    if not options.azimuths:
        return SeenFromHomes(found.windows, one, three, found.any_window, found.near, *[nothing] * 5)
    view = views(*taken, options.view_range_m, options.azimuths, only=only)
    return SeenFromHomes(found.windows, one, three, found.any_window, found.near, view.mean, view.median, *view.above.T)


def reach_of(stage: Stage) -> ReachOfParks:
    """The walk to the nearest entrance, one search for each class of parks."""
    parks, entrances = stage.scene.parks, stage.entrances
    walks, nearest = [], np.full(len(stage.scene.buildings), -1, dtype=np.int64)
    straight = np.full(len(nearest), np.inf)
    for smallest in PARK_CLASSES_M2:
        held, points, park = of_class(entrances, parks.area_m2, smallest)
        found = reach(stage.network, stage.doors, held)
        walks.append(found.walk_m)
        if smallest == PARK_CLASSES_M2[0]:
            nearest = np.where(found.entrance >= 0, park[found.entrance] if len(park) else -1, -1)
            straight = straight_m(stage.door_points, points)
    return ReachOfParks(np.array(walks), nearest, straight)


def of_class(entrances: Entrances, area_m2: Floats, smallest_m2: float) -> tuple[Places, Floats, Ints]:
    """The entrances of parks of ``smallest_m2`` and more: their places, points and parks."""
    kept = area_m2[entrances.park] >= smallest_m2
    places = entrances.places
    held = Places(places.edge[kept], places.offset[kept], places.beside[kept])
    return held, entrances.points[kept], entrances.park[kept]


def field_of_class(stage: Stage, smallest_m2: float = PARK_CLASSES_M2[0]) -> tuple[Places, Field]:
    """The entrances of a class and the search from them, for what-if."""
    held, _points, _park = of_class(stage.entrances, stage.scene.parks.area_m2, smallest_m2)
    return held, field_of(stage.network, held)


def shade_of_streets(stage: Stage, hours: Hours) -> tuple[ShadeOfStreets, Shade]:
    """Canopy and shade of every street, and the shade of every pavement point."""
    streets, pieces, points = stage.scene.streets, stage.pieces, stage.points
    count = len(streets)
    covered = canopy_of(pieces, stage.scene.trees, stage.tree_cells)
    length = pieces.ends - pieces.begins
    by_side = 3 * pieces.street + pieces.side + 1
    under, whole = (np.bincount(by_side, each, 3 * count).reshape(count, 3) for each in (covered * length, length))
    with np.errstate(invalid="ignore"):
        canopy = under.sum(axis=1) / whole.sum(axis=1)
        lined = ((under >= LINED * whole) & (whole > 0)).sum(axis=1) / (whole > 0).sum(axis=1)
    found = shade_by_hours(points.x, points.y, hours, stage.shadows)
    held = np.bincount(points.street, minlength=count)
    with np.errstate(invalid="ignore"):
        mean = [np.bincount(points.street, each, count) / held for each in (found.share, *found)]
    return ShadeOfStreets(shapely.length(streets.lines), canopy, lined, held, *mean), found


def shade_by_edge(stage: Stage, by_point: Shade) -> tuple[Floats, Floats]:
    """Of each edge of the network the points of its pavements, as far as they lie in shade, and all of them."""
    network, points = stage.network, stage.points
    line_of = np.full(len(stage.scene.streets), -1, dtype=np.int64)
    line_of[stage.line_street] = np.arange(len(stage.line_street))
    line = line_of[points.street]
    on = line >= 0
    edge, _offset = place_along(network, line[on], points.along[on])
    shaded = np.bincount(edge, by_point.share[on], len(network.u))
    return shaded, np.bincount(edge, minlength=len(network.u)).astype(np.float64)


def walk_from(stage: Stage, shaded: Floats, held: Floats) -> Floats:
    """The shade of the pavements within 500 m of walk of each building, by their length (``shade_by_edge``)."""
    mean = np.full(len(stage.doors.edge), np.nan)
    in_parts(mean_around, len(mean), stage.network, stage.doors, WALK_AROUND_M, shaded, held, mean)
    return mean


def cool_from(stage: Stage, shaded: Floats, held: Floats, before: CoolWays | None = None) -> CoolWays:
    """The way of each building to the nearest park as it feels; an edge without a pavement point lies in the sun.

    ``before``: the ways along the same streets in other shade, of which only what is felt is worked out anew.
    """
    shade = np.divide(shaded, held, out=np.zeros(len(held)), where=held > 0)
    entrances, _points, _park = of_class(stage.entrances, stage.scene.parks.area_m2, PARK_CLASSES_M2[0])
    if before is not None:
        return before._replace(felt_m=felt(stage.network, stage.doors, entrances, shade))
    return cool_ways(stage.network, stage.doors, entrances, shade)
