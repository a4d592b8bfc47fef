"""Where a place lies: the areas of a district held in memory, by kind, for one point or for millions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from django.utils import timezone

from xiuhua.city.layers import version_key
from xiuhua.city.models import Area, District, Kind
from xiuhua.foundation.bulk import values
from xiuhua.foundation.geometry import from_wkb
from xiuhua.foundation.index import LayerCache
from xiuhua.foundation.lookup import PolygonLookup

type Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Place:
    """One area as the index knows it."""

    id: int
    kind: str
    rank: int
    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class KindLayer:
    """The areas of one kind: ``places[i]`` owns polygon ``i`` of ``lookup``."""

    kind: str
    rank: int
    places: tuple[Place, ...]
    ids: Ints
    lookup: PolygonLookup


@dataclass(frozen=True)
class AreaIndex:
    """All areas of a district valid on one day, coarse kinds first."""

    kinds: tuple[KindLayer, ...]

    def at(self, lon: float, lat: float) -> list[Place]:
        """The areas that contain the point, from coarse to fine; empty outside the district."""
        found = []
        for layer in self.kinds:
            number = layer.lookup.locate_one(lon, lat)
            if number >= 0:
                found.append(layer.places[number])
        return found

    def of_kind(self, kind: str) -> KindLayer | None:
        """The areas of ``kind``; None when the district has none."""
        return next((layer for layer in self.kinds if layer.kind == kind), None)

    def ids_at(self, kind: str, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> Ints:
        """The id of the area of ``kind`` that contains each point; 0 where there is none."""
        layer = self.of_kind(kind)
        if layer is None:
            return np.zeros(len(lon), dtype=np.int64)
        return np.append(layer.ids, 0)[layer.lookup.locate(lon, lat)]


@dataclass
class DistrictAreas:
    """Every area of a district, past and present, and the indexes of the days asked for so far."""

    rows: list[tuple[Place, bytes, date | None, date | None]]
    indexes: dict[frozenset[int], AreaIndex] = field(default_factory=dict)
    days: dict[date, AreaIndex] = field(default_factory=dict)

    def on(self, day: date) -> AreaIndex:
        """The index of the areas valid on ``day``; days with the same areas share one."""
        if day not in self.days:
            chosen = [row for row in self.rows if valid_on(row[2], row[3], day)]
            members = frozenset(row[0].id for row in chosen)
            if members not in self.indexes:
                self.indexes[members] = build((place, wkb) for place, wkb, _from, _to in chosen)
            self.days[day] = self.indexes[members]
        return self.days[day]


def build(areas: Iterable[tuple[Place, bytes]]) -> AreaIndex:
    """An index of ``areas``, given with their WKB."""
    by_kind: dict[str, list[tuple[Place, bytes]]] = {}
    for place, wkb in areas:
        by_kind.setdefault(place.kind, []).append((place, wkb))
    layers = []
    for kind, members in by_kind.items():
        places = tuple(place for place, _ in members)
        lookup = PolygonLookup([from_wkb(wkb) for _, wkb in members])
        ids = np.array([place.id for place in places], dtype=np.int64)
        layers.append(KindLayer(kind, places[0].rank, places, ids, lookup))
    return AreaIndex(tuple(sorted(layers, key=lambda layer: (layer.rank, layer.kind))))


def load_areas(district_code: str) -> DistrictAreas:
    """Read every area of a district; kinds that the vocabulary does not know come last."""
    ranks = dict(Kind.objects.filter(domain="area").values_list("key", "rank"))
    columns = ("id", "kind", "code", "name_zh", "name_en", "geom", "valid_from", "valid_to")
    return DistrictAreas(
        [
            (Place(identity, kind, ranks.get(kind, 99), code, zh, en), bytes(wkb), start, end)
            for identity, kind, code, zh, en, wkb, start, end in values(Area, columns, district__code=district_code)
        ]
    )


_cache: LayerCache[DistrictAreas] = LayerCache(lambda key, _version: load_areas(key.split(":")[0]))


def area_index(district: District, at: datetime | None = None) -> AreaIndex:
    """The index of ``district`` on the day of ``at`` (now when not given); reloads when areas change."""
    return _cache.get(version_key(district.code, "areas")).on(local_day(district, at or timezone.now()))


def valid_on(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    """Whether something valid from ``valid_from`` until before ``valid_to`` is valid on ``day``."""
    return (valid_from is None or valid_from <= day) and (valid_to is None or day < valid_to)


def local_day(district: District, at: datetime) -> date:
    """The business day of the instant ``at`` in the district's zone."""
    return at.astimezone(ZoneInfo(district.time_zone)).date()
