"""From objects of OpenStreetMap to rows of a layer: code, names, source, fields, place."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from xiuhua.foundation.geometry import areas_m2, metres_per_degree
from xiuhua.interop.osm.conditions import any_holds
from xiuhua.interop.osm.reading import TYPE_NAMES, Found
from xiuhua.interop.osm.rules import FieldRule, LayerRules, Mapping, Rule
from xiuhua.interop.osm.treerows import along
from xiuhua.interop.osm.values import READERS

SITE = "https://www.openstreetmap.org"

type Member = tuple[Found, tuple[Rule, ...]]


def rows(
    mapping: Mapping, layer: LayerRules, members: Sequence[Member], *, points: bool, unread: Counter[str]
) -> Iterator[dict[str, Any]]:
    """Rows of ``layer`` as ``city.actions.load`` takes them, in the order of ``members``.

    ``points`` says that the layer keeps positions (``lon``, ``lat``) instead of geometries; a line of such a layer
    stands for many objects where the rules say how far apart they are. Values of tags that no reader understands are
    counted in ``unread`` as ``key=value`` and left empty.
    """
    sizes = _sizes(members)
    drawn = [found.geometry for found, _rules in members if found.shape == "point"] if layer.row_gap_m else []
    single = shapely.get_coordinates(drawn)
    for number, (found, rules) in enumerate(members, start=1):
        rule = next((rule for rule in rules if sizes.get(number, 0.0) >= rule.least_m2), None)
        if rule is None:
            continue
        row = {
            "_row": number,
            "code": found.code,
            "name_zh": _name(mapping, "zh", found.tags),
            "name_en": _name(mapping, "en", found.tags),
            "source": link(found),
            **rule.values,
            **{field.name: _value(field, found.tags, unread) for field in layer.fields},
        }
        geometry = found.geometry
        if points and found.shape == "line" and layer.row_gap_m:
            yield from _assumed(row, along(geometry, layer.row_gap_m, single), layer.row_gap_m)
            continue
        if points:
            place = geometry if found.shape == "point" else shapely.point_on_surface(geometry)
            row["lon"], row["lat"] = place.x, place.y
        elif found.shape == "point":
            row["geometry"] = square(geometry, layer.point_side_m)
        elif layer.reverse_if and any_holds(layer.reverse_if, found.tags):
            row["geometry"] = shapely.reverse(geometry)
        else:
            row["geometry"] = geometry
        yield row


def _assumed(row: dict[str, Any], places: npt.NDArray[np.float64], gap_m: float) -> Iterator[dict[str, Any]]:
    """One row for each of ``places``; its source says that nobody saw it there."""
    source = f"{row['source']} (assumed each {gap_m:g} m)"
    for number, (lon, lat) in enumerate(places.tolist(), start=1):
        yield {**row, "code": f"{row['code']}-{number}", "source": source, "lon": lon, "lat": lat}


def link(found: Found) -> str:
    """Where the object can be seen and corrected."""
    kind, number = found.ref
    return f"{SITE}/{TYPE_NAMES[kind]}/{number}"


def square(point: BaseGeometry, side_m: float) -> BaseGeometry:
    """A square with sides of ``side_m`` metres round a point (degrees)."""
    east, north = (float(scale) for scale in metres_per_degree(point.y))
    half = side_m / 2
    return shapely.box(
        point.x - half / east, point.y - half / north, point.x + half / east, point.y + half / north
    )  # fmt: skip


def _sizes(members: Sequence[Member]) -> dict[int, float]:
    """Square metres of the members whose rule depends on them, by number."""
    asked = [
        (number, found.geometry)
        for number, (found, rules) in enumerate(members, start=1)
        if any(rule.least_m2 for rule in rules)
    ]
    if not asked:
        return {}
    geometries = np.empty(len(asked), dtype=object)
    geometries[:] = [geometry for _number, geometry in asked]
    return dict(zip((number for number, _geometry in asked), areas_m2(geometries).tolist(), strict=True))


def _name(mapping: Mapping, language: str, tags: dict[str, str]) -> str:
    return next((tags[key].strip() for key in mapping.names[language] if tags.get(key, "").strip()), "")


def _value(field: FieldRule, tags: dict[str, str], unread: Counter[str]) -> Any:
    if field.true_if:
        return any_holds(field.true_if, tags)
    for key in field.keys:
        raw = tags.get(key)
        if raw is None or raw in field.silent:
            continue
        value = READERS[field.reader](raw)
        if value is not None:
            return value
        unread[f"{key}={raw}"] += 1
    return None
