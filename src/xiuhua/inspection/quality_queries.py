"""The index of a district from its live checks: the figures of the indicators, with strata, doubt and shrinkage."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.utils import timezone

from xiuhua.city.models import Area, District
from xiuhua.foundation.estimators.areas import shrink
from xiuhua.foundation.estimators.errors import EstimateError, Floats
from xiuhua.inspection.estimates import Cells, Checks, areas, distribution, history, strata, together
from xiuhua.inspection.models import Check, Finding, Part, Plan, Visit
from xiuhua.inspection.weights import weight_of

KINDS = ("road_section", "bank_reach", "green_plot")
MONTHS = 13
_DRAWN = ("stratum", "expected_draws", "frame__size", "begins", "ends", "frame__opens", "frame__closes")


@dataclass(frozen=True)
class Index:
    """What panel checks of one kind say: ``months`` x ``towns``, the district, and every stratum (town, name)."""

    kind: str
    months: list[date]
    towns: list[Area]
    strata_names: list[tuple[int, str]]
    by_stratum: Cells
    by_town: Cells
    district: Cells
    deff_before: Floats
    # Checks that passed, plainly counted: of the district by month, of towns by month and town.
    passed: Floats
    town_passed: Floats

    def bounds(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Interval of the district in every month."""
        return self.district.interval(self.deff_before, level)

    def town_bounds(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Interval of every town in every month."""
        return self.by_town.interval(self.deff_before[:, None], level)


@dataclass(frozen=True)
class Grades:
    """Mean grade of all graded items of a month with its standard error, by town and in all, and how often each."""

    by_town: Cells
    district: Cells
    shares: Floats


def months_inspected(district: District, *, inside: bool) -> list[date]:
    """Months of committed plans that have begun, the newest last; months that are not over only for ``inside``."""
    this = today_of(district).replace(day=1)
    plans = Plan.objects.filter(district=district, month__lte=this).exclude(
        state__in=(Plan.State.DRAFT, Plan.State.DROPPED)
    )
    if not inside:
        plans = plans.filter(month__lt=this)
    return sorted({month.replace(day=1) for month in plans.values_list("month", flat=True)})


def today_of(district: District) -> date:
    """The day on the clock of the district."""
    return timezone.now().astimezone(ZoneInfo(district.time_zone)).date()


def index_of(district: District, kind: str, last: date, *, count: int = MONTHS) -> Index | None:
    """The index of ``kind`` for the ``count`` months up to ``last``; None where no visit of the kind was drawn."""
    months = _months(last, count)
    towns, whole, names = _drawn(district, kind, months)
    if not names:
        return None
    checks = _panel(district, kind, months)
    columns = {name: number for number, name in enumerate(names)}
    rows = [
        (months.index(row["month"]), columns[row["town"], row["stratum"]], row["walk"], row["weight"], row["passed"])
        for row in checks
        if row["month"] in months and (row["town"], row["stratum"]) in columns
    ]
    rows = [row for row in rows if whole[row[0], row[1]] > 0]
    made = checks_from(rows)
    place = {town.pk: number for number, town in enumerate(towns)}
    area_of = np.array([place[town] for town, _name in names], dtype=np.intp)
    by_town = areas(made, whole, area_of, len(towns))
    before = history(by_town.deff)
    return Index(
        kind, months, towns, names, strata(made, whole), by_town, together(by_town), before,
        np.bincount(made.month, made.value, len(months)),
        np.bincount(made.month * len(towns) + area_of[made.stratum], made.value, len(months) * len(towns)).reshape(
            len(months), len(towns)
        ),
    )  # fmt: skip


def shrunk(index: Index, month: int) -> list[float | None]:
    """The value of each town drawn to the mean of the twelve months before; None where there is no direct value.

    Its sampling variance is that of the mean share on ``n_eff`` checks: a town where all passed is not certain.
    Never used to judge a town, since it holds what others did.
    """
    direct = index.by_town.value[month]
    worth = index.by_town.n_eff(index.deff_before[:, None])[month]
    known = np.isfinite(direct) & np.isfinite(worth) & (worth > 0)
    if not known.any():
        return [None] * len(direct)
    before = index.district.value[max(0, month - 12) : month]
    before = before[np.isfinite(before)]
    mean = float(before.mean()) if before.size else None
    pooled = float(np.average(direct[known], weights=worth[known]))
    try:
        found = shrink(direct[known], pooled * (1 - pooled) / worth[known], mean).values
    except EstimateError:
        return [None] * len(direct)
    values: list[float | None] = [None] * len(direct)
    for number, value in zip(np.flatnonzero(known).tolist(), found.tolist(), strict=True):
        values[number] = value
    return values


def grades_of(district: District, kind: str, month: date, towns: Sequence[Area]) -> Grades | None:
    """The grades 0 to 5 of all items of panel checks of ``kind`` in ``month``; None where nothing was graded."""
    months = [month]
    _towns, whole, names = _drawn(district, kind, months)
    columns = {name: number for number, name in enumerate(names)}
    checks = {row["pk"]: row for row in _panel(district, kind, months)}
    found = Finding.objects.filter(made__in=list(checks), item__scale="grade", value__isnull=False).values_list(
        "made_id", "value"
    )
    rows, grades = [], []
    for check, value in found:
        row = checks[check]
        column = columns.get((row["town"], row["stratum"]))
        if value is not None and column is not None and whole[0, column] > 0:
            rows.append((0, column, row["walk"], row["weight"], value))
            grades.append(min(max(round(value), 0), 5))
    if not rows:
        return None
    made, place = checks_from(rows), {town.pk: number for number, town in enumerate(towns)}
    area_of = np.array([place[town] for town, _name in names], dtype=np.intp)
    by_town = areas(made, whole, area_of, len(towns))
    return Grades(by_town, together(by_town), distribution(made, np.array(grades), 6, whole)[0])


def counts_of(district: District, kind: str, month: date) -> dict[str, int]:
    """How many visits were planned whose day is over, how many were made, checks that did not count, odd ones."""
    over = Visit.objects.filter(
        plan__district=district, plan__month=month, frame__kind=kind, day__lt=today_of(district)
    ).exclude(plan__state__in=(Plan.State.DRAFT, Plan.State.DROPPED))
    checks = Check.objects.filter(district=district, frame__kind=kind, visit__plan__month=month)
    flags = list(checks.values_list("valid", "flags"))
    return {
        "planned": over.count(), "made": over.filter(made__isnull=False).count(),
        "invalid": sum(not valid for valid, _flags in flags), "odd": sum(bool(odd) for _valid, odd in flags),
    }  # fmt: skip


def checks_from(rows: Sequence[tuple[int, int, Any, float, float]]) -> Checks:
    """Rows (month, stratum, walk, weight, value) as arrays; walks get numbers."""
    walks: dict[Any, int] = {}
    numbers = [walks.setdefault(row[2], len(walks)) for row in rows]
    month, stratum, _walk, weight, value = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    return Checks(
        np.array(month, dtype=np.intp), np.array(stratum, dtype=np.intp), np.array(numbers, dtype=np.intp),
        np.array(weight, dtype=np.float64), np.array(value, dtype=np.float64),
    )  # fmt: skip


def _months(last: date, count: int) -> list[date]:
    number = last.year * 12 + last.month - 1
    return [date(each // 12, each % 12 + 1, 1) for each in range(number - count + 1, number + 1)]


def _drawn(district: District, kind: str, months: list[date]) -> tuple[list[Area], Floats, list[tuple[int, str]]]:
    """Towns, weights (months x strata), names of the strata: of panel visits whose day is over."""
    rows = (
        Visit.objects.filter(
            plan__district=district, part=Part.PANEL, frame__kind=kind, day__lt=today_of(district),
            plan__month__gte=months[0], frame__town__isnull=False,
        )
        .exclude(plan__state__in=(Plan.State.DRAFT, Plan.State.DROPPED))
        .values_list("plan__month", "frame__town", *_DRAWN)
    )  # fmt: skip
    place, added = {month: number for number, month in enumerate(months)}, []
    names: dict[tuple[int, str], int] = {}
    for month, town, stratum, draws, size, begins, ends, opens, closes in rows:
        number = place.get(month.replace(day=1))
        if number is not None:
            column = names.setdefault((town, stratum), len(names))
            added.append((number, column, weight_of(size, begins, ends, opens, closes, draws)))
    whole = np.zeros((len(months), len(names)))
    for number, column, weight in added:
        whole[number, column] += weight
    towns = list(Area.objects.filter(pk__in={town for town, _name in names}).order_by("code"))
    return towns, whole, list(names)


def _panel(district: District, kind: str, months: list[date]) -> list[dict[str, Any]]:
    """Valid panel checks of committed plans that passed or failed, with month, walk and weight."""
    zone = ZoneInfo(district.time_zone)
    rows = Check.objects.filter(
        district=district, part=Part.PANEL, valid=True, passed__isnull=False, frame__kind=kind,
        visit__plan__month__gte=months[0], frame__town__isnull=False,
    ).values_list(
        "pk", "visit__plan__month", "frame__town", "inspector", "seen_at", "passed",
        *(name if name.startswith("frame") else f"visit__{name}" for name in _DRAWN),
    )  # fmt: skip
    found = []
    for pk, month, town, inspector, seen, passed, stratum, draws, size, begins, ends, opens, closes in rows:
        day = seen.astimezone(zone).date()
        found.append({
            "pk": pk, "month": month.replace(day=1), "town": town, "stratum": stratum, "walk": (inspector, day),
            "passed": float(passed), "weight": weight_of(size, begins, ends, opens, closes, draws),
        })  # fmt: skip
    return found
