"""Scores, pass rules and conditions: the published formulas, and what holds of any rule."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.inspection.conditions import ConditionError, unmet
from xiuhua.inspection.scoring import (
    AMOUNTS,
    RuleError,
    ValueOutsideError,
    item_means,
    passes,
    scored,
    share_below,
)


@dataclass(frozen=True)
class One:
    key: str
    scale: str = "grade"
    weight: float = 1.0
    bound: float = 4.0


ROAD = [One("c1", weight=6), One("c2", weight=6), One("c3", weight=4), One("c4", weight=4)]
WEIGHTED = {"score": "weighted", "pass": "items"}


def test_the_carriageway_is_six_six_four_four():
    values = {"c1": 4.3, "c2": 3.9, "c3": 5.0, "c4": 4.0}
    found = scored(WEIGHTED, ROAD, values)
    assert found.score == pytest.approx(6 * 4.3 + 6 * 3.9 + 4 * 5 + 4 * 4)
    assert found.failed == ("c2",)
    assert found.passed is False
    assert scored(WEIGHTED, ROAD, dict.fromkeys(values, 5.0)).score == 100
    assert scored(WEIGHTED, ROAD, dict.fromkeys(values, 0.0)).score == 0


def test_means_go_over_assessors_and_both_sides_to_one_decimal():
    near = [{"c1": 4, "c2": 5}, {"c1": 5, "c2": None}]
    far = [{"c1": 4, "c2": 3}, {"c1": 4, "c2": None}]
    assert item_means(near, far) == {"c1": 4.3, "c2": 4.0}  # 17 / 4 = 4.25 and 8 / 2
    assert item_means([{"c1": None}], [{}]) == {"c1": None}
    assert item_means([], []) == {}
    with pytest.raises(ValueOutsideError, match="2 assessors graded one side and 1 the other"):
        item_means(near, far[:1])


@pytest.mark.parametrize(("grams", "score"), [(0, 100), (5, 85), (10, 70), (40, 0)])
def test_grams(grams, score):
    rule = {"score": "loss", "scale": "grams", "per_unit": 3, "pass": "items"}
    found = scored(rule, [One("dust", "grams", bound=5)], {"dust": grams})
    assert found.score == score
    assert found.passed is (grams <= 5)


def test_pieces_add_up_and_minutes_are_averaged():
    pieces = [One("a", "count", bound=9), One("b", "count", bound=9)]
    assert scored({"score": "loss", "scale": "count", "per_unit": 0.01}, pieces, {"a": 30, "b": 12}).score == 99.58
    stay = [One("a", "minutes", bound=5), One("b", "minutes", weight=3, bound=5)]
    rule = {"score": "loss", "scale": "minutes", "per_unit": 2, "pass": "items"}
    found = scored(rule, stay, {"a": 10, "b": 2})
    assert (found.score, found.failed) == (92, ("a",))


def test_ni_195_counts_b_minus_half():
    grades = ["A", "B+", "B", "B-", "B-", "C", "C-", "D", "A", "B"]
    assert share_below(grades) == 100 * (3 + 2 / 2) / 10
    assert share_below([]) is None
    with pytest.raises(ValueOutsideError, match="E is no grade"):
        share_below(["E"])
    items = [One(name) for name in "abcd"]
    rule = {"score": "half_weight", "full": 4, "half": 3}
    # Of three that were assessed: one whole, one half, one not at all.
    assert scored(rule, items, {"a": 5, "b": 3, "c": 2.5, "d": None}).score == 50


def test_a_checklist_leaves_out_what_was_not_assessed():
    items = [One("a", "yes_no", 2, 1), One("b", "yes_no", 1, 1), One("c", "yes_no", 1, 1)]
    rule = {"score": "share", "pass": "share", "at": 50}
    found = scored(rule, items, {"a": 1, "b": 0, "c": None})
    assert found.score == pytest.approx(100 * 2 / 3)
    assert (found.passed, found.failed) == (True, ("b",))
    assert scored({**rule, "at": 51}, items, {"a": 1, "b": 0}).passed is False


def test_what_could_not_be_assessed_is_nothing_and_never_0():
    found = scored(WEIGHTED, ROAD, {"c1": 5, "c2": 5, "c3": 5, "c4": None})
    assert (found.score, found.passed, found.failed) == (None, None, ())
    assert scored(WEIGHTED, ROAD, {"c1": 3, "c2": 5, "c3": 5}).passed is False
    assert scored({"score": "share", "pass": "share", "at": 0}, ROAD, {}).passed is None
    assert scored({"score": "weighted", "pass": "score", "at": 1}, ROAD, {"c1": 5}).passed is None
    assert scored({}, ROAD, dict.fromkeys(("c1", "c2", "c3", "c4"), 5)).passed is None
    assert scored(WEIGHTED, [], {}).passed is None


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"score": "weigthed"}, "weigthed is no way of score. Use one of: weighted, loss"),
        ({"score": ["loss"]}, "is no way of score"),
        ({"pass": "items", "bonus": 3}, "There is no key bonus in such a rule. Known here: pass, score"),
        ({"pass": "items", "at": 3}, "There is no key at"),
        ({"pass": "share"}, "at is missing: share needs it"),
        ({"pass": "share", "at": 120}, "at is a number from 0 to 100, not 120"),
        ({"pass": "share", "at": float("nan")}, "at is a number from 0 to 100"),
        ({"pass": "share", "at": True}, "at is a number"),
        ({"pass": "score", "at": 80}, "passes by its score, but the rule makes none"),
        ({"score": "loss", "scale": "grade", "per_unit": 3}, "not by grade"),
        ({"score": "loss", "scale": "grams", "per_unit": 3}, "No item is measured in grams"),
        ({"score": "half_weight", "full": 3, "half": 4}, "Half counts from a grade below"),
    ],
)
def test_a_rule_by_which_nothing_can_be_scored_is_refused_in_words(rule, says):
    with pytest.raises(RuleError, match=says):
        scored(rule, ROAD, {})


@pytest.mark.parametrize("value", [-1, 5.1, float("nan"), float("inf")])
def test_a_grade_lies_in_0_to_5(value):
    with pytest.raises(ValueOutsideError, match="c1 cannot be"):
        scored(WEIGHTED, ROAD, {"c1": value})


def test_a_value_of_no_item_is_refused():
    with pytest.raises(ValueOutsideError, match="no item c9"):
        scored(WEIGHTED, ROAD, {"c9": 3})


RULES = st.sampled_from([
    {"score": "weighted", "pass": "items"}, {"score": "share", "pass": "share", "at": 60},
    {"score": "loss", "scale": "grams", "per_unit": 3, "pass": "items"},
    {"score": "loss", "scale": "count", "per_unit": 0.01, "pass": "score", "at": 50},
    {"score": "half_weight", "full": 4, "half": 3, "pass": "score", "at": 50}, {"pass": "items"},
])  # fmt: skip
ITEMS = [
    One("g", weight=3),
    One("h", weight=1),
    One("y", "yes_no", 2, 1),
    One("n", "count", 1, 7),
    One("w", "grams", 2, 5),
]
VALUES = st.fixed_dictionaries({
    "g": st.floats(0, 5), "h": st.floats(0, 5), "y": st.sampled_from([0, 1]), "n": st.integers(0, 20000),
    "w": st.floats(0, 90),
})  # fmt: skip


@given(rule=RULES, values=VALUES, missing=st.sets(st.sampled_from("ghynw")))
def test_a_score_lies_in_0_to_100(rule, values, missing):
    found = scored(rule, ITEMS, {key: None if key in missing else value for key, value in values.items()})
    assert found.score is None or 0 <= found.score <= 100
    assert not set(found.failed) & missing


@given(rule=RULES, one=VALUES, other=VALUES)
def test_better_values_never_score_worse(rule, one, other):
    better = {item.key: (min if item.scale in AMOUNTS else max)(one[item.key], other[item.key]) for item in ITEMS}
    below, above = scored(rule, ITEMS, one), scored(rule, ITEMS, better)
    assert below.score is None or above.score >= below.score
    assert not (below.passed and not above.passed)
    assert set(above.failed) <= set(below.failed)


@given(value=st.floats(0, 5), bound=st.floats(0, 5))
def test_grades_pass_at_their_bound_and_above_amounts_at_it_and_below(value, bound):
    assert passes(One("g", bound=bound), value) is (value >= bound)
    assert passes(One("w", "grams", bound=bound), value) is (value <= bound)


RAIN = {"dry": True, "wind_max": 3, "humidity_max": 80}


@pytest.mark.parametrize(
    ("conditions", "weather", "found"),
    [
        (RAIN, {"dry": True, "wind": 3, "humidity": 80}, []),
        (RAIN, {"dry": False, "wind": 4, "humidity": 80.5}, ["wet", "wind", "humidity"]),
        (RAIN, {"dry": True, "wind": 4}, ["wind", "unknown_weather"]),
        (RAIN, {}, ["unknown_weather"]),
        (RAIN, {"dry": "yes", "wind": float("nan"), "humidity": True}, ["unknown_weather"]),
        ({}, {}, []),
        ({"dry": False}, {"dry": False}, []),
        ({"wind_max": 0}, {"wind": 1}, ["wind"]),
    ],
)
def test_conditions(conditions, weather, found):
    assert unmet(conditions, weather) == found


@pytest.mark.parametrize(
    ("conditions", "says"),
    [({"sun": 1}, "no condition sun"), ({"dry": 1}, "dry is true or false"), ({"wind_max": 13}, "wind_max is a number"),
     ({"humidity_max": "80"}, "humidity_max is a number")],
)  # fmt: skip
def test_conditions_that_nobody_can_check_are_refused(conditions, says):
    with pytest.raises(ConditionError, match=says):
        unmet(conditions, {})
