"""Change one thing that a book promises: a goal, a target, a project, a milestone; or the names of the book.

Each is checked as if the whole book were loaded anew, so that a page can break nothing that a file could not.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xiuhua.people.actors import Actor
from xiuhua.taskbook.actions.door import held_book
from xiuhua.taskbook.actions.load import LoadReport, load_book
from xiuhua.taskbook.book_file.schema import OWNER
from xiuhua.taskbook.book_file.tables import nested
from xiuhua.taskbook.models import Book
from xiuhua.taskbook.refusals import Refused
from xiuhua.taskbook.stored import tables_of

type Data = dict[str, Any]

# The list in which the goal or project of an inner thing stands.
_OUTER = {"targets": "goals", "commitments": "goals", "milestones": "projects"}


def describe(
    book: Book, values: Data, *, actor: Actor, reason: str = "", expected_version: int | None = None,
    at: datetime | None = None,
) -> LoadReport:  # fmt: skip
    """Change names, years or source of the book. Raises as ``load_book``."""
    return _changed(book, lambda data: data.update(values), actor, reason, expected_version, at)


def put(
    book: Book, table: str, values: Data, *, actor: Actor, reason: str = "", expected_version: int | None = None,
    at: datetime | None = None,
) -> LoadReport:  # fmt: skip
    """Add or change one thing of ``table`` (goals, targets, commitments, projects, milestones).

    ``values`` has the keys of the file, inner things also ``goal`` or ``project``, a goal of a new group ``group_zh``
    and ``group_en``. What is left out stays as it is stored. Raises as ``load_book``.
    """

    def change(data: Data) -> None:
        things, own = _place(data, table, dict(values))
        _name_group(data, own)
        known = next((each for each in things if _same(table, each, own)), None)
        if known is None:
            things.append(own)
        else:
            known.update(own)

    return _changed(book, change, actor, reason, expected_version, at)


def remove(
    book: Book, table: str, values: Data, *, actor: Actor, reason: str = "", expected_version: int | None = None,
    at: datetime | None = None,
) -> LoadReport:  # fmt: skip
    """Take one thing out; ``values`` names it as in ``put``. Raises as ``load_book``, also for what has a history."""

    def change(data: Data) -> None:
        things, own = _place(data, table, dict(values))
        things[:] = [each for each in things if not _same(table, each, own)]

    return _changed(book, change, actor, reason, expected_version, at)


@transaction.atomic
def _changed(
    book: Book, change: Callable[[Data], None], actor: Actor, reason: str, expected_version: int | None,
    at: datetime | None,
) -> LoadReport:  # fmt: skip
    """Load the book anew as ``change`` leaves it; nobody else changes it meanwhile."""
    row = held_book(book, expected_version)
    data = nested(tables_of(row))
    change(data)
    used = {goal.get("group") for goal in data["goals"]}
    data["groups"] = [group for group in data.get("groups", ()) if group["key"] in used]
    return load_book(data, row.district, actor=actor, reason=reason, at=at)


def _same(table: str, one: Data, other: Data) -> bool:
    name = "year" if table == "targets" else "key"
    return str(one.get(name)) == str(other.get(name))


def _name_group(data: Data, own: Data) -> None:
    names = {name: own.pop(f"group_{name[-2:]}") for name in ("name_zh", "name_en") if own.get(f"group_{name[-2:]}")}
    if not names:
        return
    groups = data.setdefault("groups", [])
    known = next((group for group in groups if group["key"] == own.get("group")), None)
    if known is None:
        groups.append({"key": own.get("group"), **names})
    else:
        known.update(names)


def _place(data: Data, table: str, values: Data) -> tuple[list[Data], Data]:
    """The list of ``data`` in which a thing of ``table`` stands, and what the thing says itself."""
    if table not in _OUTER:
        things: list[Data] = data.setdefault(table, [])
        return things, values
    owner = values.pop(OWNER[table], "")
    home = next((each for each in data.get(_OUTER[table], ()) if each["key"] == owner), None)
    if home is None:
        raise Refused(
            _("The book has no “%(key)s” to which this could belong.") % {"key": owner},
            _("Use the key of one of its goals or projects."),
        )
    things = home.setdefault(table, [])
    return things, values
