"""Composites: grey goals, doubt carried through the rules, places, saturation; steps that would move a score."""

from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.foundation.estimators import wilson
from xiuhua.taskbook.parts import Item, Reading, as_part, none
from xiuhua.taskbook.rules import parse, points
from xiuhua.taskbook.scoring import Figure, composite, drawn, places, saturated
from xiuhua.taskbook.whatif import levers

IN_TIME = parse({"full_at": 95, "step": 1, "deduct": 1, "weight": 50})
CLOSED = parse({"full_at": 90, "step": 1, "deduct": 1, "weight": 30})
SPEED = parse({"full_at": 24, "step": 2, "deduct": 1, "weight": 20}, direction="down")


def share(goal, rule, good, of):
    low, high = (100 * float(end) for end in wilson(good, of))
    return Figure(goal, rule, 100 * good / of, low, high, "%")


def test_points_add_up():
    found = composite(
        [share("a", IN_TIME, 914, 1000), share("b", CLOSED, 950, 1000), Figure("c", SPEED, 30.0)], who="t:1"
    )
    assert found.points == pytest.approx(46.4 + 30 + 17)
    assert (found.full, found.possible) == (100, 100)
    assert found.low < found.points < found.high


def test_a_goal_without_a_value_is_left_out_and_never_zero():
    whole = [share("a", IN_TIME, 914, 1000), share("b", CLOSED, 950, 1000)]
    grey = Figure("c", SPEED, None, missing="no_data")
    found = composite([*whole, grey], who="t:1")
    assert found.points == composite(whole, who="t:1").points
    assert (found.full, found.possible) == (80, 100)
    assert found.parts[2] is None
    assert found.share == pytest.approx(76.4 / 80 * 100)


def test_with_less_than_half_measured_there_is_no_score():
    found = composite([Figure("a", IN_TIME, None), share("b", CLOSED, 950, 1000), Figure("c", SPEED, None)], who="t:1")
    assert (found.points, found.low, found.high, found.full) == (None, None, None, 30)
    assert np.isnan(found.share)
    assert composite([], who="t:1").points is None


def test_the_interval_of_a_score_is_that_of_its_indicator_through_the_rule():
    # 900 of 1000: 90 % with 88.0 to 91.7, of which each point costs one of 50.
    figure = share("a", IN_TIME, 900, 1000)
    found = composite([figure], who="t:1")
    assert found.points == 45
    assert found.low == pytest.approx(50 - (95 - figure.low), abs=0.2)
    assert found.high == pytest.approx(50 - (95 - figure.high), abs=0.2)


def test_a_score_covers_the_truth_about_as_often_as_it_says():
    rng, inside = np.random.default_rng(7), 0
    truth = points(IN_TIME, 90.0).points + points(CLOSED, 80.0).points
    for number in range(400):
        a, b = rng.binomial(300, 0.9), rng.binomial(300, 0.8)
        found = composite([share("a", IN_TIME, a, 300), share("b", CLOSED, b, 300)], who=f"t:{number}")
        inside += found.low <= truth <= found.high
    assert 0.92 <= inside / 400 <= 0.98


def test_nobody_else_changes_the_draws_of_one_who_is_scored():
    one, other = share("a", IN_TIME, 900, 1000), share("b", CLOSED, 800, 1000)
    assert (drawn(one, "t:1") == drawn(one, "t:1")).all()
    assert (drawn(one, "t:1") != drawn(one, "t:2")).any()
    forward, backward = composite([one, other], who="t:1"), composite([other, one], who="t:1")
    assert (forward.low, forward.high) == pytest.approx((backward.low, backward.high))


def towns(*shares, of=60):
    return [
        composite([share("a", IN_TIME, round(each * of), of)], who=f"t:{number}") for number, each in enumerate(shares)
    ]


def test_seven_towns_on_sixty_checks_each_cannot_be_told_apart():
    found = places(towns(0.93, 0.95, 0.9, 0.92, 0.94, 0.91, 0.96), ["x"] * 7)
    assert {place.band for place in found} == {"same"}
    assert all(place.best == 1 for place in found)


def test_what_is_far_apart_is_told_apart():
    found = places(towns(0.9, 0.7, 0.5, of=2000), ["x"] * 3)
    assert [(place.best, place.worst) for place in found] == [(1, 1), (2, 2), (3, 3)]
    assert [place.band for place in found] == ["above", "same", "below"]


def test_only_those_with_the_same_goals_are_compared_and_a_grey_one_has_no_place():
    grey = composite([Figure("a", IN_TIME, None)], who="t:9")
    found = places([*towns(0.9, 0.5, of=2000), *towns(0.1), grey], ["x", "x", "y", "x"])
    assert [(place.best, place.worst, place.band) for place in found] == [
        (1, 1, "above"), (2, 2, "below"), (0, 0, ""), (0, 0, ""),
    ]  # fmt: skip


@given(st.lists(st.floats(99.931, 100.0), min_size=8, max_size=8))
def test_eight_teams_within_a_tenth_of_the_most_raise_the_alarm(scores):
    assert saturated([each / 100 for each in scores])


def test_half_or_fewer_at_the_most_raise_none():
    assert not saturated([1, 1, 0.9, 0.8])
    assert not saturated([1])
    assert not saturated([nan, nan, 1])
    assert saturated([1, 1, 0.9, nan])


def part(goal, rule, good, of, unit="%"):
    low, high = (float(end) for end in wilson(good, of))
    reading = Reading(1, good, of, of, good / of, low, high, "wilson", "")
    item = Item(goal, goal, unit, rule)
    return as_part(item, reading, points(rule, 100 * good / of, unit))


def test_what_moves_a_town_most_and_how_many_cases_that_takes():
    mine = [part("in_time", IN_TIME, 850, 1000), part("closed", CLOSED, 88, 100), part("full", CLOSED, 95, 100)]
    best = [part("in_time", IN_TIME, 970, 1000), part("closed", CLOSED, 100, 100), part("full", CLOSED, 99, 100)]
    found = levers(mine, [best], {"in_time": 95.0, "closed": 90.0})
    assert [lever.goal for lever in found] == ["in_time", "closed"]
    steps = {step.kind: step for step in found[0].steps}
    assert (steps["target"].value, steps["target"].gain, steps["target"].records) == (95.0, 10.0, 100)
    assert (steps["best"].value, steps["best"].gain, steps["best"].records) == (97.0, 10.0, 120)
    assert steps["error"].gain == pytest.approx(1.13, abs=0.05)
    closed = {step.kind: step for step in found[1].steps}
    assert (closed["target"].gain, closed["target"].records) == (2.0, 2)
    assert closed["best"].records == 12
    # What is full already cannot add anything.
    assert "full" not in {lever.goal for lever in found}


def test_what_is_unknown_or_carried_on_cannot_be_moved():
    grey = as_part(Item("a", "a", "%", IN_TIME), none("no_data"), None)
    old = {**part("b", IN_TIME, 1, 10), "carried": "2026-01"}
    assert levers([grey, old], [], {"a": 95.0, "b": 95.0}) == []


def test_a_step_goes_down_where_less_is_better_and_has_no_records():
    item = Item("h", "h", "h", SPEED)
    slow = as_part(item, Reading(1, 300, 10, 10, 30.0, 28.0, 32.0, "mean", ""), points(SPEED, 30.0, "h"))
    quick = as_part(item, Reading(1, 200, 10, 10, 20.0, None, None, "", ""), points(SPEED, 20.0, "h"))
    lever = levers([slow], [[quick]], {})[0]
    assert [(step.kind, round(step.value, 2), step.records) for step in lever.steps] == [
        ("best", 20.0, None), ("error", 28.98, None),
    ]  # fmt: skip


@given(st.integers(1, 400), st.integers(0, 400), st.integers(1, 400), st.floats(1, 100))
def test_a_step_never_costs_points_and_leads_to_what_it_says(of, bad, others, target):
    good = max(0, of - bad)
    mine = part("a", IN_TIME, good, of)
    for lever in levers([mine], [[part("a", IN_TIME, others, 400)]], {"a": target}):
        for step in lever.steps:
            assert step.gain > 0
            assert step.gain <= lever.lost + 1e-6
            reached = 100 * (good + step.records) / of
            assert reached >= step.value - 1e-6
