"""A layer of points in memory, in the order of a Z curve: every tile is one contiguous run of it.

Memory for a million points: 16 MB of places and identifiers, 4 MB for each attribute, and the distinct values.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xiuhua.interop.tiles import commands
from xiuhua.interop.tiles.attributes import Column
from xiuhua.interop.tiles.encoder import BUDGET, EMPTY, EXTENT, Batch, Tile, encode
from xiuhua.interop.tiles.mercator import project

type Ints = npt.NDArray[np.int64]
type Keys = npt.NDArray[np.uint64]

BITS = 31  # of each axis: 19 mm at the equator; the keys stay positive as int64 too
EXTENT_BITS = EXTENT.bit_length() - 1
MAX_ZOOM = BITS - EXTENT_BITS
STANDS_FOR = "stands_for"
BYTES_PER_FEATURE = 26  # header, id twice, place: measured on tiles of a million points


@dataclass(frozen=True)
class PointLayer:
    """Points ready to be cut into tiles; all arrays in the order of the keys."""

    name: str
    keys: Keys
    ids: Ints
    columns: tuple[Column, ...]

    @classmethod
    def of(
        cls, name: str, lon: npt.ArrayLike, lat: npt.ArrayLike, ids: Ints, columns: Sequence[Column]
    ) -> "PointLayer":
        """A layer from degrees (n,), identifiers (n,) and columns of n values."""
        places = project(np.stack((np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)), axis=1))
        cells = np.clip(places * (1 << BITS), 0, (1 << BITS) - 1).astype(np.uint64)
        keys = _spread_bits(cells[:, 0]) | _spread_bits(cells[:, 1]) << np.uint64(1)
        order = np.argsort(keys, kind="stable")
        return cls(name, keys[order], np.asarray(ids)[order], tuple(column.take(order) for column in columns))

    def tile(self, z: int, x: int, y: int, budget: int = BUDGET) -> Tile:
        """The tile of column ``x`` and row ``y`` at zoom ``z`` (0 to MAX_ZOOM), at most ``budget`` bytes.

        Where all points would be too many, one point of each cell of a grid stays, and its property
        ``stands_for`` says how many points the cell has. The point that stays at one zoom stays at all deeper ones.
        """
        first, total = self._run(z, x, y)
        if total == 0:
            return EMPTY
        each = BYTES_PER_FEATURE + sum(column.bytes_per_feature for column in self.columns)
        most = max(int(budget / each), 1)
        while True:
            tile = self._encode(z, first, total, most)
            if len(tile.data) <= budget or tile.shown == 1:
                return tile
            most = max(int(min(most, tile.shown) * 0.9 * budget / len(tile.data)), 1)

    def _run(self, z: int, x: int, y: int) -> tuple[int, int]:
        """First place and length of the run of a tile."""
        shift = np.uint64(2 * (BITS - z))
        column, row = np.array([x], dtype=np.uint64), np.array([y], dtype=np.uint64)
        start = (_spread_bits(column) | _spread_bits(row) << np.uint64(1)) << shift
        first, end = np.searchsorted(self.keys, np.concatenate((start, start + (np.uint64(1) << shift))))
        return int(first), int(end - first)

    def _encode(self, z: int, first: int, total: int, most: int) -> Tile:
        keys = self.keys[first : first + total]
        chosen = _thin(keys, 2 * (BITS - z - EXTENT_BITS), most)
        extra = []
        if chosen.size < total:
            stands_for = np.diff(chosen, append=total)
            distinct, codes = np.unique(stands_for, return_inverse=True)
            column = Column.of(STANDS_FOR, distinct.tolist())
            extra = [Column(STANDS_FOR, codes.astype(np.int32), column.entries, column.ends)]
        keys = keys[chosen]
        xy = np.stack((_gather_bits(keys), _gather_bits(keys >> np.uint64(1))), axis=1).astype(np.int64)
        batch = Batch(first + chosen, commands.POINT, *commands.points((xy >> (BITS - z - EXTENT_BITS)) & (EXTENT - 1)))
        return Tile(encode(self.name, [batch], self.ids, self.columns, extra), chosen.size, total)


def _thin(keys: Keys, unit_bits: int, most: int) -> Ints:
    """Places of at most ``most`` keys: the first of each cell, of the finest cells that are few enough."""
    if keys.size <= most:
        return np.arange(keys.size)

    def first_of_cells(level: int) -> Ints:
        cells = keys >> np.uint64(unit_bits + level)
        return np.flatnonzero(np.concatenate(([True], cells[1:] != cells[:-1])))

    # Each level joins two cells (an odd one gives cells twice as wide as high); the last is the whole tile.
    level = bisect_left(range(2 * EXTENT_BITS), x=True, key=lambda level: first_of_cells(level).size <= most)
    return first_of_cells(level)


def _spread_bits(values: Keys) -> Keys:
    """The bits of 32-bit numbers at the even places of 64-bit ones."""
    for shift, mask in _STEPS[::-1]:
        values = (values | values << shift) & mask
    return values


def _gather_bits(values: Keys) -> Keys:
    """The bits at the even places, close together: the inverse of _spread_bits."""
    values = values & _STEPS[0][1]
    for (shift, _), mask in zip(_STEPS, [*(mask for _, mask in _STEPS[1:]), np.uint64(0xFFFFFFFF)], strict=True):
        values = (values | values >> shift) & mask
    return values


_STEPS = [
    (np.uint64(1), np.uint64(0x5555555555555555)),
    (np.uint64(2), np.uint64(0x3333333333333333)),
    (np.uint64(4), np.uint64(0x0F0F0F0F0F0F0F0F)),
    (np.uint64(8), np.uint64(0x00FF00FF00FF00FF)),
    (np.uint64(16), np.uint64(0x0000FFFF0000FFFF)),
]
