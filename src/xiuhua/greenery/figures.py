"""The figures of a measurement for a group of homes and streets: every share with what it is a share of.

Figures are sums over sums. Homes of which a figure is unknown (no window, no street) are left out of it and counted.
"""

from dataclasses import dataclass

import numpy as np

from xiuhua.greenery.measure import Measured
from xiuhua.greenery.promise import Kept, promise_of
from xiuhua.greenery.scene import Bools, Floats

# The rule 3-30-300: trees seen from any window, canopy within 300 m, walk to the nearest park.
TREES, CANOPY, REACH_M = 3, 0.30, 300.0


@dataclass(frozen=True)
class Figure:
    """A share: of ``whole`` (in ``unit``: persons, windows, metres, homes) the ``part``; ``unknown`` beside it."""

    key: str
    part: float
    whole: float
    unit: str
    unknown: float = 0.0

    @property
    def share(self) -> float:
        """The share; nan where there is nothing to take it of."""
        return self.part / self.whole if self.whole > 0 else float("nan")


def figures(found: Measured, homes: Bools, streets: Bools) -> list[Figure]:
    """The figures of the measured buildings ``homes`` (n,) and of the ``streets`` (m,)."""
    persons = found.stage.scene.buildings.persons
    see, door = found.see, found.door.distance_m
    kept = _kept(found, homes)
    return [
        _of_homes("see", see.share_three, persons, homes),
        _of_homes("see_any_window", np.where(see.windows > 0, see.any_window >= TREES, np.nan), persons, homes),
        _of_homes("trees_near", (see.near >= TREES).astype(np.float64), persons, homes),
        *(_of_homes(f"door_{metres}", np.where(np.isnan(door[0]), np.nan, door[0] <= metres), persons, homes)
          for metres in (300, 500, 1_000)),
        _of_homes("walk", found.walk, persons, homes),
        _of_streets("lined_official", found, streets & found.stage.scene.streets.official, found.streets.lined),
        _of_streets("lined_all", found, streets, found.streets.lined),
        _of_streets("canopy", found, streets, found.streets.canopy),
        Figure("promise", kept.all * kept.persons if kept.persons else 0.0, kept.persons, "persons", kept.unknown),
        _of_homes("three_thirty_300", _twin(found), persons, homes),
    ]  # fmt: skip


def _kept(found: Measured, homes: Bools) -> Kept:
    persons = np.where(homes, found.stage.scene.buildings.persons, 0.0)
    return promise_of(found.see.share_three, found.door.distance_m[0], found.walk, persons)


def _twin(found: Measured) -> Floats:
    """3-30-300 of each building as 0 or 1, as other cities are measured; nan where it has no window or no street."""
    sure = (found.see.windows > 0) & ~np.isnan(found.door.distance_m[0])
    held = (found.see.any_window >= TREES) & (found.canopy_300m >= CANOPY) & (found.door.distance_m[0] <= REACH_M)
    return np.where(sure, held, np.nan)


def _of_homes(key: str, value: Floats, persons: Floats, homes: Bools) -> Figure:
    sure = homes & ~np.isnan(value)
    return Figure(
        key, float((value[sure] * persons[sure]).sum()), float(persons[sure].sum()), "persons",
        float(persons[homes & ~sure].sum()),
    )  # fmt: skip


def _of_streets(key: str, found: Measured, streets: Bools, value: Floats) -> Figure:
    sure = streets & ~np.isnan(value)
    length = found.streets.length_m
    return Figure(key, float((value[sure] * length[sure]).sum()), float(length[sure].sum()), "metres")
