"""Commitments under a goal: promised by a unit, done with proof, dropped with a reason; dates move only in meetings."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xiuhua.people.actors import Actor
from xiuhua.people.models import Organisation
from xiuhua.taskbook.actions.door import (
    allow,
    conflict,
    day_of,
    held_book,
    living,
    not_closed,
    past_day,
    same_version,
    tell,
    text_of,
)
from xiuhua.taskbook.models import Book, Commitment, Goal, Meeting
from xiuhua.taskbook.refusals import Refused

COLUMNS = ("state", "due", "done_on", "proof")


@transaction.atomic
def promise(
    goal: Goal, *, measure: str, unit: Organisation, due: date, actor: Actor, meeting: Meeting | None = None,
    key: str = "", at: datetime | None = None,
) -> Commitment:  # fmt: skip
    """Let ``unit`` promise ``measure`` until ``due``; ``meeting`` is where it was said, if in one.

    Raises ``Refused`` for a day that has passed and for a unit that is no more, ``Forbidden``.
    """
    book = held_book(goal.book_id)
    allow(actor, "taskbook.commit", book, unit)
    if unit.district_code != book.district.code:
        raise Refused(_("The unit belongs to another district."), _("Choose a unit of this district."))
    if due < day_of(book, at):
        raise Refused(_("%(day)s has passed.") % {"day": due}, _("Promise for a day that is still to come."))
    if meeting is not None and (meeting.book_id != book.pk or meeting.closed_at is not None):
        raise Refused(
            _("The meeting is closed, or of another book."), _("Promise without a meeting, or open the next one.")
        )
    row = Commitment.objects.create(
        goal=goal, key=key or _next_key(goal), meeting=meeting, unit=living(unit, day_of(book, at)), first_due=due,
        due=due, measure=text_of(measure, _("what is promised"), longest=400),
    )  # fmt: skip
    after = {"goal": goal.key, "key": row.key, "measure": row.measure, "unit": unit.code, "due": due}
    tell(row, book, "commitment.promised", actor, before=None, after=after, at=at)
    return row


@transaction.atomic
def finish(
    commitment: Commitment, *, proof: str, actor: Actor, done_on: date | None = None,
    expected_version: int | None = None, at: datetime | None = None,
) -> Commitment:  # fmt: skip
    """Report an open commitment done, with what shows it. Raises ``Conflict``, ``Refused``, ``Forbidden``."""
    row, book = held(commitment, expected_version)
    allow(actor, "taskbook.commit", book, row.unit)
    must_be_open(row, book)
    day = past_day(done_on, day_of(book, at))
    text = text_of(proof, _("proof: words, an address, the number of a case"))
    change(row, book, "commitment.done", actor, {"state": Commitment.State.DONE, "done_on": day, "proof": text}, at=at)
    return row


@transaction.atomic
def drop(
    commitment: Commitment, *, reason: str, actor: Actor, expected_version: int | None = None,
    at: datetime | None = None,
) -> Commitment:  # fmt: skip
    """Give an open commitment up, for a reason. Not for its own unit: who reviews decides."""
    row, book = held(commitment, expected_version)
    allow(actor, "taskbook.review", book)
    must_be_open(row, book)
    columns = {"state": Commitment.State.DROPPED, "proof": text_of(reason, _("a reason"))}
    change(row, book, "commitment.dropped", actor, columns, at=at)
    return row


def held(commitment: Commitment, expected_version: int | None) -> tuple[Commitment, Book]:
    """The commitment, locked, and its book. Raises ``Conflict`` and, for a closed book, ``Refused``."""
    found = Commitment.objects.select_for_update(of=("self",)).select_related("goal__book__district", "unit")
    row = found.get(pk=commitment.pk)
    book = row.goal.book
    same_version(row, book, expected_version)
    not_closed(book)
    return row, book


def must_be_open(row: Commitment, book: Book) -> None:
    """Raise ``Conflict`` with whoever ended it."""
    if row.state != Commitment.State.OPEN:
        raise conflict(row, book)


def change(
    row: Commitment, book: Book, verb: str, actor: Actor, columns: dict[str, Any], *, at: datetime | None,
    note: str = "",
) -> None:  # fmt: skip
    """Set ``columns`` of the locked row and write the event with what differs."""
    before = {name: getattr(row, name) for name in COLUMNS}
    for name, value in columns.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*columns, "version"])
    differing = {name: getattr(row, name) for name in COLUMNS if getattr(row, name) != before[name]}
    said = {"note": note} if note else {}
    tell(row, book, verb, actor, before={name: before[name] for name in differing}, after={**differing, **said}, at=at)


def _next_key(goal: Goal) -> str:
    taken = set(Commitment.objects.filter(goal=goal).values_list("key", flat=True))
    return next(key for number in range(1, len(taken) + 2) if (key := str(number)) not in taken)
