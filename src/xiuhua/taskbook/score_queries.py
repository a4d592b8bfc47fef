"""Reads about scores: which of them tell nobody apart, and what would move one most."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan, nan

from xiuhua.city.models import District
from xiuhua.taskbook.models import Book, Closing, Score, Target
from xiuhua.taskbook.scoring import SATURATED, saturated
from xiuhua.taskbook.whatif import Lever, levers

TOP = 3


@dataclass(frozen=True)
class Alarm:
    """More than half of a kind of group stand at the most: of a goal, or of the whole score (``goal`` empty)."""

    scope: str
    goal: str
    there: int
    of: int


def alarms(scores: Sequence[Score]) -> list[Alarm]:
    """What stopped to tell anybody apart in the scores of one book and month."""
    found: list[Alarm] = []
    for scope in sorted({score.scope for score in scores}):
        rows = [score for score in scores if score.scope == scope]
        shares: dict[str, list[float]] = {"": [_share(row.points, row.full) for row in rows]}
        for row in rows:
            for part in row.parts:
                shares.setdefault(part["goal"], []).append(_share(part["points"], part["full"]))
        found += [
            Alarm(scope, goal, sum(share >= 1 - SATURATED for share in each), sum(not isnan(share) for share in each))
            for goal, each in shares.items()
            if saturated(each)
        ]
    return found


def what_if(score: Score, top: int = TOP) -> list[Lever]:
    """The goals that would move ``score`` most, against those scored for the same goals that month."""
    goals = {part["goal"] for part in score.parts}
    rows = Score.objects.filter(book=score.book_id, month=score.month, scope=score.scope).exclude(pk=score.pk)
    others = [row.parts for row in rows if {part["goal"] for part in row.parts} == goals]
    targets = Target.objects.filter(goal__book=score.book_id, year=score.month.year)
    return levers(score.parts, others, dict(targets.values_list("goal__key", "value")))[:top]


def months_to_publish(district: District, today: date) -> list[date]:
    """The months that are over and scored under an issued book, and not published; the newest first."""
    rows = Score.objects.filter(book__district=district, book__state=Book.State.ISSUED, month__lt=today.replace(day=1))
    published = Closing.objects.filter(district=district).values("month")
    return list(rows.exclude(month__in=published).order_by("-month").values_list("month", flat=True).distinct())


def scores_of_month(book: Book, month: date, *, scope: str = "", code: str | None = None) -> list[Score]:
    """The scores of a book in a month, by scope and code."""
    rows = Score.objects.filter(book=book, month=month).select_related("book__district")
    if scope:
        rows = rows.filter(scope=scope)
    if code is not None:
        rows = rows.filter(code=code)
    return list(rows.order_by("scope", "code"))


def _share(points: float | None, full: float) -> float:
    return nan if points is None or not full else points / full
