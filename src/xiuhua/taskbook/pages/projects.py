"""Projects of a book by kind: the pace against the plan, every project with its steps, and where they lie."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from xiuhua.foundation.form_answers import Failed
from xiuhua.people.permissions import may
from xiuhua.taskbook.models import Milestone, Project
from xiuhua.taskbook.pages.asked import Asking, asked, asked_text
from xiuhua.taskbook.pages.pictures.pace import Pace, pace
from xiuhua.taskbook.queries import names, project_targets, projects

REVIEW = "taskbook.review"
# Levels that accept a project, and what a project's state is called.
ACCEPTED = {
    "district": gettext_noop("accepted by the district"), "city": gettext_noop("accepted by the city"),
    "province": gettext_noop("accepted by the province"),
}  # fmt: skip
STATES = {
    "done": gettext_noop("Done"), "late": gettext_noop("a step is late"), "going": gettext_noop("on its way"),
    "planned": gettext_noop("planned"),
}  # fmt: skip
BADGES = {"done": "good", "late": "bad", "going": "info", "planned": ""}


@dataclass(frozen=True)
class Line:
    """One project with its state, its place and its steps; ``late`` are the steps that are overdue."""

    project: Project
    state: str
    accepted: str
    area: str
    steps: list[tuple[Milestone, bool]]

    @property
    def ready(self) -> bool:
        """Whether every step is done, and a level is left that has not accepted it."""
        return all(step.done_on for step, _late in self.steps) and self.project.accepted_by != list(ACCEPTED)[-1]

    @property
    def word(self) -> str:
        """The state in words."""
        return _(STATES[self.state])

    @property
    def badge(self) -> str:
        """The class of its badge."""
        return BADGES[self.state]


@dataclass(frozen=True)
class Programme:
    """The projects of one kind: title, how many should be done by the end, and the drawing of the pace."""

    kind: str
    title: str
    lines: list[Line]
    done: int
    due: int
    target: float | None
    year: int | None
    pace: Pace | None

    @property
    def pace_text(self) -> str:
        """What the drawing says, in words."""
        return _("%(done)s done, %(due)s should be done by today, %(all)s in all") % {
            "done": self.done, "due": self.due, "all": len(self.lines),
        }  # fmt: skip


@require_safe
def every_project(request: HttpRequest, district_code: str) -> HttpResponse:
    """The projects of the book; ``?kind=`` shows one kind alone."""
    return show_projects(request, asked(request, district_code))


def show_projects(request: HttpRequest, asking: Asking, failed: Failed | None = None) -> HttpResponse:
    """The page of projects, with forms for who accepts them; what was refused stands there with what was typed."""
    found = _programmes(asking, asked_text(request, "kind"))
    placed = any(line.project.lon is not None for programme in found for line in programme.lines)
    points = reverse("taskbook:project-points", args=[asking.district.code])
    context = {
        "district": asking.district, "book": asking.book, "programmes": found, "today": asking.today,
        "points": f"{points}?{request.GET.urlencode()}" if placed else "", "failed": failed,
        "levels": [(key, _(words)) for key, words in ACCEPTED.items()],
        "may_review": asking.book is not None and asking.book.state != "closed"
        and may(request.user, REVIEW, district_code=asking.district.code),
    }  # fmt: skip
    return render(request, "taskbook/projects.html", context, status=failed.status if failed else 200)


@require_safe
def project_points(request: HttpRequest, district_code: str) -> JsonResponse:
    """The projects that have a place, as GeoJSON points with name and state."""
    asking = asked(request, district_code)
    features = [
        {
            "type": "Feature", "geometry": {"type": "Point", "coordinates": [line.project.lon, line.project.lat]},
            "properties": {
                "name": str(line.project), "state": line.state, "text": line.accepted or line.word,
                "key": line.project.key,
            },
        }
        for programme in _programmes(asking, asked_text(request, "kind"))
        for line in programme.lines
        if line.project.lon is not None and line.project.lat is not None
    ]  # fmt: skip
    answer = JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")
    answer["Vary"] = "Accept-Language, Cookie"
    return answer


def _programmes(asking: Asking, kind: str) -> list[Programme]:
    if asking.book is None:
        return []
    by_kind: dict[str, list[Project]] = {}
    for project in projects(asking.book):
        by_kind.setdefault(project.kind, []).append(project)
    targets = project_targets(asking.book)
    places = names(asking.district, {_place(project) for some in by_kind.values() for project in some if project.area})
    found = []
    for each, some in by_kind.items():
        if kind and each != kind:
            continue
        title, target, year = targets.get(each, (each, None, None))
        lines = [_line(project, asking.today, places) for project in some]
        due = [_due(project) for project in some]
        done = [project.done_on for project in some if project.done_on]
        found.append(Programme(
            each, title, lines, len(done), sum(day is not None and day <= asking.today for day in due), target, year,
            pace([day for day in due if day], done, target, asking.today),
        ))  # fmt: skip
    return found


def _line(project: Project, today: date, places: dict[tuple[str, str], str]) -> Line:
    steps = [(step, step.done_on is None and step.due < today) for step in project.milestones.all()]
    state = (
        "done" if project.done_on
        else "late" if any(late for _step, late in steps)
        else "going" if project.started_on or any(step.done_on for step, _late in steps)
        else "planned"
    )  # fmt: skip
    accepted = _(ACCEPTED[project.accepted_by]) if project.accepted_by in ACCEPTED else project.accepted_by
    return Line(project, state, accepted, places.get(_place(project), "") if project.area else "", steps)


def _place(project: Project) -> tuple[str, str]:
    kind, _colon, code = project.area.partition(":")
    return kind, code


def _due(project: Project) -> date | None:
    """The day on which the last step of a project is due."""
    return max((step.due for step in project.milestones.all()), default=None)
