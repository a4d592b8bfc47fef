"""Lists of a layer: filter by kind, class, grade, state, unit, area, frame and text; sort; page; add up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import numpy as np
import shapely
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from xiuhua.city.actions.derived import AREA_KEYS
from xiuhua.city.area_index import area_index
from xiuhua.city.labels import MEASURES, place_name
from xiuhua.city.layers import KIND_DOMAINS, Field, Layer
from xiuhua.city.models import Area, Code, District, Kind
from xiuhua.foundation.geometry import from_wkb
from xiuhua.people.models import Organisation

PAGE_SIZE = 50
TEXT_LENGTH = 60
# Areas of these ranks or coarser are offered as a filter: towns and communities, not a thousand grids.
OFFERED_RANK = 20
LARGEST_GRADE = 32_767

type Bbox = tuple[float, float, float, float]


@dataclass(frozen=True)
class Option:
    """One choice of a filter; ``group`` is its heading, if any."""

    value: str
    label: str
    group: str = ""


@dataclass(frozen=True)
class Facet:
    """One filter of a list: ``options`` empty means that a whole number is typed."""

    name: str
    label: str
    options: list[Option]


@dataclass(frozen=True)
class Criteria:
    """What a reader asked of a list. ``refused`` maps each input that made no sense to what to do."""

    text: str = ""
    chosen: dict[str, str] = field(default_factory=dict)
    area: str = ""
    bbox: Bbox | None = None
    ended: bool = False
    sort: str = "code"
    page: int = 1
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Listing:
    """One page of a list, with the count and the sums of all its pages."""

    rows: list[Any]
    total: int
    page: int
    pages: int
    sums: dict[str, float]


def filter_fields(layer: Layer) -> list[Field]:
    """The fields by which a list of ``layer`` can be filtered: vocabularies and grades."""
    return [
        column
        for column in layer.fields
        if column.kind in {"kind", "choice", "category", "bool"}
        or (column.kind == "int" and column.name.endswith("grade"))
    ]


def unit_fields(layer: Layer) -> list[str]:
    """The fields of ``layer`` that name a responsible body."""
    return [column.name for column in layer.fields if column.kind == "organisation"]


def list_fields(layer: Layer) -> list[Field]:
    """The fields shown as columns: no dates, and of several bodies the one that does the work (the last)."""
    bodies = unit_fields(layer)
    return [column for column in layer.fields if column.kind != "date" and column.name not in bodies[:-1]]


def sort_keys(layer: Layer) -> dict[str, tuple[str, ...]]:
    """Allowed orders of a list and the columns behind each."""
    keys = {"code": ("code",), "name": ("name_zh", "code")}
    for column in (*list_fields(layer),):
        path = {"organisation": f"{column.name}__code", "category": "category__code", "area": f"{column.name}__code",
                "green": f"{column.name}__code"}  # fmt: skip
        keys[column.name] = (path.get(column.kind, column.name), "code")
    keys.update({name: (name, "code") for name in MEASURES.get(layer.key, ())})
    return keys


def read_criteria(layer: Layer, given: Mapping[str, str]) -> Criteria:
    """Criteria from the query of an address; what makes no sense is left out and named in ``refused``."""
    refused: dict[str, str] = {}
    chosen = {}
    for column in filter_fields(layer):
        value = given.get(column.name, "").strip()
        if not value or "\x00" in value:
            continue
        if column.kind == "int" and not (value.isdecimal() and int(value) <= LARGEST_GRADE):
            refused[column.name] = _("Write a whole number.")
        else:
            chosen[column.name] = value
    if unit_fields(layer) and (unit := given.get("unit", "").strip()):
        chosen["unit"] = unit.replace("\x00", "")
    sort = given.get("sort", "") or "code"
    if sort.removeprefix("-") not in sort_keys(layer):
        sort = "code"
    page = given.get("page", "1")
    bbox = None
    if given.get("bbox"):
        bbox = read_bbox(given["bbox"])
        if bbox is None:
            refused["bbox"] = _("Write the frame as west,south,east,north in degrees.")
    return Criteria(
        text=given.get("q", "").replace("\x00", "").strip()[:TEXT_LENGTH],
        chosen=chosen,
        area=given.get("area", "").replace("\x00", "").strip(),
        bbox=bbox,
        ended=given.get("ended", "") == "1",
        sort=sort,
        page=int(page) if page.isdecimal() and len(page) < 8 else 1,  # noqa: PLR2004 - no list has 10 M pages
        refused=refused,
    )


def read_bbox(text: str) -> Bbox | None:
    """``west,south,east,north`` in degrees; None when it is anything else."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return None
    inside = -180 <= west <= east <= 180 and -90 <= south <= north <= 90  # noqa: PLR2004 - degrees; NaN fails too
    return (west, south, east, north) if inside else None


def facets(district: District, layer: Layer, vocabulary: Sequence[Kind]) -> list[Facet]:
    """The filters offered for a list of ``layer``, with the choices of this district."""
    found = [Facet(column.name, column.label, _options(layer, column, vocabulary)) for column in filter_fields(layer)]
    if unit_fields(layer):
        units = Organisation.objects.filter(district_code=district.code)
        found.append(
            Facet("unit", _("Unit"), [Option(unit.code, unit.name, unit.get_kind_display()) for unit in units])
        )
    return found


def _options(layer: Layer, column: Field, vocabulary: Sequence[Kind]) -> list[Option]:
    if column.kind == "kind":
        return [Option(kind.key, kind.name) for kind in vocabulary if kind.domain == KIND_DOMAINS[layer.key]]
    if column.kind == "choice":
        return [Option(value, str(label)) for value, label in _choices(layer, column)]
    if column.kind == "bool":
        return [Option("1", _("yes")), Option("0", _("no"))]
    if column.kind == "category":
        codes = Code.objects.filter(code_set__kind="component").select_related("code_set").defer("status")
        return [Option(f"{code.code_set}:{code.code}", str(code), code.code_set.name) for code in codes]
    return []


def _choices(layer: Layer, column: Field) -> list[tuple[str, str]]:
    return list(getattr(layer.model._meta.get_field(column.name), "choices", None) or ())


def area_options(district: District, vocabulary: Sequence[Kind]) -> list[Option]:
    """Towns and communities valid today, as choices of the area filter."""
    kinds = {kind.key: kind for kind in vocabulary if kind.domain == "area" and 0 < kind.rank <= OFFERED_RANK}
    return [
        Option(f"{place.kind}:{place.code}", place_name(place), kinds[place.kind].name)
        for group in area_index(district).kinds
        if group.kind in kinds
        for place in sorted(group.places, key=lambda place: place.code)
    ]


def matching(district: District, layer: Layer, criteria: Criteria, today: date) -> QuerySet[Any]:
    """The objects that meet everything but the area, which is a matter of geometry, in the order asked for."""
    found = layer.model._default_manager.filter(district=district)
    if not criteria.ended:
        found = found.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today))
        found = found.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=today))
    for name, value in criteria.chosen.items():
        found = found.filter(_chosen(layer, name, value, district))
    if criteria.text:
        text = criteria.text
        found = found.filter(
            Q(code__startswith=text) | Q(name_zh__icontains=text) | Q(name_en__icontains=text) | _extra(layer, text)
        )
    if criteria.bbox:
        found = found.filter(overlapping(layer, criteria.bbox))
    descending = criteria.sort.startswith("-")
    order = [F(name) for name in sort_keys(layer)[criteria.sort.removeprefix("-")]]
    return found.order_by(*(key.desc(nulls_last=True) if descending else key.asc(nulls_last=True) for key in order))


def _chosen(layer: Layer, name: str, value: str, district: District) -> Q:
    if name == "unit":
        bodies = (Q(**{f"{body}__code": value, f"{body}__district_code": district.code}) for body in unit_fields(layer))
        return reduce(or_, bodies)
    if name == "category":
        code_set, _colon, code = value.rpartition(":")
        key, _at, version = code_set.partition("@")
        return Q(category__code_set__key=key, category__code_set__version=version, category__code=code)
    column = next(column for column in layer.fields if column.name == name)
    return Q(**{name: value == "1" if column.kind == "bool" else value})


def _extra(layer: Layer, text: str) -> Q:
    """Other columns in which a reader expects the text to be found."""
    names = {"sites": ["address"], "trees": ["species"], "components": ["category__name_zh", "category__name_en"]}
    return reduce(or_, (Q(**{f"{name}__icontains": text}) for name in names.get(layer.key, [])), Q())


def overlapping(layer: Layer, bbox: Bbox) -> Q:
    """The condition that an object's box meets ``bbox``."""
    west, south, east, north = bbox
    if layer.is_points:
        return Q(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)
    return Q(max_lon__gte=west, min_lon__lte=east, max_lat__gte=south, min_lat__lte=north)


def listing(district: District, layer: Layer, criteria: Criteria, today: date, size: int = PAGE_SIZE) -> Listing:
    """One page of the objects of ``layer`` that meet ``criteria``, valid ``today``.

    An area is met by a point of its key, by any other object whose middle lies inside.
    """
    found = matching(district, layer, criteria, today)
    names = [name for name in MEASURES.get(layer.key, ()) if layer.key != "areas" or "kind" in criteria.chosen]
    area = _area(district, criteria.area) if criteria.area else None
    if criteria.area and area is None:
        return Listing([], 0, 1, 1, {})
    if area is not None:
        key = next((key for key, kind in AREA_KEYS.items() if kind == area.kind and layer.is_points), None)
        if key is None:
            return _inside(layer, found, area, names, criteria.page, size)
        found = found.filter(**{f"{key}_id": area.pk})
    sums = found.order_by().aggregate(n=Count("pk"), **{name: Sum(name) for name in names})
    total = sums.pop("n")
    page, pages = _clamped(criteria.page, total, size)
    rows = list(_complete(layer, found)[(page - 1) * size : page * size])
    return Listing(rows, total, page, pages, {name: value for name, value in sums.items() if value})


def _inside(layer: Layer, found: QuerySet[Any], area: Area, names: list[str], wanted: int, size: int) -> Listing:
    """The page of the objects whose middle lies inside ``area``: by geometry, since they carry no key of it."""
    frame = (area.min_lon, area.min_lat, area.max_lon, area.max_lat)
    corners = ("lon", "lat", "lon", "lat") if layer.is_points else ("min_lon", "min_lat", "max_lon", "max_lat")
    rows = list(found.filter(overlapping(layer, frame)).values_list("pk", *corners, *names))
    table = np.array([[value or 0 for value in row] for row in rows], dtype=np.float64).reshape(-1, 5 + len(names))
    shape = from_wkb(area.geom)
    shapely.prepare(shape)
    within = shapely.contains_xy(shape, (table[:, 1] + table[:, 3]) / 2, (table[:, 2] + table[:, 4]) / 2)
    table = table[within]
    page, pages = _clamped(wanted, len(table), size)
    ids = table[(page - 1) * size : page * size, 0].astype(int).tolist()
    items = {item.pk: item for item in _complete(layer, layer.model._default_manager.filter(pk__in=ids))}
    sums = {name: float(table[:, 5 + number].sum()) for number, name in enumerate(names)}
    return Listing(
        [items[identity] for identity in ids],
        len(table),
        page,
        pages,
        {name: sum_ for name, sum_ in sums.items() if sum_},
    )


def with_references(layer: Layer, found: QuerySet[Any], more: Sequence[str] = ()) -> QuerySet[Any]:
    """Objects together with what their fields refer to: no query a row."""
    related = [column.name for column in layer.fields if column.kind in {"organisation", "area", "green"}]
    related += ["category__code_set"] if layer.key == "components" else []
    related += more
    return found.select_related(*related) if related else found


def _complete(layer: Layer, found: QuerySet[Any]) -> QuerySet[Any]:
    """Objects with everything that a row shows, without the geometry it does not."""
    if layer.is_points:
        keys = ("town", "community")
        greens = [f"{column.name}__geom" for column in layer.fields if column.kind == "green"]
        return with_references(layer, found, keys).defer(*(f"{key}__geom" for key in keys), *greens)
    areas = [f"{column.name}__geom" for column in layer.fields if column.kind == "area"]
    return with_references(layer, found).defer("geom", *areas)


def _area(district: District, text: str) -> Area | None:
    kind, _colon, code = text.partition(":")
    found = Area.objects.filter(district=district, kind=kind, code=code).order_by("-valid_from")
    return found.first()


def _clamped(page: int, total: int, size: int) -> tuple[int, int]:
    pages = max(1, -(-total // size))
    return min(max(page, 1), pages), pages
