"""Endpoints of task books: which there are, one with its goals, commitments and projects, and the file of it."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from xiuhua.city.api_inputs import Text, district_of
from xiuhua.city.models import local
from xiuhua.foundation.problems import ProblemOut, not_found
from xiuhua.people.models import Organisation
from xiuhua.taskbook import queries
from xiuhua.taskbook.book_file.tables import nested
from xiuhua.taskbook.book_file.xlsx_out import write_xlsx
from xiuhua.taskbook.book_file.yaml_out import write_yaml
from xiuhua.taskbook.models import Book, Commitment, Goal, Milestone, Project, Target
from xiuhua.taskbook.stored import tables_of

router = Router(tags=["task book"])
REFUSALS: dict[int, Any] = {401: ProblemOut, 404: ProblemOut, 422: ProblemOut}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES: dict[str, Any] = {
    "responses": {
        200: {"content": {"application/yaml": {"schema": {}}, XLSX: {"schema": {"type": "string", "format": "binary"}}}}
    }
}


class BookOut(Schema):
    """A book; ``state`` is draft, issued or closed, ``version`` counts the changes of what it promises."""

    key: str
    name: str
    name_zh: str
    name_en: str
    first_year: int
    last_year: int
    state: str
    version: int
    source: str
    issued_at: datetime | None


class BookUnitOut(Schema):
    """A unit that answers for something."""

    code: str
    name: str


class TargetOut(Schema):
    """What a goal shall reach by the end of a year, in the unit of the goal (95 is 95 %)."""

    year: int
    value: float
    meaning: str


class CommitmentOut(Schema):
    """What a unit promised under a goal; ``due`` differs from ``first_due`` where a meeting moved it."""

    key: str
    measure: str
    unit: BookUnitOut
    first_due: date
    due: date
    state: str
    done_on: date | None
    proof: str
    reviews: int


class GoalOut(Schema):
    """A goal with everything under it; ``score`` is its score rule."""

    key: str
    name: str
    group: str
    group_name: str
    indicator: str
    project_kind: str
    unit: str
    lead: BookUnitOut | None
    support: list[BookUnitOut]
    baseline: float | None
    baseline_year: int | None
    statement: str
    evidence: str
    score: dict[str, Any]
    targets: list[TargetOut]
    commitments: list[CommitmentOut]


class MilestoneOut(Schema):
    """A step of a project."""

    key: str
    name: str
    due: date
    done_on: date | None
    proof: str


class ProjectOut(Schema):
    """A project; ``area`` is kind:code, ``accepted_by`` the level that accepted it."""

    key: str
    kind: str
    name: str
    unit: BookUnitOut
    area: str
    lon: float | None
    lat: float | None
    started_on: date | None
    accepted_by: str
    done_on: date | None
    note: str
    milestones: list[MilestoneOut]


class WholeBookOut(BookOut):
    """A book with its goals and projects."""

    goals: list[GoalOut]
    projects: list[ProjectOut]


class Kept(Schema):
    """In which form a file is wanted."""

    format: Literal["yaml", "xlsx"] = "yaml"


@router.get("/{district}/books", response={200: list[BookOut], **REFUSALS}, summary="Task books")
def list_books(request: HttpRequest, district: Text) -> Any:
    """The books of a district, the newest issued one first; drafts only for those inside."""
    return [_book(book) for book in queries.books(queries.sight(district_of(district), request.user))]


@router.get("/{district}/books/{book}", response={200: WholeBookOut, **REFUSALS}, summary="One task book")
def one_book(request: HttpRequest, district: Text, book: Text) -> Any:
    """Goals with owners, targets, score rules and commitments; projects with milestones."""
    found = _chosen(request, district, book)
    goals = Goal.objects.filter(book=found).select_related("lead").prefetch_related("targets", "support")
    promised: dict[int, list[dict[str, Any]]] = {}
    for row in Commitment.objects.filter(goal__book=found).select_related("unit").prefetch_related("reviews"):
        promised.setdefault(row.goal_id, []).append(_commitment(row))
    projects = Project.objects.filter(book=found).select_related("unit").prefetch_related("milestones")
    return {
        **_book(found),
        "goals": [_goal(goal, promised.get(goal.pk, [])) for goal in goals],
        "projects": [_project(project) for project in projects],
    }


@router.get("/{district}/books/{book}/file", response=REFUSALS, openapi_extra=FILES, summary="A task book as a file")
def book_file(request: HttpRequest, district: Text, book: Text, kept: Query[Kept]) -> HttpResponse:
    """YAML or XLSX as `xiuhua taskbook load` takes it."""
    found = _chosen(request, district, book)
    data = nested(tables_of(found))
    content, kind = (write_yaml(data), "application/yaml") if kept.format == "yaml" else (write_xlsx(data), XLSX)
    name = f'attachment; filename="{found.key}.{kept.format}"'
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": name})


def _chosen(request: HttpRequest, district: str, key: str) -> Book:
    place = district_of(district)
    found = next((book for book in queries.books(queries.sight(place, request.user)) if book.key == key), None)
    if found is None:
        raise not_found(
            _("There is no book %(key)s.") % {"key": key},
            _("Use the key of one that /api/taskbook/%(district)s/books lists.") % {"district": place.code},
        )
    return found


def _book(book: Book) -> dict[str, Any]:
    names = ("key", "name", "name_zh", "name_en", "first_year", "last_year", "state", "version", "source", "issued_at")
    return {name: getattr(book, name) for name in names}


def _unit(unit: Organisation) -> dict[str, str]:
    return {"code": unit.code, "name": unit.name}


def _goal(goal: Goal, commitments: list[dict[str, Any]]) -> dict[str, Any]:
    names = (
        "key", "name", "group", "indicator", "project_kind", "unit", "baseline", "baseline_year", "statement", "score",
    )  # fmt: skip
    return {
        **{name: getattr(goal, name) for name in names},
        "group_name": local(goal.group_zh, goal.group_en), "evidence": local(goal.evidence_zh, goal.evidence_en),
        "lead": _unit(goal.lead) if goal.lead else None, "support": [_unit(unit) for unit in goal.support.all()],
        "targets": [_target(row) for row in goal.targets.all()],
        "commitments": commitments,
    }  # fmt: skip


def _target(row: Target) -> dict[str, Any]:
    return {"year": row.year, "value": row.value, "meaning": local(row.meaning_zh, row.meaning_en)}


def _commitment(row: Commitment) -> dict[str, Any]:
    names = ("key", "measure", "first_due", "due", "state", "done_on", "proof")
    said = {name: getattr(row, name) for name in names}
    return {**said, "unit": _unit(row.unit), "reviews": len(row.reviews.all())}


def _project(project: Project) -> dict[str, Any]:
    names = ("key", "kind", "name", "area", "lon", "lat", "started_on", "accepted_by", "done_on", "note")
    return {
        **{name: getattr(project, name) for name in names}, "unit": _unit(project.unit),
        "milestones": [_milestone(row) for row in project.milestones.all()],
    }  # fmt: skip


def _milestone(row: Milestone) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("key", "name", "due", "done_on", "proof")}
