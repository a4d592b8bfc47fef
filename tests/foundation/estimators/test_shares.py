"""Shares: published intervals, two packages as second opinion, and what must hold whatever the counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from xiuhua.foundation.estimators import (
    EstimateError,
    clopper_pearson,
    finite_zero_failure_size,
    lower_bound,
    separating_size,
    upper_bound,
    wilson,
    zero_failure_bound,
    zero_failure_size,
)
from xiuhua.foundation.wording import in_words

LEVELS = st.sampled_from([0.8, 0.9, 0.95, 0.99])
COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))

# Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I.
NEWCOMBE = [
    (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
    (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
    (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
    (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
]


@pytest.mark.parametrize(("x", "n", "score", "exact"), NEWCOMBE)
def test_published_intervals(x, n, score, exact):
    assert np.round(wilson(x, n), 4) == pytest.approx(score)
    assert np.round(clopper_pearson(x, n), 4) == pytest.approx(exact)


@given(COUNTS, LEVELS)
def test_statsmodels_says_the_same(counts, level):
    x, n = counts
    for ours, method in ((wilson, "wilson"), (clopper_pearson, "beta")):
        low, high = proportion_confint(x, n, alpha=1 - level, method=method)
        assert ours(x, n, level) == pytest.approx((max(0, low), min(1, high)), abs=1e-9)


@given(COUNTS, LEVELS)
def test_scipy_says_the_same_of_one_side(counts, level):
    x, n = counts
    at_least = stats.binomtest(x, n, alternative="greater").proportion_ci(level, method="exact").low
    assert lower_bound(x, n, level) == pytest.approx(at_least, abs=1e-9)


@given(COUNTS, LEVELS)
def test_what_holds_of_every_interval(counts, level):
    x, n = counts
    for interval in (wilson, clopper_pearson):
        low, high = interval(x, n, level)
        assert 0 <= low <= x / n <= high <= 1
        assert low < high
        # Passing and failing are two names of one thing.
        assert (1 - high, 1 - low) == pytest.approx(interval(n - x, n, level), abs=1e-9)
        # The same share seen more often is known better.
        more_low, more_high = interval(2 * x, 2 * n, level)
        assert more_high - more_low < high - low
    narrow, wide = clopper_pearson(x, n, level), clopper_pearson(x, n, 0.995)
    assert wide[0] <= narrow[0] <= narrow[1] <= wide[1]
    assert lower_bound(x, n, level) <= upper_bound(x, n, level)


@given(st.integers(1, 300), LEVELS)
def test_bounds_grow_with_every_check_that_passes(n, level):
    bounds = lower_bound(np.arange(n + 1), n, level)
    assert (np.diff(bounds) > 0).all()
    assert zero_failure_bound(n + 1, level) > zero_failure_bound(n, level)


def test_arrays_and_what_was_never_looked_at():
    low, high = wilson([0, 3, 0], [5, 4, 0])
    assert low.shape == high.shape == (3,)
    assert np.isnan([low[2], high[2]]).all()
    assert (low[1], high[1]) == pytest.approx(wilson(3, 4))
    assert np.isnan(clopper_pearson(0, 0)).all()
    assert np.isnan(zero_failure_bound(0))


@pytest.mark.parametrize(
    ("p0", "sizes"),
    [
        (0.90, (22, 29, 44)),
        (0.95, (45, 59, 90)),
        (0.98, (114, 149, 228)),
        (0.99, (230, 299, 459)),
        (0.995, (460, 598, 919)),
        (0.999, (2302, 2995, 4603)),
    ],
)
def test_checks_without_failure_that_show_a_level(p0, sizes):
    assert tuple(zero_failure_size(p0, level) for level in (0.90, 0.95, 0.99)) == sizes


@given(st.floats(0.5, 0.999), LEVELS)
def test_the_size_is_the_smallest_that_shows_the_level(p0, level):
    size = zero_failure_size(p0, level)
    assert zero_failure_bound(size, level) >= p0 - 1e-9
    if size > 1:
        assert zero_failure_bound(size - 1, level) < p0


def test_no_failure_in_59_checks():
    assert zero_failure_bound(59) == pytest.approx(0.05 ** (1 / 59))
    assert round(float(zero_failure_bound(59)), 3) == 0.950
    # Rule of three.
    assert 1 - zero_failure_bound(1000) == pytest.approx(3 / 1000, rel=0.01)


@pytest.mark.parametrize(("size", "bad", "checks"), [(100, 5, 45), (300, 15, 54), (1000, 10, 258), (5000, 50, 290)])
def test_lists_that_end(size, bad, checks):
    assert finite_zero_failure_size(size, bad) == checks


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))), LEVELS)
def test_hypergeometric_of_scipy_says_the_same(pair, level):
    size, bad = pair
    checks = finite_zero_failure_size(size, bad, level)
    missed = stats.hypergeom(size, bad, np.array([checks - 1, checks])).pmf(0)
    assert missed[1] <= 1 - level + 1e-8
    assert missed[0] > 1 - level - 1e-8


@pytest.mark.parametrize(("apart", "checks"), [(0.01, 8158), (0.02, 2211), (0.03, 1057), (0.05, 432)])
def test_how_many_checks_part_two_towns(apart, checks):
    assert separating_size(0.95, 0.95 - apart) == pytest.approx(checks, rel=5e-4)
    size = separating_size(0.95, 0.95 - apart)
    rng = np.random.default_rng(1)
    one, other = (rng.binomial(size, p, 4000) / size for p in (0.95, 0.95 - apart))
    spread = np.sqrt((one * (1 - one) + other * (1 - other)) / size)
    assert (np.abs(one - other) / spread > 1.96).mean() == pytest.approx(0.8, abs=0.02)


def test_all_pairs_of_seven_towns_need_more():
    assert separating_size(0.95, 0.90, pairs=21) == pytest.approx(829, rel=2e-3)


@pytest.mark.parametrize(
    "call",
    [
        lambda: wilson(5, 4),
        lambda: wilson(-1, 4),
        lambda: wilson(float("nan"), 4),
        lambda: clopper_pearson(1, 4, 1.0),
        lambda: zero_failure_size(1.0),
        lambda: finite_zero_failure_size(10, 0),
        lambda: separating_size(0.9, 0.9),
    ],
)
def test_counts_that_contradict_themselves_are_refused(call):
    with pytest.raises(EstimateError) as error:
        call()
    assert in_words(error.value)
