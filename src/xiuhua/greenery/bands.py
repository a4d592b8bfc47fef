"""How far figures move when data are not quite right: heights by a floor, crowns by 20 %, trees by 2 m (pure).

Every building, crown and trunk is shifted on its own, many times; a figure's band holds nine of ten runs. Walks to
parks and the official circles depend on none of the three, so they have no band. The share of view has none either: it
would take longer than all else together. They are made in parts, each of which can be worked out on its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from xiuhua.greenery.canopy import canopy_around
from xiuhua.greenery.figures import figures
from xiuhua.greenery.grids import extent_of, point_grid, tree_grid, wall_grid, walls_of
from xiuhua.greenery.measure import (
    NEIGHBOURHOOD_M,
    Measured,
    Options,
    Stage,
    cool_from,
    measure,
    see_from,
    shade_by_edge,
    shade_of_streets,
    walk_from,
)
from xiuhua.greenery.scene import STOREY_M, Scene, Trees
from xiuhua.greenery.shade import shadows_of
from xiuhua.greenery.sight import crowns_of
from xiuhua.greenery.windows import floors_of

CROWN_SHARE, TREE_M = 0.2, 2.0
# How far windows look is a choice: what they see is told for each of these ranges (m).
RANGES_M = (25.0, 50.0, 100.0)
LOW, HIGH = 0.05, 0.95
# Figures that heights, crowns and trunks move.
MOVED = (
    "see", "see_any_window", "trees_near", "walk", "cool_way", "lined_official", "lined_all", "canopy", "promise",
    "three_thirty_300",
)  # fmt: skip
BY_CROWNS = ("see", "see_any_window", "promise", "three_thirty_300")


@dataclass(frozen=True)
class Bands:
    """Of each figure where nine of ten runs and itself lie; what is left of sight where crowns hide trees.

    ``ranges``: the share of windows that see three trees, by how far they look (m, as text).
    """

    runs: int
    seed: int
    figures: dict[str, tuple[float, float]]
    crowns_block: dict[str, float]
    ranges: dict[str, float]

    def said(self) -> dict[str, Any]:
        """As it is stored: bands by figure, and the rest beside them."""
        bands = {key: [round(each, 6) for each in band] for key, band in self.figures.items()}
        beside = {"crowns_block": self.crowns_block, "ranges": self.ranges}
        return {**bands, **beside, "runs": self.runs, "seed": self.seed}


def ground_of(scene: Scene, options: Options) -> Measured:
    """What the runs start from: ``scene`` as it is, at the hours of the runs, without the share of view."""
    return measure(scene, options.briefly())


def parts(runs: int) -> int:
    """Of how many parts the bands are made: the scene as it is, each run, crowns that hide trees, each range."""
    return runs + 2 + len(RANGES_M)


def part(ground: Measured, options: Options, runs: int, seed: int, number: int) -> dict[str, float]:
    """Part ``number`` of the bands: the shares that are known, always the same for the same seed and number."""
    blind = options.briefly()
    if number == 0:
        return _shares(ground)
    if number <= runs:
        return _shares(_again(ground, shifted(ground.stage, blind, np.random.default_rng((seed, number))), blind))
    if number > runs + 1:
        blind = replace(blind, range_m=RANGES_M[number - runs - 2])
        found = _shares(replace(ground, see=see_from(ground.stage, blind)))
        return {key: share for key, share in found.items() if key == "see"}
    hidden = replace(ground, see=see_from(ground.stage, replace(blind, crowns_block=True)))
    return {key: share for key, share in _shares(hidden).items() if key in BY_CROWNS}


def bands_of(full: Mapping[str, float], found: Sequence[Mapping[str, float]], seed: int) -> Bands:
    """Bands about ``full``, the shares of the measurement, from all parts in their order.

    The runs look at some of the hours only; how far they lie from the same hours without shifts is what counts. A band
    reaches to the share itself: crowns stand in rows over pavements, and most ways to move them lead down.
    """
    base, *runs = found[: -1 - len(RANGES_M)]
    hidden, *ranges = found[-1 - len(RANGES_M) :]
    held = {key: [_moved_from(full, base, run, key) for run in runs] for key in base if key in full}
    ends = {key: np.quantile(shares, (LOW, HIGH)).tolist() for key, shares in held.items() if shares}
    known = {
        key: (min(low, full[key]), max(high, full[key]))
        for key, (low, high) in ends.items()
        if not np.isnan([low, high]).any()
    }
    lower = {key: round(_moved_from(full, base, hidden, key), 6) for key in hidden if key in base and key in full}
    by_range = {f"{metres:.0f}": round(one["see"], 6) for metres, one in zip(RANGES_M, ranges, strict=True) if one}
    return Bands(len(runs), seed, known, lower, by_range)


def bands(found: Measured, options: Options, runs: int, seed: int) -> Bands:
    """Measure ``found`` again ``runs`` times with shifted data; without runs only the lower band of sight."""
    ground = ground_of(found.stage.scene, options)
    every = [part(ground, options, runs, seed, number) for number in range(parts(runs))]
    return bands_of(_shares(found), every, seed)


def _moved_from(full: Mapping[str, float], base: Mapping[str, float], run: Mapping[str, float], key: str) -> float:
    """The share of the measurement, moved as the run moved that of the same hours; nan where the run has none."""
    if key not in run:
        return np.nan
    return min(max(full[key] + run[key] - base[key], 0.0), 1.0)


def shifted(stage: Stage, options: Options, rng: np.random.Generator) -> Stage:
    """The stage with each height off by a floor or none, each crown by up to 20 %, each trunk by up to 2 m each way.

    A building keeps one floor at least. A trunk that would stand in a house stays where it was.
    """
    scene = stage.scene
    floors = rng.integers(-1, 2, len(scene.buildings))
    height = np.maximum(scene.buildings.height_m + STOREY_M * floors, np.minimum(scene.buildings.height_m, STOREY_M))
    buildings = replace(scene.buildings, height_m=height)
    trees = _moved(stage, rng)
    extent = extent_of(buildings, trees, shapely.get_coordinates(scene.streets.lines))
    walls = walls_of(buildings.shapes, height)
    wall_cells, tree_cells, crowns = wall_grid(walls, extent), tree_grid(trees, extent), crowns_of(trees)
    return replace(
        stage, scene=replace(scene, buildings=buildings, trees=trees), walls=walls, wall_cells=wall_cells,
        tree_cells=tree_cells, windows=stage.windows._replace(floors=floors_of(height)), crowns=crowns,
        trunk_cells=point_grid(crowns.x, crowns.y, extent, options.range_m / 2),
        shadows=shadows_of(walls, wall_cells, trees, tree_cells),
    )  # fmt: skip


def _moved(stage: Stage, rng: np.random.Generator) -> Trees:
    trees = stage.scene.trees
    radius = trees.radius_m * rng.uniform(1 - CROWN_SHARE, 1 + CROWN_SHARE, len(trees))
    x, y = (at + rng.uniform(-TREE_M, TREE_M, len(trees)) for at in (trees.x, trees.y))
    indoors = np.zeros(len(trees), dtype=bool)
    indoors[stage.building_tree.query(shapely.points(x, y), predicate="within")[0]] = True
    return replace(trees, x=np.where(indoors, trees.x, x), y=np.where(indoors, trees.y, y), radius_m=radius)


def _again(found: Measured, stage: Stage, options: Options) -> Measured:
    """What is measured anew on a shifted stage; the walks and circles of ``found`` stay."""
    streets, by_point = shade_of_streets(stage, options.hours)
    edges = shade_by_edge(stage, by_point)
    return replace(
        found, see=see_from(stage, options), streets=streets, walk=walk_from(stage, *edges),
        cool=cool_from(stage, *edges, found.cool),
        canopy_300m=canopy_around(stage.door_points, stage.scene.trees, NEIGHBOURHOOD_M), stage=stage,
    )  # fmt: skip


def _shares(found: Measured) -> dict[str, float]:
    """The shares that are known of figures that move."""
    scene = found.stage.scene
    every = figures(found, scene.buildings.measured, np.ones(len(scene.streets), dtype=bool))
    return {one.key: one.share for one in every if one.key in MOVED and not np.isnan(one.share)}
