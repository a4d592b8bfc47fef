"""The nearest point on many lines, against shapely."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from xiuhua.greenery.nearest import nearest_on

COORDINATE = st.integers(-300, 900)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.tuples(COORDINATE, COORDINATE), min_size=2, max_size=4), min_size=1, max_size=12),
    st.sampled_from([3, 80]), st.sampled_from([np.inf, 40.0]), st.integers(0, 9),
)  # fmt: skip
def test_it_is_as_near_as_shapely_says(lines, count, farthest, seed):
    drawn = np.array([shapely.LineString(line) for line in lines], dtype=object)
    points = np.random.default_rng(seed).uniform(-600, 1200, (count, 2))
    line, along, away = nearest_on(drawn, points, farthest)
    truth = shapely.distance(shapely.points(points)[:, None], drawn[None]).min(axis=1)
    near = truth <= farthest
    assert (line >= 0).tolist() == near.tolist()
    np.testing.assert_allclose(away[near], truth[near], atol=1e-6)
    assert np.isinf(away[~near]).all()
    at = shapely.line_interpolate_point(drawn[line[near]], along[near])
    np.testing.assert_allclose(shapely.distance(shapely.points(points[near]), at), truth[near], atol=1e-6)


def test_no_lines_and_no_points():
    nothing = np.empty(0, dtype=object)
    assert nearest_on(nothing, np.zeros((2, 2)))[0].tolist() == [-1, -1]
    line = np.array([shapely.LineString([(0, 0), (1, 0)])], dtype=object)
    assert nearest_on(line, np.empty((0, 2)))[0].tolist() == []


def test_what_lies_exactly_at_the_limit_counts():
    line = np.array([shapely.LineString([(0, 0), (10, 0)])], dtype=object)
    found = nearest_on(line, np.array([[5.0, 20.0]]), 20.0)
    assert (found[0][0], found[1][0], found[2][0]) == (0, 5.0, pytest.approx(20.0))
