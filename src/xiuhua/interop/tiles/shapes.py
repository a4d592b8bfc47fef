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

from xiuhua.interop.tiles import commands
from xiuhua.interop.tiles.attributes import Column
from xiuhua.interop.tiles.encoder import BUDGET, EMPTY, EXTENT, Batch, Tile, encode
from xiuhua.interop.tiles.mercator import project

type Ints = npt.NDArray[np.int64]
type Geometries = npt.NDArray[np.object_]

BUFFER = 64  # units around the tile, so that outlines are not drawn along its edge
# Units that a shape may reach beyond the buffer before it is clipped: clipping costs more than a few points more.
OVERHANG = 512
FULL_ZOOM = 15  # from here on nothing is simplified
TOLERANCE = 1.0  # units: an eighth of a pixel
SPARSE = 4.0  # units: shapes whose edges are longer on average have nothing worth leaving out
SMALLEST_AREA = 4.0  # square units: a sixteenth of a pixel
MAX_ZOOM = 22
LINES = (1, 2, 5)  # shapely's numbers of line, ring and multiline
POLYGONS = (3, 6)
COLLECTION = 7


@dataclass(frozen=True)
class ShapeLayer:
    """Lines and polygons on the unit square of the map, with a tree of their boxes."""

    name: str
    shapes: Geometries
    tree: shapely.STRtree
    bounds: npt.NDArray[np.float64]
    is_area: npt.NDArray[np.bool_]
    mean_edge: npt.NDArray[np.float64]
    ids: Ints
    columns: tuple[Column, ...]

    @classmethod
    def of(cls, name: str, shapes: Sequence[Any] | Geometries, ids: Ints, columns: Sequence[Column]) -> "ShapeLayer":
        """A layer from valid lines and polygons in degrees, identifiers and columns."""
        flat = shapely.transform(np.asarray(shapes, dtype=object), project)
        broken = ~shapely.is_valid(flat)
        flat[broken] = shapely.make_valid(flat[broken], method="structure", keep_collapsed=False)
        is_area = np.isin(shapely.get_type_id(flat), POLYGONS)
        mean_edge = shapely.length(flat) / np.maximum(shapely.get_num_coordinates(flat), 1)
        tree, bounds = shapely.STRtree(flat), shapely.bounds(flat)
        return cls(name, flat, tree, bounds, is_area, mean_edge, np.asarray(ids), tuple(columns))

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
        rows = rows[~(self.is_area[rows] & (self._box_area(rows) * scale**2 < SMALLEST_AREA))]
        clipped = self._clip(rows, box, 1 / scale, simplify=z < FULL_ZOOM)
        on_grid = shapely.transform(clipped, lambda xy: np.rint(xy * scale - (west, south)))
        batches = _batches(rows, on_grid)
        total = sum(batch.rows.size for batch in batches)
        if total == 0:
            return EMPTY
        data, shown = encode(self.name, batches, self.ids, self.columns), total
        while len(data) > budget and shown > 1:
            shown = max(int(shown * 0.9 * budget / len(data)), 1)
            batches = self._largest(batches, shown)
            data = encode(self.name, batches, self.ids, self.columns)
        return Tile(data, shown, total)

    def _clip(self, rows: Ints, box: npt.NDArray[np.float64], unit: float, *, simplify: bool) -> Geometries:
        """The shapes inside the box or reaching a little beyond it, simplified where their points are dense."""
        overhang = OVERHANG * unit
        shapes, bounds = self.shapes[rows], self.bounds[rows]
        crossing = (bounds[:, :2] < box[:2] - overhang).any(axis=1) | (bounds[:, 2:] > box[2:] + overhang).any(axis=1)
        inside = shapely.intersection(shapes[crossing], shapely.box(*box))
        shapes[crossing] = _without_touches(inside, self.is_area[rows][crossing])
        if simplify:
            dense = self.mean_edge[rows] < SPARSE * unit
            shapes[dense] = shapely.simplify(shapes[dense], TOLERANCE * unit, preserve_topology=False)
        return shapes

    def _box_area(self, rows: Ints) -> npt.NDArray[np.float64]:
        size = self.bounds[rows, 2:] - self.bounds[rows, :2]
        return np.asarray(size[:, 0] * size[:, 1])

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


def _batches(rows: Ints, shapes: Geometries) -> list[Batch]:
    """The features of a tile from shapes on its grid."""
    kinds = shapely.get_type_id(shapes)
    areas, lines = np.isin(kinds, POLYGONS), np.isin(kinds, LINES)
    found = []
    if areas.any():
        found.append(_polygons(rows[areas], shapes[areas]))
    if lines.any():
        found.append(_lines(rows[lines], shapes[lines]))
    return [batch for batch in found if batch.rows.size]


def _polygons(rows: Ints, shapes: Geometries) -> Batch:
    seen = shapely.area(shapes) >= SMALLEST_AREA
    rows, shapes = rows[seen], shapes[seen]
    broken = np.flatnonzero(~shapely.is_valid(shapes))
    if broken.size:
        shapes[broken] = _repaired(shapes[broken])
        seen = shapely.area(shapes) >= SMALLEST_AREA
        rows, shapes = rows[seen], shapes[seen]
    if rows.size == 0:
        return Batch(rows, commands.POLYGON, rows, rows)
    # Last, since simplifying and rounding may turn a narrow ring around.
    _, xy, (ring_ends, *ends) = shapely.to_ragged_array(shapely.orient_polygons(shapes))
    xy, lengths = _without_repeats(xy.astype(np.int64), np.diff(ring_ends), closed=True)
    # One multipolygon among the shapes adds a level: rings of a part, parts of a feature.
    rings = np.diff(ends[0] if len(ends) == 1 else ends[0][ends[1]])
    return Batch(rows, commands.POLYGON, *commands.paths(xy, lengths, rings, closed=True))


def _lines(rows: Ints, shapes: Geometries) -> Batch:
    parts, feature = shapely.get_parts(shapes, return_index=True)
    seen = shapely.length(parts) > 0
    parts, feature = parts[seen], feature[seen]
    if parts.size == 0:
        return Batch(parts.astype(np.int64), commands.LINESTRING, *commands.points(np.empty((0, 2), dtype=np.int64)))
    xy, line = shapely.get_coordinates(parts, return_index=True)
    xy, lengths = _without_repeats(xy.astype(np.int64), np.bincount(line), closed=False)
    kept, per_feature = np.unique(feature, return_counts=True)
    return Batch(rows[kept], commands.LINESTRING, *commands.paths(xy, lengths, per_feature, closed=False))


def _without_touches(shapes: Geometries, is_area: npt.NDArray[np.bool_]) -> Geometries:
    """What is left of clipped shapes without the points and edges where they only touched the box."""
    for place in np.flatnonzero(shapely.get_type_id(shapes) == COLLECTION):
        wanted = POLYGONS if is_area[place] else LINES
        parts = [part for part in shapely.get_parts(shapes[place]) if shapely.get_type_id(part) in wanted]
        shapes[place] = (shapely.multipolygons if is_area[place] else shapely.multilinestrings)(parts)
    return shapes


def _repaired(shapes: Geometries) -> Geometries:
    """Valid polygons on the grid instead of those that rounding or simplifying has broken."""
    sound = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    return np.asarray(shapely.set_precision(sound, 1.0), dtype=object)


def _without_repeats(xy: Ints, lengths: Ints, *, closed: bool) -> tuple[Ints, Ints]:
    """The points without those equal to the one before on the same path; rings also without their closing point."""
    path = np.repeat(np.arange(lengths.size), lengths)
    kept = np.ones(len(xy), dtype=bool)
    kept[1:] = (xy[1:] != xy[:-1]).any(axis=1) | (path[1:] != path[:-1])
    if closed:
        kept[np.cumsum(lengths) - 1] = False
    return xy[kept], np.bincount(path[kept], minlength=lengths.size)
