"""The rows that a measurement leaves: of each home, street and park, values of the database in the order of fields."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from xiuhua.greenery.measure import Measured
from xiuhua.greenery.models import ParkGreen
from xiuhua.greenery.official import radius_m
from xiuhua.greenery.places import Kind
from xiuhua.greenery.promise import DOOR_M
from xiuhua.greenery.scene import Floats, Ints
from xiuhua.greenery.scene_of import Surveyed

BUILDING = (
    "building", "town", "community", "grid", "persons", "windows", "share_one", "share_three", "any_window", "near",
    "view", "view_5", "view_15", "view_25", "joined", "reach_400", "reach_5000", "reach_10000", "reach_50000",
    "reach_100000", "park", "straight_m", "walk", "cool_way", "canopy_300m",
)  # fmt: skip
STREET = (
    "street", "town", "length_m", "official", "points", "canopy", "lined", "shade", "grey", "green", "both",
)  # fmt: skip
PARK = (
    "park", "town", "area_m2", "square", "entered", "entrances", "radius_m", "in_circle", "beyond", "near_300",
    "near_500", "near_1000",
)  # fmt: skip
# As ``entrances.py`` numbers how entrances are known.
_ENTERED = tuple(
    each.value
    for each in (
        ParkGreen.Entered.GATES, ParkGreen.Entered.CROSSINGS, ParkGreen.Entered.ANYWHERE, ParkGreen.Entered.UNKNOWN,
    )
)  # fmt: skip
WALKS_M = (300.0, 500.0, 1_000.0)


def building_rows(found: Measured, surveyed: Surveyed, kinds: list[Kind]) -> Iterator[tuple[Any, ...]]:
    """A row for each home."""
    kept = np.flatnonzero(surveyed.scene.buildings.measured)
    see, door = found.see, found.door
    grids = next((kind.homes for kind in kinds if kind.kind == "grid"), np.zeros(len(see.windows), dtype=np.int64))
    park = np.where(door.park >= 0, np.append(surveyed.parks, 0)[door.park], 0)
    columns = (
        surveyed.buildings[kept].tolist(), *(_ids(ids[kept]) for ids in (surveyed.towns, surveyed.communities, grids)),
        surveyed.scene.buildings.persons[kept].astype(np.int64).tolist(), see.windows[kept].tolist(),
        _told(see.share_one[kept]), _told(see.share_three[kept]), see.any_window[kept].tolist(),
        see.near[kept].tolist(), *(_told(each[kept]) for each in (see.view, see.view_5, see.view_15, see.view_25)),
        (~np.isnan(door.distance_m[0, kept])).tolist(), *(_told(each[kept]) for each in door.distance_m),
        _ids(park[kept]), _told(door.straight_m[kept]), _told(found.walk[kept]), _told(found.cool.share[kept]),
        _told(found.canopy_300m[kept]),
    )  # fmt: skip
    return zip(*columns, strict=True)


def street_rows(found: Measured, surveyed: Surveyed) -> Iterator[tuple[Any, ...]]:
    """A row for each street that is measured."""
    held, streets = found.streets, surveyed.scene.streets
    kept = np.flatnonzero(streets.measured)
    columns = (
        surveyed.streets[kept].tolist(), _ids(surveyed.street_towns[kept]), held.length_m[kept].tolist(),
        streets.official[kept].tolist(), held.points[kept].tolist(),
        *(_told(each[kept]) for each in (held.canopy, held.lined, held.shade, held.grey, held.green, held.both)),
    )  # fmt: skip
    return zip(*columns, strict=True)


def park_rows(found: Measured, surveyed: Surveyed, kinds: list[Kind]) -> Iterator[tuple[Any, ...]]:
    """A row for each park: whom its circle holds, who of them walks too far, whose nearest park it is."""
    parks, entrances = surveyed.scene.parks, found.stage.entrances
    count, persons, walk = len(parks), surveyed.scene.buildings.persons, found.door.distance_m[0]
    radius = np.where(parks.square, np.nan, radius_m(parks.area_m2))
    park, home = _pairs(found.stage.door_points, surveyed, radius)
    in_circle = np.bincount(park, persons[home], count)
    beyond = np.bincount(park, persons[home] * (walk[home] > DOOR_M), count)
    nearest = found.door.park
    near = []
    for metres in WALKS_M:
        mine = (nearest >= 0) & (walk <= metres)
        near.append(np.bincount(nearest[mine], persons[mine], count))
    columns = (
        surveyed.parks.tolist(), _ids(_towns(surveyed, kinds)), parks.area_m2.tolist(), parks.square.tolist(),
        [_ENTERED[how] for how in entrances.by.tolist()], np.bincount(entrances.park, minlength=count).tolist(),
        [None if np.isnan(each) else int(each) for each in radius.tolist()],
        *(each.astype(np.int64).tolist() for each in (in_circle, beyond, *near)),
    )  # fmt: skip
    return zip(*columns, strict=True)


def _pairs(doors: Floats, surveyed: Surveyed, radius: Floats) -> tuple[Ints, Ints]:
    """Parks and the homes whose door lies in the circle of each."""
    homes = np.flatnonzero(surveyed.scene.buildings.measured)
    round_a_park = np.flatnonzero(~np.isnan(radius))
    if not len(homes) or not len(round_a_park):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    tree = shapely.STRtree(shapely.points(doors[homes]))
    park, home = tree.query(
        surveyed.scene.parks.shapes[round_a_park], predicate="dwithin", distance=radius[round_a_park]
    )
    return round_a_park[park], homes[home]


def _towns(surveyed: Surveyed, kinds: list[Kind]) -> Ints:
    """The town in which a point on each park lies."""
    towns = next((kind for kind in kinds if kind.kind == "town"), None)
    return towns.parks if towns else np.zeros(len(surveyed.parks), dtype=np.int64)


def _ids(ids: Ints) -> list[int | None]:
    return [each or None for each in ids.tolist()]


def _told(values: Floats) -> list[float | None]:
    """Nothing where unknown, and where no entrance is reached."""
    return [each if np.isfinite(each) else None for each in np.round(values, 5).tolist()]
