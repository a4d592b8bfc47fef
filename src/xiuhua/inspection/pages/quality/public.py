"""The index for everybody: how clean, how sure, what "100 %" says, and how the checks were drawn."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xiuhua.inspection.models import Plan
from xiuhua.inspection.pages.quality.asked import Asking, asked
from xiuhua.inspection.pages.quality.pictures import Dots, Lines, Triple, dots, lines
from xiuhua.inspection.pages.quality.words import (
    between,
    kind_name,
    level_words,
    no_failure_words,
    number,
    percent,
    restored_words,
    yes_no,
)
from xiuhua.inspection.quality_queries import KINDS, Index, index_of
from xiuhua.inspection.restoring import restored_of
from xiuhua.inspection.statements import level, no_failure

# The level that "100 %" is held against: 59 independent checks without a failure show it.
P0 = 0.95
SHOWN_PLANS = 6


@dataclass(frozen=True)
class Said:
    """One of the three statements: its word and colour, and its sentence."""

    word: str
    colour: str
    text: str


@dataclass(frozen=True)
class Town:
    """A row of the table of towns."""

    name: str
    value: str
    doubt: str
    n: str
    n_eff: str


@dataclass(frozen=True)
class Kind:
    """What is shown of one kind of objects in the month."""

    key: str
    name: str
    value: str
    doubt: str
    n: str
    n_eff: str
    statements: list[Said]
    chart: Lines | None
    rows: list[tuple[Town, Any]]
    picture: Dots | None


@require_safe
def quality(request: HttpRequest, district_code: str) -> HttpResponse:
    """The index of ``?month=``, else of the newest month that is over."""
    asking = asked(request, district_code)
    kinds = [kind_of(asking, key) for key in KINDS] if asking.month else []
    context = {
        "district": asking.district, "months": asking.months[::-1], "month": asking.month, "inside": asking.inside,
        "kinds": kinds, "plans": _plans(asking), "p0": f"{P0 * 100:g} %",
    }  # fmt: skip
    return render(request, "inspection/quality/public.html", context)


def kind_of(asking: Asking, key: str) -> Kind:
    """What panel checks of the kind say of the month."""
    assert asking.month is not None
    index = index_of(asking.district, key, asking.month)
    restored = restored_of(asking.district, key, asking.month)
    if index is None:
        nothing = [_said(no_failure(0, 0), no_failure_words), _said(level(None, P0, 0, 0), level_words)]
        nothing.append(_said(restored, restored_words))
        return Kind(key, kind_name(key), "", "", "0", "", nothing, None, [], None)
    low, high = index.bounds()
    value, n = index.district.value[-1], int(index.district.n[-1])
    worth = _or_none(index.district.n_eff(index.deff_before)[-1])
    bound = _or_none(index.district.lower(index.deff_before)[-1])
    passed = round(float(index.passed[-1]))
    statements = [
        _said(no_failure(passed, n, np.nan if worth is None else worth), no_failure_words),
        _said(level(bound, P0, passed, n), level_words),
        _said(restored, restored_words),
    ]
    chart = lines(index.months, [triple(*each) for each in zip(low, index.district.value, high, strict=True)])
    rows, picture = _towns(index)
    return Kind(
        key, kind_name(key), percent(value), between(low[-1], high[-1]), f"{n:,}", number(worth, 0), statements, chart,
        rows, picture,
    )  # fmt: skip


def _towns(index: Index) -> tuple[list[tuple[Town, Any]], Dots]:
    low, high = (each[-1] for each in index.town_bounds())
    value, n = index.by_town.value[-1], index.by_town.n[-1]
    worth = index.by_town.n_eff(index.deff_before[:, None])[-1]
    picture = dots([triple(*each) for each in zip(low, value, high, strict=True)])
    towns = [
        Town(town.name, percent(value[at]), between(low[at], high[at]), f"{n[at]:,}", number(worth[at], 0))
        for at, town in enumerate(index.towns)
    ]
    return list(zip(towns, picture.rows, strict=True)), picture


def triple(low: float, value: float, high: float) -> Triple:
    """Low, value and high in per cent for a picture."""
    ends = [None if np.isnan(each) else float(each) * 100 for each in (low, value, high)]
    return ends[0], ends[1], ends[2]


def _plans(asking: Asking) -> list[Plan]:
    """The newest plans that were committed: digests are shown from then on, seeds once they are revealed."""
    shown = Plan.objects.filter(district=asking.district, state__in=(Plan.State.COMMITTED, Plan.State.REVEALED))
    return list(shown.order_by("-month", "-pk")[:SHOWN_PLANS])


def _said(found: Any, words: Any) -> Said:
    word, colour = yes_no(found.holds)
    return Said(word, colour, words(found))


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
