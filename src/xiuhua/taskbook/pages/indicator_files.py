"""What can be taken from an indicator: every value with all that belongs to it, and its areas for the map."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import shapely
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from xiuhua.city.area_index import valid_on
from xiuhua.city.models import Area
from xiuhua.foundation.geometry import from_wkb
from xiuhua.foundation.indicators import Indicator, shown
from xiuhua.foundation.spreadsheets import csv_lines
from xiuhua.taskbook.pages.asked import asked_month, asked_text, indicator_of, sight_of
from xiuhua.taskbook.pages.indicator import group_rows
from xiuhua.taskbook.queries import Reading, Sight, months_with_values, names, values

COLUMNS = (
    "district", "indicator", "version", "month", "scope", "code", "name", "unit", "value", "low", "high", "numerator",
    "denominator", "n", "n_eff", "interval", "missing", "data_until", "computed_at", "code_digest", "published",
)  # fmt: skip
# Degrees: some thirty metres, less than a pixel of a map of the district.
COARSE = 0.0003


@require_safe
def indicator_csv(request: HttpRequest, district_code: str, indicator_key: str) -> StreamingHttpResponse:
    """Every value of the indicator that the reader sees; ``?month=`` and ``?scope=`` narrow it."""
    seen, described = sight_of(request, district_code), indicator_of(indicator_key)
    key = described.key
    wanted, scope = asked_text(request, "month"), asked_text(request, "scope")
    month = next((each for each in months_with_values(seen, [key]) if f"{each:%Y-%m}" == wanted), None)
    found = values(seen, indicators=[key], scopes=[scope] if scope else None, since=month, until=month)
    answer = StreamingHttpResponse(
        csv_lines(COLUMNS, _rows(seen, described, found)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{key}-{seen.district.code}.csv"'
    return answer


def _rows(seen: Sight, described: Indicator, found: list[Reading]) -> Iterator[tuple[object, ...]]:
    called = names(seen.district, [(row.scope, row.code) for row in found])
    unit = described.unit
    for row in found:
        yield (
            seen.district.code, row.indicator, row.version, f"{row.month:%Y-%m}", row.scope, row.code,
            called[row.scope, row.code], unit, shown(row.value, unit), shown(row.low, unit), shown(row.high, unit),
            row.numerator, row.denominator, row.n, row.n_eff, row.interval, row.missing, row.data_until.isoformat(),
            row.computed_at.isoformat(), row.code_digest, "yes" if row.month in seen.published else "no",
        )  # fmt: skip


@require_safe
def indicator_areas(request: HttpRequest, district_code: str, indicator_key: str) -> HttpResponse:
    """The areas of ``?scope=`` with value and shade of ``?month=``, as GeoJSON; an area without a value has shade 0."""
    seen, described = sight_of(request, district_code), indicator_of(indicator_key)
    key = described.key
    month = asked_month(request, seen, months_with_values(seen, [key]))
    scope = asked_text(request, "scope")
    features = [] if month is None else _features(seen, described, scope, month)
    answer = JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")
    answer["Vary"] = "Accept-Language, Cookie"
    return answer


def _features(seen: Sight, described: Indicator, scope: str, month: date) -> list[dict[str, Any]]:
    here = values(seen, indicators=[described.key], scopes=[scope], since=month, until=month)
    rows, _shading = group_rows(seen, here, described, names(seen.district, [(row.scope, row.code) for row in here]))
    by_code = {row.reading.code: row for row in rows}
    found = []
    for area in Area.objects.filter(district=seen.district, kind=scope):
        if not valid_on(area.valid_from, area.valid_to, month):
            continue
        row = by_code.get(area.code)
        shape = shapely.set_precision(shapely.simplify(from_wkb(bytes(area.geom)), COARSE), 1e-6)
        text = (
            " ".join(part for part in (row.value, row.doubt and f"({row.doubt})", row.missing) if part) if row else ""
        )
        found.append({
            "type": "Feature", "id": area.pk, "geometry": shapely.geometry.mapping(shape),
            "properties": {"name": str(area), "code": area.code, "shade": row.shade if row else 0, "text": text},
        })  # fmt: skip
    return found
