"""Streets, parks and my address: lists with the worst first, and one of each told in both languages."""

import re
from datetime import date

import pytest
import shapely

from greenery.small_scene import buildings_of, gates_of, parks_of, scene_of, streets_of, trees_of
from xiuhua.city.models import Building, GreenSpace, Street
from xiuhua.greenery.hours import all_day
from xiuhua.greenery.measure import Options, set_up
from xiuhua.greenery.models import ParkGreen, StreetGreen
from xiuhua.greenery.pages.profile import profile_of

pytestmark = pytest.mark.django_db


def test_streets_come_worst_first_and_the_unknown_last(town, page):
    other = Street.objects.get(code="S2")
    StreetGreen.objects.create(measurement=town, street=other, length_m=900, official=False, points=0)
    text = page("streets/")
    assert text.index("/streets/S1/") < text.index("/streets/S2/")
    assert "official rate" in text
    assert page("streets/?sort=longest").index("/streets/S2/") < page("streets/?sort=longest").index("/streets/S1/")
    assert "/streets/S2/" not in page("streets/?town=990001001")
    assert "No street fits" in page("streets/?town=nothing")


def test_one_street_tells_official_and_honest_and_its_july_day(town, page):
    text = page("streets/S1/")
    assert "<strong>25.0 %</strong>" in text
    assert "Counts for the official rate" in text
    assert "Shade on 15 July, hour by hour" in text
    assert text.index("North side") < text.index("South side")
    assert '<tr><th scope="row">12:00</th>' in text
    assert 'href="/city/990001/streets/' in text


def test_one_park_tells_circle_against_walk_and_who_walks_farthest(town, page):
    text = page("parks/G1/")
    assert "Within 300 m of its boundary" in text
    assert "a new gate may help" in text
    assert text.index("/homes/B3/") < text.index("/homes/B1/")
    assert "by mapped gates" in text
    assert "3.2 %" in page("parks/")


def test_the_small_map_opens_on_the_park_and_on_the_home(town, page):
    park, home = GreenSpace.objects.get(code="G1"), Building.objects.get(code="B1")
    for text, at in ((page("parks/G1/"), park), (page("address/?home=B1"), home)):
        found = re.search(r'<xh-map[^>]* lon="([\d.]+)" lat="([\d.]+)" zoom="([\d.]+)"', text)
        lon, lat, zoom = (float(part) for part in found.groups())
        assert at.min_lon <= lon <= at.max_lon
        assert at.min_lat <= lat <= at.max_lat
        assert zoom > 13


def test_a_park_whose_entrance_is_unknown_says_so(town, page):
    ParkGreen.objects.filter(measurement=town).update(entered="unknown", entrances=0, radius_m=None)
    text = page("parks/G1/")
    assert "No gate is mapped" in text
    assert "the rule draws no circle" in text


def test_what_was_not_measured_says_why(town, page):
    assert "nobody walks on it" in page("streets/S2/", expect=404)
    assert "nobody lives in it" in page("homes/B2/", expect=404)
    page("streets/nothing/", expect=404)
    GreenSpace.objects.filter(code="G1").update(code="G9")
    page("parks/G1/", expect=404)


def test_an_address_answers_in_three_sentences_beside_the_town(town, page):
    text = page("address/?home=B1")
    assert "From 75.0 % of the windows of your building one sees three trees or more." in text
    assert "a walk of 240 m or about 4 min; within the 500 m that are promised." in text
    assert "20.0 % lie in shade" in text
    assert text.count("In the middle of your town") == 3
    assert "/report/?district=990001&amp;lon=120.05" in text
    assert "60 persons" not in text


def test_an_address_is_found_by_number_by_position_and_by_name(town, page):
    assert "75.0 %" in page("address/?q=B1")
    assert "75.0 %" in page("address/?lon=120.0502&lat=31.70005"), "a place inside of the house"
    near = page("address/?lon=120.0502&lat=31.6997")
    assert near.index("?home=B1") < near.index("?home=B4")
    assert "away" in near
    assert "?lon=120." in page("address/?q=柳溪"[:13])
    assert "No measured home is found there" in page("address/?q=nowhere at all")
    assert "No measured home is found there" in page("address/?lon=121.5&lat=31.7")


def test_an_address_says_what_is_unknown(town, page):
    text = page("address/?home=B4")
    assert "walls of the neighbours stand all around" in text
    assert "How far the park is cannot be told" in text
    assert "How shaded your walk is cannot be told" in text


def test_before_any_measurement_every_page_says_so(two_districts, page):
    for path in ("address/", "streets/", "parks/"):
        assert "xiuhua greenery measure 990002" in page(path, code="990002")


def test_the_pages_are_chinese_by_default(town, client):
    for path, words in (
        ("address/?home=B1", "最近的公园是园"),
        ("streets/S1/", "林荫路侧"),
        ("parks/G1/", "圆圈之内"),
        ("homes/B1/", "推窗见绿"),
    ):
        assert words in client.get(f"/greenery/990001/{path}").content.decode()


def test_a_profile_adds_up_by_hour_and_place():
    hours = all_day(date(2026, 7, 15), "Asia/Shanghai", 120.29, 31.68)
    scene = scene_of(
        buildings_of((shapely.box(0, -30, 100, -10), 18.0)), trees_of((20.0, 6.0, 8.0, 3.0, 2.0)),
        streets_of([(0, 0), (100, 0)]), parks_of(), gates_of(),
    )  # fmt: skip
    stage = set_up(scene, Options(hours))
    north, south = profile_of(stage, 0, hours)
    assert (north.key, south.key) == ("north", "south")
    for side in (north, south):
        assert side.by_hour.bars[0].name == "7:00"
        assert side.by_hour.bars[0].x < side.by_hour.bars[-1].x
        assert len(side.by_place.bars) == 5
        shares = [bar.grey + bar.both + bar.green for bar in side.by_place.bars]
        assert sum(shares) / 5 == pytest.approx(side.share, abs=0.01)
    # The tree stands over the pavement in the north; at this latitude the house in the south hides little of a July sun.
    assert north.share > south.share > 0
    assert north.by_place.bars[1].green + north.by_place.bars[1].both > north.by_place.bars[4].green


@pytest.mark.parametrize(
    ("line", "sides"),
    [
        ([(100, 0), (0, 0)], ["south", "north"]),
        ([(0, 0), (0, 100)], ["west", "east"]),
        ([(0, 0), (100, 0), (100, 100), (0, 100)], ["left", "right"]),
    ],
    ids=["westward", "northward", "around"],
)
def test_sides_are_named_by_the_sky_where_the_street_keeps_its_direction(line, sides):
    hours = all_day(date(2026, 7, 15), "Asia/Shanghai", 120.29, 31.68)
    scene = scene_of(buildings_of(), trees_of(), streets_of(line), parks_of(), gates_of())
    assert [side.key for side in profile_of(set_up(scene, Options(hours)), 0, hours)] == sides
