"""Values that the sources lack, filled in by rule; every rule says how many objects it was applied to.

Unknown is nan on the way in; nothing is nan on the way out. Which numbers are taken stands in ``assumptions.yaml``.
"""

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import yaml

from xiuhua.greenery.scene import STOREY_M, Assumed, Bools, Floats, Geometries, Ints

FILE = Path(__file__).with_name("assumptions.yaml")


@dataclass(frozen=True)
class Rules:
    """The entries of ``assumptions.yaml``, which says what each means."""

    homes: frozenset[str]
    parks: frozenset[str]
    squares: frozenset[str]
    home_plots: frozenset[str]
    official: frozenset[str]
    not_walkable: frozenset[str]
    paths: frozenset[str]
    evergreen: tuple[str, ...]
    path_width_m: float
    tree_height_m: float
    tree_crown_m: float
    base_share: float
    base_most_m: float
    storeys: int
    building_most_m: float
    tree_most_m: float
    person_m2: float
    out_of_walls_m: float
    about_homes_m: float


@cache
def rules() -> Rules:
    """The rules of this installation."""
    given: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    lists = {one.name: frozenset(given[one.name]) for one in fields(Rules) if one.type == frozenset[str]}
    return Rules(**{**given, **lists, "evergreen": tuple(given["evergreen"])})


@dataclass
class Told:
    """What was filled in and what was left out or moved, in the order in which it was done."""

    assumed: list[Assumed]
    rejected: list[Assumed]

    def assume(self, key: str, which: Bools) -> None:
        """``which`` of the objects were filled in by the rule ``key``."""
        self.assumed.append(Assumed(key, int(which.sum()), len(which)))

    def reject(self, key: str, which: Bools) -> None:
        """``which`` of the objects were left out or moved by the rule ``key``."""
        self.rejected.append(Assumed(key, int(which.sum()), len(which)))


def building_heights(height_m: Floats, floors: Floats, told: Told) -> Floats:
    """Heights (m): as stated, else storeys of 3 m, else the median of the district."""
    taken = rules()
    beyond = (height_m > taken.building_most_m) | (height_m <= 0)
    told.reject("building_height_beyond", beyond)
    height = np.where(beyond, np.nan, height_m)
    by_floors = np.isnan(height) & (floors > 0)
    height = np.where(by_floors, floors * STOREY_M, height)
    told.assume("height_from_floors", by_floors)
    unknown = np.isnan(height)
    told.assume("height_median", unknown)
    middle = float(np.median(height[~unknown])) if (~unknown).any() else taken.storeys * STOREY_M
    return np.where(unknown, middle, height)


def by_kind(values: Floats, kind: Ints, otherwise: float) -> tuple[Floats, Bools, Bools]:
    """Fill nan with the median of the same ``kind`` (numbers from 0 on; -1 none), else of all, else ``otherwise``.

    Returns the values, which were filled by their kind, and which by all.
    """
    unknown = np.isnan(values)
    known = values[~unknown]
    middle = float(np.median(known)) if len(known) else otherwise
    medians = np.full(int(kind.max(initial=-1)) + 2, np.nan)
    order = np.flatnonzero(~unknown & (kind >= 0))
    order = order[np.argsort(kind[order], kind="stable")]
    for group in np.split(order, np.flatnonzero(np.diff(kind[order])) + 1) if len(order) else ():
        medians[kind[group[0]]] = np.median(values[group])
    mine = medians[kind]
    like = unknown & ~np.isnan(mine)
    return np.where(like, mine, np.where(unknown, middle, values)), like, unknown & ~like


def tree_sizes(height_m: Floats, crown_m: Floats, base_m: Floats, kind: Ints, told: Told) -> tuple[Floats, ...]:
    """Height, crown radius and crown base (m) of trees of species ``kind``."""
    taken = rules()
    beyond = (height_m > taken.tree_most_m) | (height_m <= 0) | (crown_m <= 0)
    told.reject("tree_size_beyond", beyond)
    height, crown = (np.where(beyond, np.nan, values) for values in (height_m, crown_m))
    height, like, rest = by_kind(height, kind, taken.tree_height_m)
    told.assume("tree_height_species", like)
    told.assume("tree_height_median", rest)
    crown, like, rest = by_kind(crown, kind, taken.tree_crown_m)
    told.assume("tree_crown_species", like)
    told.assume("tree_crown_median", rest)
    unknown = np.isnan(base_m)
    told.assume("tree_base_share", unknown)
    base = np.where(unknown, np.minimum(height * taken.base_share, taken.base_most_m), base_m)
    return height, crown / 2, np.clip(base, 0.0, height * 0.9)


def leaves_stay(evergreen: Floats, species: list[str], told: Told) -> Bools:
    """Whether leaves stay in winter: as stated (1 or 0), else by the species."""
    unknown = np.isnan(evergreen)
    told.assume("evergreen_species", unknown)
    names = {each: any(name in each for name in rules().evergreen) for each in set(species)}
    return np.where(unknown, np.array([names[each] for each in species], dtype=bool), evergreen == 1)


def residents(persons: Floats, floor_m2: Floats, unit: Ints, census: Floats, told: Told) -> Floats:
    """Whole persons of each home: as registered, else what the census of its ``unit`` leaves, by floor area.

    ``unit`` numbers into ``census`` (nan: not counted), -1 for none. Without a census a person has 38 m2.
    """
    unknown = np.isnan(persons)
    guess = np.where(unknown, floor_m2 / rules().person_m2, 0.0)
    inside = unit >= 0
    known = np.bincount(unit[inside], np.where(unknown, 0, persons)[inside], minlength=len(census))
    guessed = np.bincount(unit[inside], guess[inside], minlength=len(census))
    left = np.maximum(census - known, 0.0)
    factor = np.divide(left, guessed, out=np.full(len(census), np.nan), where=guessed > 0)
    scale = np.append(factor, np.nan)[unit]
    told.assume("persons_census", unknown & ~np.isnan(scale))
    told.assume("persons_floor_area", unknown & np.isnan(scale))
    return np.rint(np.where(unknown, guess * np.where(np.isnan(scale), 1.0, scale), persons))


def out_of_walls(x: Floats, y: Floats, shapes: Geometries, told: Told) -> tuple[Floats, Floats, Bools]:
    """Trunks inside of footprints, moved to the nearest place outdoors; the last says which stay at all."""
    points = shapely.points(x, y)
    tree, building = shapely.STRtree(shapes).query(points, predicate="within") if len(shapes) else np.empty((2, 0), int)
    x, y, stays = x.copy(), y.copy(), np.ones(len(x), dtype=bool)
    moved = np.zeros(len(x), dtype=bool)
    for each, wall in zip(tree.tolist(), building.tolist(), strict=True):
        edge = shapes[wall].exterior if shapes[wall].geom_type == "Polygon" else shapes[wall].boundary
        near = edge.interpolate(edge.project(points[each]))
        away = near.distance(points[each])
        if away > rules().out_of_walls_m:
            stays[each] = False
            continue
        # A hand's breadth beyond the wall, so that it does not stand in it.
        step = (away + 0.1) / away if away else 1.0
        x[each] += (near.x - x[each]) * step
        y[each] += (near.y - y[each]) * step
        moved[each] = True
    told.reject("tree_moved_outdoors", moved & stays)
    told.reject("tree_inside_building", ~stays)
    return x, y, stays
