"""Everything known of one object: where it lies, what lies inside it, who answers for it, what happened to it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from django.db.models import QuerySet
from django.utils import timezone
from shapely.geometry.base import BaseGeometry

from xiuhua.city.actions.derived import AREA_KEYS
from xiuhua.city.area_index import Place
from xiuhua.city.duty import Unit, duty_index, moment_of
from xiuhua.city.labels import MEASURES
from xiuhua.city.layers import LAYERS, Layer, version_key
from xiuhua.city.listing import overlapping, with_references
from xiuhua.city.models import Area, Code, CodeSet, District, KerbSide, Street
from xiuhua.foundation.geometry import areas_m2 as areas_in_m2
from xiuhua.foundation.geometry import from_wkb, lengths_m
from xiuhua.foundation.index import LayerCache
from xiuhua.foundation.models import Event

HISTORY = 20
# Measures that are cut at the boundary of an area; persons cannot be cut.
CUT = {"length_m": lengths_m, "area_m2": areas_in_m2}
CUT_LAYERS = ("streets", "waters", "greens")


@dataclass(frozen=True)
class Content:
    """What of one layer lies in an area: objects whose middle is inside, measures cut at the boundary."""

    layer: Layer
    count: int
    sums: dict[str, float] = field(default_factory=dict)


@dataclass
class Everyday:
    """The unit that leads for ``categories`` of one set at a place now, and the duties that say so."""

    code_set: CodeSet
    unit: Unit
    categories: list[Code]
    duties: list[str]


def find(district: District, layer: Layer, identity: int) -> Any | None:
    """The object with everything a page shows of it; None when the district has none with this id."""
    found = layer.model._default_manager.filter(district=district, pk=identity)
    return with_references(layer, found).first()


def geometry_of(layer: Layer, item: Any) -> BaseGeometry:
    """The geometry of an object, in degrees (WGS-84)."""
    return shapely.Point(item.lon, item.lat) if layer.is_points else from_wkb(item.geom)


def position_of(geometry: BaseGeometry) -> tuple[float, float]:
    """A point on the object, near its middle: on the line, inside the polygon."""
    if geometry.geom_type == "LineString":
        point = geometry.interpolate(0.5, normalized=True)
    else:
        point = geometry.representative_point()
    return float(point.x), float(point.y)


def everyday(
    district: District, areas: list[Place], object_ref: tuple[str, str], at: datetime | None = None
) -> list[Everyday]:
    """Who leads for each category that the duties of the district speak of, at a place in ``areas`` now.

    A class or a whole set that a duty names stands for its categories, as an unsaved Code.
    """
    index, moment = duty_index(district), moment_of(district, at or timezone.now())
    inside = [place.id for place in areas]
    keys = sorted(key for key in index.book.shelves if key[0])
    names = _category_names({code_set for code_set, _code in keys}) if keys else {}
    found: dict[tuple[int, int], Everyday] = {}
    for code_set, code in keys:
        rules = index.book.candidates(moment, inside, code_set, code, object_ref)
        category = names.get((code_set, code))
        if not rules or category is None or rules[0].unit not in index.units:
            continue
        unit = index.units[rules[0].unit]
        entry = found.setdefault((code_set, unit.id), Everyday(category.code_set, unit, [], []))
        entry.categories.append(category)
        if rules[0].code not in entry.duties:
            entry.duties.append(rules[0].code)
    return list(found.values())


def _category_names(code_sets: set[int]) -> dict[tuple[int, str], Code]:
    names: dict[tuple[int, str], Code] = {}
    for code in Code.objects.filter(code_set__in=code_sets).select_related("code_set"):
        names[code.code_set_id, code.code] = code
        prefix = code.code[:2]
        names.setdefault(
            (code.code_set_id, prefix),
            Code(code_set=code.code_set, code=prefix, name_zh=code.class_zh, name_en=code.class_en),
        )
    return names


def sides(item: Any) -> list[KerbSide]:
    """The kerb sides of a street, left before right along its direction; none of anything else."""
    return list(item.kerbs.order_by("side")) if isinstance(item, Street) else []


def history(district: District, layer: Layer, item: Any) -> list[Event]:
    """What happened to the object itself, and the last loads of its layer: newest first."""
    own = Event.objects.filter(subject=subject_of(district, layer, item)).order_by("-at")[:HISTORY]
    loads = Event.objects.filter(chain=f"layer:{district.code}:{layer.key}", verb="layer.loaded")
    return sorted([*own, *loads.order_by("-sequence")[:3]], key=lambda event: event.at, reverse=True)


def subject_of(district: District, layer: Layer, item: Any) -> str:
    """The name of an object in the event chain."""
    return f"city.{layer.key}:{district.code}:{item.code}"


def contents(district: District, area: Area) -> list[Content]:
    """What lies inside ``area``, layer by layer; counted once until a layer changes."""
    layers = [version_key(district.code, key) for key in LAYERS]
    return _contents.get(f"{district.code}:inside:{area.pk}", *layers)


def _count(key: str, _version: int) -> list[Content]:
    area = Area.objects.select_related("district").get(pk=key.rpartition(":")[2])
    shape = from_wkb(area.geom)
    shapely.prepare(shape)
    return [_content(area, shape, layer) for layer in LAYERS.values() if layer.key != "areas"]


_contents: LayerCache[list[Content]] = LayerCache(_count)


def _content(area: Area, shape: BaseGeometry, layer: Layer) -> Content:
    found = layer.model._default_manager.filter(district=area.district_id)
    key = next((key for key, kind in AREA_KEYS.items() if kind == area.kind), None)
    if layer.is_points and key:
        return Content(layer, found.filter(**{f"{key}_id": area.pk}).count())
    found = found.filter(overlapping(layer, (area.min_lon, area.min_lat, area.max_lon, area.max_lat)))
    corners = ("lon", "lat", "lon", "lat") if layer.is_points else ("min_lon", "min_lat", "max_lon", "max_lat")
    names = MEASURES.get(layer.key, ())
    rows = list(found.order_by().values_list(*corners, *names).iterator())
    table = np.array([[value or 0 for value in row] for row in rows], dtype=np.float64).reshape(-1, 4 + len(names))
    within = shapely.contains_xy(shape, (table[:, 0] + table[:, 2]) / 2, (table[:, 1] + table[:, 3]) / 2)
    if layer.key in CUT_LAYERS:
        sums = _cut(found, shape, layer)
    else:
        sums = {name: float(table[within, 4 + number].sum()) for number, name in enumerate(names)}
    return Content(layer, int(within.sum()), {name: value for name, value in sums.items() if value})


def _cut(found: QuerySet[Any], shape: BaseGeometry, layer: Layer) -> dict[str, float]:
    """Length of lines and area of polygons inside ``shape``, cut at its boundary."""
    wkb = [bytes(row) for row in found.order_by().values_list("geom", flat=True).iterator()]
    geometries = shapely.from_wkb(np.array(wkb, dtype=object))
    crossing = ~shapely.contains_properly(shape, geometries)
    geometries[crossing] = shapely.intersection(geometries[crossing], shape)
    flat = shapely.get_dimensions(geometries) == 2  # noqa: PLR2004 - polygons
    of_measure = {"area_m2": flat, "length_m": ~flat & ~shapely.is_empty(geometries)}
    return {name: float(CUT[name](geometries[of_measure[name]]).sum()) for name in MEASURES[layer.key]}
