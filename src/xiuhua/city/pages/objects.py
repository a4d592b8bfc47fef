"""The page of one object: what it is, where it lies, who answers for it and why, what happened to it."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from xiuhua.city import dossier
from xiuhua.city.area_index import Place, local_day
from xiuhua.city.duty import Resolution, resolve
from xiuhua.city.kerbs import ASSUMED_WIDTH_M, has_kerbs
from xiuhua.city.labels import MEASURE_LABELS, Labels, measured, object_url, place_name, title
from xiuhua.city.layers import Layer
from xiuhua.city.models import Area, CodeSet, District, Street
from xiuhua.city.pages.asked import district_of, layer_of, object_of
from xiuhua.city.pages.spot import map_url, zoom_of
from xiuhua.city.pages.who import why_url
from xiuhua.people.permissions import may

# A list of children longer than this is left to the list page.
CHILDREN = 60
EDITABLE = ("components",)


@require_safe
def one_object(request: HttpRequest, district_code: str, layer_key: str, identity: int) -> HttpResponse:
    """Attributes, map, areas, responsible units, history; for an area also what lies inside."""
    district, layer = district_of(district_code), layer_of(layer_key)
    item = object_of(district, layer, identity)
    geometry = dossier.geometry_of(layer, item)
    lon, lat = dossier.position_of(geometry)
    reference = (layer.key, item.code)
    category = getattr(item, "category", None)
    found = resolve(district, lon, lat, category=category, object_ref=reference)
    if isinstance(item, Area):
        found = _of_the_whole(found, item)
    labels = Labels.of(district)
    areas = [(place, labels.kind("area", place.kind)) for place in found.areas if not _is(layer, item, place)]
    today = local_day(district, timezone.now())
    context: dict[str, Any] = {
        "district": district,
        "layer": layer,
        "item": item,
        "title": title(layer, item),
        "cells": [cell for cell in labels.all_cells(layer, item) if cell.text],
        "lon": lon,
        "lat": lat,
        "map_object": f"{layer.key}:{item.pk}",
        "zoom": zoom_of(geometry.bounds),
        "areas": [
            {"name": place_name(place), "kind": kind, "url": object_url(district.code, "areas", place.id)}
            for place, kind in areas
        ],
        "resolution": found,
        "category": category,
        "everyday": [] if category else _by_set(dossier.everyday(district, found.areas, reference), layer),
        "why": why_url(district, lon, lat, category=category, object_ref=reference),
        "sides": [(side.get_side_display(), measured("length_m", side.length_m)) for side in dossier.sides(item)],
        "assumed_width": measured("length_m", ASSUMED_WIDTH_M[item.street_class]) if _width_assumed(item) else "",
        "history": dossier.history(district, layer, item),
        "ended": bool(item.valid_to and item.valid_to <= today),
        "map_url": map_url(district, layer, item.pk, geometry.bounds),
        "may_edit": layer.key in EDITABLE
        and may(
            request.user, "city.edit", district_code=district.code, area_codes=[place.code for place in found.areas]
        ),
    }
    if isinstance(item, Area):
        context |= _area_extras(district, item)
    return render(request, "city/object.html", context)


def _of_the_whole(found: Resolution, area: Area) -> Resolution:
    """The answer at a point of ``area`` without what holds only in the finer areas around the point."""
    own = next((number for number, place in enumerate(found.areas) if place.id == area.pk), len(found.areas) - 1)
    areas = found.areas[: own + 1]
    codes = {place.code for place in areas}
    kept = [item for item in found.candidates if not item.fallback or item.unit.area_code in codes]
    numbered = [replace(item, place=number) for number, item in enumerate(kept, start=1)]
    return replace(found, areas=areas, candidates=numbered)


def _by_set(entries: list[dossier.Everyday], layer: Layer) -> list[tuple[CodeSet, list[dossier.Everyday]]]:
    """Entries by code set. Categories of components are shown for areas alone: a street is no manhole cover."""
    groups: dict[str, tuple[CodeSet, list[dossier.Everyday]]] = {}
    for entry in entries:
        if entry.code_set.kind == "event" or layer.key == "areas":
            groups.setdefault(str(entry.code_set), (entry.code_set, []))[1].append(entry)
    return list(groups.values())


def _width_assumed(item: Any) -> bool:
    return isinstance(item, Street) and not item.width_m and has_kerbs(item.street_class)


def _is(layer: Layer, item: Any, place: Place) -> bool:
    return layer.key == "areas" and place.id == item.pk


def _area_extras(district: District, area: Area) -> dict[str, Any]:
    """Children and contents of an area."""
    children = area.children.defer("geom").order_by("kind", "code")
    listed = list(children[: CHILDREN + 1])
    return {
        "children": [(child, object_url(district.code, "areas", child.pk)) for child in listed[:CHILDREN]],
        "more_children": len(listed) > CHILDREN,
        "contents": [
            {
                "layer": content.layer,
                "count": content.count,
                "sums": [(str(MEASURE_LABELS[name]), measured(name, value)) for name, value in content.sums.items()],
            }
            for content in dossier.contents(district, area)
        ],
    }
