"""The district in squares: nothing is lost, nothing counted twice."""

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from xiuhua.city.squares import squares_of

SIDE_M = 50.0


@settings(max_examples=25, deadline=None)
@given(st.floats(10, 900), st.floats(10, 900), st.floats(-500, 500), st.floats(0.1, 0.9))
def test_squares_of_two_towns_add_up_to_their_ground(width, height, west, cut):
    whole = shapely.box(west, 0, west + width, height)
    middle = west + width * cut
    towns = [("a", shapely.box(west, 0, middle, height)), ("b", shapely.box(middle, 0, west + width, height))]
    found = squares_of(towns, 1.0, 1.0, SIDE_M)
    pieces = len(found)
    assert abs(sum(found["area_m2"].to_pylist()) - whole.area) <= 0.5 * pieces + 1
    assert max(found["area_m2"].to_pylist(), default=0) <= SIDE_M**2
    keys = list(zip(found["column"].to_pylist(), found["row"].to_pylist(), found["town"].to_pylist(), strict=True))
    assert len(keys) == len(set(keys))


def test_a_hole_is_not_ground_and_no_town_is_no_square():
    ring = shapely.Polygon([(0, 0), (200, 0), (200, 200), (0, 200)], [[(50, 50), (150, 50), (150, 150), (50, 150)]])
    assert sum(squares_of([("a", ring)], 1.0, 1.0, SIDE_M)["area_m2"].to_pylist()) == 30_000
    assert len(squares_of([], 1.0, 1.0, SIDE_M)) == 0


@settings(max_examples=25, deadline=None)
@given(st.floats(10, 900), st.floats(10, 900), st.floats(-500, 500), st.floats(-500, 500))
def test_a_square_of_twice_the_side_holds_four(width, height, west, south):
    towns = [("a", shapely.box(west, south, west + width, south + height))]
    fine, coarse = (squares_of(towns, 1.0, 1.0, side).to_pylist() for side in (SIDE_M, 2 * SIDE_M))
    summed = {}
    for each in fine:
        key = each["column"] // 2, each["row"] // 2
        summed[key] = summed.get(key, 0) + each["area_m2"]
    for each in coarse:
        assert abs(summed.get((each["column"], each["row"]), 0) - each["area_m2"]) <= 2.5
