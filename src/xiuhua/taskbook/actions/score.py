"""Score a month, and verify what was scored: every number comes again from what was kept with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from json import dumps
from math import isclose
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.foundation.events import lock, record
from xiuhua.foundation.indicators import shown
from xiuhua.foundation.wording import in_words
from xiuhua.people.actors import Actor, name_of
from xiuhua.taskbook import parts, rules, scoring
from xiuhua.taskbook.actions.door import allow
from xiuhua.taskbook.freezing import Frozen, chain, closing_of, refuse_frozen
from xiuhua.taskbook.gathering import Month, Subject
from xiuhua.taskbook.models import Book, Forecast, Score
from xiuhua.taskbook.months import written
from xiuhua.taskbook.outlook import outlooks
from xiuhua.taskbook.parts import as_part, figure, figure_of
from xiuhua.taskbook.refusals import Refused, TaskbookError
from xiuhua.taskbook.rules import RuleError, points
from xiuhua.taskbook.scoring import composite, places

PERMISSION = "taskbook.score"


class MismatchError(TaskbookError):
    """A score that does not follow from what was kept with it: ``what`` names the first number that differs."""

    def __init__(self, score: Score, what: str, kept: object, computed: object) -> None:
        self.score, self.what, self.kept, self.computed = score, what, kept, computed
        super().__init__(
            _("The score %(score)s does not follow from its parts: %(what)s is %(kept)s, computed again %(computed)s.")
            % {"score": score, "what": what, "kept": kept, "computed": computed},
            _("Somebody changed it past the application: restore it from a backup, and look at the event chain."),
        )


@dataclass(frozen=True)
class Scored:
    """What a scoring did: how many scores, how many of them without points, how many forecasts."""

    scores: int
    grey: int
    forecasts: int


def score_month(book: Book, month: date, *, actor: Actor, at: datetime | None = None) -> Scored:
    """Score everybody under ``book`` for ``month`` from the values, and forecast each goal; replaces what was there.

    Raises ``Refused`` for a published month, a month outside the years of the book, a book without rules, a rule that
    does not fit its indicator; ``Forbidden`` for who may not.
    """
    allow(actor, PERMISSION, book)
    _covered(book, month)
    with transaction.atomic():
        lock(chain(book.district))
        _open(book, month)
        rows = scores_of(book, month, at=at)
        ahead = outlooks(book, month)
        Score.objects.filter(book=book, month=month).delete()
        Forecast.objects.filter(goal__book=book, month=month).delete()
        Score.objects.bulk_create(rows)
        Forecast.objects.bulk_create(ahead)
        record(
            chain=chain(book.district), verb="scores.computed", actor=name_of(actor),
            subject=f"taskbook.book:{book.district.code}:{book.key}:{written(month)}",
            after={
                "scores": len(rows), "forecasts": len(ahead), "rule_version": rule_version(book),
                "digest": digest_of([content(row) for row in rows]),
            },
        )  # fmt: skip
    return Scored(len(rows), sum(row.points is None for row in rows), len(ahead))


def scores_of(book: Book, month: date, *, at: datetime | None = None) -> list[Score]:
    """The scores of a month, not yet kept. Raises ``Refused`` for a book without rules, or a rule that does not fit."""
    try:
        scored = list(Month(book, month).subjects())
    except RuleError as error:
        raise Refused(in_words(error), _("Correct the rule in the book and load it again.")) from None
    if not scored:
        raise Refused(
            _("No goal of the book “%(book)s” has both a score rule and something to measure.") % {"book": book},
            _("Give goals a score rule: full_at, step, deduct, weight."),
        )
    shared = {"rule_version": rule_version(book), "code_digest": code_digest(), "computed_at": at or timezone.now()}
    return [Score(book=book, month=month, **shared, **found) for found in computed(scored)]


def computed(scored: Sequence[Subject]) -> list[dict[str, Any]]:
    """The columns of the score of each subject, in order; those with the same goals are placed among one another."""
    totals = [
        composite([figure(*each) for each in subject.readings], who=f"{subject.scope}:{subject.code}")
        for subject in scored
    ]
    where = places(totals, [(one.scope, *(item.goal for item, _reading in one.readings)) for one in scored])
    return [
        {
            "scope": subject.scope, "code": subject.code, "points": total.points, "full": total.full, "low": total.low,
            "high": total.high, "best_rank": place.best or None, "worst_rank": place.worst or None, "band": place.band,
            "parts": [as_part(*each, got) for each, got in zip(subject.readings, total.parts, strict=True)],
        }
        for subject, total, place in zip(scored, totals, where, strict=True)
    ]  # fmt: skip


def verify(score: Score) -> None:
    """Compute ``score`` again from its parts: values from counts, points from rules, sums, interval.

    Raises ``MismatchError`` for the first number that is not the same.
    """
    figures = [figure_of(part) for part in score.parts]
    for part, found in zip(score.parts, figures, strict=True):
        name = part["goal"]
        if found.value is None:
            _same(score, f"{name}: points", part["points"], None)
            continue
        if not part["carried"] and part["denominator"]:
            _same(score, f"{name}: value", found.value, shown(part["numerator"] / part["denominator"], found.unit))
        given = points(found.rule, found.value, found.unit)
        _same(score, f"{name}: points", part["points"], given.points)
        _same(score, f"{name}: full", part["full"], given.full)
        for language, said in (("zh", given.sentence_zh), ("en", given.sentence_en)):
            if not part[f"sentence_{language}"].startswith(said):
                raise MismatchError(score, f"{name}: sentence", part[f"sentence_{language}"], said)
    total = composite(figures, who=f"{score.scope}:{score.code}")
    for what in ("points", "full", "low", "high"):
        _same(score, what, getattr(score, what), getattr(total, what))


def _same(score: Score, what: str, kept: float | None, computed: float | None) -> None:
    if kept is None or computed is None:
        if kept is not computed:
            raise MismatchError(score, what, kept, computed)
    elif not isclose(kept, computed, rel_tol=1e-9, abs_tol=1e-9):
        raise MismatchError(score, what, kept, computed)


def _open(book: Book, month: date) -> None:
    """Raise ``Frozen`` for a published month; says so where the rules have changed since."""
    closing = closing_of(book.district, month)
    then = Score.objects.filter(book=book, month=month).values_list("rule_version", flat=True).first()
    if closing is not None and then is not None and then != rule_version(book):
        raise Frozen(
            _(
                "%(month)s was published on %(day)s with other rules than the book has now: a published month keeps "
                "its rules."
            )
            % {"month": written(month), "day": f"{closing.published_at:%Y-%m-%d}"},
            _("The new rules count from the first month that is not published."),
        )
    refuse_frozen(book.district, month)


def _covered(book: Book, month: date) -> None:
    if month.day != 1:
        raise Refused(_("%(day)s is no month.") % {"day": month}, _("Give the first day of the month."))
    if not book.first_year <= month.year <= book.last_year:
        raise Refused(
            _("The book “%(book)s” is for %(first)s to %(last)s: %(year)s has no targets in it.")
            % {"book": book, "first": book.first_year, "last": book.last_year, "year": month.year},
            _("Load a book for that year, or choose a month within these years."),
        )


def content(row: Score) -> list[Any]:
    """What a score says: everything but when and by which code."""
    return [row.scope, row.code, row.points, row.full, row.low, row.high, row.best_rank, row.worst_rank, row.parts]


def digest_of(content: Sequence[Any]) -> str:
    """SHA-256 of what can be written as JSON."""
    return sha256(dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def rule_version(book: Book) -> str:
    """The version of the book and a digest of its rules: another rule gives another text."""
    held = [[goal.key, goal.indicator, goal.project_kind, goal.score] for goal in book.goals.order_by("key")]
    return f"{book.version}:{digest_of(held)[:16]}"


@cache
def code_digest() -> str:
    """SHA-256 of the code that makes points of values."""
    code = (Path(str(module.__file__)).read_bytes() for module in (parts, rules, scoring))
    return sha256(b"".join(code)).hexdigest()
