"""The layers of each district held in memory for their tiles, and the tiles encoded last."""

import gzip
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from itertools import batched
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from django.db import models
from django.db.models import Q

from xiuhua.city.layers import COMMON, LAYERS, Field, Layer, version_key
from xiuhua.city.models import Area, Code, GreenSpace, Kind
from xiuhua.foundation import bulk
from xiuhua.foundation.index import LayerCache
from xiuhua.foundation.layers import Stamp
from xiuhua.interop.tiles.attributes import Column, Value
from xiuhua.interop.tiles.encoder import Tile
from xiuhua.interop.tiles.points import PointLayer
from xiuhua.interop.tiles.shapes import ShapeLayer
from xiuhua.people.models import Organisation

MAX_ZOOM = 16  # a unit of the tile is 15 cm here; maps enlarge these tiles when they come nearer
TILE_MEMORY = 64 * 1024 * 1024
# Areas appear when they are large enough to read: the largest rank shown from each zoom on.
RANKS_FROM_ZOOM = ((8, 10), (11, 20), (13, 10_000))
UNKNOWN_RANK = 10_000
# What a column of references points to; tiles carry its code.
REFERENCES: dict[str, type[models.Model]] = {"organisation": Organisation, "area": Area, "green": GreenSpace}


@dataclass(frozen=True)
class Source:
    """One layer of one district as of one day, ready to be cut into tiles."""

    layer: Layer
    features: PointLayer | ShapeLayer
    bounds: tuple[float, float, float, float] | None  # degrees; None when the layer is empty
    zooms: npt.NDArray[np.int64] | None = None  # the zoom from which each shape is shown, where they differ

    def tile(self, z: int, x: int, y: int) -> Tile:
        """The tile, empty below the zoom from which the layer is shown."""
        if z < self.layer.min_zoom:
            return Tile(b"", 0, 0)
        if isinstance(self.features, PointLayer) or self.zooms is None:
            return self.features.tile(z, x, y)
        return self.features.tile(z, x, y, only=self.zooms <= z)


class Days:
    """A layer of a district by day: objects come and go by their dates without any change of the layer."""

    def __init__(self, district_code: str, layer: Layer) -> None:
        self._district_code, self._layer = district_code, layer
        self._lock = threading.Lock()
        self._held: tuple[date, Source] | None = None

    def on(self, day: date) -> Source:
        """The objects valid on ``day``; the day asked for last is kept."""
        held = self._held
        if held is None or held[0] != day:
            with self._lock:
                held = self._held
                if held is None or held[0] != day:
                    held = self._held = (day, load(self._district_code, self._layer, day))
        return held[1]


def _days(key: str, _version: int) -> Days:
    district_code, layer = key.split(":")
    return Days(district_code, LAYERS[layer])


_layers: LayerCache[Days] = LayerCache(_days)


def source(district_code: str, layer: str, day: date) -> tuple[Stamp | None, Source]:
    """A layer of a district on ``day`` with the stamp of its state; loaded again when the layer changes."""
    stamp, days = _layers.get_stamped(version_key(district_code, layer))
    return stamp, days.on(day)


def load(district_code: str, layer: Layer, day: date) -> Source:
    """Read the objects of a layer that are valid on ``day``."""
    kinds = {one.name: one for one in (*COMMON, *layer.fields)}
    fields = [kinds[name] for name in layer.tile_fields]
    places = ("lon", "lat") if layer.is_points else ("geom",)
    started, lasting = Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gt=day)
    names = ("pk", *places, *(_column(one) for one in fields))
    table = _columns(layer.model, names, Q(district__code=district_code) & started & lasting)
    ids = np.array(table[0], dtype=np.int64)
    columns = [
        Column.of(one.name, _values(one, raw)) for one, raw in zip(fields, table[1 + len(places) :], strict=True)
    ]
    if layer.is_points:
        lon, lat = np.array(table[1], dtype=np.float64), np.array(table[2], dtype=np.float64)
        bounds = (float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())) if ids.size else None
        return Source(layer, PointLayer.of(layer.key, lon, lat, ids, columns), bounds)
    shapes = shapely.from_wkb(np.array([bytes(wkb) for wkb in table[1]], dtype=object))
    bounds = tuple(shapely.total_bounds(shapes).tolist()) if ids.size else None
    zooms = _area_zooms(table[1 + len(places) + layer.tile_fields.index("kind")]) if layer.model is Area else None
    return Source(layer, ShapeLayer.of(layer.key, shapes, ids, columns), bounds, zooms)


def _columns(model: type[models.Model], names: tuple[str, ...], wanted: Q) -> list[list[Any]]:
    """The columns of a table, in the order of its keys; no row is held longer than its chunk."""
    columns: list[list[Any]] = [[] for _ in names]
    rows = model._default_manager.filter(wanted).order_by("pk").values_list(*names).iterator(chunk_size=bulk.CHUNK)
    for chunk in batched(rows, bulk.CHUNK):
        for column, part in zip(columns, zip(*chunk, strict=True), strict=True):
            column.extend(part)
    return columns


def _column(field: Field) -> str:
    return f"{field.name}_id" if field.kind in {"category", *REFERENCES} else field.name


def _values(field: Field, raw: list[Any]) -> list[Value]:
    """What the tile says of a column of the table: references by their codes, dates as text, blanks as missing."""
    if field.kind == "category":
        codes = Code.objects.values_list("pk", "code_set__key", "code_set__version", "code")
        names: dict[Any, str] = {pk: f"{key}@{version}:{code}" for pk, key, version, code in codes}
        return [names.get(one) for one in raw]
    if field.kind in REFERENCES:
        names = dict(REFERENCES[field.kind]._default_manager.filter(pk__in=set(raw) - {None}).values_list("pk", "code"))
        return [names.get(one) for one in raw]
    if field.kind == "date":
        return [one and one.isoformat() for one in raw]
    return [None if one == "" else one for one in raw]


def _area_zooms(kinds: list[str]) -> npt.NDArray[np.int64]:
    """The zoom from which each area is shown: coarse kinds first."""
    ranks = dict(Kind.objects.filter(domain="area").values_list("key", "rank"))
    shown = {
        kind: next(zoom for zoom, rank in RANKS_FROM_ZOOM if ranks.get(kind, UNKNOWN_RANK) <= rank)
        for kind in set(kinds)
    }
    return np.array([shown[kind] for kind in kinds], dtype=np.int64)


@dataclass(frozen=True)
class Packed:
    """A tile as it is sent: compressed once, kept so."""

    gzipped: bytes
    shown: int
    total: int

    @classmethod
    def of(cls, tile: Tile) -> "Packed":
        """Compress a tile; an empty one stays empty."""
        return cls(gzip.compress(tile.data, 5, mtime=0) if tile.data else b"", tile.shown, tile.total)


class RecentTiles:
    """The tiles asked for last, up to a number of bytes."""

    def __init__(self, capacity: int = TILE_MEMORY) -> None:
        self._capacity, self._size = capacity, 0
        self._tiles: OrderedDict[tuple[Any, ...], Packed] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[Any, ...]) -> Packed | None:
        """The tile under ``key``, now the youngest; None when it is not held."""
        with self._lock:
            if key in self._tiles:
                self._tiles.move_to_end(key)
            return self._tiles.get(key)

    def put(self, key: tuple[Any, ...], tile: Packed) -> None:
        """Hold a tile and let the oldest go that have no room any more."""
        with self._lock:
            self._size += len(tile.gzipped) - len(self._tiles[key].gzipped if key in self._tiles else b"")
            self._tiles[key] = tile
            while self._size > self._capacity and len(self._tiles) > 1:
                self._size -= len(self._tiles.popitem(last=False)[1].gzipped)


_recent = RecentTiles()


def packed(district_code: str, layer: str, day: date, place: tuple[int, int, int]) -> tuple[Stamp | None, Packed]:
    """The tile at (z, x, y) ready to send, from those held where the layer has not changed."""
    stamp, held = source(district_code, layer, day)
    key = (district_code, layer, stamp, day, place)
    tile = _recent.get(key) if stamp else None
    if tile is None:
        tile = Packed.of(held.tile(*place))
        if stamp:
            _recent.put(key, tile)
    return stamp, tile
