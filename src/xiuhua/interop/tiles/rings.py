"""Simple polygons of one ring as flat whole numbers: the short way into a tile for nearly every building.

Shapely needs microseconds to prove that one rounded polygon is valid. A ring is proved here for whole arrays: if each
edge turns the same way around some point, and all edges together turn once, the polygon is star-shaped and so simple.
What cannot be proved takes the long way through shapely.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from xiuhua.foundation.ragged import spread

type Ints = npt.NDArray[np.int64]
type Mask = npt.NDArray[np.bool_]

BITS = 31  # of the whole map: 19 mm at the equator
EXTENT_BITS = 12
MAX_ZOOM = BITS - EXTENT_BITS
# Twice the area of the triangle of an edge and the middle: whole-number corners give it to 1e-9 or better.
TURNED = 1e-6
FEWEST_CORNERS = 4  # rings with no more corners keep them all


@dataclass(frozen=True)
class Rings:
    """The single rings of features, without closing points; ``lengths`` is 0 where a feature is something else.

    East and south lie in arrays of their own: numpy is slow over an axis of two.
    """

    east: npt.NDArray[np.int32]
    south: npt.NDArray[np.int32]
    ends: Ints
    lengths: Ints

    @classmethod
    def of(cls, shapes: npt.NDArray[np.object_]) -> "Rings":
        """The rings of those ``shapes`` (on the unit square) that are polygons without holes."""
        single = (shapely.get_type_id(shapes) == 3) & (shapely.get_num_interior_rings(shapes) == 0)  # noqa: PLR2004
        oriented = shapely.orient_polygons(shapes[single])
        xy, ring = shapely.get_coordinates(oriented, return_index=True)
        kept = np.append(ring[1:] == ring[:-1], False)[: len(xy)]  # all but the closing points
        lengths = np.zeros(len(shapes), dtype=np.int64)
        lengths[single] = np.bincount(ring[kept], minlength=int(single.sum()))
        whole = np.clip(np.rint(xy[kept] * (1 << BITS)), 0, (1 << BITS) - 1).astype(np.int32)
        east, south = np.ascontiguousarray(whole.T)
        return cls(east, south, np.cumsum(lengths), lengths)

    def on_tile(
        self, rows: Ints, place: tuple[int, int, int], smallest: float, tolerance: float = 0.0
    ) -> tuple[Ints, Ints, Mask, Mask]:
        """The rings of the features ``rows`` on the grid of the tile at ``place`` (z, x, y).

        Corners nearer than ``tolerance`` units to the line between their neighbours are left out, twice over.

        Returns:
            Points (n, 2) and lengths of the rings proved to be simple and not smaller than ``smallest``, then for
            each of ``rows`` whether it is among them and whether it could not be proved.
        """
        z, x, y = place
        lengths = self.lengths[rows]
        ring = np.repeat(np.arange(rows.size), lengths)
        shift = BITS - EXTENT_BITS - z
        at, half = np.repeat(self.ends[rows] - np.cumsum(lengths), lengths), (1 << shift) >> 1
        at += np.arange(ring.size)
        # Steps on one tile and their products fit 32 bits only for small shapes; 64 bits fit all.
        east = ((self.east.take(at) + np.int64(half)) >> shift) - (x << EXTENT_BITS)
        south = ((self.south.take(at) + np.int64(half)) >> shift) - (y << EXTENT_BITS)
        following = _following(lengths)
        differs = np.flatnonzero((east.take(following) != east) | (south.take(following) != south))
        east, south, ring = east.take(differs), south.take(differs), ring.take(differs)
        lengths = np.bincount(ring, minlength=rows.size)
        if (lengths == 0).any():
            raise ValueError("a feature without extent has no ring: leave out what is smaller than a unit")
        for _ in range(2 if tolerance else 0):
            kept = _needed(east, south, lengths, tolerance)
            east, south, ring = east.take(kept), south.take(kept), ring.take(kept)
            lengths = np.bincount(ring, minlength=rows.size)
        proved, twice = _proved(east, south, ring, lengths)
        shown = proved & (twice >= 2 * smallest)
        points = np.flatnonzero(shown.take(ring))
        return np.column_stack([east.take(points), south.take(points)]), lengths[shown], shown, ~proved


def _proved(east: Ints, south: Ints, ring: Ints, lengths: Ints) -> tuple[Mask, npt.NDArray[np.float64]]:
    """Which rings turn the same way around their mean corner, and once; and twice the area of each."""
    starts = np.cumsum(lengths) - lengths
    across = east - (np.add.reduceat(east, starts) / lengths).take(ring)
    down = south - (np.add.reduceat(south, starts) / lengths).take(ring)
    following = _following(lengths)
    next_down = down.take(following)
    turn = across * next_down - down * across.take(following)
    rising = (down < 0) & (next_down >= 0)
    once = np.add.reduceat(rising, starts, dtype=np.int64) == 1
    return (np.minimum.reduceat(turn, starts) > TURNED) & once, np.add.reduceat(turn, starts)


def _needed(east: Ints, south: Ints, lengths: Ints, tolerance: float) -> Ints:
    """The places of all corners but every other one that is nearly on the line between its neighbours."""
    following = _following(lengths)
    corner = spread(lengths)[1]
    odd = np.flatnonzero((corner & 1).astype(bool) & np.repeat(lengths > FEWEST_CORNERS, lengths))
    ahead = following.take(odd)
    here_x, here_y = east.take(odd), south.take(odd)
    back_x, back_y = east.take(odd - 1) - here_x, south.take(odd - 1) - here_y
    ahead_x, ahead_y = east.take(ahead) - here_x, south.take(ahead) - here_y
    off = back_x * ahead_y - back_y * ahead_x
    chord = (ahead_x - back_x) ** 2 + (ahead_y - back_y) ** 2
    # A right angle or a sharper one is a corner or a spike, however near its neighbours lie.
    flat = (back_x * ahead_x + back_y * ahead_y < 0) & (off * off < tolerance * tolerance * chord)
    kept = np.ones(east.size, dtype=bool)
    kept[odd[flat]] = False
    return np.flatnonzero(kept)


def _following(lengths: Ints) -> Ints:
    """For each point the place of the next one on its ring; the last is followed by the first."""
    following = np.arange(1, int(lengths.sum()) + 1)
    ends = np.cumsum(lengths)
    following[ends[lengths > 0] - 1] = (ends - lengths)[lengths > 0]
    return following
