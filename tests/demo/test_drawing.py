"""The drawn district on its plane: deterministic, of the stated size, and nothing stands where it must not."""

import re

import numpy as np
import pytest
import shapely

from xiuhua.demo.drawing import draw
from xiuhua.demo.plan import district_file, geographic, read_yaml, to_plane
from xiuhua.foundation.geometry import area_m2

PARTITIONS = ("town", "community", "responsibility_grid", "unit_grid")


def of_kind(drawing, kind):
    return [row for row in drawing.areas.rows if row["kind"] == kind]


def shapes(rows):
    return np.array([row["geometry"] for row in rows], dtype=object)


def touching(these, those, predicate="intersects"):
    return shapely.STRtree(these).query(np.array(list(those), dtype=object), predicate=predicate).shape[1]


def test_same_seed_same_bytes_other_seed_other_district(drawing):
    again = draw("tiny", 1)
    assert again.digest() == drawing.digest()
    other = draw("tiny", 2)
    assert other.digest() != drawing.digest()
    assert not other.areas.rows[0]["geometry"].equals(drawing.areas.rows[0]["geometry"])


def test_district_has_the_stated_area_and_holds_every_seat(drawing):
    district = drawing.areas.rows[0]
    assert district["kind"] == "district"
    assert area_m2(district["geometry"]) == pytest.approx(district_file()["area_km2"] * 1e6, rel=0.01)
    towns = dict(
        zip((row["name_en"].split()[0] for row in of_kind(drawing, "town")), of_kind(drawing, "town"), strict=True)
    )
    for entry in district_file()["towns"]:
        assert towns[entry["en"]]["geometry"].contains(shapely.Point(entry["seat"]))


@pytest.mark.parametrize("kind", PARTITIONS)
def test_partitions_have_neither_gap_nor_overlap(drawing, kind):
    parts = shapes(of_kind(drawing, kind))
    assert shapely.is_valid(parts).all()
    assert shapely.coverage_is_valid(parts)
    whole = drawing.areas.rows[0]["geometry"]
    joined = shapely.coverage_union_all(parts)
    assert joined.symmetric_difference(whole).area == pytest.approx(0, abs=1e-13)
    assert joined.geom_type == "Polygon"
    assert not joined.interiors


@pytest.mark.parametrize(
    ("child", "parent"), [(b, a) for a, b in zip(("district", *PARTITIONS), PARTITIONS, strict=False)]
)
def test_each_area_is_exactly_its_parts(drawing, child, parent):
    parts = {}
    for row in of_kind(drawing, child):
        parts.setdefault(row["parent"], []).append(row["geometry"])
    wholes = {row["code"]: row["geometry"] for row in of_kind(drawing, parent)}
    assert parts.keys() == wholes.keys()
    for code, held in parts.items():
        assert shapely.coverage_union_all(held).symmetric_difference(wholes[code]).area == pytest.approx(0, abs=1e-13)


def test_codes_and_counts_of_areas(drawing):
    plan = district_file()
    assert len(of_kind(drawing, "town")) == 7
    assert len(of_kind(drawing, "community")) == sum(t["residents"] + t["villages"] for t in plan["towns"]) == 120
    villages = [row for row in of_kind(drawing, "community") if row["name_zh"].endswith("村")]
    assert len(villages) == 51
    assert len(of_kind(drawing, "functional_area")) == 4
    codes = [row["code"] for row in of_kind(drawing, "unit_grid")]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(plan["code"] + r"\d{9}", code) for code in codes)
    names = [row["name_zh"] for row in of_kind(drawing, "community")]
    assert len(set(names)) == len(names)


def test_persons_of_areas_are_the_sum_of_the_buildings(drawing):
    residents = int(np.sum(drawing.tables["buildings"].column("persons")))
    assert residents > 0
    for kind in ("district", *PARTITIONS):
        assert sum(row["persons"] for row in of_kind(drawing, kind)) == residents


def test_buildings_keep_off_water_streets_and_one_another(drawing):
    buildings = drawing.tables["buildings"].shapes
    streets = drawing.tables["streets"]
    assert shapely.is_valid(buildings).all()
    assert touching(buildings, drawing.tables["waters"].shapes) == 0
    assert touching(buildings, shapely.buffer(streets.shapes, streets.column("width_m") / 2, cap_style="flat")) == 0
    assert shapely.STRtree(buildings).query(buildings, predicate="intersects").shape[1] == len(buildings)


def test_trees_and_components_stand_on_land(drawing):
    water = [shape for shape in drawing.tables["waters"].shapes if shape.geom_type != "LineString"]
    for layer in ("trees", "components"):
        places = shapely.points(drawing.tables[layer].points)
        assert touching(places, water) == 0
        assert touching(places, drawing.tables["buildings"].shapes) == 0


def test_streets_go_round_lakes_and_small_ones_cross_no_river(drawing):
    waters, streets = drawing.tables["waters"], drawing.tables["streets"]
    lakes = waters.shapes[waters.column("kind") == "lake"]
    rivers = waters.shapes[np.isin(waters.column("kind"), ["river", "canal"])]
    classes = streets.column("street_class")
    assert len(lakes)
    assert len(rivers)
    assert touching(streets.shapes[classes != "expressway"], lakes) == 0
    assert touching(streets.shapes[np.isin(classes, ["branch", "lane"])], rivers) == 0
    assert touching(streets.shapes[classes == "main"], rivers) > 0  # bridges


def test_everything_lies_in_the_district(drawing):
    whole = drawing.areas.rows[0]["geometry"].buffer(1e-5)  # 1 m: outlines are simplified by up to 2 m inland
    shapely.prepare(whole)
    for layer in ("buildings", "greens", "streets"):
        assert shapely.intersects(whole, geographic(drawing.tables[layer].shapes)).all(), layer
    places = np.array([(row["lon"], row["lat"]) for row in drawing.tables["components"].rows()])
    assert shapely.contains_xy(whole.buffer(5e-5), places[:, 0], places[:, 1]).all()


def test_components_have_valid_identifiers_and_known_categories(drawing):
    known = {code for held in read_yaml("codes.yaml")["components"]["classes"].values() for code in held}
    table = drawing.tables["components"]
    codes = list(table.columns["code"])
    assert len(set(codes)) == len(codes) > 1_000
    for code, category in zip(codes, table.columns["category"], strict=True):
        assert re.fullmatch(r"\d{16}", code)
        assert code[:6] == district_file()["code"]
        assert category == f"demo-components@1:{code[6:10]}"
        assert code[6:10] in known
    states = table.column("state")
    assert 0.9 < np.mean(states == "intact") < 1
    assert all((changed is not None) == (state != "intact") for changed, state in
               zip(table.columns["changed_on"], states.tolist(), strict=True))  # fmt: skip


def test_street_network_is_a_network(drawing):
    streets = drawing.tables["streets"]
    classes = set(streets.columns["street_class"])
    assert {"expressway", "main", "secondary", "path"} <= classes
    assert shapely.is_simple(streets.shapes).all()
    assert (shapely.length(streets.shapes) >= 20).all()
    # Sections join: nearly all length hangs together through junctions.
    tree = shapely.STRtree(streets.shapes)
    left, right = tree.query(streets.shapes, predicate="dwithin", distance=0.5)
    label = np.arange(len(streets))
    for _ in range(len(streets)):
        smaller = label.copy()
        np.minimum.at(smaller, left, label[right])
        if (smaller == label).all():
            break
        label = smaller
    length = np.bincount(label, shapely.length(streets.shapes), minlength=len(streets))
    assert length.max() / length.sum() > 0.97


def test_plane_is_true_to_scale():
    lon, lat = district_file()["origin"]
    assert to_plane([[lon, lat]]).tolist() == [[0.0, 0.0]]
    east = to_plane([[lon + 0.01, lat]])[0]
    assert east[0] == pytest.approx(948.3, abs=0.5)
