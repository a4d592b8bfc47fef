"""Squares that something passed through: exact on lines, points and polygons; of several instants the last."""

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.inspection.cells import GAP_S, crossed, footprint, latest, numbers, packed, track

# A plane on which a degree has a hundred metres: squares are whole degrees.
EAST = NORTH = 100.0
places = st.integers(-64, 64).map(lambda each: each / 8)


def found(shape):
    column, row = footprint(shape, EAST, NORTH)
    return set(zip(column.tolist(), row.tolist(), strict=True))


def test_a_place_lies_in_the_square_whose_western_and_southern_edge_it_is_on():
    column, row = numbers([0.0, 0.999, 1.0, -0.001], [0.0, 0.0, 5.0, -3.0], EAST, NORTH)
    assert column.tolist() == [0, 0, 1, -1]
    assert row.tolist() == [0, 0, 5, -3]


def test_a_line_passes_every_square_between():
    assert found(shapely.LineString([(0.5, 0.5), (3.5, 0.5)])) == {(0, 0), (1, 0), (2, 0), (3, 0)}
    assert found(shapely.LineString([(0.2, 0.5), (1.5, 2.5)])) == {(0, 0), (0, 1), (1, 1), (1, 2)}
    assert found(shapely.LineString([(2.0, 0.5), (2.0, 1.5)])) == {(2, 0), (2, 1)}


def test_a_polygon_has_the_squares_of_its_inside_and_not_of_a_hole_or_of_a_neighbour_it_touches():
    ring = shapely.Polygon([(0, 0), (3, 0), (3, 3), (0, 3)], [[(1, 1), (2, 1), (2, 2), (1, 2)]])
    assert found(ring) == {(c, r) for c in range(3) for r in range(3)} - {(1, 1)}
    assert found(shapely.Point(0.5, 7.5)) == {(0, 7)}
    both = shapely.GeometryCollection([shapely.MultiPoint([(0.5, 0.5), (4.5, 0.5)]), shapely.LineString()])
    assert found(both) == {(0, 0), (4, 0)}


@given(st.lists(st.tuples(places, places), min_size=2, max_size=6))
def test_the_squares_of_a_line_are_those_that_geometry_says(corners):
    line = shapely.LineString(corners)
    mine = found(line)
    columns, rows = (axis.ravel() for axis in np.meshgrid(np.arange(-9, 9), np.arange(-9, 9)))
    boxes = shapely.box(columns, rows, columns + 1, rows + 1)
    passed = (shapely.length(shapely.intersection(line, boxes)) > 1e-6) & ~shapely.touches(line, boxes)
    assert set(zip(columns[passed].tolist(), rows[passed].tolist(), strict=True)) <= mine
    # And none that lies apart from it.
    assert all(shapely.distance(line, shapely.box(c, r, c + 1, r + 1)) < 1e-9 for c, r in mine)


def test_lines_are_told_apart():
    x, y = np.array([0.5, 9.5]), np.array([0.5, 9.5])
    column, row, line = crossed(x, y, np.array([1.5, 9.5]), np.array([0.5, 10.5]))
    assert set(zip(line.tolist(), column.tolist(), row.tolist(), strict=True)) == {
        (0, 0, 0), (0, 1, 0), (1, 9, 9), (1, 9, 10),
    }  # fmt: skip


rows = st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(0, 50)), max_size=40)


@given(rows, st.randoms())
def test_of_one_square_the_last_instant_stays_whatever_the_order(sightings, random):
    def of(rows):
        column, row, at = (np.array([each[place] for each in rows], dtype=np.int64) for place in range(3))
        seen = latest(column, row, at.astype("datetime64[us]"))
        return list(zip(seen.column.tolist(), seen.row.tolist(), seen.at.astype(np.int64).tolist(), strict=True))

    expected = {}
    for column, row, at in sightings:
        expected[column, row] = max(at, expected.get((column, row), 0))
    whole = of(sightings)
    assert {(column, row): at for column, row, at in whole} == expected
    shuffled = list(sightings)
    random.shuffle(shuffled)
    assert of(shuffled) == whole
    keys = packed(*(np.array([each[place] for each in whole], dtype=np.int64) for place in range(2)))
    assert len(set(keys.tolist())) == len(whole)


def test_between_two_near_positions_of_one_mover_lies_a_track_and_not_between_two_far_ones():
    at = np.array([0, 10, 10 + int(GAP_S) + 1, 5], dtype="datetime64[s]")
    who = np.array([1, 1, 1, 2])
    lon, lat = np.array([0.5, 3.5, 6.5, 20.5]), np.array([0.5, 0.5, 0.5, 0.5])
    seen = track(who, at, lon, lat, EAST, NORTH)
    told = dict(
        zip(seen.column.tolist(), (seen.at - np.datetime64(0, "s")).astype("timedelta64[s]").astype(int), strict=True)
    )
    # What lay between counts from the earlier of the two; where nothing was heard for long, nothing lies between.
    assert told == {0: 0, 1: 0, 2: 0, 3: 10, 6: 10 + int(GAP_S) + 1, 20: 5}


def test_a_jump_of_the_position_is_no_track():
    at = np.array([0, 10], dtype="datetime64[s]")
    seen = track(np.array([1, 1]), at, np.array([0.5, 40.5]), np.array([0.5, 0.5]), EAST, NORTH)
    assert seen.column.tolist() == [0, 40]
