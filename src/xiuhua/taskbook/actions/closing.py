"""Publish a month: from then on its values and scores are frozen; and write what is learned later as revisions."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.city.area_index import local_day
from xiuhua.city.models import District
from xiuhua.foundation.events import lock, record
from xiuhua.foundation.queries import UnknownCalendarError, calendar
from xiuhua.people.actors import Actor, name_of
from xiuhua.people.models import User
from xiuhua.people.permissions import may, refusal
from xiuhua.taskbook.actions.score import content, digest_of, scores_of, verify
from xiuhua.taskbook.freezing import chain, refuse_frozen
from xiuhua.taskbook.groups import DISTRICT
from xiuhua.taskbook.models import Book, Closing, Score, Value
from xiuhua.taskbook.months import edges_of, month_after, written
from xiuhua.taskbook.refusals import Forbidden, Refused

PERMISSION = "taskbook.publish"


def publish_month(
    district: District, month: date, *, actor: Actor, note: str = "", at: datetime | None = None
) -> Closing:
    """Freeze the month and show it to everybody.

    Raises ``Refused``, with all that is in the way, for a month that is not over, a year that the work calendar does
    not declare, a book that was not scored or whose scores are older than its values and rules, an indicator without a
    value that does not say why, data that end before the month does; ``Forbidden`` for who may not.
    """
    now = at or timezone.now()
    allow_in(actor, PERMISSION, district)
    _over(district, month, now)
    _declared(district, month)
    with transaction.atomic():
        lock(chain(district))
        refuse_frozen(district, month)
        books = issued_books(district, month)
        faults = _unsaid(district, month, books)
        scored = [row for book in books for row in _current(book, month, faults)]
        if faults:
            raise Refused(
                _("%(month)s cannot be published: %(faults)s") % {"month": written(month), "faults": " ".join(faults)},
                _("Put each right, measure and score the month again, then publish."),
            )
        for row in scored:
            verify(row)
        closing = Closing.objects.create(
            district=district, month=month, published_at=now, actor=name_of(actor), note=note.strip()
        )
        record(
            chain=chain(district), verb="month.published", actor=name_of(actor),
            subject=f"taskbook.closing:{district.code}:{written(month)}",
            after={"scores": len(scored), "digest": digest_of([content(row) for row in scored]), "note": note.strip()},
            at=now,
        )  # fmt: skip
    return closing


def allow_in(actor: Actor, permission: str, district: District) -> None:
    """Raise ``Forbidden`` when the person may not do this in the district."""
    if isinstance(actor, User) and not may(actor, permission, district_code=district.code):
        raise Forbidden(refusal(actor, permission, district.code), _("Ask somebody who may do this."))


def issued_books(district: District, month: date) -> list[Book]:
    """The issued books that the month belongs to. Raises ``Refused`` where there is none."""
    rows = Book.objects.filter(district=district, first_year__lte=month.year, last_year__gte=month.year)
    books = list(rows.filter(state=Book.State.ISSUED).select_related("district"))
    if not books:
        raise Refused(
            _("No issued task book of %(district)s covers %(year)s.") % {"district": district, "year": month.year},
            _("Issue a book for that year."),
        )
    return books


def _over(district: District, month: date, now: datetime) -> None:
    if month.day != 1 or local_day(district, now) < month_after(month):
        raise Refused(
            _("%(month)s is not over: its numbers still change.") % {"month": written(month)},
            _("Publish it from %(day)s on.") % {"day": month_after(month)},
        )


def _declared(district: District, month: date) -> None:
    """Refuse a year whose working days nobody declared: every time limit of it would be a guess."""
    try:
        declared = month.year in calendar(district.calendar).years
    except UnknownCalendarError as error:
        raise Refused(str(error), _("Then publish again.")) from None
    if not declared:
        raise Refused(
            _("The work calendar %(key)s does not declare %(year)s: time limits of that year are not known.")
            % {"key": district.calendar, "year": month.year},
            _("Declare it with `xiuhua calendar load`, measure and score the month again."),
        )


def _unsaid(district: District, month: date, books: Sequence[Book]) -> list[str]:
    """What is missing without saying so, and what is late."""
    needed = {goal.indicator for book in books for goal in book.goals.exclude(indicator="")}
    rows = {row.indicator: row for row in Value.objects.filter(district=district, month=month, scope=DISTRICT)}
    _begin, end = edges_of([month], district.time_zone)
    faults = [
        _("%(indicator)s has no value for the district and does not say why.") % {"indicator": key}
        for key in sorted(needed)
        if key not in rows or (rows[key].value is None and not rows[key].missing)
    ]
    late = [row for row in rows.values() if row.indicator in needed and row.data_until < end and row.value is not None]
    return faults + [
        _("The data of %(indicator)s end at %(until)s, before the month does.")
        % {"indicator": row.indicator, "until": f"{row.data_until:%Y-%m-%d %H:%M} UTC"}
        for row in sorted(late, key=lambda row: row.indicator)
    ]


def _current(book: Book, month: date, faults: list[str]) -> list[Score]:
    """The scores of the book; adds to ``faults`` where there are none, or they are not those of today's values."""
    kept = list(Score.objects.filter(book=book, month=month).order_by("scope", "code"))
    if not kept:
        faults.append(_("The book “%(book)s” was not scored.") % {"book": book})
        return kept
    now = sorted(scores_of(book, month), key=lambda row: (row.scope, row.code))
    if [content(row) for row in now] != [content(row) for row in kept]:
        faults.append(_("Values or rules of the book “%(book)s” have changed since it was scored.") % {"book": book})
    return kept
