import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from xiuhua.interop.tiles.encoder import EXTENT
from xiuhua.interop.tiles.rings import Rings

ZOOM, X, Y = 15, 27_000, 13_500


def on_tile(*shapes, tolerance=0.0):
    """What Rings makes of shapes in units of one tile: its polygons (None where not shown), and what is unproved."""
    world = np.array([shapely.transform(s, lambda a: (a / EXTENT + (X, Y)) / 2**ZOOM) for s in shapes])
    xy, lengths, shown, unproved = Rings.of(world).on_tile(np.arange(len(shapes)), (ZOOM, X, Y), 4.0, tolerance)
    rings = iter(np.split(xy, np.cumsum(lengths)[:-1]))
    return [shapely.Polygon(next(rings)) if seen else None for seen in shown], unproved.tolist()


def test_a_building_with_a_corner_cut_out_is_proved_and_a_horseshoe_is_not():
    corner = shapely.box(10, 10, 50, 50) - shapely.box(35, 35, 50, 50)
    horseshoe = shapely.box(10, 10, 90, 90) - shapely.box(20, 20, 80, 90)
    (found, left), unproved = on_tile(corner, horseshoe)
    assert shapely.equals(found, corner)
    assert (left, unproved) == (None, [False, True])


def test_a_ring_that_goes_around_twice_is_not_proved():
    angles = np.linspace(0, 4 * np.pi, 16, endpoint=False)
    twice = shapely.Polygon(np.stack((np.cos(angles), np.sin(angles)), 1) * (100 + 3 * angles[:, None]) + 500)
    assert not twice.is_valid
    assert on_tile(twice)[1] == [True]


def test_small_ones_are_left_out_without_doubt():
    assert on_tile(shapely.box(10, 10, 11, 12), shapely.box(10, 10, 12, 12)) == (
        [None, shapely.box(10, 10, 12, 12)],
        [False, False],
    )


def test_corners_nearly_on_a_line_are_left_out_and_real_ones_stay():
    dense = shapely.segmentize(shapely.box(10, 10, 110, 210), 13)
    (found,), _ = on_tile(dense, tolerance=0.75)
    assert shapely.hausdorff_distance(found, dense) < 1.0
    assert shapely.get_num_coordinates(found) < 0.4 * shapely.get_num_coordinates(dense)
    spike = shapely.Polygon([(10, 10), (50, 10), (50, 30), (400, 30.5), (50, 31), (50, 50), (10, 50)])
    (found,), unproved = on_tile(spike, tolerance=0.75)
    assert found is None or found.bounds[2] == 400
    assert unproved == [found is None]


def test_only_single_rings_are_kept():
    holed = shapely.box(0, 0, 9, 9) - shapely.box(3, 3, 6, 6)
    both = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)])
    line = shapely.LineString([(0, 0), (1, 1)])
    shapes = np.array([holed, both, line, shapely.box(0, 0, 1, 1)])
    assert Rings.of(shapely.transform(shapes, lambda a: a / 10)).lengths.tolist() == [0, 0, 0, 4]


def test_what_has_no_extent_is_refused():
    with pytest.raises(ValueError, match="without extent"):
        on_tile(shapely.box(10, 10, 10.2, 10.2))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), min_size=3, max_size=9),
    st.floats(0, 0.5),
    st.sampled_from([0.0, 0.75]),
)
def test_whatever_is_proved_is_valid_and_in_place(corners, off, tolerance):
    shape = shapely.Polygon(np.array(corners) + off)
    west, south, east, north = shape.bounds
    if not shape.is_valid or (east - west) * (north - south) < 4:
        return
    (found,), _ = on_tile(shape, tolerance=tolerance)
    if found is not None:
        assert found.is_valid
        assert found.exterior.is_ccw
        assert shapely.hausdorff_distance(found.exterior, shape.exterior) < 1.0 + 2 * tolerance
