"""Lengths and areas against pyproj's geodesics on the same ellipsoid."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from xiuhua.foundation.geometry import (
    area_m2,
    areas_m2,
    distance_m,
    from_wkb,
    length_m,
    lengths_m,
    to_degrees,
    to_metres,
    to_row,
)

GEOD = Geod(ellps="WGS84")
lon, lat = st.floats(74, 134), st.floats(18, 53)  # China
some_metres = st.floats(-3000, 3000)


def line_at(lon, lat, *steps):
    """A line through ``steps`` metres east and north of a place, roughly."""
    return shapely.LineString([(lon, lat)] + [(lon + east / 111_320, lat + north / 111_320) for east, north in steps])


@settings(deadline=None)
@given(lon, lat, st.lists(st.tuples(some_metres, some_metres), min_size=1, max_size=6))
def test_lengths_are_those_of_geodesics_to_a_ten_thousandth(lon, lat, steps):
    line = line_at(lon, lat, *steps)
    assert length_m(line) == pytest.approx(GEOD.geometry_length(line), rel=1e-3, abs=1e-3)


@settings(deadline=None)
@given(lon, lat, st.floats(1, 5000), st.floats(1, 5000))
def test_areas_are_those_of_the_ellipsoid(lon, lat, width, height):
    box = shapely.box(lon, lat, lon + width / 111_320, lat + height / 111_320)
    assert area_m2(box) == pytest.approx(abs(GEOD.geometry_area_perimeter(box)[0]), rel=1e-3)


@settings(deadline=None)
@given(lon, lat, some_metres, some_metres)
def test_distances_are_those_of_geodesics(lon, lat, east, north):
    to_lon, to_lat = lon + east / 111_320, lat + north / 111_320
    expected = GEOD.inv(lon, lat, to_lon, to_lat)[2]
    assert float(distance_m(lon, lat, to_lon, to_lat)) == pytest.approx(expected, rel=1e-4, abs=1e-4)


def test_many_geometries_are_measured_as_each_alone():
    shapes = np.array([shapely.box(120, 31, 120.01, 31.02), shapely.box(100, 50, 100.2, 50.01)])
    assert areas_m2(shapes).tolist() == [area_m2(shape) for shape in shapes]
    assert lengths_m(shapes).tolist() == [length_m(shape) for shape in shapes]


@settings(deadline=None)
@given(lon, lat, st.lists(st.tuples(some_metres, some_metres), min_size=1, max_size=6))
def test_metres_and_degrees_are_inverse(lon, lat, steps):
    line = np.array([line_at(lon, lat, *steps)])
    back = to_degrees(to_metres(line), line)
    assert np.abs(shapely.get_coordinates(back) - shapely.get_coordinates(line)).max() < 1e-12 * 180


def test_a_footprint_is_flat_and_keeps_its_box():
    line = shapely.LineString([(120.3, 31.7, 5.0), (120.1, 31.9, 6.0)])
    row = to_row(line)
    assert (row["min_lon"], row["min_lat"], row["max_lon"], row["max_lat"]) == (120.1, 31.7, 120.3, 31.9)
    for data in (row["geom"], memoryview(row["geom"])):
        assert shapely.equals_exact(from_wkb(data), shapely.force_2d(line))
        assert not shapely.has_z(from_wkb(data))


def test_empty_geometries_stay_empty():
    assert areas_m2(np.array([shapely.Polygon()])).tolist() == [0.0]
    assert lengths_m(np.array([], dtype=object)).tolist() == []
