"""What to plant: the fewest trees that lift a building to its goal, and where a budget of trees does most.

Greedy, then every tree that is not needed for the goal is taken back. It is not proved to be the fewest; tests
compare it with the true fewest on small places.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from xiuhua.greenery.cover import Cover, cover_of
from xiuhua.greenery.measure import Options, Stage
from xiuhua.greenery.promise import SEE
from xiuhua.greenery.scene import Floats, Ints
from xiuhua.greenery.spots import SPACING_M, Sapling, Spots, about_building, along_streets

_NOTHING = 1e-12


@dataclass(frozen=True)
class Planting:
    """The chosen ``spots`` in their order; ``gained``: what the windows completed by each are worth.

    That is persons by the share of their windows (of one building alone: the share of its windows).

    ``before``, ``after``: of each of ``buildings`` the share of its windows that see three trees (nan: no window).
    ``reached``: whether the goal is reached, with what there is room for.
    """

    spots: Spots
    gained: Floats
    buildings: Ints
    before: Floats
    after: Floats
    reached: bool


def plan_for_building(
    stage: Stage, building: int, options: Options, sapling: Sapling | None = None, goal: float = SEE,
    spacing_m: float = SPACING_M,
) -> Planting:  # fmt: skip
    """The fewest new trees about ``building`` after which ``goal`` of its windows see three trees.

    Raises ``ValueError`` for a tree too small to count as seen.
    """
    tree = _that_counts(sapling)
    spots = about_building(stage, building, options.range_m, spacing_m)
    only = np.array([building], dtype=np.int64)
    cover = cover_of(stage, only, np.ones(1), tree.at(spots.x, spots.y), options.range_m)
    before = shares_of(cover, only)
    chosen, _gained = _choose(cover, spots, spacing_m, len(spots.x), goal)
    kept, gained = _needed(cover, chosen, goal)
    after = shares_of(cover, only)
    return Planting(spots.only(kept), gained, only, before, after, bool(after[0] >= goal - _NOTHING))


def plan_for_budget(
    stage: Stage, buildings: Ints, trees: int, options: Options, sapling: Sapling | None = None,
    spacing_m: float = SPACING_M, spots: Spots | None = None,
) -> Planting:  # fmt: skip
    """Where along the streets ``trees`` new trees give most persons of ``buildings`` windows with three trees.

    ``spots``: choose among these instead. Raises ``ValueError`` for a tree too small to count as seen.
    """
    tree = _that_counts(sapling)
    found = along_streets(stage, spacing_m) if spots is None else spots
    persons = stage.scene.buildings.persons[buildings]
    cover = cover_of(stage, buildings, persons, tree.at(found.x, found.y), options.range_m)
    before = shares_of(cover, buildings)
    chosen, gained = _choose(cover, found, spacing_m, trees, goal=None)
    after = shares_of(cover, buildings)
    return Planting(found.only(chosen), gained, buildings, before, after, len(chosen) == trees)


def shares_of(cover: Cover, buildings: Ints) -> Floats:
    """Of each building the share of its windows that see three trees; nan where it has none."""
    owner = np.repeat(cover.building, np.diff(cover.cell))
    order = np.argsort(buildings, kind="stable")
    place = order[np.searchsorted(buildings[order], owner)]
    seen = np.bincount(place, cover.count >= 3, len(buildings))  # noqa: PLR2004 - three trees
    with np.errstate(invalid="ignore"):
        return np.asarray(seen / np.bincount(place, minlength=len(buildings)), dtype=np.float64)


def _that_counts(sapling: Sapling | None) -> Sapling:
    tree = sapling or Sapling()
    if not tree.counts:
        raise ValueError("a tree counts as seen above 3 m of height with more than 10 m2 of crown")
    return tree


def _choose(cover: Cover, spots: Spots, spacing_m: float, most: int, goal: float | None) -> tuple[Ints, Floats]:
    """Take the best spot again and again, until ``most`` are taken, nothing helps any more or the goal is reached."""
    gain = cover.gains()
    chosen: list[int] = []
    gained: list[float] = []
    open_ = np.ones(len(gain), dtype=bool)
    places = np.column_stack([spots.x, spots.y])
    about = cKDTree(places) if len(places) else None
    while len(chosen) < most and (goal is None or not cover.share() >= goal - _NOTHING):
        best = int(np.argmax(np.where(open_, gain, -1.0))) if len(gain) else -1
        if best < 0 or not open_[best] or gain[best] <= _NOTHING:
            break
        chosen.append(best)
        gained.append(cover.take(best, gain))
        # Trees along one pavement are in their row already: only what stands closer than three quarters is shut out.
        open_[about.query_ball_point(places[best], _closest(spots, best, spacing_m)) if about else []] = False
    return np.array(chosen, dtype=np.int64), np.array(gained)


def _closest(spots: Spots, spot: int, spacing_m: float) -> float:
    """How near the next new tree may stand: a row along a street keeps its own spacing round bends."""
    return 0.75 * spacing_m if spots.street[spot] >= 0 else spacing_m - 1e-9


def _needed(cover: Cover, chosen: Ints, goal: float) -> tuple[Ints, Floats]:
    """Without the trees that are not needed for the goal, the last chosen tried first; what each then completes."""
    kept, nothing = chosen.tolist(), np.zeros(len(cover.by_spot.first) - 1)
    if cover.share() >= goal - _NOTHING:
        for spot in reversed(chosen.tolist()):
            cover.drop(spot)
            if cover.share() >= goal - _NOTHING:
                kept.remove(spot)
            else:
                cover.take(spot, nothing)
    for spot in kept:
        cover.drop(spot)
    return np.array(kept, dtype=np.int64), np.array([cover.take(spot, nothing) for spot in kept])
