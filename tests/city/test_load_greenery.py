"""Gates belong to a green space and stand at it; land use, open parks and what trees say of themselves."""

import pytest
import shapely

from xiuhua.city.actions.duties import load_duties
from xiuhua.city.actions.load import load
from xiuhua.city.models import Gate, GreenSpace, Plot, SearchEntry, SearchToken, Tree
from xiuhua.city.queries import search
from xiuhua.foundation.layers import version

pytestmark = pytest.mark.django_db
# 0.002 degrees are 190 m to the east and 222 m to the north.
PARK = shapely.box(120.01, 31.61, 120.012, 31.612)
DEGREE_NORTH_M = 110_870


@pytest.fixture
def park(two_districts):
    rows = [
        {"code": "G1", "kind": "community_park", "name_zh": "示意公园", "geometry": PARK},
        {"code": "G2", "kind": "pocket_park", "geometry": shapely.box(120.03, 31.61, 120.031, 31.611)},
    ]
    assert not load(two_districts[0], "greens", rows, actor="t", source="f").rejected
    return two_districts[0]


def gate(code, lon, lat, green="G1", **more):
    return {"code": code, "green": green, "lon": lon, "lat": lat, **more}


def test_a_gate_stands_at_its_green_space_or_is_refused_with_the_distance(park):
    rows = [
        gate("E1", 120.011, 31.612, name_zh="北门"),
        gate("E2", 120.011, 31.612 + 59 / DEGREE_NORTH_M),
        gate("E3", 120.011, 31.612 + 62 / DEGREE_NORTH_M),
        gate("E4", 120.011, 31.611),
        gate("E5", 120.011, 31.612, green="G2"),
        gate("E6", 120.011, 31.612, green="G9"),
        gate("E7", 120.011, 31.612, green=""),
    ]
    report = load(park, "gates", rows, actor="t", source="f")
    assert [(item.row, item.field) for item in report.rejected] == [
        (3, "lon, lat"), (4, "lon, lat"), (5, "lon, lat"), (6, "green"), (7, "green"),
    ]  # fmt: skip
    assert "62" in report.rejected[0].rule
    assert all(item.rule and item.remedy for item in report.rejected)
    assert list(Gate.objects.values_list("code", "green__code", "town__code")) == [
        ("E1", "G1", "990001001"), ("E2", "G1", "990001001"),
    ]  # fmt: skip
    again = load(park, "gates", rows[:2], actor="t", source="f")
    assert (again.unchanged, again.changed) == (2, 0)


def test_a_gate_of_another_district_is_unknown(park, two_districts):
    report = load(two_districts[1], "gates", [gate("E1", 120.011, 31.612)], actor="t", source="f")
    assert [(item.field, item.value) for item in report.rejected] == [("green", "G1")]


def test_gates_are_found_by_name_and_go_with_their_green_space(park):
    load(park, "gates", [gate("E1", 120.011, 31.612, name_zh="示意北门")], actor="t", source="f")
    assert [(found.layer, found.code) for found in search(park, "北门")] == [("gates", "E1")]
    seen = version("990001:gates")
    kept = [{"code": "G2", "kind": "pocket_park", "geometry": shapely.box(120.03, 31.61, 120.031, 31.611)}]
    load(park, "greens", kept, actor="t", source="f", prune=True)
    assert (GreenSpace.objects.count(), Gate.objects.count()) == (1, 0)
    assert not SearchEntry.objects.filter(layer="gates").exists()
    assert not SearchToken.objects.filter(token="北门").exists()
    assert version("990001:gates") == seen + 1


def test_land_use_is_measured_and_takes_known_kinds_alone(two_districts):
    rows = [
        {"code": "L1", "kind": "residential", "geometry": PARK},
        {"code": "L2", "kind": "palace", "geometry": PARK},
        {"code": "L3", "kind": "commercial", "geometry": shapely.LineString([(120.01, 31.61), (120.02, 31.61)])},
    ]
    report = load(two_districts[0], "plots", rows, actor="t", source="f")
    assert [(item.row, item.field) for item in report.rejected] == [(2, "kind"), (3, "geometry")]
    assert "residential" in report.rejected[0].remedy
    assert Plot.objects.get().area_m2 == pytest.approx(189.8 * 221.7, rel=0.01)


def test_no_duty_names_land_use(two_districts):
    load(two_districts[0], "plots", [{"code": "L1", "kind": "residential", "geometry": PARK}], actor="t", source="f")
    row = {"code": "D1", "unit": "990001-gov", "object_layer": "plots", "object_code": "L1"}
    report = load_duties(two_districts[0], [row], actor="t", source="f")
    assert [item.field for item in report.rejected] == ["object_layer"]


def test_what_is_not_known_of_a_tree_or_park_stays_unknown(park):
    rows = [
        {"code": "T1", "species": "香樟", "evergreen": True, "base_m": 2.5, "lon": 120.01, "lat": 31.61},
        {"code": "T2", "species": "银杏", "evergreen": False, "lon": 120.01, "lat": 31.61},
        {"code": "T3", "lon": 120.01, "lat": 31.61},
    ]
    load(park, "trees", rows, actor="t", source="f")
    told = list(Tree.objects.values_list("evergreen", "base_m"))
    assert told == [(True, 2.5), (False, None), (None, None)]
    assert set(GreenSpace.objects.values_list("fenceless", flat=True)) == {None}
    row = {"code": "G1", "kind": "community_park", "fenceless": True, "geometry": PARK}
    assert load(park, "greens", [row], actor="t", source="f").updated == 1
    assert GreenSpace.objects.get(code="G1").fenceless is True
