"""Greenery over JSON: figures with what they are shares of, rows by code."""

import pytest

from greenery.green_town import EAST, green_town, put
from xiuhua.greenery.actions.measure import measure_district
from xiuhua.greenery.asking import Asked

pytestmark = pytest.mark.django_db
HERE = "/api/greenery"


@pytest.fixture
def district(two_districts):
    found = green_town(two_districts[0])
    put(found, "gates", {"code": "D1", "green": "G1", "lon": 120.05 + 200 / EAST, "lat": 31.7})
    measure_district(found, Asked(2026, hours="day", runs=2), actor="t")
    return found


def ask(client, path, **asked):
    return client.get(f"{HERE}/{path}", {"district": "990001", **asked})


def test_figures_say_what_they_are_shares_of(client, district):
    told = ask(client, "figures").json()
    figures = {one["key"]: one for one in told["figures"]}
    assert figures["see"]["whole"] + figures["see"]["unknown"] == 70
    assert figures["see"]["low"] <= figures["see"]["high"]
    assert figures["circle"]["whose"] == "official"
    assert figures["circle"]["low"] is None
    assert figures["door_500"]["share"] == 1
    assert told["parameters"]["runs"] == 2
    assert {one["key"] for one in told["assumed"]} >= {"height_from_floors"}
    assert set(told["crowns_block"]) == {"see", "see_any_window", "promise", "three_thirty_300"}
    town = ask(client, "figures", place="town:990001001").json()
    assert all(one["low"] is None for one in town["figures"])
    assert ask(client, "figures", place="town:9").status_code == 404


def test_places_and_history(client, district):
    assert [one["place"] for one in ask(client, "places").json()] == ["town:990001001"]
    assert ask(client, "history").json()[0]["shares"]["door_500"] == 1


def test_rows_by_code_tell_nothing_of_persons_at_home(client, district):
    home = ask(client, "homes/B1").json()
    assert home["park"] == "G1"
    assert home["walks_m"]["400"] > home["straight_m"]
    assert home["walks_m"]["5000"] is None
    assert "persons" not in home
    assert ask(client, "streets/S1").json()["official"]
    park = ask(client, "parks/G1").json()
    assert (park["entered"], park["in_circle"], park["radius_m"]) == ("gates", 70, 300)
    assert ask(client, "homes/B2").status_code == 404


def test_a_district_that_was_not_measured_says_so(client, two_districts):
    told = client.get(f"{HERE}/figures", {"district": "990002"})
    assert told.status_code == 404
