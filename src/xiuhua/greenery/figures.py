"""The figures of a measurement for groups of homes, streets and land: every share with what it is a share of.

Figures are sums over sums. Homes of which a figure is unknown (no window, no street) are left out of it and counted.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely

from xiuhua.greenery.measure import Measured
from xiuhua.greenery.promise import DOOR_M, SEE, WALK, known
from xiuhua.greenery.scene import Bools, Floats, Ints

# The rule 3-30-300: trees seen from any window, canopy within 300 m, walk to the nearest park.
TREES, CANOPY, REACH_M = 3, 0.30, 300.0
DOORS_M = (300, 500, 1_000)


@dataclass(frozen=True)
class Figure:
    """A share: of ``whole`` (in ``unit``: persons, metres, m2, person_metres) the ``part``; ``unknown`` beside it."""

    key: str
    part: float
    whole: float
    unit: str
    unknown: float = 0.0

    @property
    def share(self) -> float:
        """The share; nan where there is nothing to take it of."""
        return self.part / self.whole if self.whole > 0 else float("nan")


@dataclass(frozen=True)
class Column:
    """What a figure is the mean of: ``value`` of each home, street or parcel (nan: unknown), by its ``weight``."""

    key: str
    value: Floats
    weight: Floats
    unit: str

    def by(self, place: Ints, count: int) -> list[Figure]:
        """The figure of each of ``count`` places; ``place`` numbers each row, -1 for none."""
        inside = (place >= 0) & (self.weight > 0)
        sure = inside & ~np.isnan(self.value)
        part = np.bincount(place[sure], self.value[sure] * self.weight[sure], count)
        whole = np.bincount(place[sure], self.weight[sure], count)
        beside = inside & ~sure
        unknown = np.bincount(place[beside], self.weight[beside], count)
        sums = zip(part.tolist(), whole.tolist(), unknown.tolist(), strict=True)
        return [Figure(self.key, one, of, self.unit, rest) for one, of, rest in sums]


class Groups(NamedTuple):
    """The number of the place of each building, street and parcel of residential land, -1 for none."""

    homes: Ints
    streets: Ints
    land: Ints


def home_columns(found: Measured) -> list[Column]:
    """The figures of persons at home, a row for each building."""
    see, door, walk = found.see, found.door.distance_m[0], found.walk
    reached = {metres: np.where(np.isnan(door), np.nan, door <= metres) for metres in DOORS_M}
    kept = (see.share_three >= SEE) & (door <= DOOR_M) & (walk >= WALK)
    columns = {
        "see": see.share_three,
        "see_any_window": np.where(see.windows > 0, see.any_window >= TREES, np.nan),
        "trees_near": (see.near >= TREES).astype(np.float64),
        **{f"door_{metres}": value for metres, value in reached.items()},
        "walk": walk,
        "promise": np.where(known(see.share_three, door, walk), kept, np.nan),
        "three_thirty_300": _twin(found),
    }
    if not np.isnan(see.view).all():
        columns["view"] = see.view
    persons = found.stage.scene.buildings.persons
    every = [Column(key, value, persons, "persons") for key, value in columns.items()]
    # A figure of ways: who reaches no park, or has none to walk, walks no metre in the sun.
    return [*every, Column("cool_way", found.cool.share, persons * found.cool.possible_m, "person_metres")]


def street_columns(found: Measured) -> list[Column]:
    """The figures of streets by length, a row for each street; those without a pavement have none."""
    held, streets = found.streets, found.stage.scene.streets
    length = np.where(np.isnan(held.canopy), 0.0, held.length_m)
    return [
        Column("lined_official", held.lined, np.where(streets.official, length, 0.0), "metres"),
        Column("lined_all", held.lined, length, "metres"),
        Column("canopy", held.canopy, length, "metres"),
    ]


def land_columns(found: Measured) -> list[Column]:
    """The official coverage of residential land, a row for each parcel."""
    land = shapely.area(found.stage.scene.homes)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = {"circle": found.circle_m2 / land, "circle_national": found.circle_national_m2 / land}
    return [Column(key, value, land, "m2") for key, value in shares.items()]


def figures_by(found: Measured, groups: Groups, count: int) -> list[list[Figure]]:
    """The figures of each of ``count`` places."""
    held = (
        (home_columns(found), groups.homes),
        (street_columns(found), groups.streets),
        (land_columns(found), groups.land),
    )
    columns = [column.by(place, count) for some, place in held for column in some]
    return [[column[place] for column in columns] for place in range(count)]


def figures(found: Measured, homes: Bools, streets: Bools, land: Bools | None = None) -> list[Figure]:
    """The figures of the buildings ``homes`` (n,), the ``streets`` (m,) and the parcels ``land``; all land if None."""
    parcels = np.ones(len(found.circle_m2), dtype=bool) if land is None else land
    return figures_by(found, Groups(*(np.where(each, 0, -1) for each in (homes, streets, parcels))), 1)[0]


def _twin(found: Measured) -> Floats:
    """3-30-300 of each building as 0 or 1, as other cities are measured; nan where it has no window or no street."""
    sure = (found.see.windows > 0) & ~np.isnan(found.door.distance_m[0])
    held = (found.see.any_window >= TREES) & (found.canopy_300m >= CANOPY) & (found.door.distance_m[0] <= REACH_M)
    return np.where(sure, held, np.nan)
