"""Task books of the demonstration: the programme of 2022-2024, closed, and one of the years that its cases lie in."""

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction

from xiuhua.city.models import District
from xiuhua.demo.meetings import hold_meetings
from xiuhua.demo.plan import HERE
from xiuhua.demo.projects import Batch, Done, Spot, done_steps, projects, spots
from xiuhua.foundation.placed.reading import Read
from xiuhua.taskbook.actions.books import close_book, issue_book
from xiuhua.taskbook.actions.load import load_book
from xiuhua.taskbook.actions.projects import accept_project, finish_milestone
from xiuhua.taskbook.book_file.yaml_in import read_yaml
from xiuhua.taskbook.models import Book, Milestone, Project

# The last year that stands in the file of the current book; the file is moved to the years of the demonstration.
WRITTEN = 2026
LIVING_ROOMS, POCKET_PARKS, RENEWALS = (6, 6, 8), 12, 10
_YEAR = re.compile(r"\b20(2[3-9])\b")


def load_taskbooks(district: District, seed: int, now: datetime, *, actor: str) -> int:
    """Load both books with what became of them, unless they are there. Returns how many the district has."""
    with transaction.atomic():
        rooms = spots(district, ("demonstration_area", "garden", "community_park"), seed)
        if not Book.objects.filter(district=district, key="needlework-2022-2024").exists():
            _programme(district, _living_rooms(rooms), seed, actor)
        if not Book.objects.filter(district=district, key=f"care-{now.year - 2}-{now.year}").exists():
            _current(district, seed, now, actor)
    return Book.objects.filter(district=district).count()


def current_file(year: int) -> Read:
    """The book of the three years that end with ``year``."""
    text = (HERE / "taskbook_current.yaml").read_text(encoding="utf-8")
    moved = _YEAR.sub(lambda found: str(int(found[0]) + year - WRITTEN), text)
    return read_yaml(moved.encode())


def _living_rooms(places: Iterator[Spot]) -> list[dict[str, Any]]:
    """Twenty of them, begun in spring and summer of each year."""
    begun = [
        date(2022 + year, 3, 20) + timedelta(18 * number)
        for year, count in enumerate(LIVING_ROOMS)
        for number in range(count)
    ]
    return projects(Batch("living-room", "会客厅", "Living Room", tuple(begun)), places)


def _programme(district: District, rooms: list[dict[str, Any]], seed: int, actor: str) -> None:
    """The programme of 2022-2024: loaded, issued, its results written down at the end, closed."""
    begun, ended = datetime(2022, 3, 15, 1, tzinfo=UTC), datetime(2024, 12, 31, 1, tzinfo=UTC)

    data = read_yaml((HERE / "taskbook.yaml").read_bytes()).data | {"projects": rooms}
    book = load_book(data, district, actor=actor, at=begun).book
    issue_book(book, actor=actor, at=begun + timedelta(5))
    results = deepcopy(data)
    _write_results(results, done_steps(rooms, ended.date(), seed, latest=date(2024, 12, 10)), seed)
    load_book(results, district, actor=actor, reason="方案期满，补录验收结果", at=ended)
    close_book(book, note="三年任务期满，结果已公布。", actor=actor, at=ended)


def _write_results(data: dict[str, Any], done: list[Done], seed: int) -> None:
    """Put into the book what was done: steps with proof, acceptances, the commitment."""
    rng = Random(f"{seed} accepted")  # noqa: S311 - a drawing
    steps = {(each.project, each.step): each for each in done}
    for project in data["projects"]:
        for step in project["milestones"]:
            if (found := steps.get((project["key"], step["key"]))) is not None:
                step |= {"done_on": found.on.isoformat(), "proof": found.proof}
        if all("done_on" in step for step in project["milestones"]):
            last = date.fromisoformat(project["milestones"][-1]["done_on"])
            project |= {
                "done_on": (last + timedelta(10)).isoformat(),
                "accepted_by": "city" if rng.random() < 0.8 else "district",  # noqa: PLR2004 - sixteen of twenty
            }
    for goal in data["goals"]:
        for commitment in goal.get("commitments", ()):
            commitment |= {"done_on": commitment["due"], "proof": "班组名册和设备台账"}


def _current(district: District, seed: int, now: datetime, actor: str) -> None:
    """The book of the current years: issued, worked on act by act, reviewed in meetings."""
    first = date(now.year - 2, 1, 10)
    read = current_file(now.year)
    parks = tuple(first + timedelta(60 + 75 * number) for number in range(POCKET_PARKS))
    renewals = tuple(first + timedelta(30 + 110 * number) for number in range(RENEWALS))
    made = projects(
        Batch("pocket-park", "提升", "Renewed", parks, "BUR-GRN"), spots(district, ("pocket_park", "garden"), seed)
    ) + projects(Batch("renewal", "更新", "Renewal", renewals, "BUR-HOU"), spots(district, ("old_compound",), seed))
    read.data["projects"] = made
    begun = datetime(first.year, 1, 10, 1, tzinfo=UTC)
    book = load_book(read, district, actor=actor, at=begun).book
    issue_book(book, actor=actor, at=begun + timedelta(5))
    _work(book, done_steps(made, now.date() - timedelta(1), seed), now, actor)
    hold_meetings(book, now, actor=actor)


def _work(book: Book, done: list[Done], now: datetime, actor: str) -> None:
    """Report each step that is done; accept what is finished ten days later."""
    steps = {
        (step.project.key, step.key): step
        for step in Milestone.objects.filter(project__book=book).select_related("project")
    }
    left = {project.key: project.milestones.count() for project in Project.objects.filter(book=book)}
    for each in done:
        at = datetime.combine(each.on, datetime.min.time(), tzinfo=UTC) + timedelta(hours=8)
        step = steps[each.project, each.step]
        finish_milestone(step, proof=each.proof, done_on=each.on, actor=actor, at=at)
        left[each.project] -= 1
        if not left[each.project] and at + timedelta(10) < now:
            accept_project(step.project, accepted_by="district", actor=actor, at=at + timedelta(10))
