"""Trees assumed along a row: how far apart, and none where one is drawn."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.foundation.geometry import metres_per_degree
from xiuhua.interop.osm.treerows import along

NONE = np.empty((0, 2))


def metres(places, lat):
    return places * np.array(metres_per_degree(lat))


@given(lat=st.floats(-60, 60), east=st.floats(0.0002, 0.004), gap=st.floats(4, 20))
def test_places_stand_the_gap_apart_and_inside_the_row(lat, east, gap):
    row = shapely.LineString([(120.0, lat), (120.0 + east, lat)])
    places = metres(along(row, gap, NONE), lat)
    length = np.ptp(metres(shapely.get_coordinates(row), lat)[:, 0])
    assert len(places) == int(length // gap) + 1
    assert np.diff(places[:, 0]) == pytest.approx(gap, abs=0.03)
    ends = places[0, 0] - 120.0 * metres_per_degree(lat)[0], places[-1, 0] - 120.0 * metres_per_degree(lat)[0]
    assert ends[0] + ends[1] == pytest.approx(length, abs=0.05)


def test_a_row_shorter_than_the_gap_is_one_tree_in_its_middle():
    row = shapely.LineString([(120.0, 31.6), (120.00004, 31.6)])
    assert along(row, 8, NONE) == pytest.approx(np.array([[120.00002, 31.6]]), abs=1e-7)


def test_a_drawn_tree_stands_for_itself_alone():
    row = shapely.LineString([(120.0, 31.6), (120.001, 31.6)])
    free = along(row, 8, NONE)
    assert len(along(row, 8, free[[3]])) == len(free) - 1
    assert len(along(row, 8, free + np.array([0.0, 0.0001]))) == len(free)  # 11 m beside
