"""A unit's or an area's own page: its numbers, how each was computed, its place as a set, what it promised."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xiuhua.city.models import local
from xiuhua.foundation.form_answers import Failed
from xiuhua.foundation.indicators import indicators
from xiuhua.people.permissions import may
from xiuhua.people.queries import unit_chain
from xiuhua.taskbook.groups import DISTRICT, UNIT
from xiuhua.taskbook.models import Score
from xiuhua.taskbook.pages.asked import Asking, asked, asked_month
from xiuhua.taskbook.pages.comparing import Compared, alike, place_text
from xiuhua.taskbook.pages.indicator import Row, row_of
from xiuhua.taskbook.pages.pictures.lines import Point, large
from xiuhua.taskbook.pages.wording import band_text, interval, missing_text, number, plain
from xiuhua.taskbook.queries import (
    commitments,
    known_area,
    milestones_of_unit,
    months_of_group,
    named_goals,
    names,
    revisions,
    scores,
    unit_of,
    values,
)
from xiuhua.taskbook.score_queries import what_if

COMMIT = "taskbook.commit"


@dataclass(frozen=True)
class Part:
    """One goal of a score: what was reached, what it gave, and the sentence that says how."""

    goal: str
    goal_key: str
    indicator: str
    value: str
    doubt: str
    counted: str
    points: str
    full: str
    sentence: str
    missing: str
    lost: float = 0.0


@dataclass(frozen=True)
class Lever:
    """A goal that would move a score: where it is, what it lost, steps as (where to, value, points gained, records)."""

    goal: str
    goal_key: str
    value: str
    lost: str
    steps: list[tuple[str, str, str, int | None]]


@dataclass(frozen=True)
class Told:
    """A score in words with its parts, those that cost most first."""

    points: str
    full: str
    doubt: str
    place: str
    band: str
    band_key: str
    parts: list[Part] = field(default_factory=list)
    rule_version: str = ""
    code_digest: str = ""


@require_safe
def unit(request: HttpRequest, district_code: str, code: str) -> HttpResponse:
    """The page of a unit; ``?month=`` and ``?book=`` choose."""
    return show_unit(request, asked(request, district_code), code)


@require_safe
def area(request: HttpRequest, district_code: str, kind: str, area_code: str) -> HttpResponse:
    """The page of an area of any kind, for instance a town."""
    asking = asked(request, district_code)
    if not known_area(asking.district, kind, area_code):
        raise Http404(
            _("%(district)s has no area %(code)s of this kind.") % {"district": asking.district.name, "code": area_code}
        )
    name = names(asking.district, [(kind, area_code)])[kind, area_code]
    return _page(request, asking, kind, area_code, name, {})


def show_unit(request: HttpRequest, asking: Asking, code: str, failed: Failed | None = None) -> HttpResponse:
    """The page of a unit, with forms for who may report for it; what was refused stands there with what was typed."""
    body = unit_of(asking.district, code)
    if body is None:
        raise Http404(
            _("%(district)s has no organisation %(code)s. The list of organisations shows those it has.")
            % {"district": asking.district.name, "code": code}
        )
    more: dict[str, Any] = {"unit": body, "promises": [], "led": [], "steps": [], "failed": failed}
    if asking.book is not None:
        above = [each.code for each in unit_chain(body)]
        more |= {
            "promises": list(commitments(asking.book).filter(unit=body)),
            "led": [goal for goal in named_goals(asking.book) if goal.lead_id == body.pk],
            "steps": milestones_of_unit(asking.book, body),
            "may_report": asking.book.state != "closed"
            and may(request.user, COMMIT, district_code=asking.district.code, unit_codes=above),
        }
        more["goals"] = named_goals(asking.book) if more["may_report"] else []
    return _page(request, asking, UNIT, code, body.name, more)


def _page(request: HttpRequest, asking: Asking, scope: str, code: str, name: str, more: dict[str, Any]) -> HttpResponse:
    months = months_of_group(asking.seen, asking.book, scope, code)
    month = asked_month(request, asking.seen, months)
    history = scores(asking.seen, asking.book, scope=scope, code=code) if asking.book else []
    score = next((row for row in history if row.month == month), None)
    context = {
        "district": asking.district, "book": asking.book, "scope": scope, "code": code, "name": name,
        "months": months[::-1], "month": month, "inside": asking.seen.inside, "today": asking.today,
        "published": month in asking.seen.published if month else True,
        "score": _told(asking, score) if score else None, "levers": _levers(asking, score) if score else [],
        "history": history, "chart": _history(asking, history),
        "numbers": _numbers(asking, scope, code, month) if month else [],
        "revisions": revisions(asking.district, scope, code), **more,
    }  # fmt: skip
    failed = more.get("failed")
    return render(request, "taskbook/own.html", context, status=failed.status if failed else 200)


def _numbers(asking: Asking, scope: str, code: str, month: date) -> list[tuple[str, str, Row, Row | None]]:
    """Key and name of each indicator, the value of the group, the value of the district."""
    known = indicators()
    here = values(asking.seen, scopes=[scope], code=code, since=month, until=month)
    whole = {row.indicator: row for row in values(asking.seen, scopes=[DISTRICT], code="", since=month, until=month)}
    found = []
    for row in here:
        described = known.get(row.indicator)
        if described is not None:
            beside = whole.get(row.indicator)
            found.append((
                row.indicator, described.name, row_of(asking.seen, row, described.unit, ""),
                row_of(asking.seen, beside, described.unit, "") if beside else None,
            ))  # fmt: skip
    return found


def _told(asking: Asking, score: Score) -> Told:
    others = scores(asking.seen, asking.book, scope=score.scope) if asking.book else []
    goals = alike(score)
    count = sum(bool(row.best_rank) for row in others if row.month == score.month and alike(row) == goals)
    place = Compared(
        score.code, "", score.points, score.low, score.high, score.best_rank or 0, score.worst_rank or 0, score.band
    )
    titles = {goal.key: goal.name for goal in named_goals(asking.book)} if asking.book else {}
    parts = sorted((_part(each, titles) for each in score.parts), key=lambda part: -part.lost)
    return Told(
        plain(score.points, 2) if score.points is not None else "", plain(score.full), interval(score.low, score.high),
        place_text(place, count), band_text(score.band), score.band, parts, score.rule_version, score.code_digest,
    )  # fmt: skip


def _levers(asking: Asking, score: Score) -> list[Lever]:
    """What would move the score most, with the goals by name."""
    titles = {goal.key: goal.name for goal in named_goals(asking.book_there())}
    words = {
        "best": _("to the best of the others"),
        "target": _("to the target"),
        "error": _("as much as chance alone may bring"),
    }
    return [
        Lever(
            titles.get(each.goal, each.goal), each.goal, number(each.value, each.unit), plain(each.lost, 2),
            [
                (words.get(step.kind, step.kind), number(step.value, each.unit), plain(step.gain, 2), step.records)
                for step in each.steps
            ],
        )
        for each in what_if(score)
    ]  # fmt: skip


def _part(said: dict[str, Any], titles: dict[str, str]) -> Part:
    value, given, full = said.get("value"), said.get("points"), said.get("full")
    unit_ = said.get("unit") or ""
    counted = ""
    if said.get("denominator"):
        counted = f"{plain(said['numerator'])} / {plain(said['denominator'])} · n = {said.get('n') or 0:,}"
    return Part(
        titles.get(said.get("goal", ""), said.get("goal", "")), said.get("goal", ""), said.get("indicator") or "",
        number(value, unit_), interval(said.get("low"), said.get("high"), unit_), counted,
        plain(given, 2) if given is not None else "", plain(full) if full is not None else "",
        local(said.get("sentence_zh", ""), said.get("sentence_en", "")),
        missing_text(said.get("missing", "")) if value is None else "",
        (full or 0.0) - given if given is not None else 0.0,
    )  # fmt: skip


def _history(asking: Asking, history: list[Score]) -> Any:
    points = [
        Point(row.month, row.points, row.low, row.high, row.month not in asking.seen.published) for row in history
    ]
    return large(points, bounds=(0.0, None))
