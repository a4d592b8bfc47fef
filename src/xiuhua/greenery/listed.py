"""The homes, streets and parks of a measurement as rows for a table or a map: names of columns, values, outlines."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import shapely
from django.db.models import Model, QuerySet

from xiuhua.foundation.geometry import from_wkb
from xiuhua.greenery.models import BuildingGreen, Measurement, ParkGreen, StreetGreen

CHUNK = 2_000
# Degrees: about a centimetre.
FINE = 1e-7


@dataclass(frozen=True)
class Layer:
    """What is listed: its table, the object it is about, columns by name and where each stands in the table."""

    table: type[Model]
    about: str
    columns: dict[str, str]

    def fields(self, *, persons: bool) -> dict[str, str]:
        """All columns; how many live in a home only where ``persons`` may be told."""
        told = {"persons": "persons"} if persons and self.table is BuildingGreen else {}
        named = {"code": f"{self.about}__code", "name": f"{self.about}__name_zh", "town": "town__code"}
        return named | told | self.columns


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


LAYERS = {
    "homes": Layer(
        BuildingGreen, "building",
        {
            **_same("windows", "share_one", "share_three"), "seen_from_any_window": "any_window", "trees_near": "near",
            "view": "view", "joined": "joined",
            **{f"walk_m_{area}": f"reach_{area}" for area in ("400", "5000", "10000", "50000", "100000")},
            "park": "park__code", "straight_m": "straight_m", "shade_of_walk": "walk", "cool_way": "cool_way",
            "canopy_300m": "canopy_300m",
        },
    ),
    "streets": Layer(
        StreetGreen, "street",
        {
            **_same("length_m", "official", "canopy", "lined", "shade"), "by_walls": "grey", "by_crowns": "green",
            "by_both": "both",
        },
    ),
    "parks": Layer(
        ParkGreen, "park",
        _same(
            "area_m2", "square", "entered", "entrances", "radius_m", "in_circle", "beyond", "near_300", "near_500",
            "near_1000",
        ),
    ),
}  # fmt: skip


def rows(measurement: Measurement, layer: Layer, town: str, fields: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    """The values of ``fields`` for each object by code, of one ``town`` where its code is given; read bit by bit."""
    return _found(measurement, layer, town).values_list(*fields.values()).iterator(chunk_size=CHUNK)


def features(measurement: Measurement, layer: Layer, town: str, fields: dict[str, str]) -> Iterator[str]:
    """The pieces of a GeoJSON collection (WGS-84), a feature each with what ``rows`` gives as its properties."""
    found = _found(measurement, layer, town).values_list(f"{layer.about}__geom", *fields.values())
    yield '{"type": "FeatureCollection", "features": ['
    comma = ""
    for outline, *values in found.iterator(chunk_size=CHUNK):
        told = json.dumps(dict(zip(fields, values, strict=True)), ensure_ascii=False)
        yield f'{comma}\n{{"type": "Feature", "geometry": {_drawn(outline)}, "properties": {told}}}'
        comma = ","
    yield "\n]}\n"


def _found(measurement: Measurement, layer: Layer, town: str) -> QuerySet[Any]:
    found = layer.table._default_manager.filter(measurement=measurement)
    return (found.filter(town__code=town) if town else found).order_by(f"{layer.about}__code")


def _drawn(outline: bytes) -> str:
    drawn: str = shapely.to_geojson(shapely.set_precision(from_wkb(outline), FINE, mode="pointwise"))
    return drawn
