"""Plans of trees and gates: made, looked at, dropped, handed over once as cases that know their plan."""

import csv
import io
import json

import pytest
import shapely
from django.utils import translation

from casework.conftest import desk, desks
from greenery.green_town import EAST, NORTH, green_town, put
from xiuhua.casework.models import Case
from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.foundation.models import Event
from xiuhua.greenery.actions.planting import Wanted, drop_plan, make_plan
from xiuhua.greenery.actions.work_orders import hand_over
from xiuhua.greenery.models import PlantingPlan
from xiuhua.greenery.scene_of import scene_of

__all__ = ["desk", "desks"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    translation.activate("en")


@pytest.fixture
def town(desk):
    """The street of greenery, with a street beside the park and one that leads around it."""
    green_town(desk.district)
    put(
        desk.district, "streets",
        {"code": "S3", "street_class": "lane", "geometry": shapely.LineString(
            [(120.05 + x / EAST, 31.7 + y / NORTH) for x, y in ((260, -55), (260, 60), (190, 60))])},
    )  # fmt: skip
    return desk.district


@pytest.fixture
def planner(desk):
    return desk.people["assessor"]


@pytest.fixture
def make(town, planner):
    return lambda kind, code, goal=0.0, size="medium": make_plan(town, Wanted(kind, code, goal, size), user=planner)


def test_a_home_gets_the_trees_that_its_windows_lack(make, town):
    plan = make("home", "B1", 0.5)
    assert plan.state == PlantingPlan.State.DRAFT
    assert plan.before == 0
    assert plan.after >= 0.5
    assert plan.reached
    assert plan.figures["persons"] == pytest.approx(60 * plan.after)
    assert [place.number for place in plan.places.all()] == list(range(1, plan.places.count() + 1))
    assert sum(place.gained for place in plan.places.all()) == pytest.approx(plan.after)
    assert Event.objects.filter(verb="greenery.plan_made", actor="990001-assessor").count() == 1
    surveyed = scene_of(town)
    for place in plan.places.all():
        x, y = (
            (place.lon - surveyed.plane.lon) * surveyed.plane.east,
            (place.lat - surveyed.plane.lat) * surveyed.plane.north,
        )
        assert not surveyed.nearby.inside_building(x, y)


def test_a_street_gets_crowns_and_shade(make):
    for kind in ("canopy", "shade"):
        plan = make(kind, "S1", 0.2, "large")
        assert plan.after >= 0.2 > plan.before
        assert all(place.street.code == "S1" for place in plan.places.all())
        assert plan.figures["gaps"] >= plan.places.count()


def test_once_the_trees_of_a_plan_stand_there_is_nothing_to_plant(make, town):
    plan = make("canopy", "S1", 0.2, "large")
    for place in plan.places.all():
        put(town, "trees", {
            "code": f"N{place.number}", "species": "香樟", "height_m": 12.0, "crown_m": 8.0, "base_m": 2.5,
            "lon": place.lon, "lat": place.lat,
        })  # fmt: skip
    with pytest.raises(Refused, match="reached already"):
        make("canopy", "S1", 0.2, "large")


def test_a_goal_beyond_the_room_is_told_as_not_reached(make):
    plan = make("canopy", "S1", 1.0, "small")
    assert not plan.reached
    assert plan.before < plan.after < 1


def test_a_budget_is_spent_where_most_persons_gain(make):
    plan = make("budget", "990001001", 3)
    # Two complete all windows that lack one: the third would help nobody.
    assert (plan.places.count(), plan.reached) == (2, False)
    assert plan.after > plan.before
    assert plan.figures["homes"] >= 1
    assert plan.figures["persons"] == pytest.approx(sum(place.gained for place in plan.places.all()))


def test_a_park_gets_the_gate_that_brings_most_persons_near(make, town):
    put(town, "gates", {"code": "E1", "green": "G1", "lon": 120.05 + 200 / EAST, "lat": 31.7 + 40 / NORTH})
    plan = make("gate", "G1")
    assert plan.places.count() == 1
    assert plan.figures["nearer"] > 0
    assert plan.figures["saved_m"] > 0
    assert (plan.size, plan.before) == ("", None)


@pytest.mark.parametrize(
    ("kind", "code", "goal", "size", "said"),
    [
        ("home", "B1", 0.0, "medium", "goal is a share"), ("home", "B1", float("nan"), "medium", "goal is a share"),
        ("home", "none", 0.5, "medium", "no object with the code"), ("home", "B2", 0.5, "medium", "no home with windows"),
        ("canopy", "S2", 0.5, "medium", "no pavement"),
        ("budget", "990001001", 2.5, "medium", "whole number"), ("budget", "990001001", 501, "medium", "whole number"),
        ("budget", "990001002", 5, "medium", "No home lies"), ("home", "B1", 0.5, "giant", "no size"),
        ("forest", "B1", 0.5, "medium", "no such kind"), ("gate", "B1", 0.0, "medium", "no object with the code"),
    ],
)  # fmt: skip
def test_what_cannot_be_planned_is_refused_with_a_reason(make, kind, code, goal, size, said):
    with pytest.raises(Refused, match=said):
        make(kind, code, goal, size)
    assert not PlantingPlan.objects.exists()


def test_only_planners_make_drop_and_hand_over(make, town, desk):
    plan = make("home", "B1", 0.5)
    for act in (
        lambda user: make_plan(town, Wanted("home", "B1", 0.5), user=user), lambda user: drop_plan(plan, user=user),
        lambda user: hand_over(plan, desk.standard, user=user),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            act(desk.people["handler"])


def test_a_plan_handed_over_twice_makes_each_work_order_once(make, desk, planner):
    plan = make("canopy", "S1", 0.2, "large")
    cases = hand_over(plan, desk.standard, user=planner)
    assert hand_over(plan, desk.standard, user=planner) == cases
    assert (plan.state, len(cases), Case.objects.count()) == ("handed", 1, 1)
    assert {place.case for place in plan.places.all()} == set(cases)
    assert (cases[0].category, cases[0].source) == (desk.standard.category, "plan")
    assert cases[0].state == "reported"
    assert f"种植 {plan.places.count()} 棵树" in cases[0].description
    assert Event.objects.filter(verb="greenery.plan_handed_over").count() == 1
    with pytest.raises(Refused, match="was handed over"):
        drop_plan(plan, user=planner)


def test_trees_of_several_streets_go_to_several_crews(make, desk, planner):
    plan = make("budget", "990001001", 40)
    streets = {place.street_id for place in plan.places.all()}
    cases = hand_over(plan, desk.standard, user=planner)
    assert len(cases) == len(streets)
    for place in plan.places.select_related("case"):
        assert plan.places.filter(case=place.case).values("street").distinct().count() == 1


def test_a_dropped_plan_is_not_handed_over_and_dropping_again_is_the_same(make, desk, planner):
    plan = make("home", "B1", 0.5)
    drop_plan(plan, user=planner)
    drop_plan(plan, user=planner)
    with pytest.raises(Refused, match="was dropped"):
        hand_over(plan, desk.standard, user=planner)
    assert not Case.objects.exists()


@pytest.fixture
def page(client, planner):
    client.cookies["django_language"] = "en"
    client.force_login(planner)

    def ask(path="", expect=200, **data):
        address = f"/greenery/990001/plan/{path}"
        answer = client.post(address, data) if data else client.get(address)
        assert answer.status_code == expect
        return answer

    return ask


def test_a_plan_is_made_looked_at_and_handed_over_on_its_pages(town, page, desk, client):
    assert "There is no plan yet" in page().content.decode()
    made = page("new/", 302, kind="home", code="B1", goal="50", size="medium")
    plan = PlantingPlan.objects.get()
    assert made.headers["Location"] == f"/greenery/990001/plan/{plan.pk}/"
    text = page(f"{plan.pk}/").content.decode()
    for said in ("draft", "of its windows see three trees", "有暴露垃圾", "Places, in the order to plant"):
        assert said in text
    page(f"{plan.pk}/hand-over/", 422, standard="")
    page(f"{plan.pk}/hand-over/", 302, standard=desk.standard.pk)
    case = Case.objects.get()
    assert case.number in page(f"{plan.pk}/").content.decode()
    assert "handed over" in page().content.decode()
    assert f"/greenery/990001/plan/{plan.pk}/" in client.get(f"/cases/{case.number}/").content.decode()
    page(f"{plan.pk}/drop/", 422, confirm="1")
    page("99999999/", 404)


def test_files_hold_every_place(town, page):
    page("new/", 302, kind="canopy", code="S1", goal="20", size="large")
    plan = PlantingPlan.objects.get()
    sent = b"".join(page(f"{plan.pk}/places.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(sent)))
    drawn = json.loads(page(f"{plan.pk}/places.geojson").content)["features"]
    assert len(rows) == len(drawn) == plan.places.count()
    first = plan.places.first()
    assert float(rows[0]["lon"]) == first.lon == drawn[0]["geometry"]["coordinates"][0]
    assert drawn[0]["properties"]["kind"] == "tree"


def test_a_refused_form_stands_there_again(town, page):
    text = page("new/", 422, kind="home", code="nothing", goal="50", size="medium").content.decode()
    assert "no object with the code nothing" in text
    assert 'value="nothing"' in text
    assert "per cent" in page("new/", 422, kind="home", code="B1", goal="many").content.decode()


def test_gaps_are_told_by_street_with_the_way_to_a_plan(town, page):
    text = page("gaps/").content.decode()
    assert "places along 2 streets" in text
    assert "?street=S1" in text
    assert "No street of this town has room" in page("gaps/?town=990001002").content.decode()


def test_a_plan_can_begin_from_an_object(town, page):
    assert 'value="B3"' in page("?home=B3").content.decode()
    assert "has no towns yet" not in page("gaps/").content.decode()


def test_without_a_standard_nothing_can_be_handed_over_and_the_page_says_so(make, page, desk):
    plan = make("home", "B1", 0.5)
    type(desk.standard).objects.update(active=False)
    assert "no category with a filing standard" in page(f"{plan.pk}/").content.decode()
    page(f"{plan.pk}/hand-over/", 422, standard=desk.standard.pk)
