"""Plans of trees and gates for a district as it stands: what is set up for each kind, and what comes out."""

from dataclasses import dataclass, field

import numpy as np
import shapely

from xiuhua.greenery.measure import Options
from xiuhua.greenery.nearby import Local
from xiuhua.greenery.new_gates import best_gates
from xiuhua.greenery.planting import plan_for_budget, plan_for_building
from xiuhua.greenery.scene import Bools, Floats, Geometries, Ints
from xiuhua.greenery.scene_of import Surveyed
from xiuhua.greenery.spots import Sapling, Spots
from xiuhua.greenery.street_planting import Aim, gaps_by_street, plan_for_street
from xiuhua.greenery.whatif import FARTHEST_SHADOW_M

# So far about a park its walkers are looked for; whose walk to another park is longer counts as far as that.
ABOUT_PARK_M = 3_000.0


@dataclass(frozen=True)
class Found:
    """Chosen places (degrees) in their order, the street id of each (0: none), what each gains; shares and figures."""

    lon: Floats
    lat: Floats
    street: Ints
    gained: Floats
    before: float | None
    after: float | None
    reached: bool
    figures: dict[str, float] = field(default_factory=dict)


def for_home(surveyed: Surveyed, building: int, options: Options, tree: Sapling, goal: float) -> Found | None:
    """The fewest trees about a building (a position in the scene); None where it has no window."""
    margin = 2 * options.range_m + 10.0
    local = surveyed.nearby.about_building(building, margin, options)
    found = plan_for_building(local.stage, local.building(building), options, tree, goal)
    before, after = float(found.before[0]), float(found.after[0])
    if np.isnan(before):
        return None
    persons = float(surveyed.scene.buildings.persons[building])
    figures = {"persons": persons * (after - before)}
    return _placed(surveyed, local, found.spots, found.gained, before, after, found.reached, figures)


def for_street(
    surveyed: Surveyed, street: int, options: Options, tree: Sapling, aim: Aim, goal: float
) -> Found | None:  # fmt: skip
    """The fewest trees in the gaps of a street (a position in the scene); None where it has no pavement."""
    local = _about(surveyed, surveyed.scene.streets.lines[street : street + 1], FARTHEST_SHADOW_M, options)
    here = int(np.searchsorted(local.streets, street))
    found = plan_for_street(local.stage, here, aim, goal, options.hours, tree)
    if np.isnan(found.before):
        return None
    gained = np.diff(found.reached, prepend=found.before)
    reached = found.after >= goal - 1e-9
    return _placed(
        surveyed, local, found.spots, gained, found.before, found.after, reached, {"gaps": float(found.gaps)}
    )


def for_budget(surveyed: Surveyed, homes: Bools, options: Options, tree: Sapling, trees: int) -> Found | None:
    """Where along the streets ``trees`` do most for ``homes`` (of the scene); None where there are none."""
    which = np.flatnonzero(homes)
    if not len(which):
        return None
    local = _about(surveyed, surveyed.scene.buildings.shapes[which], options.range_m + 10.0, options)
    found = plan_for_budget(local.stage, np.searchsorted(local.buildings, which), trees, options, tree)
    persons = surveyed.scene.buildings.persons[which]
    before, after = (_mean(share, persons) for share in (found.before, found.after))
    improved = float((found.after > found.before + 1e-9).sum())
    figures = {"persons": float(found.gained.sum()), "homes": improved}
    return _placed(surveyed, local, found.spots, found.gained, before, after, found.reached, figures)


def for_gate(surveyed: Surveyed, park: int, options: Options) -> Found | None:
    """The best place for one new gate of a park (a position in the scene); None where none brings anybody nearer."""
    west, south, east, north = shapely.bounds(surveyed.scene.parks.shapes[park]).tolist()
    box = (west - ABOUT_PARK_M, south - ABOUT_PARK_M, east + ABOUT_PARK_M, north + ABOUT_PARK_M)
    local = surveyed.nearby.within(box, options, trees=False)
    gates = best_gates(local.stage, int(np.searchsorted(local.parks, park)), 1)
    if not gates:
        return None
    best = gates[0]
    lon, lat = surveyed.plane.degrees(np.array([best.x]), np.array([best.y]))
    figures = {"nearer": best.nearer, "saved_m": best.saved_m}
    return Found(lon, lat, np.zeros(1, dtype=np.int64), np.array([best.gained]), None, None, True, figures)


def gaps_of(surveyed: Surveyed, streets: Bools, options: Options) -> list[tuple[int, int]]:
    """Street id and how many trees have room along it, of ``streets`` (of the scene), most first."""
    which = np.flatnonzero(streets)
    if not len(which):
        return []
    local = _about(surveyed, surveyed.scene.streets.lines[which], options.range_m, options)
    room = gaps_by_street(local.stage)[np.searchsorted(local.streets, which)]
    order = np.argsort(-room, kind="stable")
    return [(int(surveyed.streets[which[at]]), int(room[at])) for at in order.tolist()]


def _about(surveyed: Surveyed, shapes: Geometries, margin_m: float, options: Options) -> Local:
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    return surveyed.nearby.within((west - margin_m, south - margin_m, east + margin_m, north + margin_m), options)


def _mean(share: Floats, persons: Floats) -> float | None:
    """The mean by persons of those of whom it is known; None without any."""
    known = ~np.isnan(share) & (persons > 0)
    return float(np.average(share[known], weights=persons[known])) if known.any() else None


def _placed(
    surveyed: Surveyed, local: Local, spots: Spots, gained: Floats, before: float | None, after: float | None,
    reached: object, figures: dict[str, float],
) -> Found:  # fmt: skip
    lon, lat = surveyed.plane.degrees(spots.x, spots.y)
    on = spots.street >= 0
    street = (
        np.where(on, surveyed.streets[local.streets[spots.street]], 0)
        if on.any()
        else np.zeros(len(on), dtype=np.int64)
    )
    return Found(lon, lat, street, gained, before, after, bool(reached), figures)
