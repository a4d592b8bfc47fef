"""Why the figures moved: from the scene of an earlier day to that of today, one kind of change after the other.

The order is fixed: houses demolished, built, altered; trees felled, planted, grown; streets; parks and gates; persons.
After each step everything is measured again, so that the steps add up to the whole change exactly. What two changes do
together falls to the later one: in another order the parts would differ a little, their sum would not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
import shapely

from xiuhua.greenery.figures import figures
from xiuhua.greenery.measure import Measured, Options, measure
from xiuhua.greenery.scene import Bools, Buildings, Ints, Scene
from xiuhua.greenery.scene_of import Surveyed

ORDER = ("demolished", "built", "altered", "felled", "planted", "grown", "streets", "parks", "persons")


@dataclass(frozen=True)
class Step:
    """One kind of change: how many objects it touches, and the shares of the district after it."""

    key: str
    count: int
    after: dict[str, float]


@dataclass(frozen=True)
class Table:
    """Rows of one kind in the order of their ids: ``columns`` is a table of a scene."""

    columns: Any
    ids: Ints

    def only(self, rows: Bools) -> "Table":
        """Some of the rows."""
        return Table(type(self.columns)(*(each[rows] for each in vars(self.columns).values())), self.ids[rows])

    def with_(self, other: "Table") -> "Table":
        """The rows of both."""
        ids = np.concatenate([self.ids, other.ids])
        order = np.argsort(ids, kind="stable")
        both = zip(vars(self.columns).values(), vars(other.columns).values(), strict=True)
        return Table(type(self.columns)(*(np.concatenate(pair)[order] for pair in both)), ids[order])

    def missing_in(self, other: "Table") -> Bools:
        """Which rows the other table has not."""
        return ~np.isin(self.ids, other.ids)

    def differ(self, other: "Table") -> int:
        """How many rows that both have say something else."""
        mine, theirs = self.only(~self.missing_in(other)).columns, other.only(~other.missing_in(self)).columns
        changed = np.zeros(int((~self.missing_in(other)).sum()), dtype=bool)
        for one, two in zip(vars(mine).values(), vars(theirs).values(), strict=True):
            changed |= ~_equal(one, two)
        return int(changed.sum())

    def moved_to(self, other: "Table") -> int:
        """How many rows went, came or changed on the way to the other table."""
        return int(self.missing_in(other).sum() + other.missing_in(self).sum()) + self.differ(other)


def before_all(before: Surveyed, options: Options) -> dict[str, float]:
    """The shares of the earlier day, where the way begins. Shade is taken at some of the hours only."""
    return shares_of(measure(before.scene, options.briefly()))


def next_steps(
    before: Surveyed, now: Surveyed, options: Options, then: dict[str, float], done: Sequence[Step]
) -> list[Step]:  # fmt: skip
    """The steps that follow ``done``, up to one that is measured: what has nothing to count is not measured again.

    The last step always is: so the way ends where today stands. Empty where nothing is left.
    """
    shares, found = done[-1].after if done else then, []
    for key, count, scene in islice(scenes(before, now), len(done), None):
        measured = bool(count) or key == ORDER[-1]
        if measured:
            shares = shares_of(measure(scene, options.briefly()))
        found.append(Step(key, count, shares))
        if measured:
            break
    return found


def ending_at(
    then: dict[str, float], steps: list[Step], shares: dict[str, float]
) -> tuple[dict[str, float], list[Step]]:
    """The same way, shifted so that it ends at ``shares``, which were measured at all hours."""
    off = {key: share - steps[-1].after[key] for key, share in shares.items() if key in steps[-1].after}
    start = {key: share + off[key] for key, share in then.items() if key in off}
    moved = [
        replace(one, after={key: share + off[key] for key, share in one.after.items() if key in off}) for one in steps
    ]
    return start, moved


def shares_of(found: Measured) -> dict[str, float]:
    """The shares of the district that are known, without the share of view."""
    scene = found.stage.scene
    every = figures(found, scene.buildings.measured, np.ones(len(scene.streets), dtype=bool))
    return {one.key: one.share for one in every if one.key != "view" and not np.isnan(one.share)}


def scenes(before: Surveyed, now: Surveyed) -> Iterator[tuple[str, int, Scene]]:
    """Each step in its order: its key, how many objects it touches, the scene after it."""
    scene, aim = before.scene, now.scene
    old, new = Table(scene.buildings, before.buildings), Table(aim.buildings, now.buildings)
    stay, come = old.only(~old.missing_in(new)), new.only(new.missing_in(old))
    scene = replace(scene, buildings=stay.columns)
    yield "demolished", len(old.ids) - len(stay.ids), scene
    both = stay.with_(come)
    scene = replace(scene, buildings=both.columns)
    yield "built", len(come.ids), scene
    # The people stay for the last step: here only walls change.
    walls = Table(
        Buildings(new.columns.shapes, new.columns.height_m, both.columns.persons, both.columns.measured), new.ids
    )
    scene = replace(scene, buildings=walls.columns)
    yield "altered", both.differ(walls), scene
    old, trees = Table(scene.trees, before.trees), Table(aim.trees, now.trees)
    stay, come = old.only(~old.missing_in(trees)), trees.only(trees.missing_in(old))
    scene = replace(scene, trees=stay.columns)
    yield "felled", len(old.ids) - len(stay.ids), scene
    both = stay.with_(come)
    scene = replace(scene, trees=both.columns)
    yield "planted", len(come.ids), scene
    scene = replace(scene, trees=aim.trees)
    yield "grown", both.differ(trees), scene
    scene = replace(scene, streets=aim.streets)
    yield "streets", Table(before.scene.streets, before.streets).moved_to(Table(aim.streets, now.streets)), scene
    parks = Table(before.scene.parks, before.parks).moved_to(Table(aim.parks, now.parks))
    # Land that is only the ground about homes moves with the homes, in the last step.
    drawn = any(rule.key == "homes_from_buildings" and not rule.count for rule in aim.assumed)
    land = _land(before.scene, aim) if drawn else 0
    scene = replace(scene, parks=aim.parks, gates=aim.gates, homes=aim.homes if drawn else scene.homes)
    yield "parks", parks + _gates(before.scene, aim) + land, scene
    yield "persons", walls.differ(new), replace(scene, buildings=aim.buildings, homes=aim.homes)


def _gates(before: Scene, now: Scene) -> int:
    """How many gates were opened or closed, by their places."""
    places = [set(zip(one.gates.x.tolist(), one.gates.y.tolist(), strict=True)) for one in (before, now)]
    return len(places[0] ^ places[1])


def _land(before: Scene, now: Scene) -> int:
    """How many parcels of residential land came, went or changed."""
    return len({*shapely.to_wkb(before.homes).tolist()} ^ {*shapely.to_wkb(now.homes).tolist()})


def _equal(one: Any, two: Any) -> Bools:
    if one.dtype == object:
        return np.asarray(shapely.equals_exact(one, two), dtype=bool)
    return np.asarray((one == two) | ((one != one) & (two != two)))  # noqa: PLR0124 - nan is like nan
