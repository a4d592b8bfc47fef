"""Where a report is, told in words or by the code of an object."""

import pytest
import shapely

from xiuhua.casework.models import Case, Report
from xiuhua.city.actions.load import load

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(desks, desk):
    """A street, two lanes of one name and a site of its own in each district."""
    for one in desks:
        west = 120.0 if one.district.code == "990001" else 120.2

        def line(x, west=west):
            return shapely.LineString([(west + x, 31.65), (west + x + 0.02, 31.65)])

        streets = [
            {"code": "S1", "name_zh": "梅园路", "name_en": "Plum Road", "street_class": "main", "geometry": line(0.02)},
            {"code": "S2", "name_zh": "横街", "street_class": "lane", "geometry": line(0.06)},
            {"code": "S3", "name_zh": "横街南段", "street_class": "lane", "geometry": line(0.1)},
        ]
        box = shapely.box(west + 0.05, 31.7, west + 0.052, 31.702)
        sites = [{"code": "M0001", "name_zh": "农贸市场", "kind": "farmers_market", "geometry": box}]
        for layer, rows in (("streets", streets), ("sites", sites)):
            report = load(one.district, layer, rows, actor="t", source="t")
            assert not report.rejected, report.rejected
    return desk


@pytest.fixture
def tell(city, key, send):
    """Report at a place: ``tell(address_string="...")``."""

    def told(status=200, **place):
        form = {"api_key": key, "jurisdiction_id": "990001", "service_code": "events-1-0102", **place}
        return send("requests", form, status=status)

    return told


@pytest.mark.parametrize(
    ("place", "west", "east"),
    [
        ({"address_string": "梅园路"}, 120.02, 120.04),
        ({"address_string": "梅园路12号"}, 120.02, 120.04),
        ({"address_string": "梅园路12号3栋502室"}, 120.02, 120.04),
        ({"address_string": "257 Plum Road, 2, Sample"}, 120.02, 120.04),
        ({"address_string": "无名小区，梅园路"}, 120.02, 120.04),
        ({"address_string": "横街"}, 120.06, 120.08),
        ({"address_id": "M0001"}, 120.05, 120.052),
        ({"address_id": "M0001", "address_string": "梅园路"}, 120.05, 120.052),
    ],
)
def test_words_and_codes_lead_to_a_place(tell, place, west, east):
    tell(**place)
    case, report = Case.objects.get(), Report.objects.get()
    assert west <= case.lon <= east
    assert report.placed_by == "address"
    assert report.address == place.get("address_string", "")


def test_coordinates_win_and_the_words_are_kept(tell):
    tell(lat="31.75", long="120.15", address_string="梅园路12号", address_id="M0001")
    report = Report.objects.get()
    assert (report.lon, report.lat, report.placed_by, report.address) == (120.15, 31.75, "map", "梅园路12号")


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"address_string": "街"}, "街"),
        ({"address_string": "横"}, "横"),
        ({"address_string": "南段横"}, "南段横"),
        ({"address_string": "001镇"}, "001镇"),
        ({"address_string": "路" * 201}, "200"),
        ({"address_id": "990001001"}, "990001001"),
        ({"address_id": "M0002"}, "M0002"),
    ],
)
def test_a_place_that_is_not_clear_is_asked_for(tell, place, words):
    (error,) = tell(status=400, **place)
    assert error["code"] == 40006
    assert words in error["description"]


def test_places_of_one_name_are_named(tell, city):
    geometry = shapely.LineString([(120.12, 31.62), (120.13, 31.62)])
    rows = [{"code": "S9", "name_zh": "前梅园路", "street_class": "lane", "geometry": geometry},
            {"code": "S8", "name_zh": "后梅园路", "street_class": "lane", "geometry": geometry}]  # fmt: skip
    load(city.district, "streets", rows, actor="t", source="t")
    tell(address_string="梅园路")
    (error,) = tell(status=400, address_string="梅园")
    assert error["code"] == 40006
    assert "前梅园路" in error["description"]
