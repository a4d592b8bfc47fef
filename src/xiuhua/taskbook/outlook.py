"""How likely each goal reaches its target at the end of the year, for the district and its areas, seen at a month."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from xiuhua.city.models import District
from xiuhua.foundation.indicators import Indicator, indicators, shown
from xiuhua.taskbook.forecast import HISTORY, Direction, forecast, probability
from xiuhua.taskbook.groups import DISTRICT, UNIT
from xiuhua.taskbook.light import Light, light
from xiuhua.taskbook.models import Book, Forecast, Goal, Project, Value
from xiuhua.taskbook.months import edges_of, month_after
from xiuhua.taskbook.pace import pace

DECEMBER = 12
REACHED, PACE = "measured", "pace"


@dataclass(frozen=True)
class _Measured:
    """A value of a month in the shown unit."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    late: bool


class Series(dict[date, _Measured]):
    """The values of one group by month."""


def outlooks(book: Book, month: date) -> list[Forecast]:
    """A forecast for every goal with an indicator or projects: rows not yet kept, for the end of the year of month."""
    goals = list(book.goals.prefetch_related("targets").order_by("order", "key"))
    known = indicators()
    measured = _series(book.district, month, {goal.indicator for goal in goals if goal.indicator})
    found: list[Forecast] = []
    for goal in goals:
        targets = {target.year: target.value for target in goal.targets.all()}
        target = targets.get(month.year)
        indicator = known.get(goal.indicator)
        if indicator:
            groups = {(DISTRICT, ""): Series(), **measured.get(goal.indicator, {})}
            found += [_of_values(goal, indicator, month, group, groups[group], target) for group in sorted(groups)]
        elif goal.project_kind:
            found.append(_of_projects(goal, month, target))
    return found


def _of_values(
    goal: Goal, indicator: Indicator, month: date, group: tuple[str, str], series: Series, target: float | None
) -> Forecast:
    now = series.get(month)
    least, most = indicator.bounds
    green, red = (float(indicator.traffic.get(key, default)) for key, default in (("green_p", 0.8), ("red_p", 0.2)))
    seen: dict[str, Any] = {
        "low": now.low if now else None, "high": now.high if now else None, "baseline": goal.baseline,
        "target": target, "has_target": target is not None, "has_owner": goal.lead_id is not None,
        "n": now.n if now else 0, "min_n": indicator.min_n, "late": now is not None and now.late,
        "green": green, "red": red,
    }  # fmt: skip
    row = Forecast(goal=goal, scope=group[0], code=group[1], month=month, year=month.year)
    if month.month == DECEMBER:
        if now is not None and now.value is not None:
            row.method, row.expected, row.low, row.high = REACHED, now.value, now.low, now.high
            row.probability = None if target is None else float(_reached(indicator.direction, now.value, target))
    else:
        values = [_value(series.get(month_after(month, -back))) for back in range(HISTORY - 1, -1, -1)]
        found = forecast(values, low=least, high=most, periods_ahead=DECEMBER - month.month)
        row.method, row.expected, row.low, row.high = found.method, found.expected, found.low, found.high
        if target is not None and indicator.direction in {"up", "down"}:
            row.probability = probability(found, target, cast("Direction", indicator.direction))
    return _lit(row, light(row.probability, **seen))


def _of_projects(goal: Goal, month: date, target: float | None) -> Forecast:
    """Of goals that count finished projects: from how long those took that were finished."""
    last = month_after(month) - timedelta(days=1)
    rows = list(Project.objects.filter(book=goal.book, kind=goal.project_kind).values_list("started_on", "done_on"))
    done = [(start, end) for start, end in rows if end and end <= last]
    # What was finished after the month was under way then.
    open_ages = [(last - start).days for start, end in rows if start and start <= last and not (end and end <= last)]
    starts = [start for start, _end in rows if start and start <= last]
    row = Forecast(goal=goal, scope=DISTRICT, code="", month=month, year=month.year, method=PACE)
    if target is not None:
        found = pace(
            round(target), [(end - start).days for start, end in done if start and end], open_ages,
            (date(month.year, DECEMBER, 31) - last).days, (last - min(starts)).days if starts else 0,
            accepted=len(done),
        )  # fmt: skip
        row.expected, row.low, row.high, row.probability = found.expected, found.low, found.high, found.probability
    return _lit(row, light(row.probability, has_target=target is not None, has_owner=goal.lead_id is not None))


def _lit(row: Forecast, given: Light) -> Forecast:
    row.light, row.reason = given.colour, given.reason if given.colour == "grey" else ""
    return row


def _reached(direction: str, value: float, target: float) -> bool:
    return value <= target if direction == "down" else value >= target


def _value(measured: _Measured | None) -> float | None:
    return measured.value if measured else None


def _series(district: District, month: date, keys: set[str]) -> dict[str, dict[tuple[str, str], Series]]:
    """By indicator and group (district and areas) the values of the last 36 months."""
    found: dict[str, dict[tuple[str, str], Series]] = {}
    known = indicators()
    _begin, end = edges_of([month], district.time_zone)
    for row in _rows(district, month, keys):
        unit = known[row.indicator].unit if row.indicator in known else ""
        value, low, high = (shown(each, unit) for each in (row.value, row.low, row.high))
        late = row.missing == "late_data" or row.data_until < end
        groups = found.setdefault(row.indicator, {})
        groups.setdefault((row.scope, row.code), Series())[row.month] = _Measured(value, low, high, row.n, late)
    return {
        key: {group: series for group, series in groups.items() if month in series} for key, groups in found.items()
    }


def _rows(district: District, month: date, keys: set[str]) -> Iterator[Value]:
    since = month_after(month, 1 - HISTORY)
    rows = Value.objects.filter(district=district, indicator__in=keys, month__gte=since, month__lte=month)
    return rows.exclude(scope=UNIT).iterator()
