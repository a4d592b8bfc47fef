import csv
import io

import pytest
from django.urls import reverse

from plugins.small_city import fill
from xiuhua.city import dossier
from xiuhua.city.actions.load import load
from xiuhua.city.layers import LAYERS
from xiuhua.city.models import Area, Component, Street
from xiuhua.people.models import Assignment, User

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def city(two_districts):
    fill(two_districts)
    return two_districts


@pytest.fixture
def dispatcher(client, city):
    user = User.objects.create_user("dispatcher", password="not-a-secret-of-anyone")
    for district in city:
        Assignment.objects.create(user=user, role="dispatcher", district_code=district.code)
    client.force_login(user)
    return user


def read(client, name, *args, status=200, **query):
    response = client.get(reverse(f"city:{name}", args=args), query, headers={"accept-language": "en"})
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.parametrize("layer", LAYERS)
def test_every_list_shows_its_own_district_within_few_queries(client, city, layer, django_assert_max_num_queries):
    for district in city:
        read(client, "layer", district.code, layer)  # the index of areas is read once, the session opened once
        with django_assert_max_num_queries(MOST_QUERIES):
            page = read(client, "layer", district.code, layer)
        other = next(item for item in city if item != district)
        for code in LAYERS[layer].model.objects.filter(district=district).values_list("code", flat=True):
            assert code in page
        assert f"/city/{other.code}/" not in page


def test_more_rows_take_no_more_queries(client, city, django_assert_num_queries, django_assert_max_num_queries):
    code = city[0].code
    url = reverse("city:layer", args=[code, "components"])
    client.get(url)
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        client.get(url)
    category = Component.objects.first().category
    town = Area.objects.get(code=f"{code}001", kind="town")
    Component.objects.bulk_create(
        Component(district=city[0], code=f"X{n:03}", category=category, lon=120.02, lat=31.65, town=town)
        for n in range(45)
    )
    with django_assert_num_queries(len(few)):
        assert "X044" in client.get(url).content.decode()


@pytest.mark.parametrize(
    ("layer", "query", "wanted", "unwanted"),
    [
        ("streets", {"street_class": "main"}, "S1", "S2"),
        ("streets", {"cleaning_grade": "3"}, "S2", "S1"),
        ("streets", {"q": "梅园"}, "S1", "S2"),
        ("streets", {"q": "plum road"}, "S1", "S2"),
        ("streets", {"bbox": "120.08,31.6,120.2,31.8"}, "S2", "S1"),
        ("streets", {"area": "town:990001001"}, "S1", None),
        ("components", {"state": "damaged"}, "0101000002", "0101000001"),
        ("components", {"area": "town:990001001"}, "0101000001", "0101000002"),
        ("components", {"area": "community:990001001001"}, "0101000001", "0101000002"),
        ("components", {"unit": "water"}, "0101000002", None),
        ("components", {"category": "parts@1:0101"}, "0101000001", None),
        ("areas", {"kind": "town"}, "990001002", "990001001001"),
        ("sites", {"unit": "clean"}, "M1", None),
        ("trees", {"q": "香樟"}, "T1", None),
        ("gates", {"sort": "green", "q": "北门"}, "梅园", None),
        ("plots", {"kind": "residential"}, "L1", None),
    ],
)
def test_a_filter_keeps_what_it_names_and_nothing_else(client, city, layer, query, wanted, unwanted):
    page = client.get(
        reverse("city:layer", args=["990001", layer]), query, headers={"hx-request": "true"}
    ).content.decode()
    assert f">{wanted}<" in page or wanted in page
    if unwanted:
        assert f"{unwanted}</td>" not in page


def test_a_filter_that_fits_nothing_says_what_to_do(client, city):
    page = read(client, "layer", "990001", "streets", q="不存在的路")
    assert "S1</td>" not in page
    assert reverse("city:layer", args=["990001", "streets"]) in page


def test_a_grade_that_is_no_number_is_refused_in_words(client, city):
    for bad in ("x", "-1", "99999999999", "1.5"):
        page = read(client, "layer", "990001", "streets", cleaning_grade=bad)
        assert 'aria-invalid="true"' in page


@pytest.mark.parametrize(
    "query",
    [{"page": "0"}, {"page": "9" * 40}, {"page": "x"}, {"sort": "drop table"}, {"q": "\x00"}, {"area": "\x00:"}, {"area": "town"},
     {"bbox": "nan,nan,nan,nan"}, {"bbox": "1,2,3"}, {"category": "0101"}, {"kind": "no"}, {"unit": "\x00"}, {"oneway": "maybe"},
     {"q": "%_'\"\\"}],
)  # fmt: skip
@pytest.mark.parametrize("layer", ["streets", "components", "areas"])
def test_nonsense_in_the_address_of_a_list_is_no_error(client, city, layer, query):
    read(client, "layer", "990001", layer, **query)


def test_sorting_and_paging_cover_every_row_once(client, city):
    Street.objects.bulk_create(
        Street(district=city[0], code=f"X{n:03}", street_class="lane", length_m=n + 1, geom=b"", min_lon=120.01, max_lon=120.01, min_lat=31.7, max_lat=31.7)
        for n in range(120)
    )  # fmt: skip
    url = reverse("city:layer", args=["990001", "streets"])
    seen = []
    for number in (1, 2, 3):
        response = client.get(url, {"sort": "-length_m", "page": number})
        seen += [row.code for row in response.context["rows"]]
    assert len(seen) == len(set(seen)) == 122
    lengths = dict(Street.objects.values_list("code", "length_m"))
    assert [lengths[code] for code in seen] == sorted(lengths[code] for code in seen)[::-1]


def test_sums_cover_every_page_and_the_whole_filter(client, city):
    response = client.get(reverse("city:layer", args=["990001", "streets"]))
    total = sum(Street.objects.filter(district=city[0]).values_list("length_m", flat=True))
    assert response.context["found"].sums["length_m"] == pytest.approx(total)
    inside = client.get(reverse("city:layer", args=["990001", "streets"]), {"area": "community:990001001001"})
    assert inside.context["found"].sums["length_m"] == pytest.approx(
        Street.objects.get(district=city[0], code="S1").length_m
    )


@pytest.mark.parametrize("layer", LAYERS)
def test_every_object_page_names_areas_and_units_within_few_queries(client, city, layer, django_assert_max_num_queries):
    item = LAYERS[layer].model.objects.filter(district=city[1]).order_by("-code").first()
    read(client, "object", city[1].code, layer, item.pk)  # the indexes are read once, what lies inside is counted once
    with django_assert_max_num_queries(24 if layer == "areas" else 18):
        page = read(client, "object", city[1].code, layer, item.pk)
    assert item.code in page
    if layer != "areas":
        assert "/city/990002/areas/" in page
        assert "/city/990002/duties/of/990002-" in page


def test_an_object_of_the_other_district_is_not_found(client, city):
    street = Street.objects.filter(district=city[1]).first()
    read(client, "object", city[0].code, "streets", street.pk, status=404)
    read(client, "object", city[0].code, "streets", 2**70, status=404)
    read(client, "layer", city[0].code, "nonsense", status=404)
    read(client, "layer", "000000", "streets", status=404)


def test_a_component_shows_its_maintainer_first_and_why(client, city):
    part = Component.objects.get(district=city[0], code__endswith="000001")
    page = read(client, "object", "990001", "components", part.pk)
    resolution = client.get(reverse("city:object", args=["990001", "components", part.pk])).context["resolution"]
    assert resolution.lead.unit.code == "water"
    assert "water unit" in page


def test_a_street_names_the_units_of_the_categories_in_use(client, city):
    street = Street.objects.get(district=city[0], code="S1")
    entries = client.get(reverse("city:object", args=["990001", "streets", street.pk])).context["everyday"]
    lead = {
        category.code: entry.unit.code for _set, group in entries for entry in group for category in entry.categories
    }
    assert lead["01"] == "clean"


def test_an_area_names_only_what_holds_for_the_whole_of_it(client, city):
    town = Area.objects.get(district=city[0], kind="town", code="990001001")
    response = client.get(reverse("city:object", args=["990001", "areas", town.pk]))
    assert [place.code for place in response.context["resolution"].areas] == ["990001", "990001001"]
    assert len(response.context["areas"]) == 1


def test_an_area_counts_what_lies_inside_and_cuts_at_its_boundary(client, city):
    town = Area.objects.get(district=city[0], kind="town", code="990001001")
    contents = client.get(reverse("city:object", args=["990001", "areas", town.pk])).context["contents"]
    by_layer = {entry["layer"].key: entry for entry in contents}
    assert by_layer["components"]["count"] == 1
    assert by_layer["trees"]["count"] == 1
    whole, half = (Street.objects.get(district=city[0], code=code).length_m for code in ("S1", "S2"))
    sums = {entry.layer.key: entry.sums for entry in dossier.contents(city[0], town)}
    assert sums["streets"]["length_m"] == pytest.approx(whole + half / 2, rel=1e-3)
    assert sums["buildings"]["persons"] == 90


def test_the_counts_of_an_area_follow_the_data(client, city):
    town = Area.objects.get(district=city[0], kind="town", code="990001001")
    before = {entry.layer.key: entry.count for entry in dossier.contents(city[0], town)}
    load(city[0], "trees", [{"code": "T2", "species": "银杏", "lon": 120.03, "lat": 31.66}], actor="t", source="s")
    after = {entry.layer.key: entry.count for entry in dossier.contents(city[0], town)}
    assert after == before | {"trees": before["trees"] + 1}


def test_the_duty_page_answers_for_a_place_with_reasons(client, city):
    page = read(client, "duty", "990001", lon="120.02", lat="31.65", category="events@1:0501", at="2024-01-03T10:00")
    assert "water unit" in page
    assert "0501" in page
    late = read(client, "duty", "990001", lon="120.02", lat="31.65", category="events@1:0501", at="2024-01-03T20:00")
    assert "water unit" not in late
    two = read(client, "duty", "990002", lon="120.02", lat="31.65")
    assert "outside the district" in two


def test_the_duty_page_offers_places_by_name(client, city):
    page = read(client, "duty", "990001", q="梅园路")
    assert "lon=120.03" in page
    assert "object=streets%3AS1" in page


@pytest.mark.parametrize(
    "query",
    [{"lon": "nan", "lat": "1"}, {"lon": "1"}, {"lon": "x", "lat": "y"}, {"lon": "999", "lat": "1"}, {"category": "0101"},
     {"lon": "120.02", "lat": "31.65", "at": "0001-01-01T00:00"}, {"lon": "120.02", "lat": "31.65", "at": "9999-12-31T23:59"},
     {"lon": "120.02", "lat": "31.65", "object": "\x00:\x00"}, {"q": "\x00"}, {"at": "soon", "lon": "120", "lat": "31"}],
)  # fmt: skip
def test_nonsense_on_the_duty_page_is_no_error(client, city, query):
    read(client, "duty", "990001", **query)


def test_a_unit_reads_its_duties_in_words(client, city):
    page = read(client, "duties-of", "990001", "water")
    assert "D2" in page
    assert "D1" not in page
    assert "08:00-17:00" in page
    assert reverse("city:layer", args=["990001", "components"]) + "?unit=water" in page
    territory = read(client, "duties-of", "990001", "990001-001")
    assert "990001001" in territory
    read(client, "duties-of", "990001", "nobody", status=404)


def test_all_duties_can_be_searched(client, city):
    assert "D4" in read(client, "duties", "990001")
    page = read(client, "duties", "990001", q="water")
    assert "D2" in page
    assert "D4" not in page
    read(client, "duties", "990001", q="\x00", page="x")


@pytest.mark.usefixtures("dispatcher")
def test_the_report_lists_gaps_and_overlaps_as_page_and_table(client, city):
    page = read(client, "duty-report", "990001")
    assert "clean unit" in page
    assert "spare unit" in page
    response = client.get(reverse("city:duty-report-csv", args=["990001"]))
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    findings = {(row["finding"], row["code"]) for row in rows}
    assert ("overlap", "0101") in findings
    assert ("gap", "0501") in findings


def test_the_report_asks_for_an_account(client, city):
    assert client.get(reverse("city:duty-report", args=["990001"])).status_code == 302
    assert client.get(reverse("city:duty-report-csv", args=["990001"])).status_code == 302


def test_a_town_reads_only_its_own_part_of_the_report(client, city):
    user = User.objects.create_user("town", password="not-a-secret-of-anyone")
    Assignment.objects.create(user=user, role="town", district_code="990001", area_code="990001002")
    client.force_login(user)
    rows = csv.DictReader(
        io.StringIO(client.get(reverse("city:duty-report-csv", args=["990001"])).content.decode("utf-8-sig"))
    )
    assert {row["area_code"] for row in rows} == {"990001002"}
    report = client.get("/api/city/duty-report", {"district": "990001"}).json()
    found = [*report["gaps"], *report["overlaps"]]
    assert {finding["area"]["code"] for finding in found} == {"990001002"}
    whole = Assignment.objects.get(user=user)
    whole.area_code = "990001"
    whole.save()
    assert {
        each["area"]["code"] for each in client.get("/api/city/duty-report", {"district": "990001"}).json()["gaps"]
    } > {"990001002"}
    assert client.get("/api/city/duty-report", {"district": "990002"}).status_code == 403


def test_one_code_is_compared_across_sets(client, city):
    page = client.get(reverse("city:codes"), {"code": "0501"}).content.decode()
    assert "擅自占道" in page
    assert "水管爆裂" in page
    assert "0501" in client.get(reverse("city:codes")).content.decode()
    listed = client.get(reverse("city:codes"), {"set": "parts@1"}).content.decode()
    assert "上水井盖" in listed
    assert "擅自占道" not in listed
    for query in ({"q": "\x00"}, {"code": "%"}, {"set": "no"}):
        assert client.get(reverse("city:codes"), query).status_code == 200


def test_search_finds_two_characters_without_javascript(client, city):
    page = read(client, "search", "990001", q="梅园")
    assert "梅园路" in page or "Plum Road" in page
    nothing = read(client, "search", "990001", q="乌有")
    assert reverse("city:layer", args=["990001", "streets"]) in nothing


def test_empty_layers_say_how_to_load_them(client, two_districts):
    for layer in LAYERS:
        if layer != "areas":
            assert f"xiuhua load {layer}" in read(client, "layer", "990001", layer) or layer == "trees"
    assert "xiuhua load duties" in read(client, "duties", "990001")
    assert "xiuhua load codes" in client.get(reverse("city:codes")).content.decode()
    assert "xiuhua load streets" in read(client, "layers", "990001")


def test_pages_speak_chinese_first(client, city):
    page = client.get(reverse("city:layer", args=["990001", "streets"])).content.decode()
    assert "道路" in page
    assert "主干路" in page or "梅园路" in page


@pytest.mark.usefixtures("city")
def test_a_street_shows_its_two_sides_and_says_when_their_place_is_assumed(client):
    known, unknown = Street.objects.filter(district__code="990001").order_by("code")
    page = read(client, "object", "990001", "streets", known.pk)
    assert "Kerb sides" in page
    assert "The width is not known" not in page
    assert "the sides are drawn for 5" in read(client, "object", "990001", "streets", unknown.pk)
    area = Area.objects.filter(district__code="990001").first()
    assert "Kerb sides" not in read(client, "object", "990001", "areas", area.pk)
