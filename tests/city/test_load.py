import pytest
import shapely

from xiuhua.city.actions.codes import load_codes
from xiuhua.city.actions.load import load
from xiuhua.city.models import Area, Component, KerbSide, SearchEntry, SearchToken, Street
from xiuhua.city.queries import search
from xiuhua.foundation.layers import version
from xiuhua.foundation.models import Event

pytestmark = pytest.mark.django_db


def street(code, *points, **more):
    return {"code": code, "street_class": "main", "geometry": shapely.LineString(points), **more}


def test_a_second_load_of_the_same_rows_changes_nothing(two_districts):
    district = two_districts[0]
    rows = [street("S1", (120.01, 31.61), (120.02, 31.61), name_zh="示意大道")]
    first = load(district, "streets", rows, actor="test", source="file")
    before = version("990001:streets"), Event.objects.count()
    second = load(district, "streets", rows, actor="test", source="file")
    assert (first.inserted, second.unchanged, second.changed) == (1, 1, 0)
    assert (version("990001:streets"), Event.objects.count()) == before


def test_a_changed_row_is_updated_and_versions_move(two_districts):
    district = two_districts[0]
    load(district, "streets", [street("S1", (120.01, 31.61), (120.02, 31.61))], actor="t", source="f")
    seen = version("990001:streets")
    report = load(district, "streets", [street("S1", (120.01, 31.61), (120.03, 31.61))], actor="t", source="f")
    assert report.updated == 1
    assert version("990001:streets") == seen + 1
    assert Street.objects.get().length_m == pytest.approx(2 * 948, rel=0.01)


def test_the_same_code_in_two_districts_is_two_objects(two_districts):
    for district, lon in zip(two_districts, (120.01, 120.21), strict=True):
        load(district, "streets", [street("S1", (lon, 31.61), (lon + 0.01, 31.61))], actor="t", source="f")
    assert Street.objects.count() == 2


def test_a_street_gets_two_sides_and_a_path_none(two_districts):
    rows = [
        street("S1", (120.01, 31.61), (120.02, 31.61), width_m=20.0),
        street("P1", (120.01, 31.62), (120.02, 31.62)) | {"street_class": "path"},
    ]
    load(two_districts[0], "streets", rows, actor="t", source="f")
    left, right = KerbSide.objects.order_by("side")
    assert (left.side, right.side) == ("L", "R")
    # Seen eastwards, left is north; the two edges lie 20 m apart.
    assert (left.min_lat - right.min_lat) * 110_900 == pytest.approx(20, abs=0.2)
    assert left.length_m == pytest.approx(Street.objects.get(code="S1").length_m, rel=1e-4)


def test_refused_rows_are_listed_and_the_rest_is_taken(two_districts):
    rows = [
        street("S1", (120.01, 31.61), (120.02, 31.61)),
        street("S1", (120.01, 31.61), (120.02, 31.61)),
        street("S2", (120.01, 31.61), (120.02, 31.61)) | {"street_class": "boulevard"},
        street("", (120.01, 31.61), (120.02, 31.61)),
        {"code": "S3", "street_class": "main", "geometry": shapely.Point(120.0, 31.6)},
        {"code": "S4", "street_class": "main", "geometry": None, "_row": 77},
        street("S" * 41, (120.01, 31.61), (120.02, 31.61)),
        street("S5", (120.01, 31.61), (120.02, 31.61), name_zh="名" * 161),
    ]
    report = load(two_districts[0], "streets", rows, actor="t", source="f")
    assert report.inserted == 1
    assert [(item.row, item.field) for item in report.rejected] == [
        (2, "code"), (3, "street_class"), (4, "code"), (5, "geometry"), (77, "geometry"), (7, "code"), (8, "name_zh"),
    ]  # fmt: skip
    assert all(item.rule and item.remedy for item in report.rejected)


def test_prune_removes_what_the_rows_no_longer_hold(two_districts):
    rows = [street(f"S{n}", (120.01, 31.61 + n / 100), (120.02, 31.61), name_zh=f"示意{n}路") for n in range(3)]
    load(two_districts[0], "streets", rows, actor="t", source="f")
    report = load(two_districts[0], "streets", rows[:1], actor="t", source="f", prune=True)
    assert report.removed == 2
    assert list(Street.objects.values_list("code", flat=True)) == ["S0"]
    assert SearchEntry.objects.filter(layer="streets").count() == 1
    assert not search(two_districts[0], "示意2路")


def test_parents_come_from_the_code_or_from_where_the_area_lies(two_districts):
    district = two_districts[0]
    box = shapely.box(120.01, 31.61, 120.02, 31.62)
    rows = [
        {"code": "C1", "kind": "community", "geometry": box},
        {"code": "G1", "kind": "unit_grid", "geometry": box, "parent": "C1"},
    ]
    load(district, "areas", rows, actor="t", source="f")
    grid = Area.objects.get(code="G1")
    assert (grid.parent.code, grid.parent.parent.code) == ("C1", "990001001")
    assert load(district, "areas", rows, actor="t", source="f").unchanged == 2


def component(code, lon, lat, category="parts@1:0101", **more):
    return {"code": code, "category": category, "lon": lon, "lat": lat, **more}


@pytest.fixture
def parts(db):
    return load_codes(
        "parts", "1", kind="component", name_zh="部件", actor="t",
        rows=[{"code": "0101", "class_zh": "公用设施", "name_zh": "井盖"}, {"code": "0102", "name_zh": "路灯"}],
    )  # fmt: skip


@pytest.mark.usefixtures("parts")
def test_points_know_their_areas_and_learn_of_new_ones(two_districts):
    district = two_districts[0]
    rows = [component("9900010101000001", 120.05, 31.7), component("9900010101000002", 121.5, 31.7)]
    load(district, "components", rows, actor="t", source="f")
    inside, outside = Component.objects.order_by("code")
    assert (inside.town.code, inside.community, outside.town) == ("990001001", None, None)
    seen = version("990001:components")
    whole = shapely.box(120.0, 31.6, 120.1, 31.8)
    load(district, "areas", [{"code": "C1", "kind": "community", "geometry": whole}], actor="t", source="f")
    inside.refresh_from_db()
    assert inside.community.code == "C1"
    assert version("990001:components") == seen + 1


@pytest.mark.usefixtures("parts")
def test_an_unknown_category_or_unit_is_refused_with_a_remedy(two_districts):
    rows = [
        component("A", 120.05, 31.7, category="0101"),
        component("B", 120.05, 31.7, owner="nobody"),
        component("C", 31.7, 120.05),
    ]
    report = load(two_districts[0], "components", rows, actor="t", source="f")
    assert [item.field for item in report.rejected] == ["category", "owner", "lon, lat"]
    assert not Component.objects.exists()


def test_two_character_words_pinyin_and_codes_are_found(two_districts):
    district = two_districts[0]
    rows = [
        street("S100", (120.01, 31.61), (120.02, 31.61), name_zh="政和大道", name_en="Zhenghe Avenue"),
        street("S101", (120.02, 31.61), (120.03, 31.61), name_zh="政和大道", name_en="Zhenghe Avenue"),
        street("S200", (120.02, 31.61), (120.03, 31.61), name_zh="和政路"),
    ]
    load(district, "streets", rows, actor="t", source="f")
    assert [item.title_zh for item in search(district, "政和")] == ["政和大道"]
    assert [item.title_zh for item in search(district, "zheng he")] == ["政和大道"]
    assert [item.code for item in search(district, "S200")] == ["S200"]
    assert {item.title_zh for item in search(district, "和")} == {"政和大道", "和政路"}
    assert not search(two_districts[1], "政和")
    assert not search(district, "  \x00 ")
    assert SearchToken.objects.filter(token="大道").count() == 2
