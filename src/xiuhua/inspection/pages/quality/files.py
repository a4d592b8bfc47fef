"""The index to take away: every month, kind and town with numerator, denominator, n and n_eff, so it can be checked."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from xiuhua.foundation.spreadsheets import csv_lines
from xiuhua.inspection.pages.quality.asked import Asking, asked
from xiuhua.inspection.quality_queries import KINDS, index_of

COLUMNS = (
    "district", "kind", "month", "scope", "code", "value", "low", "high", "demonstrated", "numerator", "denominator",
    "n", "passed", "n_eff", "deff", "unseen",
)  # fmt: skip


@require_safe
def quality_csv(request: HttpRequest, district_code: str) -> StreamingHttpResponse:
    """The months up to ``?month=``, as CSV."""
    asking = asked(request, district_code)
    lines = csv_lines(COLUMNS, (tuple(row.values()) for row in _rows(asking)))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="clean-{asking.district.code}.csv"'
    return answer


@require_safe
def quality_json(request: HttpRequest, district_code: str) -> HttpResponse:
    """The same as JSON."""
    asking = asked(request, district_code)
    answer = JsonResponse({"district": asking.district.code, "values": list(_rows(asking))})
    answer["Vary"] = "Cookie"
    return answer


def _rows(asking: Asking) -> Iterator[dict[str, Any]]:
    """Only months that the reader may see; what cannot be said is empty."""
    for kind in KINDS if asking.month else ():
        assert asking.month is not None
        index = index_of(asking.district, kind, asking.month)
        if index is None:
            continue
        for scope, code, cells, before, column in [
            ("district", "", index.district, index.deff_before, None),
            *(
                ("town", town.code, index.by_town, index.deff_before[:, None], at)
                for at, town in enumerate(index.towns)
            ),
        ]:
            low, high = cells.interval(before)
            figures = (cells.value, low, high, cells.lower(before), cells.whole, cells.n_eff(before), cells.deff,
                       cells.unseen)  # fmt: skip
            passed = index.passed if column is None else index.town_passed[:, column]
            for number, month in enumerate(index.months):
                if month not in asking.months:
                    continue
                value, *ends, whole, worth, deff, unseen = (
                    _known(each[number] if column is None else each[number, column]) for each in figures
                )
                n = int(cells.n[number] if column is None else cells.n[number, column])
                yield {
                    "district": asking.district.code, "kind": kind, "month": f"{month:%Y-%m}", "scope": scope,
                    "code": code, "value": value, "low": ends[0], "high": ends[1], "demonstrated": ends[2],
                    "numerator": None if value is None or whole is None else value * whole, "denominator": whole,
                    "n": n, "passed": round(float(passed[number])), "n_eff": worth, "deff": deff, "unseen": unseen,
                }  # fmt: skip


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
