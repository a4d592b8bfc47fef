"""Plans of acceptance: the table of plans, the sequential test's figures, switching."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from xiuhua.foundation.estimators import EstimateError
from xiuhua.foundation.estimators.acceptance import (
    Plan,
    Sequential,
    Severity,
    acceptance,
    checks_of,
    plan,
    severity,
    size_for,
)
from xiuhua.foundation.wording import in_words

FAILING = (0.001, 0.005, 0.01, 0.02, 0.05, 0.10)
# Chance in per cent that an area passes.
CURVES = [
    (29, 0, (97.1, 86.5, 74.7, 55.7, 22.6, 4.7)),
    (59, 0, (94.3, 74.4, 55.3, 30.4, 4.8, 0.2)),
    (93, 1, (99.6, 92.1, 76.2, 44.3, 5.0, 0.1)),
    (124, 2, (100.0, 97.5, 87.2, 54.8, 5.0, 0.0)),
    (299, 0, (74.1, 22.3, 5.0, 0.2, 0.0, 0.0)),
]


@pytest.mark.parametrize(("n", "c", "chances"), CURVES)
def test_operating_characteristic(n, c, chances):
    assert np.round(100 * acceptance(n, c, FAILING), 1) == pytest.approx(chances)


def test_sizes_of_plans():
    assert [size_for(c, 0.05) for c in (0, 1, 2)] == [59, 93, 124]
    assert [size_for(0, 0.10), size_for(0, 0.01)] == [29, 299]
    assert plan(0.02, 0.10) == Plan(89, 4)


@given(st.floats(0.005, 0.05), st.floats(2.5, 8))
def test_a_plan_keeps_both_risks_and_none_smaller_does(good, ratio):
    bad = min(0.6, good * ratio)
    found = plan(good, bad)
    assert stats.binom(found.n, good).cdf(found.c) >= 0.95
    assert stats.binom(found.n, bad).cdf(found.c) <= 0.05
    assert stats.binom(found.n - 1, bad).cdf(found.c) > 0.05
    if found.c:
        smaller = size_for(found.c - 1, bad)
        assert stats.binom(smaller, good).cdf(found.c - 1) < 0.95


@given(st.integers(1, 300), st.integers(0, 5), st.floats(0.001, 0.5))
def test_more_failures_pass_less_often(n, c, failing):
    assert acceptance(n, c, failing) >= acceptance(n, c, min(1, failing * 1.5)) - 1e-12
    assert acceptance(n + 1, c, failing) <= acceptance(n, c, failing) + 1e-12


# The source of the figures names no limit; 120 checks come nearest to all five.
TEST = Sequential(good=0.02, bad=0.10, limit=120)


@pytest.mark.parametrize(("failing", "checks"), [(0.005, 39), (0.02, 54), (0.05, 66), (0.10, 37), (0.15, 21)])
def test_mean_number_of_checks_of_the_sequential_test(failing, checks):
    assert TEST.characteristics(failing)[1] == pytest.approx(checks, abs=0.7)


def test_the_sequential_test_keeps_its_risks():
    assert TEST.characteristics(0.02)[0] >= 0.94
    assert TEST.characteristics(0.10)[0] <= 0.065
    accepted = [TEST.characteristics(failing)[0] for failing in np.linspace(0.001, 0.3, 30)]
    assert all(before >= after for before, after in pairwise(accepted))


def test_playing_the_test_gives_what_is_computed():
    rng = np.random.default_rng(7)
    passed = rng.random((20_000, TEST.limit)) >= 0.05
    accept, reject = np.array([TEST.numbers(checks) for checks in range(1, TEST.limit + 1)]).T
    failures = (~passed).cumsum(axis=1)
    ends = ((failures <= accept) | (failures >= reject)).argmax(axis=1)
    accepted = failures[np.arange(len(ends)), ends] <= accept[ends]
    chance, length = TEST.characteristics(0.05)
    assert (ends + 1).mean() == pytest.approx(length, rel=0.02)
    assert accepted.mean() == pytest.approx(chance, abs=0.015)
    for results, end, good in zip(passed[:60].tolist(), ends[:60].tolist(), accepted[:60].tolist(), strict=True):
        assert TEST.decide(results[:end]) is None
        assert TEST.decide(results) is good


def test_the_sequential_test_says_go_on_until_it_knows():
    assert TEST.decide([]) is None
    assert TEST.decide([True] * 34) is None
    assert TEST.decide([True] * 35) is True
    assert TEST.decide([False, False]) is False
    assert Sequential(0.02, 0.10, limit=5).decide([True] * 5) is True


def test_switching():
    assert severity([]) is Severity.NORMAL
    assert severity([True] * 4) is Severity.NORMAL
    assert severity([True] * 5) is Severity.REDUCED
    assert severity([True] * 9 + [False]) is Severity.TIGHTENED
    assert severity([False] + [True] * 5) is Severity.NORMAL
    assert severity([False] + [True] * 10) is Severity.REDUCED
    assert severity([False, True, True, False, True, True, True]) is Severity.TIGHTENED
    assert severity([False] + [True] * 2, clean=2) is Severity.NORMAL
    assert [checks_of(level, 60) for level in Severity] == [60, 90, 30]
    assert checks_of(Severity.REDUCED, 12) == 10


@pytest.mark.parametrize(
    "call",
    [
        lambda: plan(0.1, 0.02),
        lambda: plan(0.02, 1.0),
        lambda: plan(0.02, 0.0200001),
        lambda: size_for(0, 1e-9),
        lambda: Sequential(0.02, 0.1, limit=0),
    ],
)
def test_plans_that_contradict_themselves_are_refused(call):
    with pytest.raises(EstimateError) as error:
        call()
    assert in_words(error.value)
