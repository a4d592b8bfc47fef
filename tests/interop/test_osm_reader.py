"""Reading a file: what is taken, with which geometry, and what is said of the rest."""

import pytest
import shapely

from interop.osm_town import Town, drawn
from xiuhua.city.layers import COMMON, LAYERS, VALIDITY
from xiuhua.interop.osm.mapping import DEFAULT, read_mapping
from xiuhua.interop.osm.outline import NoBoundaryError, choose
from xiuhua.interop.osm.reader import UnreadableError, read

KNOWN = {key: [field.name for field in (*COMMON, *VALIDITY, *layer.fields)] for key, layer in LAYERS.items()}


@pytest.fixture(scope="module")
def mapping():
    return read_mapping(DEFAULT, KNOWN)


@pytest.fixture(params=[".osm.pbf", ".osm"])
def reading(request, tmp_path, mapping):
    return read(drawn().write(tmp_path / f"town{request.param}"), mapping)


def layer(reading, key):
    return [found for found in reading.found if any(rules.key == key for rules, _rule in found.matches)]


def test_counts_every_object_of_the_file(reading):
    town = drawn()
    assert reading.objects == len(town.nodes) + len(town.ways) + len(town.relations)


def test_every_geometry_is_valid_and_of_its_shape(reading):
    dimension = {"point": 0, "line": 1, "polygon": 2}
    for found in reading.found:
        assert found.geometry.is_valid
        assert shapely.get_dimensions(found.geometry) == dimension[found.shape]


def test_a_multipolygon_keeps_its_hole(reading):
    (school,) = [found for found in layer(reading, "buildings") if found.ref[0] == "r"]
    assert len(school.geometry.interiors) == 1


def test_a_ring_that_crosses_itself_is_repaired_and_said(reading):
    (bow,) = [found for found in layer(reading, "buildings") if found.repair]
    assert bow.repair == "made valid"
    assert bow.detail.startswith("Self-intersection")
    assert bow.geometry.geom_type == "MultiPolygon"


def test_a_street_over_the_edge_of_the_file_is_cut_and_said(reading):
    (cut,) = [found for found in layer(reading, "streets") if found.repair]
    assert (cut.repair, cut.detail, len(cut.geometry.coords)) == ("cut", "2/3", 2)


def test_what_has_no_geometry_is_told_apart(reading):
    told = sorted((trouble.what, trouble.found.ref[0]) for trouble in reading.troubles)
    assert told == [("incomplete", "r"), ("open", "w"), ("short", "w")]


def test_left_out_and_ignored_are_counted(reading):
    assert list(reading.left_out.values()) == [1]
    assert reading.ignored["amenity=restaurant"] == 1
    assert "highway=primary" not in reading.ignored


def test_a_whole_file_without_objects_is_read(tmp_path, mapping):
    reading = read(Town().write(tmp_path / "nothing.osm.pbf"), mapping)
    assert (reading.objects, reading.found) == (0, [])


def test_a_cut_off_file_is_refused(tmp_path, mapping):
    path = drawn().write(tmp_path / "town.osm.pbf")
    whole = path.read_bytes()
    for size in (0, 1, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(UnreadableError):
            read(path, mapping)


def test_the_largest_boundary_that_holds_the_data_is_the_outline(reading):
    outline = choose(reading, relation=None, kept=None, kept_from="")
    assert (outline.how, outline.found.ref) == ("boundary", ("r", 1))
    assert outline.share > 0.8


def test_a_boundary_can_be_chosen_and_a_missing_one_is_refused(reading):
    assert choose(reading, relation=3, kept=None, kept_from="").found.tags["name"] == "东镇"
    with pytest.raises(NoBoundaryError) as raised:
        choose(reading, relation=5, kept=None, kept_from="")
    assert [found.ref[1] for found in raised.value.known] == [1, 2, 3, 4]


def test_an_outline_that_is_there_stays_unless_its_own_relation_is_in_the_file(reading):
    box = shapely.box(120, 31.6, 121, 32)
    assert choose(reading, relation=None, kept=box, kept_from="").how == "kept"
    assert choose(reading, relation=None, kept=box, kept_from="osm-r77").geometry is box
    assert choose(reading, relation=None, kept=box, kept_from="osm-r2").found.tags["name"] == "西镇"


def test_without_a_boundary_the_box_of_the_data_is_the_outline(tmp_path, mapping):
    town = Town()
    town.way([(0, 0), (10, 20)], highway="service")
    outline = choose(read(town.write(tmp_path / "town.osm"), mapping), relation=None, kept=None, kept_from="")
    assert outline.how == "box"
    assert outline.geometry.bounds == pytest.approx((120.0, 31.6, 120.01, 31.62))


def test_a_node_without_a_place_is_told(tmp_path, mapping):
    path = tmp_path / "town.osm"
    path.write_text('<osm version="0.6"><node id="7"><tag k="natural" v="tree"/></node></osm>')
    (trouble,) = read(path, mapping).troubles
    assert (trouble.found.code, trouble.what) == ("osm-n7", "incomplete")
