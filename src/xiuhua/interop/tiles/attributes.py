"""Attributes of a tile layer: each distinct value is encoded once, when the layer is loaded."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xiuhua.foundation.ragged import spread
from xiuhua.interop.tiles import protobuf

type Ints = npt.NDArray[np.int64]
type Value = str | bool | int | float | None

# Fields of the message Layer and of its message Value (Mapbox Vector Tile 2.1, section 4.1).
VALUES = 4
STRING, DOUBLE, UINT, SINT, BOOL = 1, 3, 5, 6, 7
CHUNK = 1 << 16


@dataclass(frozen=True)
class Column:
    """One attribute of every feature: ``codes[i]`` is the place of its value in the table, -1 for missing."""

    name: str
    codes: npt.NDArray[np.int32]
    entries: npt.NDArray[np.uint8]  # the encoded values of the table, one after another
    ends: Ints

    @classmethod
    def of(cls, name: str, values: Sequence[Value]) -> "Column":
        """A column from Python values: str, bool, int, float; None and NaN are missing and will be left out."""
        kinds = set(map(type, values))
        if float in kinds:
            values = [None if isinstance(value, float) and math.isnan(value) else value for value in values]
        # 1, 1.0 and True are one key of a dictionary, so where types are mixed the type is part of the key.
        mixed = len(kinds - {type(None)}) > 1
        keys: Sequence[object] = [(type(value), value) for value in values] if mixed else values
        table = dict(zip(keys, values, strict=True))
        table = {key: value for key, value in table.items() if value is not None}
        places = dict(zip(table, range(len(table)), strict=True))
        codes = np.fromiter((places.get(key, -1) for key in keys), dtype=np.int32, count=len(keys))
        encoded = [entry(value) for value in table.values()]
        ends = np.cumsum([len(one) for one in encoded], dtype=np.int64)
        return cls(name, codes, np.frombuffer(b"".join(encoded), dtype=np.uint8), ends)

    def take(self, order: Ints) -> "Column":
        """The column with its features in another order, and its table in the order in which they use it."""
        codes = self.codes[order]
        used, first = np.unique(codes.astype(np.int64), return_index=True)
        used, first = used[used >= 0], first[used >= 0]
        table = used[np.argsort(first)]
        renamed = np.full(self.ends.size + 1, -1, dtype=np.int32)
        renamed[table] = np.arange(table.size)
        # In chunks: the places of single bytes take eight times the memory of the bytes.
        parts = [self._table(table[at : at + CHUNK]) for at in range(0, table.size, CHUNK)]
        entries = np.concatenate(parts) if parts else self.entries[:0]
        return Column(self.name, renamed[codes], entries, np.cumsum(self._sizes(table), dtype=np.int64))

    @property
    def bytes_per_feature(self) -> float:
        """About what the column adds to a tile for each feature, when each value is met as often as in the layer."""
        return 3 + self.entries.size / max(self.codes.size, 1)

    def local(self, rows: Ints) -> tuple[Ints, int, bytes]:
        """What a tile of the features ``rows`` needs of the column.

        Returns:
            The place of each feature's value in the tile's own table (-1 missing), the length of that table, and
            the encoded table.
        """
        codes = self.codes[rows]
        there = np.flatnonzero(codes >= 0)
        places = np.full(rows.size, -1, dtype=np.int64)
        if there.size == 0:
            return places, 0, b""
        known = codes[there]
        # The table follows the order of the features, so those of a tile mostly use a narrow part of it.
        low, span = int(known.min()), int(known.max() - known.min()) + 1
        if span <= CHUNK:
            met = np.zeros(span, dtype=bool)
            met[known - low] = True
            used = np.flatnonzero(met) + low
            places[there] = (np.cumsum(met) - 1)[known - low]
        else:
            used, places[there] = np.unique(known, return_inverse=True)
        return places, used.size, self._table(used.astype(np.int64)).tobytes()

    def _sizes(self, used: Ints) -> Ints:
        return np.asarray(self.ends[used] - self._starts(used), dtype=np.int64)

    def _starts(self, used: Ints) -> Ints:
        return np.where(used > 0, self.ends[used - 1], 0) if self.ends.size else used

    def _table(self, used: Ints) -> npt.NDArray[np.uint8]:
        """The encoded values ``used`` one after another."""
        starts = self._starts(used)
        if used.size and (np.diff(used) == 1).all():
            return self.entries[int(starts[0]) : int(self.ends[used[-1]])]
        which, step = spread(self._sizes(used))
        return np.asarray(self.entries[starts[which] + step], dtype=np.uint8)


def entry(value: Value) -> bytes:
    """One value of the table of a layer, with its field header."""
    if isinstance(value, str):
        text = value.encode()
        if len(text) <= 0x7D:  # both lengths take one byte: nearly every code and name  # noqa: PLR2004
            return b"\x22%c\x0a%c%b" % (len(text) + 2, len(text), text)
        data = protobuf.field(STRING, text)
    elif isinstance(value, bool):
        data = protobuf.varint(BOOL << 3) + protobuf.varint(int(value))
    elif isinstance(value, int):
        number = UINT if value >= 0 else SINT
        data = protobuf.varint(number << 3) + protobuf.varint(value if value >= 0 else protobuf.zigzag(value))
    elif isinstance(value, float):
        data = protobuf.double(DOUBLE, value)
    else:
        raise TypeError(f"a tile holds text, numbers and truth values, not {type(value).__name__}")
    return protobuf.field(VALUES, data)


def whole_numbers(values: Ints) -> bytes:
    """The table of distinct non-negative whole numbers (the identifiers), without a Python loop."""
    size = protobuf.sizes(values)
    tokens = np.empty((values.size, 4), dtype=np.int64)
    tokens[:, 0], tokens[:, 1] = VALUES << 3 | protobuf.LENGTH_DELIMITED, size + 1
    tokens[:, 2], tokens[:, 3] = UINT << 3, values
    return protobuf.varints(tokens.ravel())
