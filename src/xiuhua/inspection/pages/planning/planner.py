"""The planner: how many checks tell two towns apart, what hours buy, what Neyman's allocation would save."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xiuhua.city.models import Area
from xiuhua.foundation.estimators.errors import EstimateError
from xiuhua.inspection.models import Check, Frame, Part
from xiuhua.inspection.operating import allocations, buys, tell_apart
from xiuhua.inspection.pages.planning.asked import Here, here, town_names
from xiuhua.inspection.pages.planning.words import kind_names, percent, points
from xiuhua.people.permissions import require

# Least, most and first value of each number of the two questions.
FIELDS: dict[str, tuple[float, float, float]] = {
    "one": (0, 100, 95), "other": (0, 100, 90), "deff": (1, 20, 2), "hours": (0.5, 100_000, 40),
    "minutes": (1, 240, 12), "way": (0, 240, 6), "panel": (1, 100, 70), "passing": (1, 100, 95), "towns": (1, 500, 1),
}  # fmt: skip
# Below so many checks of a town its share says too little to spread others by.
ENOUGH = 10


@dataclass(frozen=True)
class NeymanRow:
    """A town of a kind with its share of the weight, what passed, and the two allocations of a hundred checks."""

    town: str
    share: str
    passing: str
    n: int
    proportional: int
    neyman: int


@require_GET
@require("inspection.plan")
def planner(request: HttpRequest, district_code: str) -> HttpResponse:
    """The planner's two questions and the comparison of allocations."""
    place = here(request, district_code)
    towns = Area.objects.filter(district=place.district, kind="town", valid_to=None).count()
    values, wrong = _numbers(request.GET, max(towns, 1))
    context: dict[str, Any] = {
        "district": place.district, "plans": True, "values": values, "wrong": wrong, "towns": towns,
        "pairs": max(towns * (towns - 1) // 2, 1), **_apart(values, towns), **_bought(values), "neyman": _neyman(place),
    }  # fmt: skip
    partial = bool(request.headers.get("HX-Request"))
    return render(
        request, "inspection/planning/_answers.html" if partial else "inspection/planning/planner.html", context
    )


def _numbers(given: QueryDict, towns: int) -> tuple[dict[str, float], list[str]]:
    values, wrong = {}, []
    for name, (least, most, first) in FIELDS.items():
        text = given.get(name, "").strip()
        values[name] = float(towns) if name == "towns" else first
        if not text:
            continue
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            value = float("nan")
        if isfinite(value) and least <= value <= most:
            values[name] = value
        else:
            wrong.append(
                _("“%(text)s” is no number from %(least)s to %(most)s.")
                % {"text": text[:20], "least": f"{least:g}", "most": f"{most:g}"}
            )
    return values, wrong


def _apart(values: dict[str, float], towns: int) -> dict[str, Any]:
    one, other = values["one"] / 100, values["other"] / 100
    pairs = max(towns * (towns - 1) // 2, 1)
    try:
        return {
            "two": tell_apart(one, other, deff=values["deff"]),
            "all": tell_apart(one, other, deff=values["deff"], pairs=pairs) if pairs > 1 else None,
        }
    except EstimateError:
        return {"two": None, "all": None}


def _bought(values: dict[str, float]) -> dict[str, Any]:
    found = buys(
        values["hours"], minutes=values["minutes"], way_minutes=values["way"], panel=values["panel"] / 100,
        towns=int(values["towns"]), passing=values["passing"] / 100, deff=values["deff"],
    )  # fmt: skip
    return {
        "bought": found, "district_half": points(found.district_half), "town_half": points(found.town_half),
        "shown": percent(found.shown),
    }  # fmt: skip


def _neyman(place: Here) -> list[tuple[str, list[NeymanRow], str]]:
    """By kind: towns with enough random checks, and how much of the variance Neyman's allocation would save."""
    names, towns = kind_names(), town_names(place.district)
    sizes: dict[tuple[str, str], float] = {}
    for kind, town, size in Frame.objects.filter(district=place.district, valid_to=None).values_list(
        "kind", "town__code", "size"
    ):
        sizes[kind, town or ""] = sizes.get((kind, town or ""), 0.0) + size
    rows = (
        Check.objects.filter(district=place.district, part=Part.PANEL, valid=True, passed__isnull=False)
        .order_by("frame__kind", "frame__town__code")
        .values_list("frame__kind", "frame__town__code")
        .annotate(n=Count("id"), good=Count("id", filter=Q(passed=True)))
    )
    by_kind: dict[str, list[tuple[str, int, float, float]]] = {}
    for kind, town, n, good in rows:
        if n >= ENOUGH and sizes.get((kind, town or "")):
            by_kind.setdefault(kind, []).append((town or "", n, good / n, sizes[kind, town or ""]))
    found = []
    for kind, some in by_kind.items():
        if len(some) < 2:  # noqa: PLR2004 - one town is shared among nobody
            continue
        split = allocations([row[3] for row in some], [row[2] for row in some], 100)
        whole = sum(row[3] for row in some)
        found.append((
            names.get(kind, kind),
            [
                NeymanRow(
                    towns.get(town, town), percent(size / whole), percent(p), n, round(float(even)), round(float(best))
                )
                for (town, n, p, size), even, best in zip(some, split.proportional, split.neyman, strict=True)
            ],
            percent(split.saved),
        ))  # fmt: skip
    return found
