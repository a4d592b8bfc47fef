"""JSON endpoints of the city: districts, layers, objects, who answers, search, codes."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo

import shapely
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from xiuhua.city import dossier, queries
from xiuhua.city.api_inputs import Identity, Latitude, Longitude, Text, category_of, district_of, instant_of
from xiuhua.city.area_index import Place, local_day
from xiuhua.city.duty import Candidate, Unit, resolve
from xiuhua.city.duty_report import gaps, overlaps, own_part
from xiuhua.city.labels import Labels, object_url, place_name, title
from xiuhua.city.layers import LAYERS, Layer
from xiuhua.city.listing import listing, read_criteria
from xiuhua.city.models import CodeSet, District, Kind, local
from xiuhua.city.schemas import (
    CodeSetOut,
    DistrictOut,
    DutyReportOut,
    FoundOut,
    LayerOut,
    ListOut,
    ObjectOut,
    ResolutionOut,
)
from xiuhua.foundation.geometry import from_wkb
from xiuhua.foundation.problems import Problem, ProblemOut, bad_request, not_found
from xiuhua.people.permissions import guard

router = Router(tags=["city"])

REFUSALS: dict[int, Any] = {400: ProblemOut, 404: ProblemOut, 422: ProblemOut}
GUARDED: dict[int, Any] = {401: ProblemOut, 403: ProblemOut, 404: ProblemOut, 422: ProblemOut}


@router.get("/districts", response=list[DistrictOut], summary="Districts that this installation serves")
def list_districts(request: HttpRequest) -> Any:
    """Every district, by code."""
    return queries.districts()


@router.get("/layers", response={200: list[LayerOut], **REFUSALS}, summary="Layers of a district with counts")
def list_layers(request: HttpRequest, district: Text) -> Any:
    """Every layer: how many objects, which version, where its tiles and its list are."""
    chosen = district_of(district)
    counts, versions = queries.layer_counts(chosen), queries.layer_versions(chosen)
    return [
        {
            "key": layer.key,
            "name": layer.label,
            "geometry": layer.geometry,
            "colour": layer.colour,
            "min_zoom": layer.min_zoom,
            "count": counts[layer.key],
            "version": versions[layer.key],
            "tiles": f"/tiles/{chosen.code}/{layer.key}.json",
        }
        for layer in LAYERS.values()
    ]


@router.get("/objects/{layer}", response={200: ListOut, **REFUSALS}, summary="Objects of a layer, fifty at a time")
def list_objects(
    request: HttpRequest,
    layer: Text,
    district: Text,
    q: Text = "",
    kind: Text = "",
    area: Annotated[Text, Field(description="kind:code of an area that the objects lie in")] = "",
    bbox: Annotated[Text, Field(description="west,south,east,north in degrees")] = "",
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1,
) -> Any:
    """Objects valid today that meet every filter given, in the order of their codes."""
    chosen, spec = district_of(district), _layer(layer)
    criteria = read_criteria(spec, {"q": q, _kind_field(spec): kind, "area": area, "bbox": bbox, "page": str(page)})
    for name, remedy in criteria.refused.items():
        raise bad_request(_("%(name)s cannot be read.") % {"name": name}, remedy)
    found = listing(chosen, spec, criteria, local_day(chosen, timezone.now()))
    labels = Labels.of(chosen)
    return {
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
        "sums": found.sums,
        "objects": [_row(chosen, spec, labels, item) for item in found.rows],
    }


@router.get("/objects/{layer}/{identity}", response={200: ObjectOut, **REFUSALS}, summary="One object")
def one_object(request: HttpRequest, layer: Text, identity: Identity, district: Text = "") -> Any:
    """Attributes with labels, geometry as GeoJSON, the areas it lies in, its responsible bodies.

    The id is unique in its layer, so the district may be left out.
    """
    spec = _layer(layer)
    chosen = district_of(district) if district else _district_of(spec, identity)
    item = dossier.find(chosen, spec, identity)
    if item is None:
        raise _no_object(spec, identity)
    geometry = dossier.geometry_of(spec, item)
    lon, lat = dossier.position_of(geometry)
    found = resolve(chosen, lon, lat, category=getattr(item, "category", None), object_ref=(spec.key, item.code))
    return {
        **_row(chosen, spec, Labels.of(chosen), item),
        "lon": lon,
        "lat": lat,
        "geometry": shapely.geometry.mapping(geometry),
        "areas": _areas(found.areas),
        "responsible": [_candidate(candidate) for candidate in found.candidates],
        "sides": [
            {"side": side.side, "length_m": side.length_m, "geometry": shapely.geometry.mapping(from_wkb(side.geom))}
            for side in dossier.sides(item)
        ],
    }


@router.get("/resolve", response={200: ResolutionOut, **REFUSALS}, summary="Who answers for this place, and why")
def resolve_place(
    request: HttpRequest,
    district: Text,
    lon: Longitude,
    lat: Latitude,
    category: Annotated[Text, Field(description="set@version:code; any category when left out")] = "",
    at: Annotated[Text, Field(description="ISO 8601; without a zone, in that of the district; now when left out")] = "",
    object: Annotated[Text, Field(description="layer:code of the object in question")] = "",  # noqa: A002 - the name of the parameter
) -> Any:
    """Units that may answer, best first, each with its reasons; areas from coarse to fine."""
    chosen = district_of(district)
    code = category_of(category) if category else None
    ref = _object_ref(object) if object else None
    found = resolve(chosen, lon, lat, category=code, at=instant_of(chosen, at) if at else None, object_ref=ref)
    return {
        "district": chosen.code,
        "at": found.at.astimezone(ZoneInfo(chosen.time_zone)),
        "areas": _areas(found.areas),
        "candidates": [_candidate(candidate) for candidate in found.candidates],
        "rivals": [_unit(unit) for unit in found.rivals],
        "fallback": found.fallback,
        "inside": bool(found.areas),
    }


@router.get("/search", response={200: list[FoundOut], **REFUSALS}, summary="Find by name or code")
def search(request: HttpRequest, district: Text, q: Text, limit: Annotated[int, Field(ge=1, le=100)] = 20) -> Any:
    """Objects whose name contains ``q`` or whose code begins with it, best first."""
    chosen = district_of(district)
    return [
        {
            "layer": found.layer,
            "layer_name": LAYERS[found.layer].label,
            "id": found.object_id,
            "code": found.code,
            "title": local(found.title_zh, found.title_en) or found.code,
            "lon": found.lon,
            "lat": found.lat,
            "url": object_url(chosen.code, found.layer, found.object_id),
        }
        for found in queries.search(chosen, q, limit)
    ]


@router.get("/codes", response={200: list[CodeSetOut], **REFUSALS}, summary="Category codes, set by set")
def list_codes(
    request: HttpRequest,
    set: Annotated[Text, Field(description="key@version; every set when left out")] = "",  # noqa: A002 - the name of the parameter
) -> Any:
    """Code sets with their categories. A bare code means nothing without its set and version."""
    found = CodeSet.objects.prefetch_related("codes")
    if set:
        key, _at, version = set.partition("@")
        found = found.filter(key=key, version=version)
        if not found:
            raise not_found(
                _("There is no code set %(set)s.") % {"set": set},
                _("Leave out set to list every one, or load it: xiuhua load codes."),
            )
    return [
        {
            "set": str(item),
            "kind": item.kind,
            "name": item.name,
            "source": item.source,
            "codes": [
                {"code": code.code, "class_name": code.class_name, "name": code.name, "status": code.status}
                for code in item.codes.all()
            ],
        }
        for item in found
    ]


@router.get("/duty-report", response={200: DutyReportOut, **GUARDED}, summary="Gaps and overlaps of duty")
def duty_report(request: HttpRequest, district: Text) -> Any:
    """Categories that nobody answers for somewhere, and those that two units claim with equal right.

    Who may read it for some areas reads what lies there.
    """
    chosen = district_of(district)
    return _report(request, chosen, district_code=chosen.code)


@guard("duty.report", partly=True)
def _report(request: HttpRequest, district: District, *, district_code: str) -> dict[str, Any]:
    return {
        "district": district.code,
        "gaps": [
            {
                "category": f"{gap.category.code_set}:{gap.category.code}",
                "category_name": gap.category.name,
                "area": _areas([gap.area])[0],
                "when": gap.when,
                "backing": _unit(gap.backing) if gap.backing else None,
            }
            for gap in own_part(request.user, district, gaps(district))
        ],
        "overlaps": [
            {
                "category": f"{overlap.category.code_set}:{overlap.category.code}",
                "category_name": overlap.category.name,
                "area": _areas([overlap.area])[0],
                "duties": overlap.duties,
                "units": [_unit(unit) for unit in overlap.units],
            }
            for overlap in own_part(request.user, district, overlaps(district))
        ],
    }


def _layer(key: str) -> Layer:
    if key not in LAYERS:
        raise not_found(
            _("There is no layer %(key)s.") % {"key": key}, _("Use one of: %(list)s.") % {"list": ", ".join(LAYERS)}
        )
    return LAYERS[key]


def _no_object(layer: Layer, identity: int) -> Problem:
    return not_found(
        _("%(layer)s has no object %(id)s.") % {"layer": layer.key, "id": identity},
        _("Find it with /api/city/search or in the list /api/city/objects/%(layer)s.") % {"layer": layer.key},
    )


def _district_of(layer: Layer, identity: int) -> District:
    item = layer.model._default_manager.filter(pk=identity).select_related("district").only("district").first()
    if item is None:
        raise _no_object(layer, identity)
    district: District = item.district  # type: ignore[attr-defined]
    return district


def _object_ref(reference: str) -> tuple[str, str]:
    layer, colon, code = reference.partition(":")
    if not colon or layer not in LAYERS or not code:
        raise bad_request(
            _("“%(text)s” names no object.") % {"text": reference}, _("Write it as layer:code, e.g. streets:S001.")
        )
    return layer, code


def _kind_field(layer: Layer) -> str:
    return next((column.name for column in layer.fields if column.kind in {"kind", "category"}), "kind")


def _row(district: District, layer: Layer, labels: Labels, item: Any) -> dict[str, Any]:
    west, south, east, north = (
        (item.lon, item.lat, item.lon, item.lat)
        if layer.is_points
        else (item.min_lon, item.min_lat, item.max_lon, item.max_lat)
    )
    return {
        "layer": layer.key,
        "id": item.pk,
        "code": item.code,
        "title": title(layer, item),
        "bbox": [west, south, east, north],
        "url": object_url(district.code, layer.key, item.pk),
        "attributes": [
            {"name": cell.name, "label": cell.label, "value": cell.raw, "text": cell.text}
            for cell in labels.all_cells(layer, item)
            if cell.text
        ],
    }


def _areas(places: list[Place]) -> list[dict[str, str]]:
    names = {kind.key: kind.name for kind in Kind.objects.filter(domain="area")} if places else {}
    return [
        {
            "kind": place.kind,
            "kind_name": names.get(place.kind, place.kind),
            "code": place.code,
            "name": place_name(place),
        }
        for place in places
    ]


def _unit(unit: Unit) -> dict[str, str]:
    return {"code": unit.code, "name": unit.name, "kind": unit.kind, "phone": unit.phone}


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {
        "rank": candidate.place,
        "unit": _unit(candidate.unit),
        "duty": candidate.duty,
        "fallback": candidate.fallback,
        "reasons": candidate.reasons,
    }
