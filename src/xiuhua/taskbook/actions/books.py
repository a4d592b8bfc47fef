"""Make, issue and close a task book. What it promises is changed in ``plan.py`` or loaded from a file."""

import re
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.city.models import District
from xiuhua.foundation.events import lock
from xiuhua.foundation.placed.faults import Fault
from xiuhua.people.actors import Actor
from xiuhua.taskbook.actions.door import allow, chain, day_of, ended, held_book, tell, text_of
from xiuhua.taskbook.models import Book, Commitment, Goal, Meeting
from xiuhua.taskbook.refusals import BookRefused, Refused

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
FIRST, LAST = 2000, 2100


@transaction.atomic
def create_book(
    district: District, key: str, *, name_zh: str, first_year: int, last_year: int, actor: Actor, name_en: str = "",
    source: str = "", at: datetime | None = None,
) -> Book:  # fmt: skip
    """An empty draft of a book for the years ``first_year`` to ``last_year``.

    Raises ``Refused`` for a key that is taken or malformed, and for years that make no span; ``Forbidden``.
    """
    book = Book(
        district=district, key=key, name_zh=text_of(name_zh, _("a name"), longest=200), name_en=name_en.strip(),
        first_year=first_year, last_year=last_year, source=source.strip(),
    )  # fmt: skip
    allow(actor, "taskbook.edit", book)
    if not KEY.fullmatch(key):
        raise Refused(
            _("“%(key)s” is no key of a book.") % {"key": key[:60]},
            _("Use up to 40 small letters, digits and hyphens, e.g. needlework-2022-2024."),
        )
    lock(chain(book))
    if Book.objects.filter(district=district, key=key).exists():
        raise Refused(
            _("There is a book “%(key)s” already.") % {"key": key}, _("Open that book, or choose another key.")
        )
    if not FIRST <= first_year <= last_year <= LAST:
        raise Refused(
            _("%(first)s to %(last)s is no span of years.") % {"first": first_year, "last": last_year},
            _("Give the first and the last year of the programme in their order."),
        )
    book.save()
    after = {"name_zh": book.name_zh, "first_year": first_year, "last_year": last_year, "source": book.source}
    tell(book, book, "book.created", actor, before=None, after=after, at=at)
    return book


@transaction.atomic
def issue_book(book: Book, *, actor: Actor, expected_version: int | None = None, at: datetime | None = None) -> Book:
    """Let a draft bind: from now on it changes only by new versions with a reason.

    Raises ``BookRefused`` with everything that is missing: owners, targets; ``Refused`` for a book that is no draft.
    """
    row = held_book(book, expected_version)
    allow(actor, "taskbook.edit", row)
    if row.state != Book.State.DRAFT:
        raise Refused(_("The book was issued already."), _("Change it as a new version with a reason."))
    if faults := _unready(row, at):
        raise BookRefused(_("The book cannot be issued yet."), _("Mend what is listed, then issue it."), faults)
    row.state, row.issued_at = Book.State.ISSUED, at or timezone.now()
    row.save(update_fields=["state", "issued_at"])
    tell(row, row, "book.issued", actor, before={"state": "draft"}, after={"state": "issued", "version": row.version},
         at=at)  # fmt: skip
    return row


@transaction.atomic
def close_book(
    book: Book, *, note: str, actor: Actor, expected_version: int | None = None, at: datetime | None = None
) -> Book:
    """End an issued book: it stays to be read. Raises ``Refused`` while commitments or meetings are open."""
    row = held_book(book, expected_version)
    allow(actor, "taskbook.edit", row)
    if row.state != Book.State.ISSUED:
        raise Refused(_("Only an issued book is closed."), _("Issue the book first, or leave the draft as it is."))
    open_ones = Commitment.objects.filter(goal__book=row, state=Commitment.State.OPEN).count()
    if open_ones:
        raise Refused(
            _("%(count)s commitments are open.") % {"count": open_ones},
            _("Report each done with its proof, or drop it with a reason in a meeting."),
        )
    if meeting := Meeting.objects.filter(book=row, closed_at=None).first():
        raise Refused(_("The meeting “%(meeting)s” is open.") % {"meeting": meeting}, _("Close it with its minutes."))
    row.state = Book.State.CLOSED
    row.save(update_fields=["state"])
    after = {"state": "closed", "note": text_of(note, _("a note that says how the programme ended"))}
    tell(row, row, "book.closed", actor, before={"state": "issued"}, after=after, at=at)
    return row


def _unready(book: Book, at: datetime | None) -> list[Fault]:
    today = day_of(book, at)
    goals = list(Goal.objects.filter(book=book).select_related("lead").prefetch_related("targets"))
    found = []
    if not goals:
        found.append(Fault("", "goals", "", _("The book has no goal."), _("Add goals, or load the book from a file.")))
    for goal in goals:
        field = f"goals.{goal.key}"
        if goal.lead is None:
            rule = _("The goal “%(goal)s” has no owner.") % {"goal": goal}
            found.append(Fault("", f"{field}.lead", "", rule, _("Name the unit that leads it.")))
        elif not goal.lead.exists_on(min(today, today.replace(year=book.last_year, month=12, day=31))):
            found.append(Fault("", f"{field}.lead", goal.lead.code, *ended(goal.lead, today)))
        if not goal.targets.all():
            rule = _("The goal “%(goal)s” has no target for any year.") % {"goal": goal}
            found.append(Fault("", f"{field}.targets", "", rule, _("Say what it shall reach, and when.")))
    return found
