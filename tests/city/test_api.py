from urllib.parse import quote

import pytest

from plugins.small_city import fill
from xiuhua.city.layers import LAYERS
from xiuhua.city.models import Component, Street
from xiuhua.people.models import Assignment, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(two_districts):
    fill(two_districts)
    return two_districts


def get(client, path, status=200, **query):
    response = client.get(f"/api/city/{path}", query, headers={"accept-language": "en"})
    assert response.status_code == status, response.content
    if status >= 400:
        assert response.headers["Content-Type"] == "application/problem+json"
        problem = response.json()
        assert problem["status"] == status
        assert problem["detail"]
        assert problem["remedy"]
        return problem
    return response.json()


def test_districts_and_layers_are_listed_with_counts(client, city):
    assert [item["code"] for item in get(client, "districts")] == ["990001", "990002"]
    layers = {item["key"]: item for item in get(client, "layers", district="990002")}
    assert set(layers) == set(LAYERS)
    assert layers["streets"]["count"] == 2
    assert layers["streets"]["version"] > 0


@pytest.mark.parametrize("layer", LAYERS)
def test_every_object_can_be_listed_and_read(client, city, layer):
    for district in city:
        listed = get(client, f"objects/{layer}", district=district.code)
        assert listed["total"] == LAYERS[layer].model.objects.filter(district=district).count()
        first = listed["objects"][0]
        item = get(client, f"objects/{layer}/{first['id']}", district=district.code)
        assert item["code"] == first["code"]
        assert item["geometry"]["type"] in {"Point", "LineString", "Polygon"}
        assert item["areas"][0]["code"] == district.code
        assert all(candidate["reasons"] for candidate in item["responsible"])
        assert get(client, f"objects/{layer}/{first['id']}")["url"] == item["url"]


def test_a_list_is_filtered_by_frame_kind_text_and_area(client, city):
    def codes(**query):
        return [item["code"] for item in get(client, "objects/streets", district="990001", **query)["objects"]]

    assert codes() == ["S1", "S2"]
    assert codes(bbox="120.08,31.6,120.2,31.8") == ["S2"]
    assert codes(q="梅园") == ["S1"]
    assert codes(area="community:990001001001") == ["S1"]
    kinds = get(client, "objects/areas", district="990001", kind="town")
    assert {item["code"] for item in kinds["objects"]} == {"990001001", "990001002"}


def test_resolve_ranks_units_with_reasons_and_territory_last(client, city):
    found = get(
        client, "resolve", district="990001", lon=120.02, lat=31.65, category="events@1:0501", at="2024-01-03T10:00"
    )
    assert (found["candidates"][0]["rank"], found["candidates"][0]["unit"]["code"]) == (1, "water")
    assert found["candidates"][-1]["fallback"]
    assert not found["fallback"]
    assert [area["kind"] for area in found["areas"]] == ["district", "town", "community"]
    assert found["at"].startswith("2024-01-03T10:00:00+08:00")
    late = get(
        client, "resolve", district="990001", lon=120.02, lat=31.65, category="events@1:0501", at="2024-01-03T20:00"
    )
    assert late["fallback"]
    outside = get(client, "resolve", district="990002", lon=120.02, lat=31.65)
    assert (outside["inside"], outside["candidates"]) == (False, [])


def test_resolve_names_rivals_and_prefers_the_named_object(client, city):
    place = {"district": "990001", "lon": 120.03, "lat": 31.65, "category": "events@1:0101"}
    assert {unit["code"] for unit in get(client, "resolve", **place)["rivals"]} == {"clean", "spare"}
    named = get(client, "resolve", **place, object="streets:S1")
    assert named["candidates"][0]["duty"] == "D4"


@pytest.mark.parametrize(
    "at", ["2024-01-03T10:00:00+08:00", "2024-01-03T10:00:00 08:00", "2024-01-03T02:00Z", "2024-01-03T10:00"]
)
def test_a_time_is_read_with_its_zone_or_in_that_of_the_district(client, city, at):
    found = get(client, "resolve", district="990001", lon=120.02, lat=31.65, at=at)
    assert found["at"].startswith("2024-01-03T10:00:00+08:00")


@pytest.mark.parametrize(
    ("status", "query"),
    [
        (404, {"district": "000000"}),
        (404, {"category": "events@1:9999"}),
        (400, {"category": "0101"}),
        (400, {"at": "soon"}),
        (400, {"at": "0001-01-01T00:00"}),
        (400, {"at": "9999-12-31T23:59:59-12:00"}),
        (400, {"object": "streets"}),
        (400, {"object": "nonsense:1"}),
        (422, {"lon": "nan"}),
        (422, {"lon": "inf"}),
        (422, {"lon": "181"}),
        (422, {"lat": "-90.1"}),
        (422, {"district": "\x00"}),
        (422, {"category": "\x00@:"}),
    ],
)
def test_resolve_refuses_bad_input_with_a_remedy(client, city, status, query):
    get(client, "resolve", status, **({"district": "990001", "lon": "120.02", "lat": "31.65"} | query))


def test_other_refusals_say_what_to_do(client, city):
    assert "streets" in get(client, "objects/nonsense", 404, district="990001")["remedy"]
    get(client, f"objects/streets/{2**63 - 1}", 404)
    get(client, f"objects/streets/{2**70}", 422)
    get(client, "objects/streets/0", 422)
    get(client, "objects/streets", 400, district="990001", bbox="1,2,3")
    get(client, "objects/streets", 422, district="990001", page=0)
    get(client, "layers", 404, district="nowhere")
    missing = get(client, "search", 422, district="990001")
    assert missing["errors"][0]["field"] == "q"
    assert get(client, "codes", 404, set="no@1")["remedy"]
    other = Street.objects.filter(district=city[1]).first()
    get(client, f"objects/streets/{other.pk}", 404, district="990001")


def test_search_finds_by_name_and_by_code_in_one_district(client, city):
    found = get(client, "search", district="990002", q="梅园")
    assert {"streets", "sites", "greens", "areas"} <= {item["layer"] for item in found}
    assert all("/city/990002/" in item["url"] for item in found)
    part = Component.objects.filter(district=city[1]).first()
    assert [item["id"] for item in get(client, "search", district="990002", q=part.code)] == [part.pk]
    assert get(client, "search", district="990002", q="梅园", limit=1)[0]["lon"] > 120.2
    assert get(client, "search", district="990002", q="") == []


def test_codes_come_with_their_set_and_version(client, city):
    assert [item["set"] for item in get(client, "codes")] == ["events@1", "old-events@0", "parts@1"]
    assert [code["code"] for code in get(client, "codes", set="parts@1")[0]["codes"]] == ["0101"]


def test_the_duty_report_is_for_those_who_may_read_it(client, city):
    get(client, "duty-report", 401, district="990001")
    user = User.objects.create_user("dispatcher", password="not-a-secret-of-anyone")
    client.force_login(user)
    get(client, "duty-report", 403, district="990001")
    Assignment.objects.create(user=user, role="dispatcher", district_code="990001")
    report = get(client, "duty-report", district="990001")
    assert {unit["code"] for unit in report["overlaps"][0]["units"]} == {"clean", "spare"}
    assert any(gap["category"] == "events@1:0501" for gap in report["gaps"])
    get(client, "duty-report", 403, district="990002")


def test_answers_speak_the_language_of_the_caller(client, city):
    english = get(client, "objects/streets", district="990001")["objects"][0]
    assert english["title"] == "Plum Road"
    chinese = client.get(
        "/api/city/objects/streets", {"district": "990001"}, headers={"accept-language": "zh-hans"}
    ).json()
    assert chinese["objects"][0]["title"] == "梅园路"


def test_a_path_with_odd_characters_is_no_server_error(client, city):
    for name in ("%00", "..", "街", quote("a/b", safe="")):
        assert client.get(f"/api/city/objects/{name}", {"district": "990001"}).status_code in {404, 422}


def test_a_street_comes_with_its_sides_left_first(client, city):
    street = get(client, "objects/streets", district=city[0].code, q="梅园路")["objects"][0]
    sides = get(client, f"objects/streets/{street['id']}")["sides"]
    assert [side["side"] for side in sides] == ["L", "R"]
    assert sides[0]["geometry"]["coordinates"][0][1] > sides[1]["geometry"]["coordinates"][0][1]
    assert all(side["length_m"] > 3000 for side in sides)
