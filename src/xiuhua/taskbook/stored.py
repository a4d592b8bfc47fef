"""A book of the database as the tables of a book file."""

from typing import Any

from xiuhua.taskbook.book_file.tables import Row, Tables
from xiuhua.taskbook.models import Book, Commitment, Goal, Milestone, Project, Target

_GOAL = (
    "key", "name_zh", "name_en", "group", "group_zh", "group_en", "indicator", "project_kind", "unit", "baseline",
    "baseline_year", "statement", "evidence_zh", "evidence_en", "score",
)  # fmt: skip
_PROJECT = ("key", "kind", "name_zh", "name_en", "area", "lon", "lat", "accepted_by", "note")


def tables_of(book: Book) -> Tables:
    """What ``book`` promises and what came of it, as rows by their key; minutes and reviews are not of it."""
    found = Tables(
        {name: getattr(book, name) for name in ("key", "name_zh", "name_en", "first_year", "last_year", "source")}
    )
    goals = list(Goal.objects.filter(book=book).select_related("lead").prefetch_related("support"))
    keys = {goal.pk: goal.key for goal in goals}
    for order, goal in enumerate(goals):
        row = {name: getattr(goal, name) for name in _GOAL} | {"lead": goal.lead.code if goal.lead else ""}
        row |= {"support": sorted(unit.code for unit in goal.support.all()), "order": order}
        found.goals[goal.key] = row
    for target in Target.objects.filter(goal__book=book).order_by("goal__order", "goal__key", "year"):
        names = ("year", "value", "meaning_zh", "meaning_en")
        row = {name: getattr(target, name) for name in names} | {"goal": keys[target.goal_id]}
        found.targets[f"{row['goal']}/{target.year}"] = row
    commitments = Commitment.objects.filter(goal__book=book).exclude(key="").select_related("unit")
    for commitment in commitments.order_by("goal__order", "goal__key", "pk"):
        row = _commitment(commitment) | {"goal": keys[commitment.goal_id]}
        found.commitments[f"{row['goal']}/{commitment.key}"] = row
    _add_projects(found, book)
    return found


def _commitment(row: Commitment) -> Row:
    return {
        "key": row.key, "measure": row.measure, "unit": row.unit.code, "due": row.first_due.isoformat(),
        "state": str(row.state), "moved_to": row.due.isoformat() if row.due != row.first_due else "",
        "done_on": _day(row.done_on), "proof": row.proof,
    }  # fmt: skip


def _add_projects(found: Tables, book: Book) -> None:
    for project in Project.objects.filter(book=book).select_related("unit").order_by("pk"):
        row = {name: getattr(project, name) for name in _PROJECT} | {"unit": project.unit.code}
        row |= {"started_on": _day(project.started_on), "done_on": _day(project.done_on)}
        found.projects[project.key] = row
    milestones = Milestone.objects.filter(project__book=book).select_related("project")
    for milestone in milestones.order_by("project__pk", "due", "pk"):
        row = {name: getattr(milestone, name) for name in ("key", "name_zh", "name_en", "proof")}
        row |= {"due": milestone.due.isoformat(), "done_on": _day(milestone.done_on), "project": milestone.project.key}
        found.milestones[f"{milestone.project.key}/{milestone.key}"] = row


def _day(day: Any) -> str:
    return day.isoformat() if day else ""
