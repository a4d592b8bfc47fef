"""A layer of lines and polygons in memory, clipped, simplified and rounded for each tile.

Every polygon of a tile is valid on the tile's whole-number grid, its outer rings turn clockwise on the screen and its
holes the other way, as the specification asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from xiuhua.interop.tiles import commands, grid
from xiuhua.interop.tiles.attributes import Column
from xiuhua.interop.tiles.encoder import BUDGET, EMPTY, EXTENT, Batch, Tile, encode
from xiuhua.interop.tiles.mercator import project
from xiuhua.interop.tiles.rings import MAX_ZOOM as RINGS_MAX_ZOOM
from xiuhua.interop.tiles.rings import Rings

type Ints = npt.NDArray[np.int64]
type Floats = npt.NDArray[np.float64]
type Geometries = npt.NDArray[np.object_]

BUFFER = 64  # units around the tile, so that outlines are not drawn along its edge
# Units that a shape may reach beyond the buffer before it is clipped: clipping costs more than a few points more.
OVERHANG = 512
FULL_ZOOM = 15  # from here on nothing is simplified
TOLERANCE = 0.75  # units: a tenth of a pixel
SPARSE = 1.0  # units: shapes whose edges are shorter on average are worth shapely's full simplification


@dataclass(frozen=True)
class ShapeLayer:
    """Lines and polygons on the unit square of the map, with a tree of their boxes."""

    name: str
    shapes: Geometries
    tree: shapely.STRtree
    bounds: Floats
    is_area: npt.NDArray[np.bool_]
    mean_edge: Floats
    rings: Rings
    ids: Ints
    columns: tuple[Column, ...]

    @classmethod
    def of(cls, name: str, shapes: Sequence[Any] | Geometries, ids: Ints, columns: Sequence[Column]) -> "ShapeLayer":
        """A layer from valid lines and polygons in degrees, identifiers and columns."""
        flat = shapely.transform(np.asarray(shapes, dtype=object), project)
        broken = ~shapely.is_valid(flat)
        flat[broken] = shapely.make_valid(flat[broken], method="structure", keep_collapsed=False)
        is_area = np.isin(shapely.get_type_id(flat), grid.POLYGONS)
        mean_edge = shapely.length(flat) / np.maximum(shapely.get_num_coordinates(flat), 1)
        tree, bounds = shapely.STRtree(flat), shapely.bounds(flat)
        return cls(name, flat, tree, bounds, is_area, mean_edge, Rings.of(flat), np.asarray(ids), tuple(columns))

    def tile(self, z: int, x: int, y: int, budget: int = BUDGET, only: npt.NDArray[np.bool_] | None = None) -> Tile:
        """The tile of column ``x`` and row ``y`` at zoom ``z``, at most ``budget`` bytes.

        ``only`` (one truth value per feature) leaves out the others. Where all features would be too many, the
        largest stay.
        """
        scale = EXTENT * 2.0**z
        west, south = x * EXTENT, y * EXTENT
        box = np.array([west - BUFFER, south - BUFFER, west + EXTENT + BUFFER, south + EXTENT + BUFFER]) / scale
        rows = np.sort(self.tree.query(shapely.box(*box)))
        if only is not None:
            rows = rows[only[rows]]
        rows = rows[~(self.is_area[rows] & (self._box_area(rows) * scale**2 < grid.SMALLEST_AREA))]
        batches = self._batches(rows, (z, x, y), box)
        total = sum(batch.rows.size for batch in batches)
        if total == 0:
            return EMPTY
        data, shown = encode(self.name, batches, self.ids, self.columns), total
        while len(data) > budget and shown > 1:
            shown = max(int(shown * 0.9 * budget / len(data)), 1)
            batches = self._largest(batches, shown)
            data = encode(self.name, batches, self.ids, self.columns)
        return Tile(data, shown, total)

    def _batches(self, rows: Ints, place: tuple[int, int, int], box: Floats) -> list[Batch]:
        """The features ``rows`` on the grid of a tile: simple rings by the short way, all others by shapely."""
        z, x, y = place
        unit = 1 / (EXTENT * 2.0**z)
        west, south, east, north = self.bounds.take(rows, axis=0).T
        least, most = box[:2] - OVERHANG * unit, box[2:] + OVERHANG * unit
        large = (west < least[0]) | (south < least[1]) | (east > most[0]) | (north > most[1])
        dense = (self.mean_edge[rows] < SPARSE * unit) & (z < FULL_ZOOM)
        short = np.flatnonzero(~large & ~dense & (self.rings.lengths[rows] > 0) & (z <= RINGS_MAX_ZOOM))
        long = np.ones(rows.size, dtype=bool)
        batches = []
        if short.size:
            tolerance = TOLERANCE if z < FULL_ZOOM else 0.0
            xy, lengths, shown, unproved = self.rings.on_tile(rows[short], place, grid.SMALLEST_AREA, tolerance)
            long[short] = unproved
            tokens = commands.paths(xy, lengths, np.ones(lengths.size, dtype=np.int64), closed=True)
            batches.append(Batch(rows[short][shown], commands.POLYGON, *tokens))
        rows, large, dense = rows[long], large[long], dense[long]
        shapes = self.shapes[rows]
        shapes[large] = grid.clip(shapes[large], self.is_area[rows[large]], box)
        shapes[dense] = shapely.simplify(shapes[dense], 2 * TOLERANCE * unit, preserve_topology=False)
        rounded = shapely.transform(shapes, lambda xy: np.rint(xy / unit - (x * EXTENT, y * EXTENT)))
        return [batch for batch in (*batches, *grid.batches(rows, rounded)) if batch.rows.size]

    def _box_area(self, rows: Ints) -> Floats:
        west, south, east, north = self.bounds.take(rows, axis=0).T
        return np.asarray((east - west) * (north - south))

    def _largest(self, batches: list[Batch], most: int) -> list[Batch]:
        """The ``most`` features with the largest boxes."""
        rows = np.concatenate([batch.rows for batch in batches])
        size = (self.bounds[rows, 2:] - self.bounds[rows, :2]).max(axis=1)
        kept = np.zeros(rows.size, dtype=bool)
        kept[np.argsort(-size, kind="stable")[:most]] = True
        chosen, start = [], 0
        for batch in batches:
            part = kept[start : start + batch.rows.size]
            tokens = batch.tokens[np.repeat(part, batch.counts)]
            chosen.append(Batch(batch.rows[part], batch.kind, tokens, batch.counts[part]))
            start += batch.rows.size
        return chosen
