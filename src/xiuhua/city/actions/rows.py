"""Turn rows as files give them into database values of a layer: references, measures, bounding boxes."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _

from xiuhua.city.actions.gates import Boundaries
from xiuhua.city.actions.references import References, Refused
from xiuhua.city.layers import COMMON, VALIDITY, Layer
from xiuhua.foundation.geometry import areas_m2, lengths_m
from xiuhua.foundation.rejections import Rejection

CHUNK = 10_000
GEOMETRY_TYPES = {
    "polygon": {"Polygon", "MultiPolygon"},
    "line": {"LineString", "MultiLineString"},
    "line-or-polygon": {"LineString", "MultiLineString", "Polygon", "MultiPolygon"},
}
# What a row may leave out although the table wants a value.
DEFAULTS = {"oneway": False, "elevated": False, "state": "intact"}
FOOTPRINT = ("geom", "min_lon", "min_lat", "max_lon", "max_lat")


@dataclass
class Prepared:
    """Rows ready for the database.

    ``values`` are in the order of ``columns``; ``geometries`` and ``parents`` (codes of parent areas, ""
    where not given) run beside them for what is derived later.
    """

    columns: tuple[str, ...]
    values: list[tuple[Any, ...]] = field(default_factory=list)
    geometries: list[Any] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)


@dataclass
class Touched:
    """Which objects a load concerns: ``ids`` by position in Prepared, those ``written``, those ``removed``."""

    ids: dict[int, int] = field(default_factory=dict)
    written: set[int] = field(default_factory=set)
    removed: set[int] = field(default_factory=set)


def columns_of(layer: Layer) -> tuple[str, ...]:
    """The model fields that a load writes, in order."""
    own = [column.name for column in (*COMMON, *VALIDITY, *layer.fields) if column.name != "parent"]
    names = {model_field.name for model_field in layer.model._meta.concrete_fields}
    measured = [name for name in ("area_m2", "length_m") if name in names]
    place = ["lon", "lat"] if layer.is_points else [*FOOTPRINT, *measured]
    return (*own, *place)


def prepare(layer: Layer, references: References, rows: Iterable[dict[str, Any]]) -> Prepared:
    """Check and measure ``rows``; refused ones are listed in ``rejected``, the others are ready to write."""
    prepared = Prepared(columns_of(layer))
    numbered = ((int(row.get("_row", number)), row) for number, row in enumerate(rows, start=1))
    reader = _Reader(layer, references)
    while chunk := list(islice(numbered, CHUNK)):
        good = []
        for number, row in chunk:
            try:
                good.append((row, reader.values(row)))
            except Refused as refused:
                prepared.rejected.append(refused.at(number, str(row.get("code", ""))))
        prepared.values.extend(_placed(layer, good))
        if not layer.is_points:
            prepared.geometries.extend(row["geometry"] for row, _values in good)
        if layer.key == "areas":
            prepared.parents.extend(str(row.get("parent") or "") for row, _values in good)
    return prepared


def identity_at(layer: Layer, columns: tuple[str, ...]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """A function that reads from a tuple of ``columns`` what makes the object the same as another."""
    names = ("kind", "code", "valid_from") if layer.key == "areas" else ("code",)
    places = [columns.index(name) for name in names]
    return lambda values: tuple(values[place] for place in places)


class _Reader:
    """Reads the own values of rows of one layer: what is the same for every row is worked out once."""

    def __init__(self, layer: Layer, references: References) -> None:
        self.layer, self.references = layer, references
        self.columns = [
            column for column in (*COMMON, *VALIDITY, *layer.fields) if column.name not in {"code", "parent"}
        ]
        self.widths = {
            column.name: getattr(layer.model._meta.get_field(column.name), "max_length", None) or 0
            for column in self.columns
        }
        self.empty = {
            column.name: "" if column.kind == "text" else DEFAULTS.get(column.name)
            for column in self.columns
            if not column.required
        }
        self.seen: set[tuple[Any, ...]] = set()
        self.boundaries = Boundaries()

    def values(self, row: dict[str, Any]) -> tuple[Any, ...]:
        """Values of code, names, validity and fields, in order; raises Refused."""
        code, identity = self._identified(row)
        _check_place(self.layer, row)
        found: list[Any] = [code]
        for column in self.columns:
            name = column.name
            value = row.get(name)
            if (value is None or value == "") and name in self.empty:
                found.append(self.empty[name])
                continue
            value = self.references.resolve(self.layer, column, value)
            width = self.widths[name]
            if width and isinstance(value, str) and len(value) > width:
                rule = _("longer than %(width)d characters") % {"width": width}
                raise Refused(name, value, rule, _("shorten the text"))
            if column.kind == "green":
                self.boundaries.check(value, row)
            found.append(value)
        self.seen.add(identity)
        return tuple(found)

    def _identified(self, row: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
        code = str(row.get("code") or "").strip()
        if not code:
            raise Refused("code", "", _("a code is required"), _("fill in the code column or map another one"))
        if len(code) > 40:  # noqa: PLR2004 - the width of the column
            raise Refused("code", code, _("the code is longer than 40 characters"), _("shorten the code"))
        areas = self.layer.key == "areas"
        identity = (row.get("kind"), code, row.get("valid_from")) if areas else (code,)
        if identity in self.seen:
            raise Refused("code", code, _("this code occurs twice in the file"), _("give each object its own code"))
        return code, identity


def _check_place(layer: Layer, row: dict[str, Any]) -> None:
    if layer.is_points:
        lon, lat = row.get("lon"), row.get("lat")
        if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):  # noqa: PLR2004
            raise Refused(
                "lon, lat",
                f"{lon}, {lat}",
                _("not a position in degrees"),
                _("give longitude -180 to 180 and latitude -90 to 90"),
            )
        return
    geometry = row.get("geometry")
    if geometry is None or geometry.is_empty:
        raise Refused("geometry", "", _("the geometry is missing"), _("draw the object or remove the row"))
    allowed = GEOMETRY_TYPES[layer.geometry]
    if geometry.geom_type not in allowed:
        raise Refused(
            "geometry",
            geometry.geom_type,
            _("this layer takes %(types)s") % {"types": ", ".join(sorted(allowed))},
            _("load the object into another layer or change its geometry"),
        )


def _placed(layer: Layer, good: list[tuple[dict[str, Any], tuple[Any, ...]]]) -> Iterator[tuple[Any, ...]]:
    if not good:
        return
    if layer.is_points:
        for row, values in good:
            yield (*values, float(row["lon"]), float(row["lat"]))
        return
    geometries = np.array([None] * len(good), dtype=object)
    geometries[:] = [row["geometry"] for row, _values in good]
    bounds = shapely.bounds(geometries).tolist()
    wkb = shapely.to_wkb(geometries, output_dimension=2)
    measures = [
        measure(geometries)
        for name, measure in (("area_m2", areas_m2), ("length_m", _line_lengths))
        if name in columns_of(layer)
    ]
    for number, (_row, values) in enumerate(good):
        yield (*values, wkb[number], *bounds[number], *(round(float(column[number]), 2) for column in measures))


def _line_lengths(geometries: Any) -> Any:
    """Length of lines in metres; 0 for polygons, whose boundary is not a length of the thing."""
    return np.where(shapely.get_dimensions(geometries) == 1, lengths_m(geometries), 0.0)
