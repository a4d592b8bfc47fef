"""Write the rows of a book that changed. Checked before; inside the transaction of the load."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import Model

from xiuhua.people.models import Organisation
from xiuhua.taskbook.book_file.comparing import Change
from xiuhua.taskbook.book_file.tables import TABLES, Row
from xiuhua.taskbook.models import Book, Commitment, Goal, Milestone, Project, Target

type Units = Mapping[str, Organisation]

_GOAL = (
    "name_zh", "name_en", "group", "group_zh", "group_en", "indicator", "project_kind", "unit", "baseline",
    "baseline_year", "statement", "evidence_zh", "evidence_en", "score", "order",
)  # fmt: skip
_PROJECT = ("kind", "name_zh", "name_en", "area", "lon", "lat", "accepted_by", "note")


def write(book: Book, changes: list[Change], units: Units) -> None:
    """Bring the rows of ``book`` to what ``changes`` say; the book gets its next version."""
    book.version += 1
    for change in changes:
        if change.table == "book" and change.after:
            for name, value in change.after.items():
                setattr(book, name, value)
    book.save()
    for table in reversed(TABLES):
        for change in changes:
            if change.table == table and change.after is None:
                _rows(book, table, change.key).delete()
    _goals(book, [change for change in changes if change.table == "goals" and change.after], units)
    goals = dict(Goal.objects.filter(book=book).values_list("key", "pk"))
    _save(book, "targets", changes, lambda row: _target(row, goals))
    _save(book, "commitments", changes, lambda row: _commitment(row, goals, units))
    _save(book, "projects", changes, lambda row: _project(row, book, units))
    projects = dict(Project.objects.filter(book=book).values_list("key", "pk"))
    _save(book, "milestones", changes, lambda row: _milestone(row, projects))


def _rows(book: Book, table: str, key: str) -> Any:
    """The row of ``key`` as a query."""
    outer, _slash, inner = key.partition("/")
    if table == "goals":
        return Goal.objects.filter(book=book, key=outer)
    if table == "projects":
        return Project.objects.filter(book=book, key=outer)
    if table == "targets":
        return Target.objects.filter(goal__book=book, goal__key=outer, year=int(inner))
    if table == "commitments":
        return Commitment.objects.filter(goal__book=book, goal__key=outer, key=inner)
    return Milestone.objects.filter(project__book=book, project__key=outer, key=inner)


_MODELS: dict[str, type[Model]] = {
    "targets": Target, "commitments": Commitment, "projects": Project, "milestones": Milestone,
}  # fmt: skip


def _save(book: Book, table: str, changes: list[Change], columns: Callable[[Row], dict[str, Any]]) -> None:
    wanted = [(change, columns(change.after)) for change in changes if change.table == table and change.after]
    model = _MODELS[table]
    model._default_manager.bulk_create(model(**values) for change, values in wanted if change.before is None)
    kept: list[Model] = []
    for change, values in wanted:
        if change.before is None:
            continue
        row = _rows(book, table, change.key).get()
        for name, value in values.items():
            setattr(row, name, value)
        if hasattr(row, "version"):
            row.version += 1
        kept.append(row)
    names = {field.name for field in model._meta.concrete_fields if not field.primary_key}
    model._default_manager.bulk_update(kept, sorted(names), batch_size=100)


def _goals(book: Book, changes: list[Change], units: Units) -> None:
    for change in changes:
        row: Row = change.after or {}
        goal = _rows(book, "goals", change.key).first() or Goal(book=book, key=change.key)
        for name in _GOAL:
            setattr(goal, name, row[name])
        goal.lead = units[row["lead"]]
        goal.save()
        if change.before is None or change.before["support"] != row["support"]:
            goal.support.set([units[code] for code in row["support"]])


def _target(row: Row, goals: Mapping[str, int]) -> dict[str, Any]:
    names = ("year", "value", "meaning_zh", "meaning_en")
    return {"goal_id": goals[row["goal"]], **{name: row[name] for name in names}}


def _commitment(row: Row, goals: Mapping[str, int], units: Units) -> dict[str, Any]:
    return {
        "goal_id": goals[row["goal"]], "key": row["key"], "measure": row["measure"], "unit": units[row["unit"]],
        "first_due": date.fromisoformat(row["due"]), "due": date.fromisoformat(row["moved_to"] or row["due"]),
        "state": row["state"], "done_on": _day(row["done_on"]), "proof": row["proof"],
    }  # fmt: skip


def _project(row: Row, book: Book, units: Units) -> dict[str, Any]:
    days = {name: _day(row[name]) for name in ("started_on", "done_on")}
    return {"book": book, "key": row["key"], "unit": units[row["unit"]], **days, **{n: row[n] for n in _PROJECT}}


def _milestone(row: Row, projects: Mapping[str, int]) -> dict[str, Any]:
    return {
        "project_id": projects[row["project"]], "key": row["key"], "name_zh": row["name_zh"], "name_en": row["name_en"],
        "due": date.fromisoformat(row["due"]), "done_on": _day(row["done_on"]), "proof": row["proof"],
    }  # fmt: skip


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
