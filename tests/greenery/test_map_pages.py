"""The map of greenery: values for every object, cards, what one more tree or gate changes."""

from datetime import timedelta

import pytest

from greenery.green_town import green_town, put
from xiuhua.city.models import Area, Building, GreenSpace, Street
from xiuhua.greenery.pages.map.measures import MEASURES, NONE_REACHED, UNKNOWN

pytestmark = pytest.mark.django_db


def unpacked(told):
    held, at = {}, 0
    for gap, value in zip(told["gaps"], told["values"], strict=True):
        at += gap
        held[at] = value
    return held


def homes():
    return {code: Building.objects.get(code=code).pk for code in ("B1", "B3", "B4")}


def test_before_any_measurement_the_map_says_how_to_make_one(two_districts, answer, page):
    assert "xiuhua greenery measure 990001" in page("map/")
    assert answer("map/values/see.json", 404)


def test_the_map_offers_every_measure_and_the_chosen_one_is_checked(town, page):
    text = page("map/?by=canopy")
    assert all(f'value="{key}"' in text for key in MEASURES)
    assert 'value="canopy" checked' in text
    assert 'value="see" checked' in page("map/?by=nonsense")


def test_values_are_thousandths_metres_and_counts_with_unknown_apart(town, answer):
    pk = homes()
    see = answer("map/values/see.json").json()
    assert unpacked(see["objects"]) == {pk["B1"]: 750, pk["B3"]: 0, pk["B4"]: UNKNOWN}
    door = answer("map/values/door.json").json()
    assert unpacked(door["objects"]) == {pk["B1"]: 240, pk["B3"]: 320, pk["B4"]: UNKNOWN}
    kept = answer("map/values/promise.json").json()
    assert unpacked(kept["objects"]) == {pk["B1"]: 2, pk["B3"]: 1, pk["B4"]: UNKNOWN}
    street = Street.objects.get(code="S1").pk
    assert unpacked(answer("map/values/shade.json").json()["objects"]) == {street: 200}
    park = GreenSpace.objects.get(code="G1").pk
    assert unpacked(answer("map/values/entered.json").json()["objects"]) == {park: 0}
    assert unpacked(answer("map/values/beyond.json").json()["objects"]) == {park: 2}


def test_a_home_from_which_no_park_is_reached_is_not_unknown(town, answer):
    town.buildings.filter(building__code="B3").update(reach_400=None)
    assert unpacked(answer("map/values/door.json").json()["objects"])[homes()["B3"]] == NONE_REACHED


def test_towns_stand_for_homes_further_out_and_without_a_total_are_unknown(town, answer):
    told = answer("map/values/see.json").json()["towns"]
    pk = {area.code: area.pk for area in Area.objects.filter(district__code="990001", kind="town")}
    assert unpacked(told) == {pk["990001001"]: 60_000 // 62, pk["990001002"]: UNKNOWN}
    assert answer("map/values/canopy.json").json()["towns"] is None


def test_values_are_sent_again_only_after_a_new_measurement(town, answer):
    tag = answer("map/values/see.json").headers["ETag"]
    assert answer("map/values/see.json", 304, headers={"If-None-Match": tag}).content == b""
    town.pk, town.made_at = None, town.made_at + timedelta(days=1)
    town.save()
    assert answer("map/values/see.json", headers={"If-None-Match": tag}).headers["ETag"] != tag


def test_a_measure_that_is_none_is_not_there(town, answer):
    answer("map/values/nonsense.json", 404)


def test_cards_tell_what_is_known_and_what_is_not(town, answer, page):
    pk = homes()
    text = page(f"map/cards/buildings/{pk['B1']}/")
    for said in ("75.0 %", "240 m", "20.0 %", "2 of 3"):
        assert said in text
    assert page(f"map/cards/buildings/{pk['B4']}/").count("unknown") >= 4
    town.buildings.filter(building__code="B3").update(reach_400=None)
    assert "none reached" in page(f"map/cards/buildings/{pk['B3']}/")
    assert "30.0 %" in page(f"map/cards/streets/{Street.objects.get(code='S1').pk}/")
    assert "by mapped gates" in page(f"map/cards/greens/{GreenSpace.objects.get(code='G1').pk}/")
    for where in (f"buildings/{Building.objects.get(code='B2').pk}", "nonsense/1", "streets/99999999999999999999"):
        answer(f"map/cards/{where}/", 404)


def test_how_many_live_in_one_building_is_told_to_planners_alone(town, client, planner, page):
    card = f"map/cards/buildings/{homes()['B1']}/"
    said = page(card)
    assert "Persons" not in said
    assert "Plan for it" not in said
    client.force_login(planner)
    said = page(card)
    assert "Persons" in said
    assert 'href="/greenery/990001/plan/?home=B1#home-code"' in said


def test_the_map_opens_at_the_object_that_is_asked_for(town, page):
    for query in ("home=B1", "street=S1&by=shade", "park=G1&by=beyond"):
        assert 'lon="120.0' in page(f"map/?{query}")
    assert 'lon="' not in page("map/?home=nonsense")


@pytest.fixture
def ask(two_districts, english):
    green_town(two_districts[0])

    def send(tool, lon, lat, **more):
        return english.post(f"/greenery/990001/what-if/{tool}/", {"lon": lon, "lat": lat, **more})

    return send


def test_a_third_tree_is_told_with_the_homes_that_see_it(ask):
    told = ask("tree", "120.0504", "31.6998", size="medium")
    assert told.status_code == 200
    changes = {pk: (before, after) for pk, before, after in told.json()["changes"]}
    before, after = changes[Building.objects.get(code="B1").pk]
    assert before == 0
    assert after > 0
    assert "windows gain a third tree" in told.json()["html"]
    assert "B1" in told.json()["html"]


def test_a_gate_goes_to_the_boundary_of_the_park(ask):
    told = ask("gate", "120.0520", "31.6999").json()
    lon, lat = told["place"]
    assert (lon, lat) == pytest.approx((120.05211, 31.7), abs=2e-5)
    assert "persons have a shorter walk" in told["html"]
    assert "where streets cross" in told["html"]


@pytest.mark.parametrize(
    ("tool", "lon", "lat", "more", "said"),
    [
        ("tree", "", "", {}, "This is no place"),
        ("tree", "nan", "31.7", {}, "This is no place"),
        ("tree", "1e9", "31.7", {}, "This is no place"),
        ("tree", "10", "50", {}, "lies outside"),
        ("tree", "120.0502", "31.70005", {}, "A building stands here"),
        ("tree", "120.0504", "31.6998", {"size": "giant"}, "There is no size giant"),
        ("gate", "120.09", "31.75", {}, "There is no park of 400 m²"),
    ],
)
def test_bad_input_has_a_clear_answer(ask, tool, lon, lat, more, said):
    answer = ask(tool, lon, lat, **more)
    assert answer.status_code == 400
    assert said in answer.json()["detail"]
    assert answer.json()["remedy"]


def test_a_district_without_homes_says_so(two_districts, english, answer):
    refused = english.post("/greenery/990002/what-if/tree/", {"lon": "120.25", "lat": "31.7"})
    assert refused.status_code == 400
    assert "no homes yet" in refused.json()["detail"]
    assert answer("what-if/ready/", code="990002").json() == {"homes": 0, "parks": 0}


def test_without_a_script_the_page_answers_and_refuses(ask, answer, page):
    assert answer("what-if/ready/").json() == {"homes": 2, "parks": 1}
    text = page("what-if/?tool=tree&size=large&lon=120.0504&lat=31.6998")
    assert "windows gain a third tree" in text
    assert 'value="large" selected' in text
    assert "This is no place" in page("what-if/?tool=gate&lon=x")


def test_a_tree_out_of_sight_of_all_homes_says_so(ask):
    told = ask("tree", "120.09", "31.75").json()
    assert "No home lies within the range of sight" in told["html"]
    assert told["changes"] == []


def test_a_new_tree_in_the_data_is_part_of_the_next_answer(ask, two_districts):
    first = ask("tree", "120.0504", "31.6998").json()["changes"]
    put(
        two_districts[0],
        "trees",
        {"code": "T9", "species": "香樟", "height_m": 10.0, "crown_m": 6.0, "lon": 120.0503, "lat": 31.6998},
    )
    assert ask("tree", "120.0504", "31.6998").json()["changes"] != first
