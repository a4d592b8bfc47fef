"""The task books of the demonstration: loaded by the actions, the same again, with places of the drawing."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest
import yaml

from xiuhua.city.area_index import area_index
from xiuhua.demo import load as demo_load
from xiuhua.demo.plan import HERE
from xiuhua.demo.projects import Batch, Spot, done_steps, projects
from xiuhua.demo.taskbook import current_file, load_taskbooks
from xiuhua.foundation.events import verify
from xiuhua.foundation.indicators import indicators
from xiuhua.foundation.models import Event
from xiuhua.taskbook.book_file.checking import checked
from xiuhua.taskbook.book_file.tables import nested
from xiuhua.taskbook.book_file.yaml_in import read_yaml
from xiuhua.taskbook.models import Book, Commitment, Meeting, Milestone, Project, Review
from xiuhua.taskbook.stored import tables_of

NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)


def test_the_example_book_is_the_programme():
    read = read_yaml((HERE / "taskbook.yaml").read_bytes())
    assert not checked(read)
    goals = {goal["key"]: goal for goal in read.data["goals"]}
    assert goals["living-rooms"]["project_kind"] == "living-room"
    assert goals["living-rooms"]["targets"][-1] | {"meaning_zh": "", "meaning_en": ""} == {
        "year": 2024, "value": 20, "meaning_zh": "", "meaning_en": "",
    }  # fmt: skip
    for key in ("roads-clean", "waters-clean", "greens-clean"):
        assert indicators()[goals[key]["indicator"]].statement == goals[key]["statement"]
        assert goals[key]["targets"][-1]["value"] == 100
    for goal in goals.values():
        assert goal["name_en"]
        assert goal["evidence_en"]
        assert goal["score"]["source"]
        assert [target["year"] for target in goal["targets"]] == [2022, 2023, 2024]
    assert sum(goal["score"]["weight"] for goal in goals.values()) == 100


@pytest.mark.parametrize("year", [2026, 2027, 2031])
def test_the_current_book_moves_with_the_years(year):
    read = current_file(year)
    assert not checked(read)
    data = read.data
    assert (data["first_year"], data["last_year"]) == (year - 2, year)
    assert data["key"] == f"care-{year - 2}-{year}"
    assert str(year) in data["name_zh"]
    for goal in data["goals"]:
        assert [target["year"] for target in goal["targets"]] == [year - 2, year - 1, year]
        if "indicator" in goal:
            assert indicators()[goal["indicator"]].unit == goal.get("unit", "")
    assert {goal["statement"] for goal in data["goals"] if "statement" in goal} == {"no_failure", "level", "restored"}
    assert sum(goal["score"]["weight"] for goal in data["goals"] if "score" in goal) == 100


def test_steps_are_done_in_order_and_the_same_again():
    spots = [Spot(f"甲{n}", f"A {n}", 120.2, 31.6, "320299001") for n in range(6)]
    begun = tuple(date(2025, month, 1) for month in range(1, 7))
    made = projects(Batch("renewal", "更新", "Renewal", begun), iter(spots))
    assert [project["unit"] for project in made] == ["TWN-001"] * 6
    done = done_steps(made, date(2025, 9, 1), 3)
    assert done == done_steps(made, date(2025, 9, 1), 3) != done_steps(made, date(2025, 9, 1), 4)
    assert [each.on for each in done] == sorted(each.on for each in done)
    for project in made:
        keys = [each.step for each in done if each.project == project["key"]]
        assert keys == [step["key"] for step in project["milestones"]][: len(keys)]
    assert any(each.on.isoformat() > step["due"] for each in done for project in made for step in project["milestones"]
               if (project["key"], step["key"]) == (each.project, each.step))  # fmt: skip


@pytest.mark.django_db
def test_both_books_are_loaded_with_what_became_of_them(drawing, tmp_path):
    district = demo_load.load_drawing(drawing, 1)
    assert load_taskbooks(district, 1, NOW, actor="t") == 2
    past, now = Book.objects.get(key="needlework-2022-2024"), Book.objects.get(key="care-2024-2026")
    assert (past.state, now.state) == ("closed", "issued")
    rooms = Project.objects.filter(book=past, kind="living-room")
    assert Counter(rooms.values_list("accepted_by", flat=True)).keys() == {"city", "district"}
    assert rooms.count() == 20
    assert not rooms.filter(done_on=None).exists()
    index = area_index(district)
    for project in Project.objects.select_related("unit"):
        places = index.at(project.lon, project.lat)
        assert project.area in {f"{place.kind}:{place.code}" for place in places}
    assert Project.objects.filter(book=now).values("area").distinct().count() >= 5

    states = Counter(Commitment.objects.filter(goal__book=now).values_list("state", flat=True))
    assert set(states) == {"open", "done", "dropped"}
    done = Commitment.objects.filter(goal__book=now, state="done")
    assert any(row.done_on > row.due for row in done)
    assert any(row.done_on <= row.due for row in done)
    moved = [row for row in Commitment.objects.filter(goal__book=now) if row.due != row.first_due]
    assert moved
    assert all(row.reviews.exclude(due_before=row.due).filter(due_after=row.due).exists() for row in moved)
    meetings = Meeting.objects.filter(book=now).order_by("held_on")
    assert [meeting.closed_at is None for meeting in meetings] == [False] * 5 + [True]
    assert all(meeting.minutes for meeting in meetings if meeting.closed_at)
    assert Commitment.objects.filter(goal__book=now, state="open", due__lte=meetings.last().held_on).exists()
    left = Milestone.objects.filter(project__book=now, done_on=None)
    assert left.exists()
    assert not Milestone.objects.filter(done_on__gt=NOW.date()).exists()

    rows = [list(model.objects.values()) for model in (Book, Commitment, Review, Project, Milestone)]
    events = Event.objects.count()
    load_taskbooks(district, 1, NOW, actor="t")
    assert [list(model.objects.values()) for model in (Book, Commitment, Review, Project, Milestone)] == rows
    assert Event.objects.count() == events
    for book in (past, now):
        assert not verify(f"book:{district.code}:{book.key}").breaks
        assert yaml.safe_dump(nested(tables_of(book)))

    told = nested(tables_of(now))
    Book.objects.filter(pk=now.pk).delete()
    load_taskbooks(district, 1, NOW, actor="t")
    assert nested(tables_of(Book.objects.get(key=now.key))) == told
