"""Where one more tree could stand: free places along pavements and about a building.

What lies under the ground, who owns it and what grows there now is unknown here: a spot is a proposal to look at.
"""

from typing import NamedTuple

import numpy as np
import shapely
from scipy.spatial import cKDTree

from xiuhua.greenery.measure import Stage
from xiuhua.greenery.pavements import UNMAPPED_M, WIDE_M
from xiuhua.greenery.scene import Bools, Floats, Ints, Trees
from xiuhua.greenery.sight import CROWN_M2, TALL_M

# Trees of a row stand 6 m apart (garden practice: 4 to 8 m); clear of walls by 3 m; half a metre behind the kerb.
SPACING_M, FROM_WALL_M, KERB_M = 6.0, 3.0, 0.5
_GRID_M = 4.0


class Sapling(NamedTuple):
    """The tree to plant as it stands after some years: height, crown radius, crown base (m), leaves in winter."""

    height_m: float = 6.0
    radius_m: float = 2.0
    base_m: float = 2.0
    evergreen: bool = True

    @property
    def counts(self) -> bool:
        """Whether a window that sees it sees a tree: taller than 3 m with a crown of more than 10 m2."""
        return self.height_m > TALL_M and np.pi * self.radius_m**2 > CROWN_M2

    def at(self, x: Floats, y: Floats) -> Trees:
        """Such trees at the given places."""
        height, radius, base = (np.full(len(x), value) for value in (self.height_m, self.radius_m, self.base_m))
        return Trees(x, y, height, radius, base, np.full(len(x), self.evergreen))


class Spots(NamedTuple):
    """Free places (m); the street of those along one (-1 elsewhere), its side and the offset along it (m)."""

    x: Floats
    y: Floats
    street: Ints
    side: Ints
    along: Floats

    def only(self, which: Ints | Bools) -> "Spots":
        """Some of them."""
        return Spots(self.x[which], self.y[which], self.street[which], self.side[which], self.along[which])


def along_streets(stage: Stage, spacing_m: float = SPACING_M, streets: Ints | None = None) -> Spots:
    """The tree gaps of pavements: places behind the kerb, ``spacing_m`` apart, where no trunk stands nearer.

    ``streets``: of these alone.
    """
    pieces = stage.pieces
    taken = np.ones(len(pieces.ax), dtype=bool) if streets is None else np.isin(pieces.street, streets)
    taken &= pieces.side != 0
    a = np.column_stack([pieces.ax, pieces.ay])[taken]
    b = np.column_stack([pieces.bx, pieces.by])[taken]
    street, side, begins, ends = (column[taken] for column in (pieces.street, pieces.side, pieces.begins, pieces.ends))
    # Places count along the whole street, not along each straight piece, so that bends keep the spacing.
    first = np.ceil(begins / spacing_m - 0.5).astype(np.int64)
    each = np.maximum(np.ceil(ends / spacing_m - 0.5).astype(np.int64) - first, 0)
    piece = np.repeat(np.arange(len(first)), each)
    number = first[piece] + np.arange(len(piece)) - np.repeat(np.cumsum(each) - each, each)
    along = (number + 0.5) * spacing_m
    share = (along - begins[piece]) / (ends - begins)[piece]
    way = (b - a)[piece]
    left = np.column_stack([-way[:, 1], way[:, 0]]) / np.hypot(*way.T)[:, None]
    on = a[piece] + share[:, None] * way - side[piece, None] * (WIDE_M / 2 - KERB_M) * left
    found = Spots(on[:, 0].copy(), on[:, 1].copy(), street[piece], side[piece], along)
    return _apart(found.only(free(stage, found.x, found.y, spacing_m)), spacing_m)


def about_building(stage: Stage, building: int, range_m: float, spacing_m: float = SPACING_M) -> Spots:
    """Free places within ``range_m`` of a building, every 4 m: yards, greens and pavements, not the carriageway."""
    shape = stage.scene.buildings.shapes[building]
    west, south, east, north = shape.bounds
    x, y = (
        column.ravel()
        for column in np.meshgrid(
            np.arange(west - range_m, east + range_m + _GRID_M, _GRID_M),
            np.arange(south - range_m, north + range_m + _GRID_M, _GRID_M),
        )
    )
    near = shapely.dwithin(shape, shapely.points(x, y), range_m)
    x, y = x[near], y[near]
    kept = free(stage, x, y, spacing_m)
    none = np.full(int(kept.sum()), -1, dtype=np.int64)
    return Spots(x[kept], y[kept], none, np.zeros(len(none), dtype=np.int64), np.full(len(none), np.nan))


def free(stage: Stage, x: Floats, y: Floats, spacing_m: float) -> Bools:
    """Which places are clear of trunks by ``spacing_m``, of walls by 3 m, and off every carriageway."""
    kept = np.ones(len(x), dtype=bool)
    if not len(x):
        return kept
    trees, streets = stage.scene.trees, stage.scene.streets
    if len(trees):
        away, _tree = cKDTree(np.column_stack([trees.x, trees.y])).query(np.column_stack([x, y]))
        kept &= away >= spacing_m - 1e-9
    points = shapely.points(x, y)
    kept[np.unique(stage.building_tree.query(points, predicate="dwithin", distance=FROM_WALL_M)[0])] = False
    roads = np.flatnonzero(~streets.path)
    half = np.where(np.isnan(streets.width_m), 2 * (UNMAPPED_M - WIDE_M / 2), streets.width_m)[roads] / 2
    if len(roads):
        point, road = shapely.STRtree(streets.lines[roads]).query(
            points, predicate="dwithin", distance=float(half.max())
        )
        on = shapely.distance(points[point], streets.lines[roads][road]) < half[road]
        kept[np.unique(point[on])] = False
    return kept


def _apart(spots: Spots, spacing_m: float) -> Spots:
    """Without those that stand nearer than ``spacing_m`` to one before them: at corners two pavements meet."""
    if not len(spots.x):
        return spots
    pairs = cKDTree(np.column_stack([spots.x, spots.y])).query_pairs(0.75 * spacing_m, output_type="ndarray")
    kept = np.ones(len(spots.x), dtype=bool)
    for first, second in pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))].tolist():
        if kept[first]:
            kept[second] = False
    return spots.only(kept)
