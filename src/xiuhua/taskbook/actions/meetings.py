"""Review meetings of a book: opened, every commitment that is due gone through, closed with minutes."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.people.actors import Actor
from xiuhua.people.models import Organisation, User
from xiuhua.taskbook.actions.commitments import change, held
from xiuhua.taskbook.actions.door import (
    allow,
    conflict,
    day_of,
    held_book,
    not_closed,
    past_day,
    same_version,
    tell,
    text_of,
)
from xiuhua.taskbook.models import Book, Commitment, Meeting, Review
from xiuhua.taskbook.refusals import Refused


@transaction.atomic
def open_meeting(
    book: Book, *, held_on: date, title: str, actor: Actor, chair: Organisation | None = None,
    at: datetime | None = None,
) -> Meeting:  # fmt: skip
    """Open a review of an issued book. Raises ``Refused``, ``Forbidden``."""
    row = held_book(book)
    allow(actor, "taskbook.review", row)
    if row.state != Book.State.ISSUED:
        raise Refused(_("Only an issued book is reviewed."), _("Issue the book first."))
    meeting = Meeting.objects.create(
        book=row, held_on=held_on, title=text_of(title, _("a title"), longest=200), chair=chair
    )
    after = {"held_on": held_on, "title": meeting.title, "chair": chair.code if chair else ""}
    tell(meeting, row, "meeting.opened", actor, before=None, after=after, at=at)
    return meeting


@transaction.atomic
def review(
    meeting: Meeting, commitment: Commitment, *, state: str, actor: Actor, note: str = "", due: date | None = None,
    proof: str = "", done_on: date | None = None, expected_version: int | None = None, at: datetime | None = None,
) -> Review:  # fmt: skip
    """What the meeting says of a commitment: it goes on (perhaps until another day), is done, or is dropped.

    A date moves only with a note that says why. A commitment that was reported done goes on again where the meeting
    does not accept the proof. ``expected_version`` is of the commitment.
    Raises ``Conflict``, ``Refused``, ``Forbidden``.
    """
    row, book = held(commitment, expected_version)
    allow(actor, "taskbook.review", book)
    sitting = _open_one(meeting, book)
    text, before = note.strip(), row.due
    moved = due is not None and due != row.due
    again = state == Commitment.State.OPEN and row.state != Commitment.State.OPEN
    if moved or again or state == Commitment.State.DROPPED:
        text = text_of(note, _("a note that says why"))
    columns: dict[str, object] = {"state": Commitment.State(_state(state))}
    if state == Commitment.State.DONE and row.state != Commitment.State.DONE:
        columns |= {
            "done_on": past_day(done_on, day_of(book, at)),
            "proof": text_of(proof or row.proof, _("proof: words, an address, the number of a case")),
        }
    elif state == Commitment.State.DROPPED:
        columns |= {"proof": text, "done_on": None}
    elif state == Commitment.State.OPEN:
        columns |= {"due": _later(due, sitting) if moved else row.due, "done_on": None}
    change(row, book, "commitment.reviewed", actor, columns, at=at, note=text)
    return Review.objects.create(
        meeting=sitting, commitment=row, state=state, note=text, due_before=before, due_after=row.due,
        user=actor if isinstance(actor, User) else None, at=at or timezone.now(),
    )  # fmt: skip


@transaction.atomic
def write_minutes(
    meeting: Meeting, minutes: str, *, actor: Actor, expected_version: int | None = None, at: datetime | None = None
) -> Meeting:
    """Keep the minutes as far as they are written. Raises ``Conflict`` when somebody else wrote meanwhile."""
    row = _held(meeting, actor, expected_version)
    before, row.minutes = row.minutes, text_of(minutes, _("minutes"))
    row.version += 1
    row.save(update_fields=["minutes", "version"])
    tell(row, row.book, "meeting.noted", actor, before={"minutes": before}, after={"minutes": row.minutes}, at=at)
    return row


@transaction.atomic
def close_meeting(
    meeting: Meeting, *, actor: Actor, minutes: str = "", expected_version: int | None = None,
    at: datetime | None = None,
) -> Meeting:  # fmt: skip
    """End a meeting with its minutes: those given, or those written so far.

    Raises ``Refused`` while a commitment that was due on the day of the meeting has not been gone through.
    """
    row = _held(meeting, actor, expected_version)
    row.minutes = text_of(minutes or row.minutes, _("minutes"))
    due = Commitment.objects.filter(goal__book=row.book, state=Commitment.State.OPEN, due__lte=row.held_on)
    if left := due.exclude(reviews__meeting=row).count():
        raise Refused(
            _("%(count)s commitments were due until %(day)s and have not been gone through.")
            % {"count": left, "day": row.held_on},
            _("Say of each whether it is done, goes on until another day, or is dropped."),
        )
    row.closed_at = at or timezone.now()
    row.version += 1
    row.save(update_fields=["minutes", "closed_at", "version"])
    after = {"minutes": row.minutes, "reviewed": row.reviews.count()}
    tell(row, row.book, "meeting.closed", actor, before={"closed_at": None}, after=after, at=at)
    return row


def _held(meeting: Meeting, actor: Actor, expected_version: int | None) -> Meeting:
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("book__district")
    row = rows.get(pk=meeting.pk)
    allow(actor, "taskbook.review", row.book)
    not_closed(row.book)
    same_version(row, row.book, expected_version)
    if row.closed_at is not None:
        raise conflict(row, row.book)
    return row


def _open_one(meeting: Meeting, book: Book) -> Meeting:
    """The meeting, locked, so that nobody closes it meanwhile."""
    row = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if row.book_id != book.pk:
        raise Refused(_("The commitment belongs to another book."), _("Review it in a meeting of that book."))
    if row.closed_at is not None:
        raise conflict(row, book)
    return row


def _state(state: str) -> str:
    if state not in Commitment.State.values:
        raise Refused(
            _("“%(state)s” is no state of a commitment.") % {"state": state},
            _("Use one of: %(list)s.") % {"list": ", ".join(Commitment.State.values)},
        )
    return state


def _later(due: date | None, meeting: Meeting) -> date | None:
    if due is not None and due < meeting.held_on:
        raise Refused(
            _("%(day)s lies before the meeting.") % {"day": due}, _("Move the date to a day that is still to come.")
        )
    return due
