"""The book: every goal with its owner, where it stands, its light with P, its months and its commitments."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xiuhua.foundation.indicators import indicators
from xiuhua.taskbook.models import Goal
from xiuhua.taskbook.months import month_after
from xiuhua.taskbook.pages.asked import Asking, asked, asked_month, asked_text, asked_year
from xiuhua.taskbook.pages.goal_rows import GREY, Standing, standing
from xiuhua.taskbook.pages.wording import LIGHTS, light_text
from xiuhua.taskbook.queries import Promised, finished_projects, forecasts, goals, levels

# Months that a goal's line shows.
MONTHS = 36


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; "" is everything."""

    group: str
    unit: str
    light: str

    def wants(self, row: Standing) -> bool:
        """Whether the goal is to be shown."""
        bodies = {row.goal.lead.code if row.goal.lead else "-", *(unit.code for unit in row.goal.support.all())}
        return (
            (not self.group or row.goal.group == self.group)
            and (not self.unit or self.unit in bodies)
            and (not self.light or row.light.colour == self.light)
        )

    @property
    def any(self) -> bool:
        """Whether anything is left out."""
        return bool(self.group or self.unit or self.light)


@require_safe
def book(request: HttpRequest, district_code: str) -> HttpResponse:
    """The newest issued book, or ``?book=``, for ``?year=``; ``?group=&unit=&light=`` narrow it."""
    asking = asked(request, district_code)
    if asking.book is None:
        return render(request, "taskbook/no_book.html", {"district": asking.district, "inside": asking.seen.inside})
    year = asked_year(request, asking.book, asking.today.year)
    months = months_of(asking, year)
    month = asked_month(request, asking.seen, months)
    rows = standings(asking, goals(asking.book, asking.today), year, month)
    filters = Filters(asked_text(request, "group"), asked_text(request, "unit"), asked_text(request, "light"))
    wanted = [row for row in rows if filters.wants(row)]
    newest = max((row.month for row in rows if row.month), default=None)
    context = {
        "district": asking.district, "book": asking.book, "books": asking.books, "year": year,
        "years": range(asking.book.first_year, asking.book.last_year + 1), "rows": wanted, "filters": filters,
        "grouped": _grouped(wanted),
        "groups": _groups(rows), "units": _units(rows), "lights": _lights(request, rows, filters), "count": len(rows),
        "newest": newest, "published_at": asking.seen.published.get(month) if month else None,
        "month": month, "months": months[::-1], "line_months": MONTHS,
        "open": sum(row.promised.open for row in rows), "late": sum(row.promised.late for row in rows),
        "inside": asking.seen.inside, "query": urlencode({"book": asking.book.key}),
    }  # fmt: skip
    return render(request, "taskbook/book.html", context)


def months_of(asking: Asking, year: int) -> list[date]:
    """The months at which the book can be looked at: those of ``year`` that were published, for those inside all."""
    last = min(date(year, 12, 1), asking.today.replace(day=1))
    months = [date(year, month, 1) for month in range(1, 13) if date(year, month, 1) <= last]
    return [month for month in months if asking.seen.sees(month)] or [last]


def standings(
    asking: Asking, found: list[tuple[Goal, Promised]], year: int, month: date | None = None
) -> list[Standing]:
    """How each goal stands at ``month`` on its way to the end of ``year``, with at most ``MONTHS`` months.

    Without ``month``: at the newest published one of the year, else at the newest.
    """
    known, there = indicators(), asking.book_there()
    if month is None:
        months = months_of(asking, year)
        month = next((each for each in reversed(months) if each in asking.seen.published), months[-1])
    keys = {goal.indicator for goal, _said in found if goal.indicator}
    since = month_after(month, 1 - MONTHS)
    readings = levels(asking.seen, keys, since, month)
    ahead = forecasts(asking.seen, [goal for goal, _said in found], year, month)
    projects = finished_projects(there) if any(goal.project_kind for goal, _said in found) else {}
    return [
        standing(
            goal, year, known.get(goal.indicator), readings.get(goal.indicator, []), ahead.get(goal.pk, [None])[-1],
            said, projects, asking.district.code,
        )
        for goal, said in found
    ]  # fmt: skip


def _grouped(rows: list[Standing]) -> list[tuple[str, list[Standing]]]:
    found: dict[str, list[Standing]] = {}
    for row in rows:
        found.setdefault(row.group, []).append(row)
    return list(found.items())


def _groups(rows: list[Standing]) -> list[tuple[str, str]]:
    return list({row.goal.group: row.group for row in rows if row.goal.group}.items())


def _units(rows: list[Standing]) -> list[tuple[str, str]]:
    bodies = {row.goal.lead for row in rows if row.goal.lead} | {
        unit for row in rows for unit in row.goal.support.all()
    }
    return [(unit.code, unit.name) for unit in sorted(bodies, key=lambda unit: unit.code)]


def _lights(request: HttpRequest, rows: list[Standing], filters: Filters) -> list[tuple[str, str, int, str, bool]]:
    """Of each light: colour, word, how many goals, the address of the list with it alone, whether that is shown."""
    query = {name: value for name in ("book", "year", "month", "group", "unit") if (value := asked_text(request, name))}
    counted = {colour: sum(row.light.colour == colour for row in rows) for colour in LIGHTS}
    return [
        (
            colour,
            light_text(colour),
            counted[colour],
            "?" + urlencode({**query, "light": colour}),
            filters.light == colour,
        )
        for colour in ("red", "yellow", "green", GREY)
    ]
