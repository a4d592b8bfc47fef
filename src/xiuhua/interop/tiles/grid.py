"""Shapes on the whole-number grid of one tile: clipped, mended where rounding broke them, as commands."""

import numpy as np
import numpy.typing as npt
import shapely

from xiuhua.interop.tiles import commands
from xiuhua.interop.tiles.encoder import Batch

type Ints = npt.NDArray[np.int64]
type Geometries = npt.NDArray[np.object_]

SMALLEST_AREA = 4.0  # square units: a sixteenth of a pixel
LINES = (1, 2, 5)  # shapely's numbers of line, ring and multiline
POLYGONS = (3, 6)
COLLECTION = 7


def clip(shapes: Geometries, is_area: npt.NDArray[np.bool_], box: npt.NDArray[np.float64]) -> Geometries:
    """The shapes inside the box, without the points and edges where they only touch it."""
    inside = np.asarray(shapely.intersection(shapes, shapely.box(*box)), dtype=object)
    for place in np.flatnonzero(shapely.get_type_id(inside) == COLLECTION):
        wanted = POLYGONS if is_area[place] else LINES
        parts = [part for part in shapely.get_parts(inside[place]) if shapely.get_type_id(part) in wanted]
        inside[place] = (shapely.multipolygons if is_area[place] else shapely.multilinestrings)(parts)
    return inside


def batches(rows: Ints, shapes: Geometries) -> list[Batch]:
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
