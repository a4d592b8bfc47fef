"""A file from the folder to the database, and the answer to the person."""

import csv
import io
import json
from datetime import date

import numpy as np
import pyogrio.raw
import pytest
import shapely

from xiuhua.city.actions.codes import load_codes
from xiuhua.city.models import Area, Building, Code, Component, Duty, Site, Street, Tree
from xiuhua.foundation.crs import wgs84_to_gcj02
from xiuhua.foundation.models import Event
from xiuhua.interop.exchange.findings import FileRefusedError
from xiuhua.interop.exchange.intake import Request, take
from xiuhua.interop.exchange.report import write_rejects
from xiuhua.people.models import Organisation


@pytest.fixture
def bring(two_districts, tmp_path):
    """Write a file and take it into the first district."""

    def run(target, content, name="file.csv", into=two_districts[0], **more):
        path = tmp_path / name
        path.write_bytes(content) if isinstance(content, bytes) else path.write_text(content, "utf-8")
        more.setdefault("crs", "EPSG:4326" if name.endswith(".csv") else "")
        return take(into, Request(target, path, **more), actor="test")

    return run


def collection(*features):
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": p, "geometry": g and json.loads(shapely.to_geojson(g))}
                for g, p in features
            ],
        }
    )


def said(report):
    return (report.inserted, report.updated, report.unchanged, report.removed, report.refused_rows)


def refused(run, *arguments, **more):
    with pytest.raises(FileRefusedError) as caught:
        run(*arguments, **more)
    return caught.value.rule


TREES = "树木编号,code,树种,树高,种植年份,lon,lat\n1,T1,银杏,8.5 m,2001,120.05,31.65\n2,T2,香樟,,,120.06,31.66\n"


def test_a_second_load_changes_nothing(bring, two_districts):
    assert said(bring("trees", TREES)) == (2, 0, 0, 0, 0)
    events = Event.objects.count()
    assert said(bring("trees", TREES)) == (0, 0, 2, 0, 0)
    assert Event.objects.count() == events
    tree = Tree.objects.get(district=two_districts[0], code="T1")
    assert (tree.species, tree.height_m, tree.planted, tree.source) == ("银杏", 8.5, 2001, "file.csv")
    assert tree.town.code == "990001001"
    assert said(bring("trees", TREES.replace("8.5", "9"))) == (0, 1, 1, 0, 0)


def test_a_dry_run_says_the_same_and_keeps_nothing(bring):
    report = bring("trees", TREES, dry_run=True)
    assert said(report) == (2, 0, 0, 0, 0)
    assert not Tree.objects.exists()
    assert not Event.objects.exists()


def test_every_fault_of_a_row_comes_back_with_the_row(bring):
    content = (
        TREES
        + "3,T3,水杉,2500,昨年,120.07,31.67\n4,T4,杉,1,2000,121.9,31.6\n5,,柳,1,2000,120.08,31.6\n6,T1,,,,120,31.7\n"
    )
    report = bring("trees", content)
    assert said(report) == (2, 0, 0, 0, 4)
    assert report.exit_code == 3
    assert [(r.row, r.field) for r in report.rejected] == [
        (3, "height_m"), (3, "planted"), (4, "geometry"), (5, "code"), (6, "code"),
    ]  # fmt: skip
    assert all(r.rule and r.remedy for r in report.rejected)
    out = io.StringIO()
    write_rejects(report, out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert [row["row"] for row in rows] == ["3", "4", "5", "6"]
    assert rows[0]["field"] == "height_m | planted"
    assert (rows[0]["树种"], rows[0]["种植年份"], rows[0]["lon"]) == ("水杉", "昨年", "120.07")


def test_the_file_of_refused_rows_can_be_corrected_and_loaded(bring):
    square = shapely.box(120.05, 31.65, 120.051, 31.651)
    report = bring("buildings", collection((square, {"code": "B1", "floors": "many"})), "b.geojson")
    assert (said(report), report.exit_code) == ((0, 0, 0, 0, 1), 1)
    out = io.StringIO()
    write_rejects(report, out)
    assert said(bring("buildings", out.getvalue().replace("many,", "6,"), "again.csv")) == (1, 0, 0, 0, 0)
    assert Building.objects.get().floors == 6


def test_objects_are_removed_only_when_every_row_was_taken(bring):
    bring("trees", TREES)
    one = "\n".join(TREES.split("\n")[:2]) + "\n"
    assert said(bring("trees", one + "2,T2,香樟,tall,,120.06,31.66\n", prune=True)) == (0, 0, 1, 0, 1)
    assert said(bring("trees", one + "2,T1,香樟,1,,120.06,31.66\n", prune=True)) == (0, 0, 1, 0, 1)
    assert Tree.objects.count() == 2
    assert said(bring("trees", one, prune=True)) == (0, 0, 1, 1, 0)


def test_the_coordinate_system_must_be_known(bring):
    assert refused(bring, "trees", TREES, crs="") == "crs_needed"
    assert refused(bring, "trees", TREES, crs="EPSG:4549") == "degrees_as_metres"
    assert refused(bring, "trees", "code,x,y\n1,500000,3500000\n") == "metres_as_degrees"
    assert refused(bring, "trees", "code,species\n1,a\n") == "places_absent"
    assert not Tree.objects.exists()


def test_gcj02_is_converted_when_it_is_declared(bring):
    lon, lat = wgs84_to_gcj02([120.05], [31.65])
    bring("trees", f"code,lon,lat\nT1,{lon[0]},{lat[0]}\n", crs="GCJ-02")
    tree = Tree.objects.get()
    assert (tree.lon, tree.lat) == pytest.approx((120.05, 31.65), abs=1e-8)


def test_geojson_in_a_declared_projection_and_an_old_datum(bring):
    point = shapely.Point(509_500, 3_503_000)
    report = bring("trees", collection((point, {"code": "T1"})), "t.geojson", crs="EPSG:4549")
    assert (report.crs, report.inserted, report.doubts) == ("EPSG:4549", 1, [])
    report = bring("trees", collection((point, {"code": "T1"})), "t.geojson", crs="EPSG:2385")
    assert "datum_coarse" in {doubt.rule for doubt in report.doubts}


def test_gcj02_declared_as_wgs84_is_warned_of(bring, two_districts):
    places = [(f"中山{i}路", 120.03 + i / 100, 31.65 + i / 200) for i in range(5)]

    def sites(layer, shift):
        boxes = []
        for code, (name, lon, lat) in enumerate(places):
            x, y = shift(lon, lat)
            boxes.append((shapely.box(x, y, x + 0.001, y + 0.001), {"code": f"{layer}{code}", "name": name}))
        return collection(*boxes)

    def moved(lon, lat):
        x, y = wgs84_to_gcj02([lon], [lat])
        return x[0], y[0]

    bring("sites", sites("a", lambda lon, lat: (lon, lat)), "a.geojson", defaults={"kind": "school"})
    report = bring("sites", sites("b", moved), "b.geojson", defaults={"kind": "school"})
    (doubt,) = [d for d in report.doubts if d.rule == "datum_doubtful"]
    assert doubt.facts["datum"] == "GCJ-02"
    assert 300 < doubt.facts["metres"] < 700
    assert doubt.facts["after"] < 1
    report = bring("sites", sites("c", moved), "c.geojson", defaults={"kind": "school"}, crs="GCJ-02")
    assert not report.doubts
    # The other district knows nothing of these places.
    other = collection((shapely.box(120.3, 31.7, 120.301, 31.701), {"code": "d", "name": "中山1路"}))
    assert not bring("sites", other, "d.geojson", into=two_districts[1], defaults={"kind": "school"}).doubts


def test_exchanged_axes_of_a_row_and_of_a_file(bring):
    rows = "code,lon,lat\n1,120.05,31.65\n2,31.66,120.06\n3,120.07,31.67\n"
    report = bring("trees", rows)
    assert said(report) == (2, 0, 0, 0, 1)
    assert (report.rejected[0].row, "--swap" in report.rejected[0].remedy) == (2, True)
    swapped = "code,lon,lat\n4,31.65,120.05\n5,31.66,120.06\n"
    assert refused(bring, "trees", swapped) == "axes_swapped_file"
    assert said(bring("trees", swapped, swap=True)) == (2, 0, 0, 0, 0)
    assert Tree.objects.get(code="5").lon == 120.06


def test_overlapping_grids_are_listed_against_file_and_map(bring):
    def grid(code, west):
        return shapely.box(west, 31.65, west + 0.001, 31.651), {"code": code, "kind": "单元网格"}

    first = bring("areas", collection(grid("990001001001001", 120.05), grid("990001001001002", 120.051)), "a.geojson")
    assert (said(first), first.doubts) == ((2, 0, 0, 0, 0), [])
    report = bring("areas", collection(grid("990001001001003", 120.0515)), "b.geojson")
    (doubt,) = report.doubts
    assert (doubt.rule, doubt.value, doubt.facts["other"]) == ("overlap", "990001001001003", "990001001001002")
    assert doubt.facts["m2"] == pytest.approx(0.0005 * 94_850 * 0.001 * 110_870, rel=0.01)
    assert Area.objects.get(code="990001001001003").parent.code == "990001001"


def test_an_area_outside_is_refused_but_an_outline_may_move(bring):
    far = shapely.box(121.0, 31.6, 121.1, 31.7)
    report = bring("areas", collection((far, {"code": "X", "kind": "town"})), "a.geojson")
    assert said(report) == (0, 0, 0, 0, 1)
    assert said(bring("areas", collection((far, {"code": "990001", "kind": "district"})), "b.geojson")) == (
        0,
        1,
        0,
        0,
        0,
    )


def test_repaired_polygons_are_listed_and_bow_ties_refused(bring):
    touching = shapely.from_wkt(
        "POLYGON ((120 31.7, 120.002 31.7, 120.002 31.702, 120.001 31.7, 120 31.702, 120 31.7))"
    )
    bow_tie = shapely.from_wkt("POLYGON ((120 31.7, 120.002 31.702, 120.002 31.7, 120 31.702, 120 31.7))")
    features = collection((touching, {"code": "1"}), (bow_tie, {"code": "2"}), (None, {"code": "3"}))
    report = bring("buildings", features, "b.geojson")
    assert [f.row for f in report.repaired] == [1]
    assert [r.row for r in report.rejected] == [2, 3]
    assert said(report) == (1, 0, 0, 0, 2)


def test_codes_are_derived_where_there_are_none(bring):
    box = shapely.box(120.05, 31.65, 120.051, 31.651)
    content = collection((box, {"height": 9}), (shapely.box(120.06, 31.65, 120.061, 31.651), {}), (box, {"height": 12}))
    report = bring("buildings", content, "b.geojson")
    assert "code_derived" in {note.rule for note in report.notes}
    assert said(report) == (2, 0, 0, 0, 1)
    assert report.rejected[0].row == 3
    assert said(bring("buildings", content, "b.geojson")) == (0, 0, 2, 0, 1)


def test_streets_by_chinese_words_and_own_words(bring):
    line = shapely.LineString([(120.05, 31.65), (120.06, 31.65)])
    content = collection(
        (line, {"编号": "1", "道路等级": "主干路"}), (line, {"编号": "2", "道路等级": "甲"}), (line, {"编号": "3"})
    )
    report = bring("streets", content, "s.geojson", values=(("street_class", "甲", "lane"),))
    assert said(report) == (2, 0, 0, 0, 1)
    assert dict(Street.objects.values_list("code", "street_class")) == {"1": "main", "2": "lane"}
    assert refused(bring, "streets", collection((line, {"code": "1"})), "t.geojson") == "required_absent"


CODE_SET = "gb@2013"


@pytest.fixture
def code_set(db):
    load_codes(
        "gb", "2013", kind="component", name_zh="部件", actor="t", rows=[{"code": "0101", "name_zh": "上水井盖"}]
    )


def test_components_with_bare_codes_need_their_set(bring, code_set):
    rows = "code,类别编码,状态,lon,lat\n9900010101000001,0101,完好,120.05,31.65\n9900010101000002,0199,,120.05,31.65\n"
    report = bring("components", rows)
    assert said(report) == (0, 0, 0, 0, 2)
    report = bring("components", rows, code_set=CODE_SET)
    assert said(report) == (1, 0, 0, 0, 1)
    assert (report.rejected[0].row, report.rejected[0].field) == (2, "category")
    assert [doubt.rule for doubt in report.doubts] == ["identifier_category"]
    assert refused_field(bring("components", rows, code_set="nobody@1")) == {"category"}
    component = Component.objects.get()
    assert (component.category.code, component.state) == ("0101", "intact")


def refused_field(report):
    return {r.field for r in report.rejected}


def test_the_category_is_read_from_the_identifier(bring, code_set):
    rows = "code,lon,lat\n9900010101000001,120.05,31.65\nA-1,120.05,31.65\n"
    report = bring("components", rows, code_set=CODE_SET)
    assert said(report) == (1, 0, 0, 0, 1)
    assert refused_field(report) == {"category"}


def test_a_component_outside_the_district_is_refused(bring, code_set):
    report = bring("components", "code,category,lon,lat\n1,0101,120.3,31.7\n", code_set=CODE_SET)
    assert (report.exit_code, report.rejected[0].field) == (1, "geometry")
    assert "990001" in report.rejected[0].rule


def test_text_in_gbk_is_read_and_reported(bring):
    report = bring("trees", TREES.encode("gb18030"))
    assert report.encoding == "GB18030"
    assert Tree.objects.filter(species="香樟").exists()


def test_organisations_go_in_whole_or_not_at_all(bring, two_districts):
    rows = "编码,名称,类别,上级单位\nB1,市政所,部门,990001-gov\nB2,养护公司,承包单位,B1\n"
    assert said(bring("organisations", rows)) == (2, 0, 0, 0, 0)
    assert said(bring("organisations", rows)) == (0, 0, 2, 0, 0)
    report = bring("organisations", rows + "B3,三,部门,nobody\nB4,四,部门,\n")
    assert (report.exit_code, report.taken) == (1, 0)
    assert "organisations_whole" in {note.rule for note in report.notes}
    report = bring("organisations", rows + "B3,三,啥,\nB4,四,部门,\n")
    assert report.exit_code == 1
    assert not Organisation.objects.filter(code__in=["B3", "B4"]).exists()
    assert Organisation.objects.get(code="B2").parent.code == "B1"


def test_duties_and_codes_are_registers_without_places(bring, code_set):
    rows = "code,unit,category,area,time_from,time_to,valid_from\nD1,990001-001,0101,town:990001001,7:00,19:00,2024-01-01\nD2,nobody,,,,,\n"
    report = bring("duties", rows, code_set=CODE_SET)
    assert said(report) == (1, 0, 0, 0, 1)
    duty = Duty.objects.get()
    assert (str(duty.code_set), duty.category, duty.valid_from) == (CODE_SET, "0101", date(2024, 1, 1))
    codes = "代码,大类,名称\n0101,公用设施,上水井盖\n0102,公用设施,污水井盖\n0102,公用设施,重复\n"
    report = bring("codes", codes, into=None, code_set="own@1", set_kind="component")
    assert said(report) == (2, 0, 0, 0, 1)
    assert said(bring("codes", codes, into=None, code_set="own@1", set_kind="component")) == (0, 0, 2, 0, 1)
    assert Code.objects.filter(code_set__key="own").count() == 2
    assert refused(bring, "codes", codes, into=None) == "code_set_described"


def test_rows_are_chosen_and_united(bring, tmp_path):
    left, right = shapely.box(120.05, 31.65, 120.051, 31.651), shapely.box(120.051, 31.65, 120.052, 31.651)
    pyogrio.raw.write(
        tmp_path / "a.gpkg", shapely.to_wkb([left, right, shapely.Point(120.05, 31.65), left]),
        [np.array([7, 7, 7, 8]), np.array(["school"] * 3 + ["barn"], dtype=object)], ["osm_id", "kind"],
        geometry_type="Unknown", crs="EPSG:4326",
    )  # fmt: skip
    content = (tmp_path / "a.gpkg").read_bytes()
    report = bring("sites", content, "b.gpkg", union_by="osm_id", where=(("kind", frozenset({"school"})),))
    assert said(report) == (1, 0, 0, 0, 0)
    site = Site.objects.get()
    assert (site.code, shapely.from_wkb(bytes(site.geom)).equals(shapely.box(120.05, 31.65, 120.052, 31.651))) == (
        "7",
        True,
    )
    assert refused(bring, "sites", content, "c.gpkg", where=(("kind", frozenset({"mill"})),)) == "no_rows_where"
    assert refused(bring, "sites", content, "d.gpkg", union_by="nothing") == "column_absent"
