"""The layers of a district, and the list of one layer: filter, sort, page, export."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xiuhua.city.area_index import local_day
from xiuhua.city.labels import MEASURE_LABELS, MEASURES, Cell, Labels, measured, object_url, short_title
from xiuhua.city.layers import LAYERS, Layer
from xiuhua.city.listing import (
    Criteria,
    Option,
    area_options,
    facets,
    list_fields,
    listing,
    read_criteria,
    sort_keys,
)
from xiuhua.city.models import District
from xiuhua.city.pages.asked import district_of, layer_of
from xiuhua.city.pages.spot import map_url
from xiuhua.city.queries import layer_counts, layer_versions
from xiuhua.people.permissions import may

# Each layer's command of the door that a user has; trees come with OpenStreetMap or the demonstration.
LOAD = "xiuhua load {layer} FILE --district {district}"
FORMATS = (("csv", "CSV"), ("geojson", "GeoJSON"), ("gpkg", "GeoPackage"))


@dataclass(frozen=True)
class Column:
    """A column head: ``href`` sorts by it, ``order`` is what it is sorted by now, for aria-sort."""

    name: str
    label: str
    href: str
    order: str
    numeric: bool


@dataclass(frozen=True)
class Row:
    """One object as a row of the list."""

    title: str
    code: str
    href: str
    map_href: str
    cells: list[Cell]
    ended: str


@require_safe
def layers(request: HttpRequest, district_code: str) -> HttpResponse:
    """Every layer of a district with its count."""
    district = district_of(district_code)
    counts, versions = layer_counts(district), layer_versions(district)
    rows = [{"layer": layer, "count": counts[key], "version": versions[key]} for key, layer in LAYERS.items()]
    return render(request, "city/layers.html", {"district": district, "rows": rows, "filled": sum(counts.values()) > 0})


@require_safe
def layer(request: HttpRequest, district_code: str, layer_key: str) -> HttpResponse:
    """The list of one layer. An htmx request gets the table alone."""
    district, spec = district_of(district_code), layer_of(layer_key)
    criteria = read_criteria(spec, request.GET.dict())
    found = listing(district, spec, criteria, local_day(district, timezone.now()))
    labels = Labels.of(district)
    filtered = bool(criteria.text or criteria.chosen or criteria.area or criteria.bbox)
    context: dict[str, Any] = {
        "district": district,
        "layer": spec,
        "criteria": criteria,
        "found": found,
        "columns": _columns(spec, request.GET, criteria),
        "rows": [_row(district, spec, labels, item) for item in found.rows],
        "sums": [(str(MEASURE_LABELS[name]), measured(name, value)) for name, value in found.sums.items()],
        "filtered": filtered,
        "pager": _pager(request.GET, found.page, found.pages),
        "load": LOAD.format(layer=spec.key, district=district.code),
        "exports": _exports(request, district, spec),
    }
    if request.headers.get("HX-Request") == "true":
        return render(request, "city/_table.html", context)
    context["facets"] = [
        (facet, criteria.chosen.get(facet.name, ""), criteria.refused.get(facet.name, ""))
        for facet in facets(district, spec, labels.vocabulary)
    ]
    context["areas"] = _grouped(area_options(district, labels.vocabulary))
    return render(request, "city/layer.html", context)


def _exports(request: HttpRequest, district: District, layer: Layer) -> list[tuple[str, str]]:
    if not may(request.user, "city.export", district_code=district.code):
        return []
    return [(name, f"/export/{district.code}/{layer.key}.{suffix}") for suffix, name in FORMATS]


def _grouped(options: list[Option]) -> list[tuple[str, list[Option]]]:
    groups: dict[str, list[Option]] = {}
    for option in options:
        groups.setdefault(option.group, []).append(option)
    return list(groups.items())


def _columns(layer: Layer, query: QueryDict, criteria: Criteria) -> list[Column]:
    heads = [("name", _("Name"), False), ("code", _("Code"), False)]
    own = {column.name for column in layer.fields}
    heads += [(column.name, column.label, column.kind in {"int", "float"}) for column in list_fields(layer)]
    heads += [(name, str(MEASURE_LABELS[name]), True) for name in MEASURES.get(layer.key, ()) if name not in own]
    sortable = sort_keys(layer)
    columns = []
    for name, label, numeric in heads:
        descending = criteria.sort == f"-{name}"
        ascending = criteria.sort == name
        order = "descending" if descending else "ascending" if ascending else ""
        target = f"-{name}" if ascending or (numeric and not descending) else name
        href = _with(query, sort=target, page="") if name in sortable else ""
        columns.append(Column(name, label, href, order, numeric))
    if layer.is_points:
        columns += [Column("town", _("Town"), "", "", False), Column("community", _("Community"), "", "", False)]
    return columns


def _row(district: District, layer: Layer, labels: Labels, item: Any) -> Row:
    own = {column.name for column in layer.fields}
    cells = [labels.cell(layer, column, item) for column in list_fields(layer)]
    # The name of the category is the title of the row already.
    cells = [replace(cell, text=str(cell.raw)) if cell.name == "category" else cell for cell in cells]
    cells += [
        Cell(
            name,
            str(MEASURE_LABELS[name]),
            measured(name, value) if (value := getattr(item, name)) else "",
            numeric=True,
        )
        for name in MEASURES.get(layer.key, ())
        if name not in own
    ]
    if layer.is_points:
        for name, label in (("town", _("Town")), ("community", _("Community"))):
            place = getattr(item, name)
            href = object_url(district.code, "areas", place.pk) if place else ""
            cells.append(Cell(name, label, str(place) if place else "", href))
    bounds = (
        (item.lon, item.lat, item.lon, item.lat)
        if layer.is_points
        else (item.min_lon, item.min_lat, item.max_lon, item.max_lat)
    )
    return Row(
        title=short_title(layer, item),
        code=item.code,
        href=object_url(district.code, layer.key, item.pk),
        map_href=map_url(district, layer, item.pk, bounds),
        cells=cells,
        ended=item.valid_to.isoformat() if item.valid_to else "",
    )


def _with(query: QueryDict, **changes: str) -> str:
    """The address of the same list with some inputs changed; an empty one is dropped."""
    changed = query.copy()
    for name, value in changes.items():
        if value:
            changed[name] = value
        else:
            changed.pop(name, None)
    return f"?{changed.urlencode()}"


def _pager(query: QueryDict, page: int, pages: int) -> list[tuple[str, str]]:
    """Pages to link to: (number, address); a gap has the number "…" and no address."""
    near = sorted({1, 2, page - 1, page, page + 1, pages - 1, pages} & set(range(1, pages + 1)))
    links: list[tuple[str, str]] = []
    before = 0
    for number in near:
        if number > before + 1:
            links.append(("…", ""))
        links.append((str(number), _with(query, page=str(number))))
        before = number
    return links
