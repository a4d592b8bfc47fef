"""Score rules: real tables of standards, contradictions, and what must hold for every rule and value."""

import json
from math import isnan, nan

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xiuhua.taskbook.rules import RuleError, award, parse, points

JINHUA_IN_TIME = {"full_at": 70, "step": 1, "deduct": 1, "cap": 50, "source": "Jinhua (trial)"}
JINHUA_CLOSED = {"full_at": 90, "step": 1, "deduct": 1, "cap": 20, "source": "Jinhua (trial)"}
JINHUA_REWORK = {"full_at": 0, "step": 1, "deduct": 0.2, "cap": 5, "source": "Jinhua (trial)"}
URGENT = {"full_at": 100, "step": 1, "deduct": 0.5, "cap": 10, "source": "Jinhua (trial)"}
SWEEPING = {"full_at": 95, "step": 5, "deduct": 0.2, "cap": 1, "source": "MOHURD 2020, no. 8"}
SORTING = {"full_at": 70, "step": 10, "deduct": 0.2, "cap": 1, "source": "MOHURD 2020, no. 7"}


@pytest.mark.parametrize(
    ("data", "direction", "value", "expected"),
    [
        (JINHUA_IN_TIME, "up", 70, 50),
        (JINHUA_IN_TIME, "up", 98.3, 50),
        (JINHUA_IN_TIME, "up", 66.5, 46.5),
        (JINHUA_IN_TIME, "up", 20, 0),
        (JINHUA_IN_TIME, "up", 3, 0),
        (JINHUA_CLOSED, "up", 89, 19),
        (JINHUA_CLOSED, "up", 55.71, 0),
        (URGENT, "up", 95, 7.5),
        (JINHUA_REWORK, "down", 0, 5),
        (JINHUA_REWORK, "down", 3, 4.4),
        (JINHUA_REWORK, "down", 26, 0),
        (SWEEPING, "up", 90, 0.8),
        (SWEEPING, "up", 95, 1),
        (SORTING, "up", 50, 0.6),
        (SORTING, "up", 19.9, 0),
    ],
)
def test_tables_of_real_rules(data, direction, value, expected):
    assert points(parse(data, direction=direction), value).points == pytest.approx(expected, abs=1e-6)


def test_the_sentence_can_be_checked_with_a_pocket_calculator():
    found = points(parse({"full_at": 95, "step": 1, "deduct": 1, "weight": 50}), 0.914 * 100, "%")
    assert found.points == 46.4
    assert found.sentence_en == "91.4 % is 3.6 below 95 %: 3.6 / 1 x 1 = 3.6 points off 50, leaves 46.4."
    assert found.sentence_zh == "91.4 % 比 95 % 低 3.6：3.6 / 1 × 1 = 3.6 分，从 50 分扣，余 46.4 分。"


@pytest.mark.parametrize(
    ("data", "direction", "value", "said"),
    [
        ({"full_at": 95, "cap": 50}, "up", 96.0, "96 reaches 95: the full 50 points."),
        ({"full_at": 4, "step": 2, "cap": 50, "floor": 48}, "down", 20.0, "20 is 16 above 4: 16 / 2 x 1 = 8 points off 50, but never below 48."),
        ({"full_at": [5, 7], "cap": 10, "step": 1}, "band", 6.0, "6 is within 5 – 7: the full 10 points."),
        ({"full_at": [5, 7], "cap": 10, "step": 1}, "band", 8.5, "8.5 is 1.5 above 7: 1.5 / 1 x 1 = 1.5 points off 10, leaves 8.5."),
        ({"full_at": 95, "weight": 60, "cap": 50, "step": 1}, "up", 94.0, "94 is 1 below 95: 1 / 1 x 1 = 1 points off 60, but never above 50."),
        ({"full_at": 20, "weight": 10}, "up", 19.0, "19 is 1 below 20: not reached, 0 of 10 points."),
        ({"tiers": [{"at": 90, "points": 8}, {"at": 95, "points": 10}]}, "up", 94.9, "94.9 reaches the tier of 90: 8 of 10 points."),
        ({"tiers": [{"at": 90, "points": 8}, {"at": 95, "points": 10}]}, "up", 89.0, "89 reaches no tier: 0 of 10 points."),
        ({"tiers": [{"at": 3, "points": 10}, {"at": 5, "points": 4}]}, "down", 3.0, "3 reaches the tier of 3: 10 of 10 points."),
    ],
)  # fmt: skip
def test_sentences(data, direction, value, said):
    assert points(parse(data, direction=direction), value).sentence_en == said


@pytest.mark.parametrize(
    ("data", "more", "key", "words"),
    [
        ({"full_at": 95, "floor": 60, "cap": 50}, {}, "floor", "60 is not below the cap 50"),
        ({"full_at": 95, "weight": 50, "cap": 60}, {}, "cap", "60 is above the 50 points"),
        ({"full_at": 95, "step": 1}, {}, "weight", "how many points"),
        ({"full_at": 95, "floor": 50, "cap": 50}, {}, "floor", "not below"),
        ({"full_at": 95, "step": 0, "weight": 5}, {}, "step", "must be above 0"),
        ({"full_at": 95, "deduct": -1, "weight": 5}, {}, "deduct", "must be above 0"),
        ({"full_at": 95, "weight": 0}, {}, "weight", "must be above 0"),
        ({"full_at": 950, "weight": 5}, {"bounds": (0, 100)}, "full_at", "950 lies outside"),
        ({"full_at": "95 %", "weight": 5}, {}, "full_at", "must be a number, not '95 %'"),
        ({"full_at": True, "weight": 5}, {}, "full_at", "must be a number"),
        ({"full_at": nan, "weight": 5}, {}, "full_at", "must be a number"),
        ({"fullat": 95}, {}, "fullat", "Did you mean full_at?"),
        ({"full_at": 95, "xyz": 1}, {}, "xyz", "It knows full_at, step"),
        ({"full_at": 95, "rank_bonus": [1, 0.8]}, {}, "rank_bonus", "no points for a rank"),
        ({"step": 1, "weight": 5}, {}, "full_at", "at which value"),
        ({"full_at": 95, "direction": "down"}, {}, "direction", "The rule says down, the indicator up"),
        ({"full_at": [1, 2], "weight": 5}, {}, "full_at", "must be a number"),
        ({"full_at": [7, 5], "weight": 5}, {"direction": "band"}, "full_at", "exchange"),
        ({"full_at": 5, "weight": 5}, {"direction": "band"}, "full_at", "two numbers"),
        ({"full_at": 95, "tiers": [{"at": 1, "points": 1}]}, {}, "full_at", "either tiers"),
        ({"tiers": [{"at": 90, "points": 10}, {"at": 95, "points": 8}]}, {}, "tiers", "must give more points"),
        ({"tiers": [{"at": 90, "points": 10}, {"at": 90, "points": 8}]}, {}, "tiers", "must give more points"),
        ({"tiers": [{"at": 90}]}, {}, "tiers", "“at” and “points”"),
        ({"tiers": []}, {}, "tiers", "list"),
        ({"tiers": [{"at": 90, "points": 8}], "cap": 7}, {}, "tiers", "best tier"),
        ({"tiers": [{"at": 120, "points": 8}]}, {"bounds": (0, 100)}, "tiers", "120 lies outside"),
    ],
)
def test_what_contradicts_itself_is_refused_with_the_key_and_what_to_do(data, more, key, words):
    with pytest.raises(RuleError) as caught:
        parse(data, **more)
    assert caught.value.key == key
    assert words in str(caught.value)


NUMBERS = st.floats(-1000, 1000).map(lambda number: round(number, 3))
PARTS = st.floats(0.01, 50).map(lambda number: round(number, 3))


@st.composite
def rules(draw):
    direction = draw(st.sampled_from(["up", "down"]))
    floor = draw(NUMBERS)
    cap = floor + draw(PARTS)
    assume(cap > 0)
    data = {"floor": floor, "cap": cap}
    if draw(st.booleans()):
        data |= {"full_at": draw(NUMBERS), "weight": cap + draw(st.sampled_from([0.0, 3.5]))}
        steps = {"step": draw(PARTS), "deduct": draw(PARTS)} if draw(st.booleans()) else {}
        return parse(data | steps, direction=direction)
    count = draw(st.integers(1, 4))
    starts = sorted(draw(st.sets(NUMBERS, min_size=count, max_size=count)), reverse=direction == "up")
    tiers = [{"at": at, "points": cap - (cap - floor) * place / count} for place, at in enumerate(starts)]
    return parse(data | {"tiers": tiers}, direction=direction)


@given(rules(), st.floats(-2000, 2000), st.floats(-2000, 2000))
def test_more_is_never_worth_less_and_points_stay_between_floor_and_cap(rule, one, other):
    worse, better = sorted((one, other), reverse=rule.direction == "down")
    low, high = award(rule, np.array([worse, better]))
    assert low <= high
    assert rule.floor - 1e-6 <= low
    assert high <= rule.full + 1e-6


@given(rules(), st.floats(-2000, 2000))
def test_from_what_was_stored_comes_the_identical_number(rule, value):
    again = parse(json.loads(json.dumps(rule.as_data())), direction=rule.direction)
    kept = json.loads(json.dumps(value))
    assert again == rule
    assert points(again, kept) == points(rule, value)


@given(rules(), st.lists(st.one_of(st.floats(-2000, 2000), st.just(nan)), min_size=1, max_size=5))
def test_many_at_once_are_the_same_as_one_by_one(rule, values):
    together = award(rule, np.array(values))
    for found, value in zip(together, values, strict=True):
        assert isnan(found) if isnan(value) else found == points(rule, value).points


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100))
def test_a_band_costs_the_same_on_both_sides(low, high, away):
    assume(low <= high)
    rule = parse({"full_at": [low, high], "cap": 200, "step": 2}, direction="band")
    below, above = award(rule, np.array([low - away, high + away]))
    assert below == pytest.approx(above, abs=1e-5)
    assert below == pytest.approx(200 - away / 2, abs=1e-5)
