"""Endpoints of measured values: as JSON page by page, as CSV at once. No number comes without what it was made of."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from xiuhua.city.api_inputs import Text, district_of
from xiuhua.city.models import District
from xiuhua.foundation.indicators import indicators
from xiuhua.foundation.problems import ProblemOut, bad_request, not_found
from xiuhua.foundation.spreadsheets import csv_lines
from xiuhua.taskbook.months import month_from
from xiuhua.taskbook.value_rows import COLUMNS, Revisions, Wanted, chosen, sees_unpublished, written_out

router = Router(tags=["task book"])
REFUSALS: dict[int, Any] = {400: ProblemOut, 401: ProblemOut, 404: ProblemOut, 422: ProblemOut}
CSV = {"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}}
_CHUNK = 2_000


class Filters(Schema):
    """Which values; whatever is left out does not narrow."""

    indicator: Text = Field("", description="Key of an indicator")
    scope: Text = Field("", description="district, unit, or a kind of area such as town")
    code: Text = Field("", description="Code of the area or unit")
    month: Text = Field("", description="One month, e.g. 2026-03")
    since: Text = Field("", description="First month")
    until: Text = Field("", description="Last month, included")


class ValueOut(Schema):
    """One value. ``value``, ``low`` and ``high`` are raw ratios; ``shown...`` the same in ``unit``."""

    district: str
    indicator: str
    name: str
    unit: str
    month: str
    scope: str
    code: str
    group: str
    value: float | None
    low: float | None
    high: float | None
    shown: float | None
    shown_low: float | None
    shown_high: float | None
    numerator: float
    denominator: float
    n: int
    n_eff: float | None
    interval: str
    missing: str
    version: int
    data_until: datetime
    computed_at: datetime
    published: bool
    revised_to: Any = None
    revised_at: datetime | None
    revised_why: str


class ValuesOut(Schema):
    """One page of values; ``next`` is given as ``after`` to go on, and is empty at the end."""

    next: str
    values: list[ValueOut]


@router.get("/{district}/values", response={200: ValuesOut, **REFUSALS}, summary="Measured values")
def list_values(
    request: HttpRequest,
    district: Text,
    filters: Query[Filters],
    after: Annotated[Text, Field(description="next of the page before")] = "",
    limit: Annotated[int, Field(ge=1, le=2_000)] = 500,
) -> Any:
    """Values of published months; of others only with the right to see them before."""
    place = district_of(district)
    wanted = _wanted(filters)
    found = chosen(place, wanted, unpublished=sees_unpublished(request.user, place))
    if after:
        found = found.filter(pk__gt=_identity(after))
    rows = list(found[: limit + 1])
    page = rows[:limit]
    return {
        "next": str(page[-1].pk) if len(rows) > limit else "",
        "values": list(written_out(place, page, Revisions.of_months(place, wanted))),
    }


@router.get("/{district}/values.csv", response=REFUSALS, openapi_extra=CSV, summary="Measured values as CSV")
def values_csv(request: HttpRequest, district: Text, filters: Query[Filters]) -> Any:
    """The same columns as the JSON answer, one row a value, with a mark that lets spreadsheets read Chinese."""
    place = district_of(district)
    wanted = _wanted(filters)
    unpublished = sees_unpublished(request.user, place)
    return StreamingHttpResponse(
        csv_lines(COLUMNS, _rows(place, wanted, unpublished=unpublished)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="values-{place.code}.csv"'},
    )


def _rows(district: District, wanted: Wanted, *, unpublished: bool) -> Iterator[list[Any]]:
    values = chosen(district, wanted, unpublished=unpublished).iterator(chunk_size=_CHUNK)
    for row in written_out(district, values, Revisions.of_months(district, wanted)):
        yield [_cell(row[name]) for name in COLUMNS]


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _wanted(filters: Filters) -> Wanted:
    """The filters as asked; 404 for an indicator that nobody offers, 400 for what is no month."""
    if filters.indicator and filters.indicator not in indicators():
        raise not_found(
            _("There is no indicator %(key)s.") % {"key": filters.indicator},
            _("Known are: %(keys)s.") % {"keys": ", ".join(sorted(indicators()))},
        )
    months = {}
    for name, text in (("month", filters.month), ("since", filters.since), ("until", filters.until)):
        months[name] = month_from(text) if text else None
        if text and months[name] is None:
            raise bad_request(
                _("%(name)s: “%(text)s” is no month.") % {"name": name, "text": text},
                _("Write year and month, for instance 2026-03."),
            )
    first, last = months["month"] or months["since"], months["month"] or months["until"]
    return Wanted(filters.indicator, filters.scope, filters.code, first, last)


def _identity(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):  # noqa: PLR2004 - fits a key of both databases
        raise bad_request(
            _("“%(text)s” is no end of a page.") % {"text": text}, _("Give what the page before said as next.")
        )
    return int(text)
