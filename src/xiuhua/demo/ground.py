"""Land use: the ground of each block behind its streets, with the kind that its use stands for."""

import numpy as np
import shapely

from xiuhua.demo.blocks import EAST, NORTH, SOUTH, WEST, WIDTHS_M, Division
from xiuhua.demo.landuse import LandUse
from xiuhua.demo.lattice import CELL, Lattice
from xiuhua.demo.table import Table
from xiuhua.demo.waters import Waters

# Use of the block: kind of land after GB 50137.
KINDS = {
    "old_compound": "residential", "compound": "residential", "tower_compound": "residential",
    "construction": "residential", "village": "village", "complex": "commercial", "office": "commercial",
    "market": "commercial", "institution": "public_service", "school": "public_service", "hospital": "public_service",
    "industry": "industrial", "park": "green_square", "square": "green_square", "fields": "farmland",
    "orchard": "farmland", "ponds": "farmland", "wood": "farmland",
}  # fmt: skip
_SMALLEST_M2 = 400.0
_STEPS = 8


def draw_ground(
    division: Division, land: LandUse, lattice: Lattice, waters: Waters, outline: shapely.Polygon
) -> Table:  # fmt: skip
    """One plot for each used block: without its streets, without water, inside the outline."""
    used = [index for index, use in enumerate(land.use) if use in KINDS]
    blocks = [division.blocks[index] for index in used]
    edges = np.array([(block.u0, block.u1, block.v0, block.v1) for block in blocks], dtype=np.float64)
    middle = np.column_stack([edges[:, :2].mean(axis=1), edges[:, 2:].mean(axis=1)])
    along_u, along_v = lattice.axes(middle[:, 0], middle[:, 1])
    cell = np.column_stack([np.hypot(*along_u.T), np.hypot(*along_v.T)]) * CELL
    half = np.array([[WIDTHS_M[side] / 2 for side in block.sides] for block in blocks])
    west, east = edges[:, 0] + half[:, WEST] / cell[:, 0], edges[:, 1] - half[:, EAST] / cell[:, 0]
    south, north = edges[:, 2] + half[:, SOUTH] / cell[:, 1], edges[:, 3] - half[:, NORTH] / cell[:, 1]
    # Sides follow the bent streets: from corner to corner in steps.
    along, back = np.arange(_STEPS) / _STEPS, 1 - np.arange(_STEPS) / _STEPS
    across = np.concatenate([along, np.ones(_STEPS), back, np.zeros(_STEPS)])
    up = np.concatenate([np.zeros(_STEPS), along, np.ones(_STEPS), back])
    u, v = west[:, None] + (east - west)[:, None] * across, south[:, None] + (north - south)[:, None] * up
    shapes = shapely.polygons(lattice.bend(u.ravel(), v.ravel()).reshape(len(blocks), -1, 2))
    shapely.prepare(outline)
    crossing = ~shapely.contains_properly(outline, shapes)
    shapes[crossing] = shapely.intersection(shapes[crossing], outline)
    wet = shapely.union_all([waters.all, waters.hills])
    shapely.prepare(wet)
    touching = shapely.intersects(wet, shapes)
    shapes[touching] = shapely.difference(shapes[touching], wet)
    parts, owner = shapely.get_parts(shapes, return_index=True)
    kept = (shapely.get_dimensions(parts) == 2) & (shapely.area(parts) >= _SMALLEST_M2)  # noqa: PLR2004 - polygons
    kinds = [KINDS[land.use[used[index]]] for index in owner[kept].tolist()]
    return Table(shapes=parts[kept], columns={
        "code": [f"L{number:05d}" for number in range(1, len(kinds) + 1)], "kind": kinds,
    })  # fmt: skip
