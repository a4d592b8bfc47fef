"""Means, ratios of sums, small areas."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from xiuhua.foundation.estimators import EstimateError
from xiuhua.foundation.estimators.areas import between_variance, shrink
from xiuhua.foundation.estimators.designs import mean
from xiuhua.foundation.estimators.means import ratio_interval, ratio_interval_of_sums, t_interval

NUMBERS = st.lists(st.floats(-1000, 1000), min_size=3, max_size=40)
PAIRS = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 60)), min_size=3, max_size=40)


@given(NUMBERS)
def test_scipy_gives_the_same_interval_of_a_mean(values):
    error = stats.sem(values)
    low, high = t_interval(values, 0.9)
    expected = stats.t(len(values) - 1, np.mean(values), error).interval(0.9) if error else (np.mean(values),) * 2
    assert (low, high) == pytest.approx(expected, abs=1e-6)


@given(PAIRS)
def test_sums_give_the_interval_of_the_rows(pairs):
    y, x = np.array(pairs, dtype=float).T
    rows = ratio_interval(y, x)
    sums = ratio_interval_of_sums(y.size, y.sum(), x.sum(), (y * y).sum(), (x * y).sum(), (x * x).sum())
    assert sums == pytest.approx(rows, abs=1e-6)
    assert rows[0] <= y.sum() / x.sum() <= rows[1]
    # A ratio is a mean weighted by its denominators.
    design = mean(y / x, weights=x)
    half = stats.t(y.size - 1).ppf(0.975) * design.se
    assert rows == pytest.approx((design.value - half, design.value + half))


def test_a_ratio_of_sums_is_not_the_mean_of_ratios():
    """One area with 9 of 10, one with 0 of 90: together 9 of 100, not 45 %."""
    low, high = ratio_interval_of_sums([2, 1, 0], [9, 9, 0], [100, 10, 0], [81, 81, 0], [90, 90, 0], [8200, 100, 0])
    assert (low[0] + high[0]) / 2 == pytest.approx(0.09)
    assert np.isnan(low[1:]).all()
    assert np.isnan(high[1:]).all()


def test_too_little_is_nan():
    assert np.isnan(t_interval([4.0])).all()
    assert np.isnan(ratio_interval([1, 2], [0, 0])).all()
    with pytest.raises(EstimateError):
        ratio_interval([1, 2], [1])
    with pytest.raises(EstimateError):
        t_interval([1, float("inf")])


def test_cover_of_a_ratio():
    rng = np.random.default_rng(11)
    hit, rounds = 0, 600
    for _ in range(rounds):
        x = rng.integers(5, 40, 40)
        low, high = ratio_interval(rng.binomial(x, 0.8), x)
        hit += low <= 0.8 <= high
    assert hit / rounds == pytest.approx(0.95, abs=0.025)


AREAS = st.lists(st.tuples(st.floats(0, 1), st.floats(1e-6, 0.1)), min_size=2, max_size=30)


@given(AREAS)
def test_a_shrunk_value_lies_between_the_direct_value_and_the_mean(areas):
    direct, variances = np.array(areas).T
    found = shrink(direct, variances)
    assert (np.minimum(direct, found.mean) - 1e-9 <= found.values).all()
    assert (found.values <= np.maximum(direct, found.mean) + 1e-9).all()
    assert direct.min() - 1e-9 <= found.mean <= direct.max() + 1e-9
    # The less certain, the nearer to the mean.
    assert (np.diff(found.weights[np.argsort(variances)]) <= 1e-12).all()


def test_certain_values_stay_and_known_means_are_used():
    found = shrink([0.9, 0.5], [0.0, 0.0])
    assert found.values == pytest.approx([0.9, 0.5])
    assert shrink([0.9, 0.9], [0.0, 0.0]).values == pytest.approx([0.9, 0.9])
    assert shrink([0.9], [0.01], mean=0.7).values == pytest.approx([0.7])


def test_shrinking_is_nearer_to_the_truth():
    rng = np.random.default_rng(3)
    truth = np.clip(rng.normal(0.93, 0.03, 300), 0.7, 0.999)
    direct = rng.binomial(60, truth) / 60
    noise = np.full(300, 0.93 * 0.07 / 60)
    found = shrink(direct, noise)
    assert ((found.values - truth) ** 2).mean() < 0.75 * ((direct - truth) ** 2).mean()
    assert between_variance(direct, noise) == pytest.approx(0.03**2, rel=0.3)


def test_areas_that_say_nothing_are_refused():
    for direct, variances in (([], []), ([0.5], [0.1]), ([0.5, 0.6], [0.1]), ([0.5, 0.6], [0.1, -0.1])):
        with pytest.raises(EstimateError):
            shrink(direct, variances)
