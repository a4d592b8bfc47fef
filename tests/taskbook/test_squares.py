"""The district in squares of 50 m: nothing is lost, nothing counted twice."""

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from xiuhua.taskbook.squares import SIDE_M, squares_of


@settings(max_examples=25, deadline=None)
@given(st.floats(10, 900), st.floats(10, 900), st.floats(-500, 500), st.floats(0.1, 0.9))
def test_squares_of_two_towns_add_up_to_their_ground(width, height, west, cut):
    whole = shapely.box(west, 0, west + width, height)
    middle = west + width * cut
    towns = [("a", shapely.box(west, 0, middle, height)), ("b", shapely.box(middle, 0, west + width, height))]
    found = squares_of(towns, 1.0, 1.0)
    pieces = len(found)
    assert abs(sum(found["area_m2"].to_pylist()) - whole.area) <= 0.5 * pieces + 1
    assert max(found["area_m2"].to_pylist(), default=0) <= SIDE_M**2
    keys = list(zip(found["column"].to_pylist(), found["row"].to_pylist(), found["town"].to_pylist(), strict=True))
    assert len(keys) == len(set(keys))


def test_a_hole_is_not_ground_and_no_town_is_no_square():
    ring = shapely.Polygon([(0, 0), (200, 0), (200, 200), (0, 200)], [[(50, 50), (150, 50), (150, 150), (50, 150)]])
    assert sum(squares_of([("a", ring)], 1.0, 1.0)["area_m2"].to_pylist()) == 30_000
    assert len(squares_of([], 1.0, 1.0)) == 0
