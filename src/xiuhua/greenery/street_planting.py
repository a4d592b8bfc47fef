"""What to plant along one street: the fewest trees in its gaps after which its pavements are covered or shaded."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from xiuhua.greenery.canopy import canopy_of
from xiuhua.greenery.grids import tree_grid
from xiuhua.greenery.hours import Hours
from xiuhua.greenery.measure import Stage
from xiuhua.greenery.pavements import WIDE_M, Pieces
from xiuhua.greenery.scene import Bools, Floats, Ints, Trees
from xiuhua.greenery.shade import shade_at
from xiuhua.greenery.spots import SPACING_M, Sapling, Spots, along_streets
from xiuhua.greenery.whatif import shaded_by

# Which ground, or which point at which hour, each new tree would add: a row for each tree (csr).
type Adds = Any
# Ground of the pavement as the greedy choice knows it: every metre along, four lanes across.
_EVERY_M, _LANES = 1.0, 4
_NOTHING = 1e-12


class Aim(StrEnum):
    """What a street is planted for: crowns over its pavements, or shade on them over a set of hours."""

    CANOPY = "canopy"
    SHADE = "shade"


@dataclass(frozen=True)
class StreetPlanting:
    """The chosen ``spots`` in their order with the share reached after each; ``gaps``: places where one could stand.

    ``before``, ``after``: canopy or shade share of the street's pavements, measured exactly; nan without a pavement.
    """

    spots: Spots
    reached: Floats
    gaps: int
    before: float
    after: float


def plan_for_street(
    stage: Stage, street: int, aim: Aim, goal: float, hours: Hours, sapling: Sapling | None = None,
    spacing_m: float = SPACING_M,
) -> StreetPlanting:  # fmt: skip
    """The fewest new trees in the gaps of ``street`` after which ``aim`` is reached on ``goal`` of its pavements."""
    tree = sapling or Sapling()
    gaps = along_streets(stage, spacing_m, np.array([street]))
    made = tree.at(gaps.x, gaps.y)
    mine = stage.pieces.street == street
    pieces = Pieces(*(column[mine] for column in stage.pieces))
    if not mine.any() or (aim is Aim.SHADE and not (stage.points.street == street).any()):
        return StreetPlanting(gaps, np.empty(0), 0, float("nan"), float("nan"))
    worth, have, adds = _canopy(stage, pieces, made) if aim is Aim.CANOPY else _shade(stage, street, hours, made)

    def share(chosen: list[int]) -> float:
        return _covered(stage.scene.trees, pieces, made, chosen) if aim is Aim.CANOPY else float(worth @ have)

    chosen: list[int] = []
    reached = [share(chosen)]
    while reached[-1] < goal - _NOTHING and len(chosen) < len(gaps.x):
        gain = adds @ (worth * ~have)
        best = int(np.argmax(gain))
        if gain[best] <= _NOTHING:
            break
        have[adds.indices[adds.indptr[best] : adds.indptr[best + 1]]] = True
        chosen.append(best)
        reached.append(share(chosen))
    kept = gaps.only(np.array(chosen, dtype=np.int64))
    return StreetPlanting(kept, np.array(reached[1:]), len(gaps.x), reached[0], reached[-1])


def gaps_by_street(stage: Stage, spacing_m: float = SPACING_M) -> Ints:
    """How many trees have room along each street (m,)."""
    return np.bincount(along_streets(stage, spacing_m).street, minlength=len(stage.scene.streets)).astype(np.int64)


def _canopy(stage: Stage, pieces: Pieces, made: Trees) -> tuple[Floats, Bools, Adds]:
    """Ground of the pavements: what each point is worth, whether a crown is over it, and which new crown would be."""
    x, y, worth = _ground(pieces)
    have = np.zeros(len(x), dtype=bool)
    for under in _under(x, y, stage.scene.trees):
        have[under] = True
    return worth / worth.sum(), have, _rows(_under(x, y, made), len(x))


def _ground(pieces: Pieces) -> tuple[Floats, Floats, Floats]:
    length = pieces.ends - pieces.begins
    each = np.maximum(np.ceil(length / _EVERY_M), 1).astype(np.int64)
    piece = np.repeat(np.arange(len(length)), each)
    share = (np.arange(len(piece)) - np.repeat(np.cumsum(each) - each, each) + 0.5) / each[piece]
    dx, dy = (pieces.bx - pieces.ax)[piece], (pieces.by - pieces.ay)[piece]
    span = np.hypot(dx, dy)
    lanes = ((np.arange(_LANES) + 0.5) / _LANES - 0.5) * WIDE_M
    x = (pieces.ax[piece] + share * dx)[:, None] - lanes * (dy / span)[:, None]
    y = (pieces.ay[piece] + share * dy)[:, None] + lanes * (dx / span)[:, None]
    worth = np.repeat(length[piece] / each[piece], _LANES)
    return x.ravel(), y.ravel(), worth


def _under(x: Floats, y: Floats, trees: Trees) -> Iterator[Ints]:
    """The points under each of ``trees``."""
    points = cKDTree(np.column_stack([x, y])) if len(x) else None
    for at, radius in zip(zip(trees.x.tolist(), trees.y.tolist(), strict=True), trees.radius_m.tolist(), strict=True):
        yield np.array(points.query_ball_point(at, radius) if points else [], dtype=np.int64)


def _shade(stage: Stage, street: int, hours: Hours, made: Trees) -> tuple[Floats, Bools, Adds]:
    """Points of the pavements at each hour: weight, whether they lie in shade, and which new tree would shade them."""
    mine = stage.points.street == street
    x, y = stage.points.x[mine].copy(), stage.points.y[mine].copy()
    now = shade_at(x, y, hours, stage.shadows) > 0
    worth = np.broadcast_to(hours.weight / max(len(x), 1), now.shape).ravel()
    rows = []
    for each in range(len(made)):
        point, hit = shaded_by(_one(made, each), x, y, hours)
        near, hour = np.nonzero(hit)
        rows.append(point[near] * len(hours) + hour)
    return np.ascontiguousarray(worth), now.ravel(), _rows(rows, now.size)


def _rows(held: Iterable[Ints], wide: int) -> Adds:
    """A row for each tree: ones where it adds."""
    found = list(held)
    first = np.concatenate([[0], np.cumsum([len(each) for each in found])]).astype(np.int64)
    places = np.concatenate(found) if found else np.empty(0, dtype=np.int64)
    return csr_array((np.ones(len(places)), places, first), shape=(len(found), wide))


def _one(trees: Trees, at: int) -> Trees:
    return Trees(*(column[at : at + 1] for column in vars(trees).values()))


def _covered(trees: Trees, pieces: Pieces, made: Trees, chosen: list[int]) -> float:
    """The canopy share with the chosen trees, as it is measured everywhere."""
    new = np.array(chosen, dtype=np.int64)
    both = Trees(*(np.concatenate([column, vars(made)[name][new]]) for name, column in vars(trees).items()))
    x, y = np.concatenate([pieces.ax, pieces.bx]), np.concatenate([pieces.ay, pieces.by])
    extent = (float(x.min()), float(y.min()), float(x.max()), float(y.max()))
    length = pieces.ends - pieces.begins
    return float(canopy_of(pieces, both, tree_grid(both, extent)) @ length / length.sum())
