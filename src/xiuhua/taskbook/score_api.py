"""Endpoints of scores: everybody's of a month, one with every part, so that who is scored can compute it again."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from xiuhua.city.api_inputs import Text, district_of
from xiuhua.city.models import District
from xiuhua.foundation.problems import ProblemOut, bad_request, not_found
from xiuhua.taskbook.actions.revising import latest
from xiuhua.taskbook.freezing import published_months
from xiuhua.taskbook.groups import DISTRICT, Groups
from xiuhua.taskbook.models import Book, Score
from xiuhua.taskbook.months import month_from, written
from xiuhua.taskbook.score_queries import alarms, scores_of_month, what_if
from xiuhua.taskbook.value_rows import sees_unpublished

router = Router()
REFUSALS: dict[int, Any] = {400: ProblemOut, 401: ProblemOut, 404: ProblemOut, 422: ProblemOut}
MonthText = Annotated[Text, Field(description="Year and month, e.g. 2026-03")]
BookText = Annotated[Text, Field(description="Key of a book; the newest one of that year when left out")]


class ScoreOut(Schema):
    """A score with its interval and the places that cannot be excluded; ``band``: above, same, below or empty."""

    scope: str
    code: str
    name: str
    points: float | None
    full: float
    low: float | None
    high: float | None
    best_rank: int | None
    worst_rank: int | None
    band: str


class AlarmOut(Schema):
    """More than half of the groups of a scope stand at the most: a goal (or the whole score) tells nobody apart."""

    scope: str
    goal: str
    there: int
    of: int


class ScoresOut(Schema):
    """The scores of a month."""

    book: str
    month: str
    published: bool
    scores: list[ScoreOut]
    alarms: list[AlarmOut]


class PartOut(Schema):
    """A part: value, low and high in ``unit``; numerator and denominator as counted; the rule; the sentence."""

    goal: str
    indicator: str
    version: int
    unit: str
    value: float | None
    low: float | None
    high: float | None
    numerator: float
    denominator: float
    n: int
    interval: str
    missing: str
    carried: str
    of: str
    rule: dict[str, Any]
    points: float | None
    full: float
    sentence_zh: str
    sentence_en: str


class WhatIfStepOut(Schema):
    """A step: to the best of the others, to the target, or by one standard error; what it gains, how many records."""

    kind: str
    value: float
    gain: float
    records: int | None


class LeverOut(Schema):
    """A goal that would move the score, with its steps."""

    goal: str
    indicator: str
    unit: str
    value: float
    points: float
    lost: float
    steps: list[WhatIfStepOut]


class OneScoreOut(ScoreOut):
    """One score as published, all that it was computed from, what it is known to be now, and what would move it."""

    book: str
    month: str
    published: bool
    parts: list[PartOut]
    rule_version: str
    code_digest: str
    computed_at: datetime
    revised: dict[str, Any] | None
    levers: list[LeverOut]


@dataclass(frozen=True)
class _Asked:
    """What an address asks for: a book in a month, and whether the month is published."""

    district: District
    book: Book
    month: date
    published: bool


@router.get("/{district}/scores", response={200: ScoresOut, **REFUSALS}, summary="Scores of a month")
def scores(request: HttpRequest, district: Text, month: MonthText, book: BookText = "", scope: Text = "") -> Any:
    """Everybody that was scored; of months that are not published only with the right to see them before."""
    asked = _asked(request, district, month, book)
    rows = scores_of_month(asked.book, asked.month, scope=scope)
    names = Groups.of(asked.district)
    return {
        "book": asked.book.key, "month": written(asked.month), "published": asked.published,
        "scores": [_row(row, names) for row in rows], "alarms": [asdict(alarm) for alarm in alarms(rows)],
    }  # fmt: skip


@router.get("/{district}/scores/{scope}/{code}", response={200: OneScoreOut, **REFUSALS}, summary="One score")
def one_score(
    request: HttpRequest, district: Text, scope: Text, code: Text, month: MonthText, book: BookText = ""
) -> Any:
    """A score with its parts. The code of the district itself is its own code, with scope ``district``."""
    asked = _asked(request, district, month, book)
    within = "" if scope == DISTRICT and code == district else code
    row = next(iter(scores_of_month(asked.book, asked.month, scope=scope, code=within)), None)
    if row is None:
        raise not_found(
            _("%(scope)s %(code)s has no score in %(month)s.") % {"scope": scope, "code": code, "month": month},
            _("List the scores of the month to see who has one."),
        )
    now = latest(row)
    return {
        **_row(row, Groups.of(asked.district)), "book": asked.book.key, "month": written(asked.month),
        "published": asked.published, "parts": row.parts, "rule_version": row.rule_version,
        "code_digest": row.code_digest, "computed_at": row.computed_at,
        "revised": dict(now) if now.get("parts") is not row.parts else None,
        "levers": [asdict(lever) for lever in what_if(row)],
    }  # fmt: skip


def _asked(request: HttpRequest, code: str, text: str, key: str) -> _Asked:
    """400 for what is no month; 404 for what is not there, or not for this reader."""
    district, month = district_of(code), month_from(text)
    if month is None:
        raise bad_request(
            _("“%(text)s” is no month.") % {"text": text}, _("Write year and month, for instance 2026-03.")
        )
    published = month in published_months(district)
    if not published and not sees_unpublished(request.user, district):
        raise not_found(
            _("%(month)s is not published.") % {"month": text}, _("Ask for a published month, or sign in as staff.")
        )
    rows = Book.objects.filter(district=district, first_year__lte=month.year, last_year__gte=month.year)
    books = list(rows.exclude(state=Book.State.DRAFT).order_by("-last_year", "key"))
    found = next((book for book in books if key in {"", book.key}), None)
    if found is None:
        raise not_found(
            _("There is no task book %(key)s of that year.") % {"key": key},
            _("Books: %(known)s.") % {"known": ", ".join(book.key for book in books) or "-"},
        )
    return _Asked(district, found, month, published)


def _row(row: Score, names: Groups) -> dict[str, Any]:
    same = ("scope", "code", "points", "full", "low", "high", "best_rank", "worst_rank", "band")
    return {**{name: getattr(row, name) for name in same}, "name": str(names.name(row.scope, row.code))}
