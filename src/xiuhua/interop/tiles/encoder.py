"""Vector tiles (Mapbox Vector Tile 2.1) from arrays: the message of a layer around attributes and commands.

A feature is a run of varints only, so all features of a tile are laid out as one array of integers and encoded
together; no Python runs per feature.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xiuhua.foundation.ragged import spread, totals
from xiuhua.interop.tiles import protobuf
from xiuhua.interop.tiles.attributes import Column, whole_numbers

type Ints = npt.NDArray[np.int64]

EXTENT = 4096
# No tile is larger, in bytes before compression: what a phone takes in without a pause.
BUDGET = 500_000
# Fields of the messages Tile, Layer and Feature.
LAYERS = 3
NAME, FEATURES, KEYS, LAYER_EXTENT, VERSION = 1, 2, 3, 5, 15
ID, TAGS, TYPE, GEOMETRY = 1, 2, 3, 4


@dataclass(frozen=True)
class Tile:
    """An encoded tile: how many features it shows of how many there are; fewer means that it was thinned."""

    data: bytes
    shown: int
    total: int

    @property
    def thinned(self) -> bool:
        """Whether features were left out to keep the tile small."""
        return self.shown < self.total


EMPTY = Tile(b"", 0, 0)


@dataclass(frozen=True)
class Batch:
    """Features of one geometry type: rows of the layer, and their commands (see commands)."""

    rows: Ints
    kind: int
    tokens: Ints
    counts: Ints


def encode(
    name: str, batches: Sequence[Batch], ids: Ints, columns: Sequence[Column], extra: Sequence[Column] = ()
) -> bytes:
    """One tile with one layer.

    Args:
        name: of the layer.
        batches: the features, batch after batch.
        ids: non-negative identifiers of all rows of the layer; written as feature id and as property ``id``.
        columns: attributes of all rows of the layer.
        extra: attributes of the features of the tile alone, in the order of the batches.

    Returns:
        The tile; empty bytes when there is no feature.
    """
    rows = np.concatenate([batch.rows for batch in batches]) if batches else np.empty(0, dtype=np.int64)
    if rows.size == 0:
        return b""
    chosen = ids[rows]
    tags, tables, length = [np.arange(rows.size)], [whole_numbers(chosen)], rows.size
    in_tile = np.arange(rows.size)
    for column, part in [(c, rows) for c in columns] + [(c, in_tile) for c in extra]:
        places, distinct, table = column.local(part)
        tags.append(np.where(places < 0, -1, places + length))
        tables.append(table)
        length += distinct
    keys = ["id", *(column.name for column in (*columns, *extra))]
    kinds = np.repeat([batch.kind for batch in batches], [batch.rows.size for batch in batches])
    body = protobuf.field(NAME, name.encode()) + protobuf.varints(
        _features(
            chosen,
            np.stack(tags, axis=1),
            kinds,
            np.concatenate([batch.tokens for batch in batches]),
            np.concatenate([batch.counts for batch in batches]),
        )
    )
    body += b"".join(protobuf.field(KEYS, key.encode()) for key in keys) + b"".join(tables)
    body += protobuf.varint(LAYER_EXTENT << 3) + protobuf.varint(EXTENT)
    body += protobuf.varint(VERSION << 3) + protobuf.varint(2)
    return protobuf.field(LAYERS, body)


def _features(ids: Ints, tags: Ints, kinds: Ints, geometry: Ints, counts: Ints) -> Ints:
    """All features as one run of integers, each to become a varint.

    ``tags`` (n, columns) holds places in the value table, -1 where the value is missing.
    """
    n, columns = tags.shape
    there = tags >= 0
    tag_size = (there * (1 + protobuf.sizes(np.maximum(tags, 0)))).sum(axis=1)
    geometry_size = totals(protobuf.sizes(geometry), counts)
    head = np.empty((n, 10 + 2 * columns), dtype=np.int64)
    kept = np.ones(head.shape, dtype=bool)
    head[:, 0] = FEATURES << 3 | protobuf.LENGTH_DELIMITED
    # Five bytes of field numbers and type, then what varies.
    head[:, 1] = 5 + protobuf.sizes(ids) + tag_size + geometry_size
    head[:, 1] += protobuf.sizes(tag_size) + protobuf.sizes(geometry_size)
    head[:, 2], head[:, 3] = ID << 3, ids
    head[:, 4], head[:, 5] = TAGS << 3 | protobuf.LENGTH_DELIMITED, tag_size
    head[:, 6:-4:2], head[:, 7:-4:2] = np.arange(columns), tags
    kept[:, 6:-4:2] = kept[:, 7:-4:2] = there
    head[:, -4], head[:, -3] = TYPE << 3, kinds
    head[:, -2], head[:, -1] = GEOMETRY << 3 | protobuf.LENGTH_DELIMITED, geometry_size
    width = kept.sum(axis=1)
    start = np.cumsum(width + counts) - width - counts
    tokens = np.empty(int((width + counts).sum()), dtype=np.int64)
    row, place = spread(width)
    tokens[start[row] + place] = head[kept]
    row, place = spread(counts)
    tokens[start[row] + width[row] + place] = geometry
    return tokens
