"""A budget of trees for a whole district: asked for, worked out by a job, told by town; what fewer would bring."""

import csv
import io

import pytest
import shapely
from django_tasks_db.models import DBTaskResult

from casework.conftest import desk, desks
from greenery.green_town import EAST, NORTH, box, put
from greenery.test_plans import in_english, page, planner, town
from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.foundation.models import Event
from xiuhua.greenery import tasks
from xiuhua.greenery.actions.planting import Wanted, ask_plan, drop_plan, work_out
from xiuhua.greenery.actions.work_orders import hand_over
from xiuhua.greenery.models import PlantingPlan
from xiuhua.greenery.pages.plan.spread import fewer

__all__ = ["desk", "desks", "in_english", "page", "planner", "town"]
pytestmark = pytest.mark.django_db
# About metres from the corner of the first town to where a home stands in the second.
OTHER_TOWN_M = 60 * EAST / 1000


@pytest.fixture
def two_towns(town):
    """A home and a street in the second town as well."""
    put(town, "buildings", {
        "code": "B9", "use": "residential", "floors": 3, "height_m": 9.0, "persons": 500, "geometry": box(OTHER_TOWN_M, 0, 20, 12),
    })  # fmt: skip
    y = 31.7 - 20 / NORTH
    put(town, "streets", {
        "code": "S9", "street_class": "branch",
        "geometry": shapely.LineString([(120.05 + (OTHER_TOWN_M + x) / EAST, y) for x in (-100, 150)]),
    })  # fmt: skip
    return town


@pytest.fixture
def ask(two_towns, planner):
    return lambda trees=20.0, size="medium": ask_plan(two_towns, Wanted("budget", "", trees, size), user=planner)


def test_a_budget_for_the_district_goes_to_all_its_towns_by_persons(ask):
    plan = ask()
    assert (plan.state, plan.town, plan.places.count(), str(plan)) == ("asked", None, 0, str(plan.district))
    assert work_out(plan)
    assert plan.state == PlantingPlan.State.DRAFT
    assert plan.after > plan.before
    assert plan.figures["persons"] == pytest.approx(sum(place.gained for place in plan.places.all()))
    # Most persons live in the second town: its trees come first.
    assert {place.street.code for place in plan.places.all()} >= {"S1", "S9"}
    assert plan.places.first().street.code == "S9"
    assert not work_out(plan)
    assert [event.verb for event in Event.objects.filter(chain=f"greenery:plan:{plan.pk}").order_by("pk")] == [
        "greenery.plan_asked", "greenery.plan_made",
    ]  # fmt: skip


def test_what_was_dropped_meanwhile_stays_dropped(ask, planner):
    plan = ask()
    asked = PlantingPlan.objects.get(pk=plan.pk)
    drop_plan(plan, user=planner)
    assert not work_out(asked)
    assert not work_out(plan)
    plan.refresh_from_db()
    assert (plan.state, plan.places.count()) == ("dropped", 0)


def test_a_plan_without_places_yet_is_not_handed_over(ask, planner, desk):
    with pytest.raises(Refused, match="no places"):
        hand_over(ask(), desk.standard, user=planner)


def test_where_no_tree_would_help_the_plan_says_so(town, planner, page):
    for code, x, y in (("B1", 0, 0), ("B3", 0, 120)):
        put(
            town,
            "buildings",
            {"code": code, "use": "residential", "floors": 2, "persons": 0, "geometry": box(x, y, 20, 10)},
        )
    plan = ask_plan(town, Wanted("budget", "", 5), user=planner)
    assert work_out(plan)
    assert plan.state == PlantingPlan.State.EMPTY
    assert "no room for a tree that would help" in page(f"{plan.pk}/").content.decode()
    assert "nothing found" in page().content.decode()
    page(f"{plan.pk}/drop/", 302, confirm="1")


@pytest.mark.parametrize("trees", [0.0, 2.5, 2_001.0, float("nan")])
def test_a_budget_beyond_what_a_district_takes_is_refused(ask, trees):
    with pytest.raises(Refused, match="up to 2000 in the whole district"):
        ask(trees)


def test_a_district_without_homes_and_people_without_the_right_are_refused(two_districts, planner, desk):
    with pytest.raises(Refused, match="No home lies in this district"):
        ask_plan(two_districts[0], Wanted("budget", "", 5), user=planner)
    with pytest.raises(Forbidden):
        ask_plan(two_districts[0], Wanted("budget", "", 5), user=desk.people["handler"])


def test_the_page_waits_for_the_job_and_then_shows_towns_and_what_fewer_bring(two_towns, page):
    made = page("new/", 302, kind="budget", code="", goal="20", size="medium")
    plan = PlantingPlan.objects.get()
    job = DBTaskResult.objects.get(task_path=tasks.work_out_plan.module_path)
    assert made.headers["Location"] == f"/greenery/990001/plan/{plan.pk}/"
    text = page(f"{plan.pk}/").content.decode()
    assert "data-waits" in text
    assert "being worked out" in page().content.decode()
    assert tasks.work_out_plan.call(*job.args_kwargs["args"])
    text = page(f"{plan.pk}/").content.decode()
    for said in ("By town", "What fewer trees would bring", "windows in the district see three trees", "Make the work"):
        assert said in text
    assert "data-waits" not in text
    rows = list(
        csv.DictReader(io.StringIO(b"".join(page(f"{plan.pk}/places.csv").streaming_content).decode("utf-8-sig")))
    )
    assert len({row["town"] for row in rows}) == 2
    assert len(rows) == plan.places.count()


def test_a_job_that_failed_is_told(two_towns, page):
    page("new/", 302, kind="budget", code="", goal="20", size="medium")
    DBTaskResult.objects.update(status="FAILED")
    plan = PlantingPlan.objects.get()
    assert "has failed" in page(f"{plan.pk}/").content.decode()
    page(f"{plan.pk}/drop/", 302, confirm="1")


def test_the_first_trees_of_a_plan_are_the_plan_of_a_smaller_budget(ask):
    whole, half = ask(20.0), ask(2.0)
    work_out(whole)
    work_out(half)
    few, many = list(half.places.all()), list(whole.places.all())
    assert [(place.lon, place.lat) for place in few] == [(place.lon, place.lat) for place in many[:2]]
    told = fewer(many)
    assert told[-1].trees == len(many)
    assert told[-1].share == 1
    assert told[-1].persons == pytest.approx(whole.figures["persons"])
    assert [row.persons for row in told] == sorted(row.persons for row in told)
    assert fewer([]) == []
