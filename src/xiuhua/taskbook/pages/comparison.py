"""Towns or units side by side: by the score of a book or by one indicator, never as a bare list of ranks."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from xiuhua.city.models import Kind
from xiuhua.foundation.indicators import PERCENT, Indicator, indicators, shown
from xiuhua.taskbook.groups import DISTRICT, UNIT
from xiuhua.taskbook.models import Score
from xiuhua.taskbook.pages.asked import Asking, asked, asked_month, asked_text, indicator_of
from xiuhua.taskbook.pages.comparing import Compared, Comparison, alike, comparison, placed
from xiuhua.taskbook.pages.wording import PERCENT_BOUNDS, interval, missing_text, number, plain, scope_name
from xiuhua.taskbook.queries import months_with_values, named_goals, names, scopes_of, scores, values
from xiuhua.taskbook.score_queries import alarms

SCORE = "score"


@require_safe
def compare(request: HttpRequest, district_code: str) -> HttpResponse:
    """``?indicator=KEY``, or the score of the book (``score``, as without it); ``?scope=`` and ``?month=``."""
    asking = asked(request, district_code)
    wanted = asked_text(request, "indicator") or SCORE
    context = (
        _by_score(request, asking) if wanted == SCORE else _by_indicator(request, asking, indicator_of(wanted))
    ) | {
        "district": asking.district, "book": asking.book, "wanted": wanted, "inside": asking.seen.inside,
        "offered": [(key, each.name) for key, each in sorted(indicators().items())],
        "about": indicators()[wanted].name if wanted != SCORE else "",
    }  # fmt: skip
    month = context["month"]
    context["published"] = month in asking.seen.published if month else True
    return render(request, "taskbook/comparison.html", context)


def _by_score(request: HttpRequest, asking: Asking) -> dict[str, Any]:
    found = scores(asking.seen, asking.book) if asking.book else []
    months = sorted({row.month for row in found})
    month = asked_month(request, asking.seen, months)
    here = [row for row in found if row.month == month and row.scope != DISTRICT]
    scope, scopes = _scope(request, asking, sorted({row.scope for row in here}))
    here = [row for row in here if row.scope == scope]
    called = names(asking.district, [(row.scope, row.code) for row in here])
    members: dict[tuple[str, ...], list[Score]] = {}
    for row in here:
        members.setdefault(alike(row), []).append(row)
    drawn, alone = [], []
    for goals, some in members.items():
        if len(some) == 1:
            alone += some
            continue
        title = ngettext("Scored by the same %(count)s goal", "Scored by the same %(count)s goals", len(goals))
        drawn.append((some, title % {"count": len(goals)} if len(members) > 1 else ""))
    if alone:
        drawn.append((alone, _("Scored by goals of their own: compared with nobody")))
    found_here = [
        comparison(
            [_scored(asking, row, called[row.scope, row.code]) for row in some], None, (0.0, 100.0), falling=False,
            title=title,
        )
        for some, title in drawn
    ]  # fmt: skip
    told = {goal.key: goal.name for goal in named_goals(asking.book)} if asking.book else {}
    useless = {alarm.goal for alarm in alarms(here) if alarm.goal}
    return _drawn(found_here, months, month, scope, scopes) | {
        "useless": _(", ").join(told.get(key, key) for key in sorted(useless)),
    }  # fmt: skip


def _scored(asking: Asking, row: Score, name: str) -> Compared:
    """A score as a share of the full points in percent, which is what can be compared."""
    value, low, high = (
        None if each is None or not row.full else 100 * each / row.full for each in (row.points, row.low, row.high)
    )
    return Compared(
        row.code, name, value, low, high, row.best_rank or 0, row.worst_rank or 0, row.band, number(value, PERCENT),
        interval(low, high, PERCENT),
        missing_text("too_few") if row.points is None else f"{plain(row.points, 1)} / {plain(row.full)}",
        own_page(asking.district.code, row.scope, row.code, month=f"{row.month:%Y-%m}"),
    )  # fmt: skip


def _by_indicator(request: HttpRequest, asking: Asking, described: Indicator) -> dict[str, Any]:
    key, unit = described.key, described.unit
    months = months_with_values(asking.seen, [key])
    month = asked_month(request, asking.seen, months)
    there = [] if month is None else [each for each in scopes_of(asking.seen, key, month) if each != DISTRICT]
    scope, scopes = _scope(request, asking, there)
    found = (
        []
        if month is None
        else values(asking.seen, indicators=[key], scopes=[DISTRICT, scope], since=month, until=month)
    )
    here, whole = (
        [row for row in found if row.scope != DISTRICT],
        next((row for row in found if row.scope == DISTRICT), None),
    )
    called = names(asking.district, [(row.scope, row.code) for row in here])
    rows = []
    for row in here:
        value, low, high = (shown(each, unit) for each in (row.value, row.low, row.high))
        page = own_page(asking.district.code, row.scope, row.code, month=f"{row.month:%Y-%m}")
        rows.append(Compared(
            row.code, called[row.scope, row.code], value, low, high, 0, 0, "", number(value, unit),
            interval(low, high, unit), missing_text(row.missing) if value is None else f"n = {row.n:,}", page,
        ))  # fmt: skip
    falling = described.direction == "down"
    drawn = comparison(
        placed(rows, falling=falling) if described.direction != "band" else rows,
        shown(whole.value, unit) if whole else None, PERCENT_BOUNDS.get(unit, (None, None)), falling=falling,
    )  # fmt: skip
    return _drawn([drawn], months, month, scope, scopes)


def _drawn(
    drawn: list[Comparison], months: list[Any], month: Any, scope: str, scopes: list[tuple[str, str]]
) -> dict[str, Any]:
    return {
        "comparisons": [each for each in drawn if each.rows],
        "months": months[::-1],
        "month": month,
        "scope": scope,
        "scopes": scopes,
    }


def _scope(request: HttpRequest, asking: Asking, there: list[str]) -> tuple[str, list[tuple[str, str]]]:
    """The scope asked for, else towns, else the first there is; all of them with their names."""
    wanted = asked_text(request, "scope")
    kinds = {kind.key: kind.name for kind in Kind.objects.filter(domain="area", key__in=there)}
    scope = wanted if wanted in there else "town" if "town" in there else next(iter(there), "")
    return scope, [(each, scope_name(each, kinds)) for each in there]


def own_page(district_code: str, scope: str, code: str, **query: str) -> str:
    """The page of a unit or an area."""
    name, args = ("unit", [code]) if scope == UNIT else ("area", [scope, code])
    return f"{reverse(f'taskbook:{name}', args=[district_code, *args])}?{urlencode(query)}"
