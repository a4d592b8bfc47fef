"""Routes keep hours and windows; what does not fit goes by its prize; repeats come within their minutes."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.test_drawing import design, inputs
from xiuhua.inspection.month import draw_month, route_month
from xiuhua.inspection.routing import Stop, Trip, _schedule, _ways, nearest_neighbour, route

TRIP = Trip(120.1, 31.6, 8 * 3600, 12 * 3600, 4.0)
PLACES = st.tuples(st.floats(120.05, 120.15), st.floats(31.55, 31.65))


def stop(lon, lat, prize=1, opens=8 * 3600, closes=12 * 3600 - 600, service=600):
    return Stop(lon, lat, opens, closes, service, prize)


def _kept(trip, stops, found):
    now = trip.begins
    for at, begins in zip(found.order, found.begins, strict=True):
        assert stops[at].opens <= begins <= stops[at].closes
        assert begins >= now
        now = begins + stops[at].service
    assert sorted([*found.order, *found.left_out]) == list(range(len(stops)))
    return now <= trip.ends


@settings(max_examples=40)
@given(st.lists(PLACES, min_size=0, max_size=9))
def test_a_route_keeps_to_hours_and_windows(places):
    stops = [stop(*place, prize=at % 3 + 1) for at, place in enumerate(places)]
    assert _kept(TRIP, stops, route(TRIP, stops))
    assert _kept(TRIP, stops, nearest_neighbour(TRIP, stops))


@settings(max_examples=15)
@given(st.lists(st.tuples(st.floats(120.09, 120.11), st.floats(31.59, 31.61)), min_size=3, max_size=6, unique=True))
def test_a_small_route_is_the_shortest_of_all(places):
    stops = [stop(*place) for place in places]
    ways = _ways(TRIP, stops)
    times = np.ceil(ways / TRIP.speed).astype(np.int64)
    shortest = min(
        sum(ways[a, b] for a, b in zip((0, *path), (*path, 0), strict=True))
        for order in permutations(range(len(stops)))
        if _schedule(TRIP, stops, times, order) is not None
        for path in [tuple(at + 1 for at in order)]
    )
    found = route(TRIP, stops, patience=30)
    assert not found.left_out
    assert found.metres <= shortest * 1.0001 + 2


def test_what_matters_least_is_left_out():
    stops = [stop(120.1 + at * 0.001, 31.6, prize=1 if at == 4 else 5, service=3000) for at in range(5)]
    assert route(TRIP, stops).left_out == (4,)


def test_a_month_is_routed_the_same_each_time_and_repeats_come_in_time():
    given_, plan = inputs(people=6, led=1.0), design(240)
    month = draw_month(given_, plan, "s")
    one, two = (route_month(given_, plan, month) for _round in range(2))
    assert one.order.tolist() == two.order.tolist()
    assert one.metres == two.metres
    made = [at for at in np.flatnonzero(month.repeats >= 0).tolist() if one.begins[at] >= 0]
    assert made
    for at in made:
        wait = one.begins[at] - one.begins[month.repeats[at]] - plan.minutes * 60
        assert 0 <= wait <= plan.repeat_minutes * 60
    assert route_month(given_, plan, month, patience=0).metres >= one.metres * 0.99


def test_a_day_that_is_too_short_says_so():
    given_ = inputs(people=1)
    plan = design(240, minutes=60, shares={"panel": 1, "led": 0, "repeats": 0})
    routed = route_month(given_, plan, draw_month(given_, plan, "s"))
    assert routed.reason.count("no_time") > 100
    assert routed.reason.count("") == (routed.order >= 0).sum() > 0


def test_a_band_that_is_shorter_than_a_check_holds_none():
    plan = design(10, bands=[["am", "08:00", "08:30"]], minutes=45)
    routed = route_month(inputs(), plan, draw_month(inputs(), plan, "s"))
    assert set(routed.reason) == {"no_time"}


def test_a_stop_far_away_is_left_out():
    assert route(TRIP, [stop(125.0, 31.6)]).left_out == (0,)
    assert route(TRIP, []).order == ()
    assert route(TRIP, [stop(120.1, 31.6)]).begins == pytest.approx([8 * 3600])
