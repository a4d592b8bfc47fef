"""Greenery over JSON: figures with what they are shares of, rows by code, all rows as files."""

import csv
import io
import json

import pytest
import shapely

from greenery.green_town import EAST, green_town, put
from xiuhua.greenery.actions.finish import finish
from xiuhua.greenery.actions.measure import measure_district
from xiuhua.greenery.asking import Asked
from xiuhua.people.actions.assignments import grant

pytestmark = pytest.mark.django_db
HERE = "/api/greenery"


@pytest.fixture
def district(two_districts):
    found = green_town(two_districts[0])
    put(found, "gates", {"code": "D1", "green": "G1", "lon": 120.05 + 200 / EAST, "lat": 31.7})
    finish(measure_district(found, Asked(2026, hours="day", runs=2), actor="t").measurement)
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


def sent(client, path, **asked):
    answer = ask(client, path, **asked)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def table(client, path, **asked):
    return {row["code"]: row for row in csv.DictReader(io.StringIO(sent(client, path, **asked)))}


def test_all_rows_come_as_a_table_and_agree_with_those_by_code(client, district):
    homes, one = table(client, "homes.csv"), ask(client, "homes/B1").json()
    assert list(homes) == sorted(homes)
    assert float(homes["B1"]["walk_m_400"]) == one["walks_m"]["400"]
    assert homes["B1"]["walk_m_5000"] == ""
    assert (homes["B1"]["town"], homes["B1"]["park"], homes["B1"]["joined"]) == ("990001001", "G1", "True")
    assert float(table(client, "streets.csv")["S1"]["shade"]) == ask(client, "streets/S1").json()["shade"]
    assert int(table(client, "parks.csv")["G1"]["near_500"]) == ask(client, "parks/G1").json()["near_500"]
    assert table(client, "homes.csv", town="nothing") == {}


def test_all_rows_come_as_features_with_their_outlines(client, district):
    for layer, kind in (("homes", "Polygon"), ("streets", "LineString"), ("parks", "Polygon")):
        found = json.loads(sent(client, f"{layer}.geojson"))["features"]
        assert {one["geometry"]["type"] for one in found} == {kind}
        assert [one["properties"]["code"] for one in found] == list(table(client, f"{layer}.csv"))
        west, south, *_rest = shapely.from_geojson(json.dumps(found[0]["geometry"])).bounds
        assert (west, south) == pytest.approx((120.05, 31.7), abs=0.02)
    assert json.loads(sent(client, "homes.geojson", town="nothing"))["features"] == []


def test_persons_of_a_home_are_told_to_those_who_plan_alone(client, district, django_user_model):
    assert "persons" not in table(client, "homes.csv")["B1"]
    assert "persons" not in json.loads(sent(client, "homes.geojson"))["features"][0]["properties"]
    someone = django_user_model.objects.create(username="p")
    client.force_login(someone)
    assert "persons" not in table(client, "homes.csv")["B1"]
    grant(someone, "engineer", district_code="990001", actor="t")
    assert table(client, "homes.csv")["B1"]["persons"] == "60"
    assert json.loads(sent(client, "homes.geojson"))["features"][0]["properties"]["persons"] == 60


def test_files_of_nothing_that_is_measured_are_refused(client, district, two_districts):
    told = client.get(f"{HERE}/bins.csv", {"district": "990001"}, headers={"Accept-Language": "en"})
    assert told.json()["remedy"] == "Ask for homes, streets or parks."
    assert client.get(f"{HERE}/homes.csv", {"district": "990002"}).status_code == 404
