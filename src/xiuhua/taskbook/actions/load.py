"""Load a book, all of it or nothing: a draft by its keys, an issued book as a new version with a reason."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xiuhua.city.models import District
from xiuhua.foundation.events import lock
from xiuhua.foundation.placed.faults import Fault
from xiuhua.foundation.placed.reading import Read
from xiuhua.people.actors import Actor
from xiuhua.taskbook.actions.door import allow, day_of, held_book, tell
from xiuhua.taskbook.actions.references import References
from xiuhua.taskbook.actions.writing import write
from xiuhua.taskbook.book_file.checking import checked
from xiuhua.taskbook.book_file.comparing import Change, compare, merged
from xiuhua.taskbook.book_file.tables import flat
from xiuhua.taskbook.models import Book, Commitment, Forecast, Milestone, Project
from xiuhua.taskbook.refusals import BookRefused, Refused
from xiuhua.taskbook.stored import tables_of


@dataclass
class LoadReport:
    """What a load did: rows by table that are new, changed, gone; nothing at all where the file says what is there."""

    book: Book
    new: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    gone: Counter[str] = field(default_factory=Counter)

    @property
    def unchanged(self) -> bool:
        """Whether nothing was written."""
        return not (self.new or self.changed or self.gone)


@transaction.atomic
def load_book(
    data: dict[str, Any] | Read, district: District, *, actor: Actor, reason: str = "",
    expected_version: int | None = None, at: datetime | None = None,
) -> LoadReport:  # fmt: skip
    """Bring the book of ``district`` with the key of ``data`` to what ``data`` says; a new one begins as a draft.

    ``data`` is nested as in the file (docs/interfaces/task-book-file.md), or a file as it was read. Raises
    ``BookRefused`` with everything that is wrong, nothing written; ``Conflict``; ``Refused`` for a closed book.
    """
    read = data if isinstance(data, Read) else Read(data)
    faults = checked(read)
    lock(f"book:{district.code}:{str(read.data.get('key', ''))[:40]}")
    book = _book(district, read.data)
    allow(actor, "taskbook.edit", book)
    references = References.of(district, day_of(book, at), read.data.get("last_year"))
    if faults := [*faults, *references.faults(read)]:
        raise BookRefused(
            _("The book was not loaded: %(count)s things are wrong.") % {"count": len(faults)},
            _("Mend what is listed, then load it again."), faults,
        )  # fmt: skip
    if book.pk:
        book = held_book(book, expected_version, writable=False)
    before = tables_of(book) if book.pk else None
    changes = compare(before, merged(before, flat(read.data)))
    report = _report(book, changes)
    if not changes:
        return report
    _may_change(book, changes, reason)
    write(book, changes, references.units)
    _tell(book, changes, reason, actor, at, new=before is None)
    return report


def _book(district: District, data: dict[str, Any]) -> Book:
    found = Book.objects.filter(district=district, key=str(data.get("key", ""))[:60]).first()
    return found or Book(district=district, version=0)


def _report(book: Book, changes: list[Change]) -> LoadReport:
    report = LoadReport(book)
    for change in changes:
        kind = report.new if change.before is None else report.gone if change.after is None else report.changed
        kind[change.table] += 1
    return report


def _may_change(book: Book, changes: list[Change], reason: str) -> None:
    """Raise where the book is closed, is issued and no reason is given, or something with a history would go."""
    if book.state == Book.State.CLOSED:
        raise Refused(
            _("The book “%(book)s” is closed: nothing in it changes any more.") % {"book": book},
            _("Write it into the book that follows."),
        )
    if book.state == Book.State.ISSUED and not reason.strip():
        remedy = _("Give a reason, and it becomes version %(version)s; or correct the file.")
        raise BookRefused(
            _("The book is issued and the file differs from it."), remedy % {"version": book.version + 1},
            [_difference(change) for change in changes],
        )  # fmt: skip
    if book.state == Book.State.ISSUED and (faults := [_moved(change) for change in changes if _is_moved(change)]):
        raise BookRefused(
            _("Commitments of an issued book move and are dropped in meetings, not by a file."),
            _("Take them up in a review meeting; what is done may be written down here."), faults,
        )  # fmt: skip
    if faults := [fault for change in changes if (fault := _history(book, change))]:
        raise BookRefused(
            _("The file leaves out what has a history."), _("Keep it in the file; commitments can be dropped."), faults
        )


def _difference(change: Change) -> Fault:
    before, after = change.differing()
    if before is None:
        rule = _("is new")
    elif after is None:
        rule = _("is left out")
    else:
        rule = "; ".join(f"{name}: {before[name]!r} -> {after[name]!r}" for name in after)
    return Fault("", f"{change.table} {change.key}", "", rule, "")


def _is_moved(change: Change) -> bool:
    """Whether a commitment that was there would get another day or another end than done."""
    if change.table != "commitments" or change.before is None or change.after is None:
        return False
    before, after = change.before, change.after
    ended = before["state"] != after["state"] and (before["state"], after["state"]) != ("open", "done")
    return ended or before["due"] != after["due"] or before["moved_to"] != after["moved_to"]


def _moved(change: Change) -> Fault:
    difference = _difference(change)
    return Fault(
        "", difference.field, "", difference.rule, _("Move or drop it in a meeting, with a note that says why.")
    )


def _history(book: Book, change: Change) -> Fault | None:
    """Why a row that the file leaves out must stay; None where it may go."""
    if change.after is not None:
        return None
    inside = dict(zip(("goal", "key"), change.key.split("/"), strict=False))
    why = ""
    if change.table == "commitments":
        row = Commitment.objects.filter(goal__book=book, goal__key=inside["goal"], key=inside["key"]).first()
        if row and (row.meeting_id or row.state != Commitment.State.OPEN or row.reviews.exists()):
            why = _("it was made or reviewed in a meeting, or has ended")
    elif change.table == "goals" and Forecast.objects.filter(goal__book=book, goal__key=change.key).exists():
        why = _("forecasts of it were kept")
    elif change.table == "projects":
        done = Milestone.objects.filter(project__book=book, project__key=change.key).exclude(done_on=None)
        if done.exists() or Project.objects.filter(book=book, key=change.key).exclude(accepted_by="").exists():
            why = _("work on it is done")
    elif change.table == "milestones" and (change.before or {}).get("done_on"):
        why = _("it is done")
    if not why:
        return None
    rule = _("%(what)s cannot go: %(why)s.") % {"what": f"{change.table} {change.key}", "why": why}
    return Fault("", change.table, change.key, rule, _("Put it back into the file."))


def _tell(
    book: Book, changes: list[Change], reason: str, actor: Actor, at: datetime | None, *, new: bool
) -> None:  # fmt: skip
    before: dict[str, dict[str, Any]] = {}
    after: dict[str, dict[str, Any]] = {}
    for change in changes:
        old, fresh = change.differing()
        if old is not None:
            before.setdefault(change.table, {})[change.key] = old
        if fresh is not None:
            after.setdefault(change.table, {})[change.key] = fresh
    said = {"version": book.version, "reason": reason.strip(), **after}
    tell(book, book, "book.loaded" if new else "book.changed", actor, before=None if new else before, after=said, at=at)
