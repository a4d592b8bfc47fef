"""``xiuhua load osm`` from the door to the tables."""

import csv
from datetime import UTC, datetime

import pytest
import shapely
import yaml
from click.testing import CliRunner
from django.utils import translation

from interop.osm_town import Town, drawn
from xiuhua.city.models import (
    Area,
    Building,
    CodeSet,
    Component,
    District,
    Duty,
    Gate,
    GreenSpace,
    KerbSide,
    Plot,
    SearchEntry,
    Site,
    Street,
    Tree,
    Water,
)  # fmt: skip
from xiuhua.foundation.geometry import from_wkb
from xiuhua.foundation.models import Event, LayerVersion
from xiuhua.interop.osm.command import osm
from xiuhua.interop.osm.mapping import DEFAULT
from xiuhua.people.models import Organisation

pytestmark = pytest.mark.django_db
LAYERS = ("areas", "streets", "waters", "greens", "gates", "plots", "buildings", "sites", "components", "trees")


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def town(tmp_path):
    return drawn().write(tmp_path / "town.osm.pbf")


@pytest.fixture
def load():
    def run(file, district, *options, code=0):
        result = CliRunner().invoke(osm, [str(file), "--district", district, *options])
        assert result.exit_code == code, result.output
        return result.output

    return run


@pytest.fixture
def loaded(town, load):
    return load(town, "990009", "--create-district", "--name-zh", "示意九区", "--name-en", "Sample 9")


def counts(output):
    """The table of the report: layer -> column -> number."""
    lines = output.splitlines()
    (head,) = [line.split() for line in lines if line.split()[:2] == ["found", "outside"]]
    rows = [line.split() for line in lines if line.split()[:1] and line.split()[0] in LAYERS]
    return {row[0]: dict(zip(head, map(int, row[1:]), strict=True)) for row in rows if len(row) == len(head) + 1}


def test_the_district_and_its_towns(loaded):
    district = District.objects.get(code="990009")
    assert (district.name_zh, district.name_en, district.synthetic) == ("示意九区", "Sample 9", False)
    assert "OpenStreetMap" in district.attribution
    whole = Area.objects.get(district=district, kind="district")
    assert (whole.code, whole.source) == ("990009", "https://www.openstreetmap.org/relation/1")
    towns = Area.objects.filter(district=district, kind="town")
    assert {(area.name_zh, area.name_en, area.parent) for area in towns} == {
        ("西镇", "West", whole),
        ("东镇", "", whole),
    }


def test_fields_are_read(loaded):
    main = Street.objects.get(name_zh="人民路")
    assert (main.street_class, main.width_m, main.oneway, main.elevated) == ("main", 12.5, True, False)
    line = shapely.get_coordinates(from_wkb(main.geom))
    assert line[0] == pytest.approx([120.03, 31.612])  # drawn against the traffic, so turned round
    assert KerbSide.objects.filter(street=main).count() == 2
    assert Street.objects.get(street_class="expressway").elevated
    school = Building.objects.get(use="school")
    assert (school.height_m, school.floors) == (21.0, 6)
    tree = Tree.objects.exclude(species="").get()
    assert (tree.species, tree.crown_m, tree.trunk_cm, tree.planted) == ("Ginkgo biloba", 4.0, 19.1, 1987)
    assert (tree.evergreen, tree.base_m) == (False, None)
    assert tree.town.name_zh == "西镇"


def test_kinds_follow_tags_and_size(loaded):
    assert {(park.name_zh, park.kind) for park in GreenSpace.objects.all()} == {
        ("大公园", "comprehensive_park"),
        ("小公园", "pocket_park"),
    }
    assert set(Water.objects.values_list("kind", flat=True)) == {"river", "pond"}
    assert Water.objects.get(kind="river").area_m2 == 0
    assert set(Site.objects.values_list("kind", flat=True)) == {"school", "waste_point"}


def test_a_site_that_is_a_point_becomes_a_square_of_the_size_stated(loaded):
    from xiuhua.foundation.geometry import area_m2

    assert area_m2(from_wkb(Site.objects.get(kind="waste_point").geom)) == pytest.approx(100, rel=1e-3)


def test_components_have_a_category_of_the_code_set_that_comes_with_them(loaded):
    assert {str(part.category.code_set) for part in Component.objects.all()} == {"osm@2024"}
    assert set(Component.objects.values_list("category__name_en", flat=True)) == {"Street lamp", "Sewage manhole cover"}
    assert CodeSet.objects.get().kind == "component"


def test_gates_lead_into_the_park_at_which_they_stand(loaded):
    gates = Gate.objects.order_by("-lat")
    assert {gate.green.name_zh for gate in gates} == {"大公园"}
    assert [round((gate.lat - 31.6) * 1000, 2) for gate in gates] == [74.05, 72.0, 70.0]
    assert gates.last().name_zh == "南门"
    assert "Gates left out that stand at no green space: 2" in loaded


def test_land_use_has_kinds(loaded):
    assert set(Plot.objects.values_list("name_zh", "kind")) == {
        ("示意小区", "residential"), ("大公园", "green_square"), ("小公园", "green_square"),
    }  # fmt: skip


def test_trees_are_assumed_along_a_row_and_say_so(loaded):
    row = Tree.objects.filter(code__contains="-w").order_by("lon")
    assert row.count() == 12  # 94.8 m
    first, second = row[:2]
    assert (first.code[-2:], first.evergreen) == ("-1", True)
    assert first.source.endswith("(assumed each 8 m)")
    assert (second.lon - first.lon) * 94_850 == pytest.approx(8, abs=0.02)
    assert "Single trees assumed along rows of trees: 12" in loaded


def test_no_tree_is_assumed_where_one_is_drawn(tmp_path, load):
    town = drawn()
    town.node(12.542, 11.02, natural="tree")  # 2 m beside a place of the row
    load(town.write(tmp_path / "t.osm.pbf"), "990009", "--create-district", "--name-zh", "示意九区")
    assert Tree.objects.filter(code__contains="-w").count() == 11


def test_names_can_be_searched(loaded):
    assert SearchEntry.objects.filter(title_zh="人民路", layer="streets").exists()


def test_the_report_adds_up(loaded):
    table = counts(loaded)
    assert set(table) == set(LAYERS)
    # A row of trees stands for twelve; of five gates that are not private two stand at no park.
    more = {"areas": 1, "trees": 11, "gates": -2}
    for layer, row in table.items():
        assert row["new"] == row["found"] - row["outside"] + more.get(layer, 0), layer
    assert table["areas"] == {
        "found": 3,
        "outside": 1,
        "refused": 1,
        "repaired": 0,
        "new": 3,
        "changed": 0,
        "same": 0,
        "removed": 0,
    }
    assert (table["buildings"]["refused"], table["buildings"]["repaired"]) == (2, 1)
    assert table["components"]["outside"] == 1
    assert table["streets"]["repaired"] == 1
    for said in ("Self-intersection", "not closed", "amenity=restaurant", "height=tall", "ODbL"):
        assert said in loaded


def test_loading_again_changes_nothing(loaded, town, load):
    before = (Event.objects.count(), list(LayerVersion.objects.order_by("key").values()))
    again = counts(load(town, "990009"))
    assert {(row["new"], row["changed"], row["removed"]) for row in again.values()} == {(0, 0, 0)}
    assert {key: row["same"] for key, row in again.items()} == {key: row["new"] for key, row in counts(loaded).items()}
    assert (Event.objects.count(), list(LayerVersion.objects.order_by("key").values())) == before


def test_a_change_in_the_file_changes_that_object_only(loaded, tmp_path, load):
    town = drawn()
    (main,) = [way for way in town.ways if way.tags.get("name") == "人民路"]
    main.tags = {**main.tags, "highway": "secondary"}
    again = counts(load(town.write(tmp_path / "later.osm.pbf"), "990009"))
    assert again["streets"]["changed"] == 1
    assert sum(row["changed"] for row in again.values()) == 1
    assert Street.objects.get(name_zh="人民路").street_class == "secondary"


def test_a_dry_run_reports_the_same_and_keeps_nothing(town, load):
    output = load(town, "990009", "--create-district", "--name-zh", "示意九区", "--dry-run")
    assert counts(output)["streets"]["new"] == 3
    assert not District.objects.exists()
    assert not CodeSet.objects.exists()
    assert not Event.objects.exists()


def test_only_the_layers_asked_for(town, load):
    output = load(town, "990009", "--create-district", "--name-zh", "示意九区", "--layers", "trees,streets")
    assert list(counts(output)) == ["streets", "trees"]
    assert not Area.objects.exists()
    assert not Building.objects.exists()


def test_two_districts_do_not_mix(two_districts, town, load):
    first, second = two_districts
    outline = Area.objects.get(district=first, kind="district")
    load(town, first.code)
    assert Area.objects.get(district=first, kind="district").geom == outline.geom
    assert Street.objects.filter(district=first).count() == 4  # its own outline reaches further
    assert not Street.objects.filter(district=second).exists()
    refused = load(town, second.code, code=1)
    assert "no object of the file lies in the outline" in refused
    assert not Street.objects.filter(district=second).exists()


def test_a_boundary_of_ones_choice(town, load):
    load(town, "990009", "--create-district", "--name-zh", "东", "--boundary", "3", "--level", "6=functional_area")
    assert Area.objects.get(kind="district").source.endswith("/relation/3")
    assert not Tree.objects.exists()  # it stands in the west
    refused = load(town, "990009", "--boundary", "5", code=1)
    assert "relation 5" in refused
    assert "3  东镇 (admin_level 8)" in refused


def test_prune_removes_what_the_file_no_longer_has(loaded, tmp_path, load):
    town = drawn()
    town.nodes = [node for node in town.nodes if node.tags.get("natural") != "tree"]
    again = counts(load(town.write(tmp_path / "later.osm.pbf"), "990009", "--prune"))
    assert {key for key, row in again.items() if row["removed"]} == {"trees"}
    assert not Tree.objects.filter(code__startswith="osm-n").exists()


def test_prune_never_takes_what_came_from_elsewhere(two_districts, town, load):
    refused = load(town, two_districts[0].code, "--prune", code=1)
    assert "layer areas holds 2 objects that are not from OpenStreetMap" in refused
    assert not Street.objects.exists()
    load(town, two_districts[0].code, "--prune", "--layers", "streets")


def test_prune_stops_at_what_others_refer_to(loaded, tmp_path, load):
    district = District.objects.get()
    unit = Organisation.objects.create(district_code=district.code, code="u", kind="town", name_zh="镇政府")
    Duty.objects.create(district=district, code="d", unit=unit, area=Area.objects.get(name_zh="西镇"))
    town = drawn()
    town.relations = [relation for relation in town.relations if relation.tags.get("name") != "西镇"]
    output = load(town.write(tmp_path / "later.osm.pbf"), "990009", "--prune", code=1)
    assert "still referred to" in output
    assert Area.objects.filter(name_zh="西镇").exists()


def test_rejects_come_back_as_a_file(town, load, tmp_path):
    load(town, "990009", "--create-district", "--name-zh", "示意九区", "--rejects", str(tmp_path / "rejects.csv"))
    with (tmp_path / "rejects.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert {(row["layer"], row["code"]) for row in rows} == {
        ("areas", "osm-r5"),
        ("buildings", "osm-w17"),
        ("buildings", "osm-w18"),
    }
    assert all(row["rule"] and row["remedy"] for row in rows)


def test_a_mapping_of_ones_own(town, load, tmp_path):
    raw = yaml.safe_load(DEFAULT.read_text(encoding="utf-8"))
    raw["layers"] = {"greens": raw["layers"]["greens"], "components": raw["layers"]["components"]}
    raw["layers"]["components"]["code_set"] = {"key": "ours", "version": "1"}
    mine = tmp_path / "mine.yaml"
    mine.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    options = ("--create-district", "--name-zh", "示意九区", "--mapping", str(mine))
    assert "ours@1" in load(town, "990009", *options, code=1)
    assert list(counts(load(town, "990009", *options, "--layers", "greens"))) == ["greens"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--layers", "rivers"), "unknown layers rivers"),
        (("--level", "eight=town"), "admin_level"),
        (("--level", "8"), "admin_level"),
        (("--mapping", "/nowhere.yaml"), "/nowhere.yaml"),
        (("--boundary", "x"), "--boundary"),
    ],
)
def test_wrong_options_say_what_is_right(two_districts, town, load, options, said):
    assert said in load(town, two_districts[0].code, *options, code=2)


def test_a_missing_district_is_named(two_districts, town, load):
    assert "990001, 990002" in load(town, "990003", code=1)
    assert "--name-zh" in load(town, "990003", "--create-district", code=1)
    assert "Mars" in load(town, "990003", "--create-district", "--name-zh", "x", "--time-zone", "Mars", code=1)
    assert not District.objects.filter(code="990003").exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("town.osm.pbf", b"", "not a whole OpenStreetMap file"),
        ("town.osm.pbf", b"GIF89a" * 100, "not a whole OpenStreetMap file"),
        ("town.osm", b"<html></html>", "not a whole OpenStreetMap file"),
        ("town.osm", b"\xff\xfe", "not a whole OpenStreetMap file"),
        ("town.zip", b"PK", ".osm.pbf"),
    ],
)
def test_a_file_that_is_none_loads_nothing(two_districts, tmp_path, load, name, content, said):
    (tmp_path / name).write_bytes(content)
    assert said in load(tmp_path / name, two_districts[0].code, code=1)
    assert not Event.objects.exists()


def test_a_cut_off_file_loads_nothing(two_districts, town, load):
    town.write_bytes(town.read_bytes()[:-20])
    assert "Nothing was loaded" in load(town, two_districts[0].code, code=1)
    assert not Street.objects.exists()


def test_a_file_without_anything_of_use_loads_nothing(two_districts, tmp_path, load):
    town = Town()
    town.node(1, 1, amenity="restaurant")
    output = load(town.write(tmp_path / "town.osm.pbf"), two_districts[0].code, code=1)
    assert "holds 1 objects, none of which" in output


def test_values_too_long_for_a_field_are_refused_and_the_rest_is_loaded(two_districts, tmp_path, load):
    town = Town()
    town.way([(1, 1), (2, 2)], highway="service", name="长" * 161)
    town.way([(1, 3), (2, 3)], highway="service", name="短路")
    output = load(town.write(tmp_path / "town.osm"), two_districts[0].code)
    assert counts(output)["streets"] == {
        "found": 2,
        "outside": 0,
        "refused": 1,
        "repaired": 0,
        "new": 1,
        "changed": 0,
        "same": 0,
        "removed": 0,
    }
    assert "osm-w1" in output


def test_the_event_names_the_file(loaded):
    event = Event.objects.get(chain="layer:990009:trees")
    assert event.after["source"] == "town.osm.pbf"
    assert event.at <= datetime.now(UTC)
