"""What each block is used for."""

from dataclasses import dataclass

import numpy as np
import shapely

from xiuhua.demo.areas import Areas
from xiuhua.demo.blocks import Block, Division, Line
from xiuhua.demo.lattice import CELL, Density, Lattice
from xiuhua.demo.plan import Floats, Scale, generator
from xiuhua.demo.waters import Waters

# Uses of built land: (from density, share of blocks), drawn in this order of preference by lot.
_CORE = {"complex": 6, "office": 10, "old_compound": 22, "compound": 24, "tower_compound": 14, "institution": 6,
         "market": 3, "school": 5, "park": 7, "square": 2, "construction": 1}  # fmt: skip
_TOWN = {"old_compound": 12, "compound": 26, "tower_compound": 10, "industry": 22, "institution": 3, "school": 4,
         "park": 8, "market": 2, "hospital": 1, "office": 4, "construction": 3, "village": 5}  # fmt: skip
_EDGE = {"industry": 30, "village": 36, "compound": 6, "fields": 16, "ponds": 6, "wood": 4, "construction": 2}
_FIELDS = {"village": 44, "fields": 30, "orchard": 10, "ponds": 12, "wood": 4}
# What every town must have, given to its densest free blocks in this order.
_EACH_TOWN = ("park", "market", "institution", "hospital", "complex", "square", "school")


@dataclass
class LandUse:
    """The use of each block, its density, its outline on the plane, whether it is drawn in detail."""

    use: list[str]
    built: Floats
    plots: list[shapely.Polygon]
    drawn: list[bool]
    lanes: list[Line]


def draw_land_use(
    division: Division, areas: Areas, lattice: Lattice, density: Density, waters: Waters, scale: Scale, seed: int
) -> LandUse:
    """Give every block a use: by lot after its density, and what every town must have to its densest blocks."""
    rng = generator(seed, "landuse")
    middle = lattice.bend(*np.array([block.middle for block in division.blocks]).T)
    built = density.at(middle)
    plots = [plot_of(block, lattice) for block in division.blocks]
    held = np.array(plots, dtype=object)
    closed = shapely.union_all([waters.lakes.buffer(30), waters.hills, waters.rivers.buffer(10)])
    shapely.prepare(closed)
    share = np.zeros(len(plots))
    touching = np.flatnonzero(shapely.intersects(closed, held))
    share[touching] = shapely.area(shapely.intersection(closed, held[touching])) / shapely.area(held[touching])
    inside = areas.face_of_block >= 0
    lots = rng.random((len(plots), 2))
    use = [
        ("outside" if not inside[i] else "water" if share[i] > 0.45 else _by_lot(float(built[i]), float(lots[i, 0])))  # noqa: PLR2004
        for i in range(len(plots))
    ]
    _equip_towns(use, built, share, areas)
    dense = (built >= scale.detail) | (lots[:, 1] < scale.villages)
    lanes = [
        lane for index, block in enumerate(division.blocks) if use[index] == "village" for lane in _village_lanes(block)
    ]
    return LandUse(use, built, plots, dense.tolist(), lanes)


def plot_of(block: Block, lattice: Lattice) -> shapely.Polygon:
    """A block as the quadrilateral of its corners on the plane."""
    u, v = np.array([block.u0, block.u1, block.u1, block.u0]), np.array([block.v0, block.v0, block.v1, block.v1])
    return shapely.Polygon(lattice.corners(u, v))


def _by_lot(built: float, lot: float) -> str:
    table = _CORE if built > 0.72 else _TOWN if built > 0.38 else _EDGE if built > 0.1 else _FIELDS  # noqa: PLR2004
    mark = lot * sum(table.values())
    for use, weight in table.items():
        mark -= weight
        if mark < 0:
            return use
    return next(iter(table))


def _equip_towns(use: list[str], built: Floats, share: Floats, areas: Areas) -> None:
    free: dict[str, list[int]] = {}
    for index in np.argsort(-built, kind="stable").tolist():
        face = int(areas.face_of_block[index])
        if use[index] not in {"outside", "water"} and share[index] == 0:
            free.setdefault(areas.face_codes[face][0], []).append(index)
    for blocks in free.values():
        # Every second block, so that what a centre holds is spread over it.
        for wanted, index in zip(_EACH_TOWN, blocks[1::3], strict=False):
            use[index] = wanted


def _village_lanes(block: Block) -> list[Line]:
    """A lane through the middle of a village block, along its longer side."""
    wide, high = (block.u1 - block.u0) * CELL, (block.v1 - block.v0) * CELL
    if wide >= high:
        return [Line("v", (block.v0 + block.v1) // 2, block.u0, block.u1, "lane")]
    return [Line("u", (block.u0 + block.u1) // 2, block.v0, block.v1, "lane")]
