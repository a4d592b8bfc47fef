"""Layers and registers as files that the same door takes in again unchanged."""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import shapely
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xiuhua.city.models import Code, District, Duty
from xiuhua.foundation.geometry import from_wkb
from xiuhua.interop.exchange.targets import TARGETS, Target
from xiuhua.people.models import Organisation

CHUNK = 2000
BLOCK = 1 << 16
NOTICE = "notice"
# What a file names by its code.
REFERENCES = ("parent", "responsible", "competent", "owner", "maintainer", "unit", "green")


def notice(district: District) -> str:
    """What must travel with the data: whose it is, and whether it is synthetic."""
    parts = [district.attribution] if district.attribution else []
    if district.synthetic:
        parts.append(_("Synthetic data: drawn, not surveyed."))
    return " ".join(parts)


def rows(target: Target, district: District, code_set: str = "") -> Iterator[tuple[dict[str, Any], Any]]:
    """Each object as ({field: value}, geometry or None), in the order of codes, as the loader takes them."""
    objects = _objects(target, district, code_set)
    names = [f.name for f in target.fields]
    for thing in objects.iterator(chunk_size=CHUNK):
        yield {name: _value(thing, name) for name in names}, _geometry(thing, target)


def _objects(target: Target, district: District, code_set: str) -> "QuerySet[Any]":
    linked = [name for name in REFERENCES if target.field(name)]
    if target.model is Organisation:
        return Organisation.objects.filter(district_code=district.code).select_related(*linked).order_by("code")
    if target.model is Code:
        key, _at, version = code_set.partition("@")
        return Code.objects.filter(code_set__key=key, code_set__version=version).order_by("code")
    if target.model is Duty:
        linked += ["area", "code_set"]
    if target.geometry and target.field("category"):
        linked += ["category__code_set"]
    chosen = target.model._default_manager.filter(district=district)
    return chosen.select_related(*linked).order_by("code", "pk") if linked else chosen.order_by("code", "pk")


def _value(thing: Any, name: str) -> Any:
    value = getattr(thing, name)
    if value is None:
        return None
    if name in REFERENCES:
        return value.code
    if name == "category" and isinstance(value, Code):
        return f"{value.code_set}:{value.code}"
    if name == "area":
        return f"{value.kind}:{value.code}"
    return str(value) if name == "code_set" else value


def _geometry(thing: Any, target: Target) -> Any:
    if not target.geometry:
        return None
    return shapely.Point(thing.lon, thing.lat) if target.geometry == "point" else from_wkb(thing.geom)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def geojson(target: Target, district: District, code_set: str = "") -> Iterator[bytes]:
    """A FeatureCollection piece by piece; ``notice`` and ``synthetic`` stand before the features."""
    head = {"type": "FeatureCollection", "name": target.key, "district": district.code,
            "synthetic": district.synthetic, NOTICE: notice(district)}  # fmt: skip
    yield json.dumps(head, ensure_ascii=False).removesuffix("}").encode() + b', "features": ['
    between = b"\n"
    for properties, shape in rows(target, district, code_set):
        filled = {name: _plain(value) for name, value in properties.items()}
        place = b"null" if shape is None else shapely.to_geojson(shape).encode()
        told = json.dumps(filled, ensure_ascii=False).encode()
        yield between + b'{"type": "Feature", "properties": ' + told + b', "geometry": ' + place + b"}"
        between = b",\n"
    yield b"\n]}\n"


def csv_lines(target: Target, district: District, code_set: str = "") -> Iterator[bytes]:
    """CSV in UTF-8 with a mark that spreadsheets need; places as lon and lat or as wkt; the notice in each row."""
    places = {"": [], "point": ["lon", "lat"]}.get(target.geometry, ["wkt"])
    said = notice(district)
    names = [*(f.name for f in target.fields), *places, *([NOTICE] if said else [])]
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(names)
    yield b"\xef\xbb\xbf"
    for properties, shape in rows(target, district, code_set):
        place: list[Any] = []
        if target.geometry == "point":
            place = [shape.x, shape.y]
        elif target.geometry:
            place = [shapely.to_wkt(shape, rounding_precision=-1)]
        values = ("" if value is None else _plain(value) for value in properties.values())
        writer.writerow([*values, *place, *([said] if said else [])])
        yield _emptied(buffer)
    yield _emptied(buffer)


def _emptied(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def write_gpkg(target: Target, district: District, path: Path, code_set: str = "") -> None:
    """A GeoPackage with one layer; notice and source of the data in its metadata."""
    table = list(rows(target, district, code_set))
    names = [f.name for f in target.fields]
    columns = [_column(target, name, [properties[name] for properties, _shape in table]) for name in names]
    shapes = np.array([None] * len(table), dtype=object)
    shapes[:] = [shape for _properties, shape in table]
    kinds = {shape.geom_type for shape in shapes if shape is not None}
    pyogrio.raw.write(
        path, shapely.to_wkb(shapes), [values for values, _mask in columns], names,
        field_mask=[mask for _values, mask in columns], layer=target.key, driver="GPKG", crs="EPSG:4326",
        geometry_type=kinds.pop() if len(kinds) == 1 else "Unknown",
        layer_metadata={"NOTICE": notice(district), "DISTRICT": district.code, "SYNTHETIC": str(district.synthetic)},
    )  # fmt: skip


def gpkg(target: Target, district: District) -> Iterator[bytes]:
    """The bytes of a GeoPackage, which must be whole on disk before its first byte can go."""
    with tempfile.TemporaryDirectory(prefix="xiuhua-export-") as folder:
        path = Path(folder) / f"{target.key}.gpkg"
        write_gpkg(target, district, path)
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                yield block


def _column(target: Target, name: str, values: list[Any]) -> tuple[Any, Any]:
    """Values as a numpy column of the field's type, and which of them are missing."""
    field = target.field(name)
    kind = field.kind if field else "text"
    missing = np.array([value is None for value in values], dtype=bool)
    types: dict[str, tuple[Any, Any]] = {"float": (np.float64, 0.0), "int": (np.int64, 0), "bool": (np.bool_, False)}
    if kind in types:
        dtype, blank = types[kind]
        return np.array([blank if value is None else value for value in values], dtype=dtype), missing
    column = np.array([None] * len(values), dtype=object)
    column[:] = [None if value is None else str(value) for value in values]
    return column, missing


def write_file(target: str, district: District, path: Path, file_format: str, code_set: str = "") -> None:
    """Write ``target`` to ``path``: beside it first, then in its place, so that a broken run leaves no half file."""
    spec = TARGETS[target]
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".xiuhua-export-") as folder:
        made = Path(folder) / f"made.{file_format}"
        if file_format == "gpkg":
            write_gpkg(spec, district, made, code_set)
        else:
            pieces: Callable[..., Iterator[bytes]] = geojson if file_format == "geojson" else csv_lines
            with made.open("wb") as out:
                out.writelines(pieces(spec, district, code_set))
        made.replace(path)
