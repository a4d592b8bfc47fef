"""Real files through the door: what their makers did not think of."""

import gzip
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from xiuhua.city.actions.codes import load_codes
from xiuhua.city.models import Area, Building, District, GreenSpace, Street, Tree, Water
from xiuhua.foundation.crs import wgs84_to_gcj02
from xiuhua.interop.exchange.intake import Request, take
from xiuhua.people.models import Organisation

pytestmark = [pytest.mark.real, pytest.mark.django_db]


@pytest.fixture
def city():
    return District.objects.create(code="990009", name_zh="实测")


@pytest.fixture
def bring(city, shared_data):
    def run(target, path, **more):
        return take(city, Request(target, shared_data / path if isinstance(path, str) else path, **more), actor="test")

    return run


def said(report):
    return (report.inserted, report.updated, report.unchanged, report.refused_rows)


def some_rows(source: Path, target: Path, count: int) -> Path:
    """The first rows of a GeoParquet file, with its metadata."""
    pq.write_table(pq.read_table(source).slice(0, count), target)
    return target


def test_taipei_villages_are_repaired_listed_and_loaded_once(bring):
    towns = bring("areas", "admin/taipei_town.geojson.gz", defaults={"kind": "town"})
    assert said(towns) == (12, 0, 0, 0)
    report = bring("areas", "admin/taipei_village.geojson.gz", defaults={"kind": "community"})
    assert said(report) == (456, 0, 0, 0)
    assert len(report.repaired) == 2
    assert all(f.facts["before"] == pytest.approx(f.facts["after"], rel=1e-6) for f in report.repaired)
    assert report.columns["name_zh"] == "VNAME"
    # Borders rounded to six decimals overlap by slivers of a few square metres.
    assert {d.rule for d in report.doubts} == {"overlap"}
    assert max(d.facts["m2"] for d in report.doubts) < 50
    village = Area.objects.get(name_zh="湖田里")
    assert village.parent.name_zh == "北投區"
    again = bring("areas", "admin/taipei_village.geojson.gz", defaults={"kind": "community"})
    assert said(again) == (0, 0, 456, 0)


def test_taipei_declared_in_a_shifted_datum_is_warned_of(bring, shared_data, tmp_path):
    """Taipei is really WGS-84; the same villages drawn in GCJ-02 must not pass as WGS-84."""
    content = json.loads(gzip.decompress((shared_data / "admin/taipei_town.geojson.gz").read_bytes()))
    bring("areas", "admin/taipei_town.geojson.gz", defaults={"kind": "town"})
    for feature in content["features"]:
        feature["properties"]["NPTID"] += 1
        for polygon in feature["geometry"]["coordinates"]:
            for i, ring in enumerate(polygon):
                lon, lat = np.array(ring).T[:2]
                polygon[i] = np.column_stack(wgs84_to_gcj02(lon, lat)).tolist()
    shifted = tmp_path / "shifted.geojson"
    shifted.write_text(json.dumps(content), "utf-8")
    report = bring("areas", shifted, defaults={"kind": "town"}, dry_run=True)
    doubts = [d for d in report.doubts if d.rule == "datum_doubtful"]
    assert [d.facts["datum"] for d in doubts] == ["GCJ-02"]
    assert 300 < doubts[0].facts["metres"] < 700


def test_taipei_buildings_without_codes_get_stable_ones(bring, shared_data, tmp_path):
    path = some_rows(shared_data / "buildings/taipei_buildings_height.parquet", tmp_path / "b.parquet", 600)
    report = bring("buildings", path)
    assert report.crs == "EPSG:4326"
    assert report.inserted + report.refused_rows == 600
    assert {r.rule for r in report.rejected if "row" not in r.rule and "行" not in r.rule} == set()
    assert Building.objects.filter(height_m__gt=0).count() == report.inserted > 500
    again = bring("buildings", path)
    assert (again.unchanged, again.inserted, again.updated) == (report.inserted, 0, 0)


def test_hangzhou_parks_and_waters_are_chosen_and_translated(bring, shared_data, tmp_path):
    path = some_rows(shared_data / "osm/hangzhou_landuse.parquet", tmp_path / "l.parquet", 1500)
    where = (("fclass", frozenset({"park", "grass", "forest"})),)
    values = (("kind", "park", "comprehensive_park"),)
    report = bring("greens", path, where=where, columns=(("fclass", "kind"),), values=values)
    # "code" is OpenStreetMap's class number here and identifies nothing.
    assert report.columns["code"] == "osm_id"
    assert report.inserted > 500
    assert set(GreenSpace.objects.values_list("kind", flat=True)) == {"comprehensive_park", "grass", "forest"}
    path = some_rows(shared_data / "osm/hangzhou_water.parquet", tmp_path / "w.parquet", 500)
    values = (("kind", "water", "basin"), ("kind", "wetland", "basin"))
    report = bring("waters", path, columns=(("fclass", "kind"),), values=values)
    assert report.inserted + report.refused_rows == 500
    assert Water.objects.filter(kind="river").exists()


def test_shanghai_streets_and_buildings_are_united_over_tile_edges(bring):
    gpkg = "osm/shanghai_bund_tilezen.gpkg"
    columns = (("kind_detail", "street_class"), ("name", "name_zh"))
    report = bring("streets", gpkg, layer="roads", union_by="osm_id", columns=columns)
    assert report.inserted == Street.objects.count() > 1000
    assert {r.field for r in report.rejected} == {"street_class"}
    assert {r.value for r in report.rejected} >= {"subway", "pier"}
    report = bring("buildings", gpkg, layer="buildings", union_by="osm_id", columns=(("name", "name_zh"),))
    assert report.rows == 1517
    assert report.inserted + report.refused_rows == 1517
    assert {(r.field, r.value) for r in report.rejected} == {("geometry", "Point")}
    assert Building.objects.filter(height_m__gt=0).count() > 500


def test_cambridge_trees_keep_their_numbers_and_lose_their_twins(bring):
    where = (("SiteType", frozenset({"Stump", "Empty Site", "Retired"})),)
    report = bring("trees", "trees/cambridge_ma_street_trees.csv.gz", crs="EPSG:4326", where=where)
    assert report.columns["code"] == "TreeId"
    assert report.columns["planted"] == "PlantYear"
    assert report.inserted > 6000
    assert {r.field for r in report.rejected} <= {"code", "geometry", "planted"}
    assert not Tree.objects.filter(code__contains=".").exists()


def test_cambridge_without_a_declared_system_is_refused(bring):
    from xiuhua.interop.exchange.findings import FileRefusedError

    with pytest.raises(FileRefusedError) as caught:
        bring("trees", "trees/cambridge_ma_street_trees.csv.gz")
    assert caught.value.rule == "crs_needed"


def test_huishan_villages_become_organisations_under_their_streets(bring, shared_data, tmp_path):
    streets = [
        line for line in (shared_data / "admin/nbs2023_wuxi_streets.csv").read_text("utf-8").splitlines()
        if not line[0].isdigit() or line.startswith("320206")
    ]  # fmt: skip
    path = tmp_path / "streets.csv"
    path.write_text("\n".join(streets) + "\n", "utf-8")
    assert said(bring("organisations", path, defaults={"kind": "town"}))[0] == 9
    columns = (("streetCode", "parent"), ("code", "area_code"), ("code", "code"))
    report = bring(
        "organisations", "admin/nbs2023_huishan_villages.csv", defaults={"kind": "community"}, columns=columns
    )
    assert said(report) == (123, 0, 0, 0)
    village = Organisation.objects.get(code="320206001002")
    assert (village.name_zh, village.parent.code, village.area_code) == (
        "陈家桥社区居委会",
        "320206001",
        "320206001002",
    )


def test_taipei_pavements_repeat_their_identifiers(bring):
    options = {"defaults": {"kind": "attached_green"}, "dry_run": True}
    report = bring("greens", "parts/taipei_sidewalk_polygons.geojson.gz", **options)
    assert {r.field for r in report.rejected} == {"code"}
    assert report.inserted + report.refused_rows == 413
    united = bring("greens", "parts/taipei_sidewalk_polygons.geojson.gz", union_by="ID", **options)
    assert (united.inserted, united.refused_rows) == (report.inserted, 0)


def test_taipei_truck_stops_outside_and_exchanged_are_found(bring):
    """Known of this file: one row with exchanged axes, and stops far outside the city."""
    load_codes("t", "1", kind="component", name_zh="点", actor="t", rows=[{"code": "0101", "name_zh": "站"}])
    bring("areas", "admin/taipei_town.geojson.gz", defaults={"kind": "district"})
    report = bring(
        "components", "waste/taipei_garbage_truck_stops.csv.gz", crs="EPSG:4326", code_set="t@1",
        defaults={"category": "0101"},
    )  # fmt: skip
    by_rule = Counter(r.rule for r in report.rejected if r.field == "geometry" and "POINT" in r.value)
    assert sorted(by_rule.values()) == [1, 18]
    assert report.inserted > 3000
