"""What the map element asks of the server: its settings, and where names stand."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.city.actions.load import load
from xiuhua.city.layers import LAYERS
from xiuhua.web.map_config import frame
from xiuhua.web.map_names import EARLIEST, LATEST, naming_points


def test_the_settings_name_every_layer_and_the_frame(client, two_districts):
    settings = client.get("/map/config.json?district=990002").json()
    assert [layer["key"] for layer in settings["layers"]] == list(LAYERS)
    assert settings["district"]["bounds"] == pytest.approx([120.2, 31.6, 120.4, 31.8])
    assert settings["district"]["synthetic"] is True
    areas = settings["layers"][0]
    assert (areas["count"], areas["tiles"], areas["list"]) == (3, "/tiles/990002/areas.json", "/city/990002/areas/")
    assert [kind["rank"] for kind in areas["kinds"]] == sorted(kind["rank"] for kind in areas["kinds"])


def test_the_settings_speak_the_language_of_the_reader(client, two_districts):
    chinese = client.get("/map/config.json?district=990001")
    english = client.get("/map/config.json?district=990001", headers={"accept-language": "en"})
    assert chinese.json()["layers"][1]["name"] == "道路"
    assert english.json()["layers"][1]["name"] == "Streets"
    assert "Accept-Language" in chinese["Vary"]


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "?district=", "?district=nowhere"])
def test_settings_of_no_district_are_not_found(client, query):
    assert client.get(f"/map/config.json{query}").status_code == 404
    assert client.get("/map/nowhere/names.json").status_code == 404


def test_a_district_without_areas_has_the_frame_of_its_streets_or_none(two_districts):
    from xiuhua.city.models import Area

    district = two_districts[0]
    Area.objects.filter(district=district).update(parent=None)
    Area.objects.filter(district=district).delete()
    assert frame(district) is None
    line = shapely.LineString([(120.01, 31.61), (120.02, 31.63)])
    load(district, "streets", [{"code": "S1", "street_class": "main", "geometry": line}], actor="test", source="test")
    assert frame(district) == pytest.approx((120.01, 31.61, 120.02, 31.63))


def test_names_stand_at_one_point_of_each_named_surface(client, two_districts):
    lake = shapely.box(120.01, 31.61, 120.03, 31.62)
    line = shapely.LineString([(120.01, 31.61), (120.02, 31.63)])
    rows = [
        {"code": "W1", "kind": "lake", "name_zh": "镜湖", "name_en": "Mirror Lake", "geometry": lake},
        {"code": "W2", "kind": "lake", "geometry": lake},
        {"code": "W3", "kind": "river", "name_zh": "柳溪", "geometry": line},
    ]
    load(two_districts[0], "waters", rows, actor="test", source="test")
    answer = client.get("/map/990001/names.json")
    names = {feature["properties"]["name_zh"]: feature for feature in answer.json()["features"]}
    assert set(names) == {"990001", "990001001", "990001002", "镜湖"}
    assert names["镜湖"]["geometry"]["coordinates"] == pytest.approx([120.02, 31.615])
    assert names["镜湖"]["properties"]["name_en"] == "Mirror Lake"


def test_names_are_not_sent_again_until_a_layer_changes(client, two_districts):
    first = client.get("/map/990001/names.json")
    again = client.get("/map/990001/names.json", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    park = {"code": "G1", "kind": "garden", "name_zh": "小园", "geometry": shapely.box(120.01, 31.61, 120.011, 31.611)}
    load(two_districts[0], "greens", [park], actor="test", source="test")
    assert client.get("/map/990001/names.json", headers={"if-none-match": first["ETag"]}).status_code == 200
    assert client.get("/map/990002/names.json", headers={"if-none-match": first["ETag"]}).status_code == 304


def test_the_map_page_opens_where_it_is_asked_to(client, two_districts):
    page = client.get("/map?district=990001&lon=120.05&lat=31.65&layer=streets&id=7").text
    assert 'lon="120.05" lat="31.65" object="streets:7"' in page


@pytest.mark.parametrize(
    "query",
    [
        "lon=x&lat=1",
        "lon=nan&lat=1",
        "lon=190&lat=1",
        "lon=1",
        "lon=120&lat=31&layer=%22%3E&id=1",
        "lon=120&lat=31&layer=streets&id=-1",
    ],
)
def test_a_place_that_makes_no_sense_is_passed_over(client, two_districts, query):
    answer = client.get(f"/map?district=990001&{query}")
    assert answer.status_code == 200
    assert 'object="' not in answer.text


shapes = (
    st.lists(st.tuples(st.floats(120, 120.5), st.floats(31, 31.5)), min_size=3, max_size=12)
    .map(lambda points: shapely.MultiPoint(points).convex_hull)
    .filter(lambda shape: shape.area > 1e-10)
)


@given(st.lists(shapes, min_size=1, max_size=5))
def test_a_name_stands_inside_its_surface_and_appears_earlier_the_larger_it_is(polygons):
    array = np.array(polygons, dtype=object)
    at, zooms = naming_points(array)
    for polygon, (lon, lat) in zip(polygons, at, strict=True):
        assert polygon.distance(shapely.Point(lon, lat)) < 1e-9
    assert np.all((zooms >= EARLIEST) & (zooms <= LATEST))
    _at, halved = naming_points(np.array([shapely.affinity.scale(each, 0.5, 0.5) for each in polygons], dtype=object))
    assert np.all(halved >= zooms - 0.1)


def test_a_ring_of_land_is_named_on_the_land(client):
    ring = shapely.Point(120.2, 31.6).buffer(0.02).difference(shapely.Point(120.2, 31.6).buffer(0.015))
    at, _zooms = naming_points(np.array([ring], dtype=object))
    assert ring.contains(shapely.Point(*at[0]))


def test_a_square_is_named_when_its_side_is_long_enough_on_the_screen():
    side = 0.01
    _at, zooms = naming_points(np.array([shapely.box(120, -side / 2, 120 + side, side / 2)], dtype=object))
    pixels = side * 111_320 / (78_271.517 / 2 ** zooms[0])
    assert math.isclose(pixels, 34, rel_tol=1e-3)
