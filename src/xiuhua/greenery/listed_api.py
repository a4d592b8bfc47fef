"""Endpoints of everything that was measured last: all homes, streets or parks of a district as one file."""

from typing import Annotated, Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from xiuhua.city.api_inputs import Text, district_of
from xiuhua.foundation.problems import ProblemOut, not_found
from xiuhua.foundation.spreadsheets import csv_lines
from xiuhua.greenery import listed
from xiuhua.greenery.api import measured_of
from xiuhua.greenery.rights import sees_persons

router = Router(tags=["greenery"])
REFUSALS: dict[int, Any] = {400: ProblemOut, 401: ProblemOut, 404: ProblemOut, 422: ProblemOut}
CSV = {"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}}
GEOJSON = {"responses": {200: {"content": {"application/geo+json": {"schema": {"type": "object"}}}}}}
Town = Annotated[Text, Field(description="Code of a town; all towns without")]


@router.get("/{green_layer}.csv", response=REFUSALS, openapi_extra=CSV, summary="Homes, streets or parks as CSV")
def greenery_csv(request: HttpRequest, green_layer: Text, district: Text, town: Town = "") -> Any:
    """A row for each of the last measurement, by code; ``green_layer`` is homes, streets or parks. Unknown is empty."""
    layer, place = _layer(green_layer), district_of(district)
    held = measured_of(place)
    fields = layer.fields(persons=sees_persons(request.user, place))
    return StreamingHttpResponse(
        csv_lines(list(fields), listed.rows(held, layer, town, fields)), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{green_layer}-{place.code}.csv"'},
    )  # fmt: skip


@router.get(
    "/{green_layer}.geojson", response=REFUSALS, openapi_extra=GEOJSON, summary="Homes, streets or parks as GeoJSON"
)
def greenery_geojson(request: HttpRequest, green_layer: Text, district: Text, town: Town = "") -> Any:
    """The same with outlines (WGS-84), for a map. Unknown is null."""
    layer, place = _layer(green_layer), district_of(district)
    held = measured_of(place)
    fields = layer.fields(persons=sees_persons(request.user, place))
    return StreamingHttpResponse(
        listed.features(held, layer, town, fields), content_type="application/geo+json",
        headers={"Content-Disposition": f'attachment; filename="{green_layer}-{place.code}.geojson"'},
    )  # fmt: skip


def _layer(name: str) -> listed.Layer:
    found = listed.LAYERS.get(name)
    if found is None:
        raise not_found(
            _("Nothing by the name %(name)s is measured.") % {"name": name}, _("Ask for homes, streets or parks.")
        )
    return found
