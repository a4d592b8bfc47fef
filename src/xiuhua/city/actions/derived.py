"""What follows from a layer and is kept beside it: parents, kerb sides, area keys, search entries."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import shapely
from django.utils import timezone

from xiuhua.city import kerbs, search
from xiuhua.city.actions.rows import Prepared, Touched
from xiuhua.city.area_index import AreaIndex, load_areas, local_day
from xiuhua.city.layers import LAYERS, Layer, version_key
from xiuhua.city.models import Area, District, Gate, KerbSide, SearchEntry, SearchToken
from xiuhua.foundation import bulk, layers
from xiuhua.foundation.geometry import lengths_m

# Which kind of area each key of a point holds.
AREA_KEYS = {"town": "town", "community": "community", "grid": "unit_grid"}
SEARCHED = ("areas", "streets", "waters", "greens", "gates", "plots", "buildings", "sites")
ID_CHUNK = 900


def _index_now(district: District) -> AreaIndex:
    """The areas as the open transaction sees them: the shared cache may not know of them yet."""
    return load_areas(district.code).on(local_day(district, timezone.now()))


def add_area_keys(district: District, prepared: Prepared) -> None:
    """Append the ids of the town, community and unit grid that each point lies in."""
    keys = _keys_at(_index_now(district), [value[-2:] for value in prepared.values])
    prepared.columns = (*prepared.columns, *AREA_KEYS)
    prepared.values = [(*value, *key) for value, key in zip(prepared.values, keys, strict=True)]


def _keys_at(index: AreaIndex, places: list[tuple[float, float]]) -> list[tuple[int | None, ...]]:
    positions = np.array(places, dtype=np.float64).reshape(-1, 2)
    lon, lat = np.ascontiguousarray(positions[:, 0]), np.ascontiguousarray(positions[:, 1])
    found = [index.ids_at(kind, lon, lat).tolist() for kind in AREA_KEYS.values()]
    return [tuple(identity or None for identity in ids) for ids in zip(*found, strict=True)]


def link_parents(district: District, prepared: Prepared, ids: dict[int, int]) -> set[int]:
    """Set the parent of each loaded area: by the code given, else by the finest coarser area around it.

    Returns the ids of the areas whose parent changed.
    """
    index = _index_now(district)
    rank = {layer.kind: layer.rank for layer in index.kinds}
    by_code: dict[str, list[Any]] = {}
    for layer in index.kinds:
        for place in layer.places:
            by_code.setdefault(place.code, []).append(place)
    before = dict(bulk.values(Area, ("id", "parent"), district=district))
    kind_at = prepared.columns.index("kind")
    changes = {}
    for position, identity in ids.items():
        own = rank.get(prepared.values[position][kind_at], 99)
        coarser = [place for place in by_code.get(prepared.parents[position], []) if place.rank < own]
        if not coarser:
            inside = shapely.point_on_surface(prepared.geometries[position])
            coarser = [place for place in index.at(inside.x, inside.y) if place.rank < own]
        parent = max(coarser, key=lambda place: place.rank).id if coarser else None
        if before[identity] != parent:
            changes[identity] = parent
    bulk.update(Area, ("parent",), ((parent, identity) for identity, parent in changes.items()))
    return set(changes)


def concerns(spec: Layer) -> bool:
    """Whether anything is derived from the objects of ``spec``, so that their ids are wanted."""
    return spec.key in SEARCHED


def refresh(district: District, spec: Layer, prepared: Prepared, touched: Touched) -> None:
    """Bring everything derived from the touched objects of ``spec`` up to date."""
    positions = [position for position, identity in touched.ids.items() if identity in touched.written]
    if spec.key == "streets":
        _draw_kerbs(prepared, {position: touched.ids[position] for position in positions})
    if spec.key in SEARCHED:
        _index_names(district, spec, touched.written | touched.removed)
    if spec.key == "areas":
        _move_points(district)
    if spec.key == "greens" and touched.removed:
        _forget_gates(district)


def _in_chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    listed = list(ids)
    for start in range(0, len(listed), ID_CHUNK):
        yield listed[start : start + ID_CHUNK]


def _draw_kerbs(prepared: Prepared, ids: dict[int, int]) -> None:
    for chunk in _in_chunks(ids.values()):
        KerbSide.objects.filter(street_id__in=chunk).delete()
    class_at, width_at = prepared.columns.index("street_class"), prepared.columns.index("width_m")
    chosen = [position for position in ids if kerbs.has_kerbs(prepared.values[position][class_at])]
    if not chosen:
        return
    lines = np.empty(len(chosen), dtype=object)
    lines[:] = [prepared.geometries[position] for position in chosen]
    widths = np.array(
        [
            kerbs.width_of(prepared.values[position][class_at], prepared.values[position][width_at])
            for position in chosen
        ]
    )
    for side, edges in zip("LR", kerbs.sides(lines, widths), strict=True):
        bounds, wkb, lengths = shapely.bounds(edges).tolist(), shapely.to_wkb(edges), lengths_m(edges).round(2)
        bulk.insert(
            KerbSide,
            ("street", "side", "length_m", "geom", "min_lon", "min_lat", "max_lon", "max_lat"),
            (
                (ids[position], side, float(lengths[number]), wkb[number], *bounds[number])
                for number, position in enumerate(chosen)
            ),
        )


def _index_names(district: District, spec: Layer, ids: set[int]) -> None:
    for chunk in _in_chunks(ids):
        old = SearchEntry.objects.filter(district=district, layer=spec.key, object_id__in=chunk)
        SearchToken.objects.filter(entry__in=old).delete()
        old.delete()
        named = spec.model._default_manager.filter(pk__in=chunk).exclude(name_zh="", name_en="")
        corners = ("lon", "lat", "lon", "lat") if spec.is_points else ("min_lon", "min_lat", "max_lon", "max_lat")
        entries = SearchEntry.objects.bulk_create(
            SearchEntry(
                district=district,
                layer=spec.key,
                object_id=identity,
                code=code,
                title_zh=zh or en,
                title_en=en,
                lon=(west + east) / 2,
                lat=(south + north) / 2,
            )
            for identity, code, zh, en, west, south, east, north in named.values_list(
                "id", "code", "name_zh", "name_en", *corners
            )
        )
        bulk.insert(
            SearchToken,
            ("token", "entry"),
            (
                (token, entry.pk)
                for entry in entries
                for token in sorted(search.tokens(entry.title_zh) | search.tokens(entry.title_en))
            ),
        )


def _move_points(district: District) -> None:
    """Resolve the area keys of gates, components and trees again after the areas changed."""
    index = _index_now(district)
    for spec in (layer for layer in LAYERS.values() if layer.is_points):
        rows = list(bulk.values(spec.model, ("id", "lon", "lat", *AREA_KEYS), district=district))
        if not rows:
            continue
        keys = _keys_at(index, [row[1:3] for row in rows])
        moved = [(*key, row[0]) for row, key in zip(rows, keys, strict=True) if key != tuple(row[3:])]
        bulk.update(spec.model, tuple(AREA_KEYS), moved)
        if moved:
            layers.bump(version_key(district.code, spec.key))


def _forget_gates(district: District) -> None:
    """Drop the names of gates that went with their green space, and tell what is kept of the layer."""
    names = SearchEntry.objects.filter(district=district, layer="gates")
    gone = names.exclude(object_id__in=Gate.objects.filter(district=district).values("pk"))
    SearchToken.objects.filter(entry__in=gone).delete()
    gone.delete()
    layers.bump(version_key(district.code, "gates"))
