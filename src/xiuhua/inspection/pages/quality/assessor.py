"""The index for those who judge by it: direct and shrunk, strata, grades, how inspectors agree, what is odd."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xiuhua.inspection.agreeing import Agreement
from xiuhua.inspection.agreement_queries import agreeing
from xiuhua.inspection.pages.quality.asked import Asking, asked
from xiuhua.inspection.pages.quality.pictures import dots, lines
from xiuhua.inspection.pages.quality.public import triple
from xiuhua.inspection.pages.quality.words import between, kind_name, number, percent, stratum_name
from xiuhua.inspection.quality_queries import KINDS, Index, counts_of, grades_of, index_of, shrunk
from xiuhua.people.permissions import may, require

# Pairs are few: those of a year are put together.
PAIR_MONTHS = 12


@dataclass(frozen=True)
class Row:
    """One town: direct value with all that its doubt rests on, and the shrunk one beside it."""

    name: str
    direct: str
    doubt: str
    shrunk: str
    n: str
    n_eff: str
    deff: str
    unseen: str
    grade: str


@dataclass(frozen=True)
class Stratum:
    """One stratum; ``grey`` where less than two checks were made of it."""

    town: str
    name: str
    value: str
    se: str
    doubt: str
    n: int
    grey: bool


@dataclass(frozen=True)
class Measure:
    """Agreement of pairs in words."""

    pairs: int
    same: str
    doubt: str
    kappa: str
    alpha: str
    gwet: str


@require_safe
@require("inspection.read", partly=True)
def assessor(request: HttpRequest, district_code: str) -> HttpResponse:
    """The index of ``?kind=`` in ``?month=``; inspectors by name only for those who read of the whole district."""
    asking = asked(request, district_code)
    index = index_of(asking.district, asking.kind, asking.month) if asking.month else None
    people = may(request.user, "inspection.read", district_code=asking.district.code)
    context: dict[str, Any] = {
        "district": asking.district, "months": asking.months[::-1], "month": asking.month, "kind": asking.kind,
        "kind_name": kind_name(asking.kind), "kinds": [(key, kind_name(key)) for key in KINDS], "people": people,
    }  # fmt: skip
    if asking.month and index is not None:
        context |= _told(asking, index, asking.month)
    if asking.month and people:
        context |= _agreement(asking, asking.month)
    return render(request, "inspection/quality/assessor.html", context)


def _told(asking: Asking, index: Index, month: date) -> dict[str, Any]:
    grades = grades_of(asking.district, asking.kind, month, index.towns)
    low, high = index.bounds()
    town_low, town_high = (each[-1] for each in index.town_bounds())
    town, history = index.by_town, index.deff_before
    worth, drawn = town.n_eff(history[:, None])[-1], shrunk(index, len(index.months) - 1)
    rows = [
        Row(
            area.name, percent(town.value[-1, at]), between(town_low[at], town_high[at]), percent(drawn[at]),
            f"{town.n[-1, at]:,}", number(worth[at], 0), number(town.deff[-1, at]), percent(town.unseen[-1, at]),
            _grade(grades.by_town.value[0, at], grades.by_town.se[0, at]) if grades else "",
        )
        for at, area in enumerate(index.towns)
    ]  # fmt: skip
    picture = dots([triple(*each) for each in zip(town_low, town.value[-1], town_high, strict=True)])
    whole = index.district
    return {
        "index": index, "rows": list(zip(rows, picture.rows, strict=True)), "picture": picture,
        "value": percent(whole.value[-1]), "doubt": between(low[-1], high[-1]), "n": f"{whole.n[-1]:,}",
        "n_eff": number(whole.n_eff(history)[-1], 0), "deff": number(whole.deff[-1]), "before": number(history[-1]),
        "chart": lines(index.months, [triple(*each) for each in zip(low, whole.value, high, strict=True)]),
        "strata": _strata(index), "counts": counts_of(asking.district, asking.kind, month),
        "mean_grade": _grade(grades.district.value[0], grades.district.se[0]) if grades else "",
        "grades": _bars(grades.shares) if grades else [],
    }  # fmt: skip


def _strata(index: Index) -> list[Stratum]:
    cells = index.by_stratum
    low, high = (each[-1] for each in cells.interval(index.deff_before[:, None]))
    names = {town.pk: town.name for town in index.towns}
    found = [
        Stratum(
            names[town], stratum_name(name), percent(cells.value[-1, at]),
            f"{cells.se[-1, at] * 100:.1f}" if np.isfinite(cells.se[-1, at]) else "", between(low[at], high[at]),
            int(cells.n[-1, at]), bool(cells.n[-1, at] < 2),  # noqa: PLR2004 - one check has no spread
        )
        for at, (town, name) in enumerate(index.strata_names)
        if cells.whole[-1, at] > 0
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.town, each.name))


def _grade(value: float, se: float) -> str:
    if np.isnan(value):
        return ""
    return f"{value:.2f} ± {se:.2f}" if np.isfinite(se) else f"{value:.2f}"


def _bars(shares: Any) -> list[tuple[int, str, float]]:
    """Each grade, the best first: its share in words and as a length of 200."""
    return [(grade, percent(float(shares[grade])), round(float(shares[grade]) * 200, 1)) for grade in range(5, -1, -1)]


def _agreement(asking: Asking, month: date) -> dict[str, Any]:
    after = month.year * 12 + month.month
    first = after - PAIR_MONTHS
    found = agreeing(asking.district, date(first // 12, first % 12 + 1, 1), date(after // 12, after % 12 + 1, 1))
    return {
        "agreement": [("passed", _measured(found.passed)), ("grades", _measured(found.grades))],
        "inspectors": [(each, number(each.offset, 2), _ends(each.low, each.high)) for each in found.inspectors],
        "confounded": [each.name for each in found.inspectors if each.alone], "groups": found.groups,
    }  # fmt: skip


def _ends(low: float | None, high: float | None) -> str:
    return "" if low is None else f"{number(low, 2)} … {number(high, 2)}"


def _measured(found: Agreement) -> Measure:
    return Measure(
        found.pairs, percent(found.share), between(found.low, found.high), number(found.kappa, 2),
        number(found.alpha, 2), number(found.gwet, 2),
    )  # fmt: skip
