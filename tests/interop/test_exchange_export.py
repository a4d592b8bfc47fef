"""What goes out comes in again unchanged."""

import csv
import io
import json
from datetime import date

import pyogrio
import pytest
import shapely
from django.urls import reverse

from xiuhua.city.actions.codes import load_codes
from xiuhua.city.actions.duties import load_duties
from xiuhua.city.actions.load import load
from xiuhua.city.layers import LAYERS
from xiuhua.interop.exchange.intake import Request, take
from xiuhua.interop.exchange.targets import TARGETS
from xiuhua.interop.exchange.writers import rows, write_file
from xiuhua.people.models import User

POLYGON = shapely.Polygon(
    [(120.05, 31.65), (120.06, 31.65), (120.06, 31.66123456789), (120.05, 31.66)],
    [[(120.052, 31.652), (120.053, 31.652), (120.053, 31.653)]],
)
BOX = shapely.box(120.07, 31.65, 120.08, 31.66)
SHAPES = {
    "polygon": [POLYGON, shapely.MultiPolygon([POLYGON, BOX])],
    "line": [shapely.LineString([(120.05, 31.65), (120.06, 31.661)]),
             shapely.MultiLineString([[(120.05, 31.65), (120.06, 31.66)], [(120.07, 31.65), (120.08, 31.66)]])],
    "line-or-polygon": [shapely.LineString([(120.05, 31.65), (120.06, 31.661)]), POLYGON],
}  # fmt: skip
KINDS = {
    "areas": "functional_area", "sites": "school", "waters": "river", "greens": "garden", "plots": "residential",
}  # fmt: skip
FULL = {
    "text": '名, "引号"\n换行', "int": 3, "float": 1.25, "bool": True, "date": date(2024, 5, 31), "area": "990001001",
    "organisation": "990001-001", "category": "gb@2013:0101", "green": "0001",
}  # fmt: skip
GIVEN = {"street_class": "main", "state": "damaged", "planted": 1998}


def full_row(layer):
    row = {"code": "0001", "name_zh": "甲", "name_en": "A", "valid_from": date(2020, 1, 1), "source": "survey"}
    for field in layer.fields:
        row[field.name] = KINDS.get(layer.key) if field.kind == "kind" else GIVEN.get(field.name, FULL.get(field.kind))
    return row


@pytest.fixture
def filled(two_districts):
    """The first district with two objects in every layer: one with every field, one with the least."""
    load_codes("gb", "2013", kind="component", name_zh="部件", actor="t", rows=[{"code": "0101", "name_zh": "井盖"}])
    # The fixture's areas are made by hand; loading them gives them the measures and source that every load gives.
    by_hand = [
        values | {"geometry": shape, "source": "test"} for values, shape in rows(TARGETS["areas"], two_districts[0])
    ]
    assert load(two_districts[0], "areas", by_hand, actor="t", source="test").rejected == []
    for key, layer in LAYERS.items():
        whole = full_row(layer)
        least = {"code": "0002"} | {f.name: whole[f.name] for f in layer.fields if f.required}
        if layer.is_points:
            places = [{"lon": 120.0512345678901, "lat": 31.65}, {"lon": 120.06, "lat": 31.66}]
        else:
            places = [{"geometry": shape} for shape in SHAPES[layer.geometry]]
        both = [whole | places[0], least | places[1]]
        report = load(two_districts[0], key, both, actor="t", source="test")
        assert report.inserted == 2, report.rejected
    duty = {"code": "D1", "unit": "990001-001", "code_set": "gb@2013", "category": "0101", "area": "town:990001001"}
    load_duties(two_districts[0], [duty], actor="t", source="")
    return two_districts[0]


@pytest.mark.parametrize("file_format", ["geojson", "gpkg", "csv"])
@pytest.mark.parametrize("key", LAYERS)
def test_every_layer_comes_back_unchanged(filled, tmp_path, key, file_format):
    path = tmp_path / f"{key}.{file_format}"
    write_file(key, filled, path, file_format)
    report = take(filled, Request(key, path, crs="EPSG:4326", prune=True), actor="t")
    assert report.rejected == []
    assert report.ignored == []
    assert (report.inserted, report.updated, report.removed) == (0, 0, 0)
    assert report.unchanged == {"areas": 5}.get(key, 2)


@pytest.mark.parametrize(("key", "count"), [("organisations", 3), ("duties", 1), ("codes", 1)])
@pytest.mark.parametrize("file_format", ["gpkg", "csv"])
def test_registers_come_back_unchanged(filled, tmp_path, key, count, file_format):
    path = tmp_path / f"{key}.{file_format}"
    write_file(key, filled, path, file_format, "gb@2013")
    request = Request(key, path, code_set="gb@2013" if key == "codes" else "", set_kind="component")
    report = take(None if key == "codes" else filled, request, actor="t")
    assert (report.unchanged, report.rejected, report.updated) == (count, [], 0)


def test_files_say_that_the_data_is_synthetic_and_whose_it_is(filled, tmp_path):
    filled.attribution = "© 示意测绘"
    filled.save()
    for file_format in ("geojson", "gpkg", "csv"):
        write_file("trees", filled, tmp_path / f"t.{file_format}", file_format)
    told = json.loads((tmp_path / "t.geojson").read_text("utf-8"))
    assert told["synthetic"] is True
    assert "© 示意测绘" in told["notice"]
    assert told["notice"] != "© 示意测绘"
    told_by_row = csv.DictReader(io.StringIO((tmp_path / "t.csv").read_text("utf-8-sig")))
    assert [row["notice"] for row in told_by_row] == [told["notice"]] * 2
    assert pyogrio.read_info(tmp_path / "t.gpkg")["layer_metadata"]["NOTICE"] == told["notice"]


@pytest.fixture
def engineer(filled, client):
    user = User.objects.create_user("e", is_superuser=True)
    client.force_login(user)
    return client


@pytest.mark.parametrize("file_format", ["geojson", "gpkg", "csv"])
def test_downloads_are_the_same_files(engineer, filled, tmp_path, file_format):
    response = engineer.get(reverse("interop:export", args=[filled.code, "streets", file_format]))
    assert response.status_code == 200
    assert f"{filled.code}-streets.{file_format}" in response["Content-Disposition"]
    path = tmp_path / f"streets.{file_format}"
    path.write_bytes(response.getvalue())
    assert take(filled, Request("streets", path, crs="EPSG:4326"), actor="t").unchanged == 2


def test_no_district_sees_the_objects_of_another(engineer, filled, two_districts):
    other = engineer.get(reverse("interop:export", args=[two_districts[1].code, "trees", "geojson"]))
    assert json.loads(other.getvalue())["features"] == []


@pytest.mark.parametrize(
    "path", ["990001/codes.csv", "990001/roads.csv", "990001/trees.exe", "1/trees.csv", "990001/duties.geojson"]
)
def test_files_that_do_not_exist(engineer, path):
    assert engineer.get(f"/export/{path}").status_code == 404


def test_downloads_follow_the_matrix(filled, client):
    client.force_login(User.objects.create_user("r"))
    assert client.get(f"/export/{filled.code}/trees.csv").status_code == 403
    client.logout()
    assert client.get(f"/export/{filled.code}/trees.csv").status_code == 302


def test_every_target_has_a_writer(filled, tmp_path):
    for key in TARGETS:
        write_file(key, filled, tmp_path / f"{key}.csv", "csv", "gb@2013")
        assert (tmp_path / f"{key}.csv").stat().st_size > 10
    assert not list(tmp_path.glob(".xiuhua-export-*"))
