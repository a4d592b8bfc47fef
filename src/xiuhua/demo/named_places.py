"""Places of the drawn city with their names, town by town in turn, for what people take up in a list."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from xiuhua.city.area_index import area_index
from xiuhua.city.models import District, Feature, GreenSpace, Site, Street
from xiuhua.foundation.geometry import from_wkb, metres_per_degree

type Named = type[Site | GreenSpace | Street]


@dataclass(frozen=True)
class Place:
    """A place of the drawing: its outline and a point on it in degrees, and the code of its town."""

    row: Feature
    name_zh: str
    name_en: str
    shape: BaseGeometry
    lon: float
    lat: float
    town: str


def places(
    district: District, model: Named, seed: int, *, area_m2: tuple[float, float] | None = None,
    length_m: tuple[float, float] | None = None, **chosen: Any,
) -> Iterator[Place]:  # fmt: skip
    """Named rows of ``model``, of an area or a length within bounds where given; each name once.

    The towns come in turn, so that every town has its share; within a town the seed says which is next.
    """
    rng, index, seen = Random(f"{seed} {model.__name__} {sorted(chosen)}"), area_index(district), set()  # noqa: S311
    by_town: dict[str, list[Place]] = {}
    for row in model._default_manager.filter(district=district, **chosen).exclude(name_zh="").order_by("code"):
        shape = from_wkb(row.geom)
        if row.name_zh in seen or not _within(shape, area_m2, length_m):
            continue
        seen.add(row.name_zh)
        inside = shapely.point_on_surface(shape)
        lon, lat = round(inside.x, 6), round(inside.y, 6)
        town = next((place.code for place in index.at(lon, lat) if place.kind == "town"), "")
        if town:
            place = Place(row, row.name_zh, row.name_en, shape, lon, lat, town)
            by_town.setdefault(town, []).append(place)
    for _code, found in sorted(by_town.items()):
        rng.shuffle(found)
    while by_town:
        for town in sorted(by_town):
            yield by_town[town].pop()
            if not by_town[town]:
                del by_town[town]


def _within(shape: BaseGeometry, area_m2: tuple[float, float] | None, length_m: tuple[float, float] | None) -> bool:
    if area_m2 is None and length_m is None:
        return True
    flat = shapely.transform(shape, lambda degrees: degrees * metres_per_degree(shape.centroid.y))
    return all(
        low <= size <= high
        for size, (low, high) in ((flat.area, area_m2 or (0, flat.area)), (flat.length, length_m or (0, flat.length)))
    )
