"""Datum, axes, geometry: the pure checks."""

import numpy as np
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from xiuhua.foundation.crs import wgs84_to_bd09, wgs84_to_gcj02
from xiuhua.interop.exchange import datum, shapes, whereabouts
from xiuhua.interop.exchange.findings import FileRefusedError

OUTLINE = shapely.box(120.0, 31.6, 120.2, 31.8)


def several(*geometries):
    array = np.array([None] * len(geometries), dtype=object)
    array[:] = geometries
    return array


def refused(function, *arguments):
    with pytest.raises(FileRefusedError) as caught:
        function(*arguments)
    return caught.value.rule


def test_a_coordinate_system_is_stated_or_refused():
    assert refused(datum.choose, "", "", "f.csv") == "crs_needed"
    assert refused(datum.choose, "EPSG:1", "", "f.csv") == "crs_unknown"
    assert refused(datum.choose, "EPSG:4549", "EPSG:4326", "f") == "crs_conflict"
    assert datum.choose("gcj02", "EPSG:4326", "f").name == "GCJ-02"
    assert datum.choose("百度", "", "f").name == "BD-09"
    assert datum.choose("4490", "EPSG:4490", "f").name == "EPSG:4490"
    assert refused(datum.choose, "GCJ-02", "EPSG:4549", "f") == "crs_conflict"


@pytest.mark.parametrize(("name", "forward"), [("GCJ-02", wgs84_to_gcj02), ("BD-09", wgs84_to_bd09)])
def test_shifted_datums_come_back_to_wgs84(name, forward):
    moved = shapely.points(*forward([120.1], [31.7]))
    back = datum.to_wgs84(several(*moved, None), datum.parse(name))
    assert shapely.distance(back[0], shapely.Point(120.1, 31.7)) < 1e-8
    assert back[1] is None


def test_what_a_format_assumes_the_person_knows_better():
    assert datum.choose("EPSG:4549", "EPSG:4326", "f.geojson", assumed=True).name == "EPSG:4549"
    assert datum.choose("", "EPSG:4326", "f.geojson", assumed=True).name == "EPSG:4326"


@pytest.mark.parametrize(
    ("system", "coarse"),
    [("EPSG:4326", False), ("EPSG:4549", False), ("EPSG:32650", False), ("GCJ-02", False), ("EPSG:3826", False),
     ("EPSG:4610", True), ("EPSG:2414", True)],
)  # fmt: skip
def test_old_national_datums_are_said_to_be_coarse(system, coarse):
    assert datum.is_coarse(datum.parse(system)) is coarse


def test_projected_coordinates_are_converted():
    # The false easting of CGCS2000 / 3-degree Gauss-Kruger CM 120E stands on its meridian.
    (point,) = datum.to_wgs84(several(shapely.Point(500_000, 3_500_000)), datum.parse("EPSG:4549"))
    assert point.x == pytest.approx(120.0, abs=1e-7)
    assert 31.6 < point.y < 31.7


def test_metres_and_degrees_are_not_taken_for_each_other():
    metres, degrees = several(shapely.Point(500_000, 3_500_000)), several(shapely.Point(120.1, 31.7))
    assert refused(datum.check_range, metres, datum.parse("EPSG:4326")) == "metres_as_degrees"
    assert refused(datum.check_range, degrees, datum.parse("EPSG:4549")) == "degrees_as_metres"
    one = several(*[shapely.Point(120.1, 31.7)] * 3, shapely.Point(500_000, 3_500_000), None)
    assert datum.check_range(one, datum.parse("EPSG:4326")).tolist() == [True, True, True, False, False]


def test_axes_are_seen_to_be_exchanged():
    points = several(shapely.Point(120.1, 31.7), shapely.Point(31.7, 120.1), shapely.Point(0, 0), None)
    assert whereabouts.look_swapped(points, OUTLINE).tolist() == [False, True, False, False]
    assert whereabouts.look_swapped(points, None).tolist() == [False, True, False, False]
    assert whereabouts.swap(points)[1].equals(points[0])


def test_outside_is_what_does_not_touch():
    things = several(shapely.Point(120.1, 31.7), shapely.box(120.19, 31.7, 120.3, 31.75), shapely.Point(121, 31), None)
    assert whereabouts.outside(things, OUTLINE).tolist() == [False, False, True, False]


def test_overlaps_are_measured_and_slivers_left_out():
    boxes = several(
        shapely.box(120.0, 31.6, 120.01, 31.61), shapely.box(120.009, 31.6, 120.02, 31.61),
        shapely.box(120.0, 31.61, 120.01, 31.62), shapely.box(120.01 - 1e-12, 31.61, 120.02, 31.62), None,
    )  # fmt: skip
    (found,) = whereabouts.overlaps(boxes)
    assert (found.first, found.second) == (0, 1)
    assert found.m2 == pytest.approx(0.001 * 94_820 * 0.01 * 110_870, rel=0.01)


KNOWN = np.array([(120.05, 31.65), (120.1, 31.7), (120.15, 31.75)])


@pytest.mark.parametrize(
    ("file", "declared", "suspected"),
    [
        (np.column_stack(wgs84_to_gcj02(KNOWN[:, 0], KNOWN[:, 1])), "EPSG:4326", "GCJ-02"),
        (np.column_stack(wgs84_to_bd09(KNOWN[:, 0], KNOWN[:, 1])), "EPSG:4326", "BD-09"),
        (KNOWN + 1e-5, "EPSG:4326", None),
        (KNOWN + np.array([0.0, 0.0045]), "EPSG:4326", None),  # 500 m off, but in a direction that no datum explains
        (KNOWN[:0], "EPSG:4326", None),
    ],
)
def test_another_datum_is_suspected_only_when_it_explains_the_offset(file, declared, suspected):
    found = whereabouts.suspect_datum(file, KNOWN[: len(file)], declared)
    assert (found.datum if found else None) == suspected


def test_wgs84_declared_as_gcj02_is_suspected_too():
    from xiuhua.foundation.crs import gcj02_to_wgs84

    wrong = np.column_stack(gcj02_to_wgs84(KNOWN[:, 0], KNOWN[:, 1]))
    found = whereabouts.suspect_datum(wrong, KNOWN, "GCJ-02")
    assert (found.datum, found.places, found.metres_after) == ("WGS-84", 3, 0)
    assert 300 < found.metres < 700


def examine(*geometries, wanted="polygon"):
    result = shapes.examine(several(*geometries), list(range(1, len(geometries) + 1)), wanted)
    return result, {fault.row: fault.rule for fault in result.refused}


TOUCHING = shapely.from_wkt("POLYGON ((0 0, 2 0, 2 2, 1 0, 0 2, 0 0))")
BOW_TIE = shapely.from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")


def test_a_self_touching_polygon_is_repaired_and_listed():
    result, faults = examine(TOUCHING)
    assert not faults
    assert result.geometry[0].is_valid
    assert result.geometry[0].area == pytest.approx(TOUCHING.area)
    assert [(r.row, r.rule) for r in result.repaired] == [(1, "repaired")]
    assert "Self-intersection" in result.repaired[0].value


def test_a_repair_that_guesses_is_refused():
    assert examine(BOW_TIE)[1] == {1: "repair_changes"}


def test_what_is_no_polygon_is_refused():
    flat = shapely.from_wkt("POLYGON ((0 0, 1 1, 2 2, 0 0))")
    infinite = shapely.from_wkt("POLYGON ((0 0, 1 0, inf 1, 0 0))")
    _, faults = examine(None, shapely.Point(0, 0), shapely.Polygon(), flat, infinite)
    assert faults == {1: "geometry_missing", 2: "geometry_type", 3: "geometry_missing", 4: "geometry_invalid",
                      5: "geometry_infinite"}  # fmt: skip


def test_single_parts_are_unwrapped_and_heights_dropped():
    multi = shapely.from_wkt("MULTIPOINT Z ((120.1 31.7 5))")
    collection = shapely.GeometryCollection([shapely.box(0, 0, 1, 1)])
    assert examine(multi, wanted="point")[0].geometry[0].wkt == "POINT (120.1 31.7)"
    assert examine(collection)[0].geometry[0].geom_type == "Polygon"


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=3, max_size=8))
@example([(0, 1), (0.015625, 0), (0, 0), (0, 1), (0.015625, 0), (1, 0)])  # an edge of its own, run along twice
def test_a_polygon_is_valid_or_refused(ring):
    result, faults = examine(shapely.Polygon(ring))
    kept = result.geometry[0]
    assert (kept is None) == bool(faults)
    assert kept is None or (kept.is_valid and kept.geom_type in {"Polygon", "MultiPolygon"})


def test_parts_are_united_by_key_without_label_points():
    left, right = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    firsts, merged, fewer = shapes.union_by(
        [7, 7, 7, None, None], several(shapely.Point(1, 1), left, right, left, right), "polygon"
    )
    assert firsts.tolist() == [1, 3, 4]
    assert fewer == 2
    assert merged[0].equals(shapely.box(0, 0, 2, 1))
    lines = several(shapely.LineString([(0, 0), (1, 0)]), shapely.LineString([(1, 0), (2, 0)]))
    assert shapes.union_by(["a", "a"], lines, "line")[1][0].geom_type == "LineString"
