"""Living rooms without a database: seasons, how a test stands, paths and squares, the moves."""

from datetime import date, timedelta

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from xiuhua.foundation.estimators.acceptance import Sequential
from xiuhua.foundation.geometry import area_m2, length_m
from xiuhua.inspection.rooms_cutting import cut, kind_of, measure
from xiuhua.inspection.rooms_sequence import BAD, GOOD, LIMIT, RISK, season_days, season_of, standing
from xiuhua.inspection.rooms_states import MOVES, STATES, moves_from

TEST = Sequential(GOOD, BAD, LIMIT, RISK, RISK)
RESULTS = st.lists(st.sampled_from([True] * 12 + [False]), max_size=140)
PLACE = (120.3, 31.7)


@settings(max_examples=60)
@given(RESULTS)
def test_a_test_stands_where_the_sequential_test_says(results):
    stands = standing(TEST, results)
    assert stands.passed is TEST.decide(results)
    assert stands.failures == results[: stands.checks].count(False)
    if stands.passed is None:
        assert stands.checks == len(results)


@settings(max_examples=60)
@given(RESULTS)
def test_what_is_left_is_the_fewest(results):
    stands = standing(TEST, results)
    if stands.passed is not None:
        assert (stands.to_pass, stands.to_fail) == (None, None)
        return
    for more, result, word in ((stands.to_pass, True, True), (stands.to_fail, False, False)):
        if more is None:
            assert TEST.decide([*results, *[result] * (LIMIT - len(results))]) is not word
        else:
            assert TEST.decide([*results, *[result] * more]) is word
            assert TEST.decide([*results, *[result] * (more - 1)]) is None


def test_after_23_clean_squares_12_more_are_needed():
    stands = standing(TEST, [True] * 23)
    assert (stands.checks, stands.failures, stands.passed, stands.to_pass) == (23, 0, None, 12)
    assert standing(TEST, [True] * 35).passed is True
    assert standing(TEST, [False, False]) == standing(TEST, [False, False, True, True])


@given(st.dates(date(1990, 1, 1), date(2200, 12, 31)))
def test_seasons_cut_the_year_without_gaps(day):
    first, last = season_days(season_of(day))
    assert first <= day <= last
    assert 90 <= (last - first).days + 1 <= 92
    assert season_days(season_of(last + timedelta(days=1)))[0] == last + timedelta(days=1)


@pytest.mark.parametrize("text", ["", "2024", "2024-5", "2024-0", "24-1", "２０２４-1", "2024-1-1", "0000-x"])
def test_what_is_no_season_is_refused(text):
    with pytest.raises(ValueError, match="no season"):
        season_days(text)


def around(east_m, north_m, angle=0.0):
    """A rectangle of so many metres at a place, turned."""
    east, north = 1 / 94_800, 1 / 110_900
    box = shapely.box(0, 0, east_m, north_m)
    turned = shapely.affinity.rotate(box, angle, origin=(0, 0))
    return shapely.transform(turned, lambda xy: xy * np.array([east, north]) + PLACE)


@settings(max_examples=25)
@given(st.floats(3, 130), st.floats(3, 90), st.floats(0, 360))
def test_squares_cover_every_inch_once(east_m, north_m, angle):
    place = around(east_m, north_m, angle)
    pieces = cut(place)
    assert sum(piece.size for piece in pieces) == pytest.approx(area_m2(place), rel=1e-3)
    together = shapely.union_all([piece.geometry for piece in pieces])
    assert together.area == pytest.approx(place.area, rel=1e-6)
    assert all(piece.size < 250 for piece in pieces)
    assert all(piece.geometry.distance(shapely.Point(piece.lon, piece.lat)) < 1e-9 for piece in pieces)


def test_a_square_of_a_hectare_has_100_squares_however_it_lies():
    for angle in (0, 17, 45, 80):
        pieces = cut(around(99.9, 99.9, angle))
        assert len(pieces) == 100
        assert np.allclose([piece.size for piece in pieces], 100, rtol=0.06)


def test_a_place_with_a_pond_leaves_the_pond_out():
    place = around(60, 60).difference(shapely.transform(around(20, 20), lambda xy: xy + np.array([2e-4, 2e-4])))
    pieces = cut(place)
    assert sum(piece.size for piece in pieces) == pytest.approx(area_m2(place), rel=1e-3)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.floats(-300, 300), st.floats(-300, 300)), min_size=2, max_size=6))
def test_paths_cover_a_line_once(corners):
    line = shapely.transform(shapely.LineString(corners), lambda xy: xy * [1 / 94_800, 1 / 110_900] + PLACE)
    if line.length < 1e-6:
        return
    pieces = cut(line)
    assert sum(piece.size for piece in pieces) == pytest.approx(length_m(line), rel=1e-3)
    assert all(piece.size < 15.01 for piece in pieces)
    assert all(piece.size >= 4.99 for piece in pieces) or len(pieces) == 1


def test_a_point_is_no_room():
    with pytest.raises(ValueError, match="line or an area"):
        kind_of(shapely.Point(PLACE))
    assert kind_of(around(20, 20)) == "square"
    assert measure(around(20, 20)) == pytest.approx(400, rel=0.01)


def test_every_move_names_known_states_and_every_state_can_be_reached():
    for key, move in MOVES.items():
        assert set(move.start) <= set(STATES), key
        assert move.to in {"", *STATES}, key
    assert {move.to for move in MOVES.values()} - {""} == set(STATES)
    assert moves_from("accepted") == ["test_season", "raise", "withdraw"]
    assert moves_from("refused") == []
