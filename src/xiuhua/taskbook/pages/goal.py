"""One goal: what was promised, what proves it, how it is scored, how the forecast went, who promised which measure."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xiuhua.city.models import local
from xiuhua.foundation.indicators import indicators
from xiuhua.taskbook.models import Goal
from xiuhua.taskbook.pages.asked import Asking, asked, asked_month, asked_year
from xiuhua.taskbook.pages.book import months_of, standings
from xiuhua.taskbook.pages.charts import chart
from xiuhua.taskbook.pages.goal_rows import light_of
from xiuhua.taskbook.pages.wording import number, statement_text
from xiuhua.taskbook.queries import Promised, commitments, forecasts, goals


@require_safe
def goal(request: HttpRequest, district_code: str, goal_key: str) -> HttpResponse:
    """The goal of ``?book=`` or of the newest issued book, by the target of ``?year=``."""
    asking = asked(request, district_code)
    book = asking.book_there()
    found, said = _goal(asking, goal_key)
    year = asked_year(request, book, asking.today.year)
    months = months_of(asking, year)
    month = asked_month(request, asking.seen, months)
    row = standings(asking, [(found, said)], year, month)[0]
    measured = indicators().get(found.indicator)
    history = [
        (each.month, light_of(each, row.unit), each.method)
        for each in reversed(forecasts(asking.seen, [found], year).get(found.pk, []))
    ]
    context = {
        "district": asking.district, "book": book, "goal": found, "row": row, "year": year,
        "months": months[::-1], "month": month, "today": asking.today,
        "indicator": measured, "indicator_name": measured.name if measured else "",
        "years": range(book.first_year, book.last_year + 1), "evidence": local(found.evidence_zh, found.evidence_en),
        "statement": statement_text(found.statement),
        "targets": [
            (each.year, number(each.value, row.unit), local(each.meaning_zh, each.meaning_en))
            for each in found.targets.all()
        ],
        "rule": _rule(found), "history": history, "chart": chart(asking.seen, row.readings, row.unit, [found]),
        "inside": asking.seen.inside, "promises": list(commitments(book).filter(goal=found)),
    }  # fmt: skip
    return render(request, "taskbook/goal.html", context)


def _goal(asking: Asking, key: str) -> tuple[Goal, Promised]:
    book = asking.book_there()
    found = next((each for each in goals(book, asking.today) if each[0].key == key), None)
    if found is None:
        raise Http404(
            _("The book %(book)s has no goal %(key)s. The page of the book shows those it has.")
            % {"book": book.name, "key": key}
        )
    return found


def _rule(found: Goal) -> list[tuple[str, str]]:
    """The parts of the score rule with their names, in the order of the rule."""
    words = {
        "full_at": _("Full points at"), "tiers": _("Tiers"), "step": _("For each step of"), "deduct": _("are deducted"),
        "floor": _("not below"), "cap": _("not above"), "weight": _("Weight"), "source": _("Source"),
        "version": _("Version"),
    }  # fmt: skip
    rule = found.score if isinstance(found.score, dict) else {}
    told = [(word, _part(rule[key])) for key, word in words.items() if key in rule]
    return [(word, text) for word, text in told if text]


def _part(value: object) -> str:
    """One part of a rule: a number, a text, the two ends of a band, or tiers."""
    if isinstance(value, list):
        return "; ".join(_part(each) for each in value)
    if isinstance(value, dict):
        return _("from %(at)s on %(points)s") % {"at": value.get("at", ""), "points": value.get("points", "")}
    return "" if value is None else str(value)
