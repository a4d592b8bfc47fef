"""Milestones: the pace, and the chance of the target from lead times."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from xiuhua.taskbook.pace import chance, number_of, pace

DAYS = st.lists(st.floats(1, 900), min_size=3, max_size=25)


@given(st.sampled_from([0.0, 0.01, 0.3, 0.5, 0.98, 1.0]), st.integers(0, 20))
def test_equal_coins_are_binomial(p, n):
    assert number_of([p] * n) == pytest.approx(stats.binom(n, p).pmf(np.arange(n + 1)), abs=1e-9)


@given(DAYS, DAYS, st.floats(1, 400), st.integers(1, 30))
def test_more_time_never_hurts(lead_times, ages, left, target):
    found, later = (pace(target, lead_times, ages, days, 1000) for days in (left, left * 3))
    assert 0 <= found.probability <= 1
    assert found.low <= found.high <= len(lead_times) + len(ages)
    assert found.expected <= len(lead_times) + len(ages)
    assert later.needed <= found.needed
    harder = pace(target + 1, lead_times, ages, left, 1000)
    assert harder.probability <= found.probability + 1e-12


def test_chance_counts_those_that_lasted_as_long():
    lead_times = [100.0, 200, 300, 400]
    # Of those that lasted longer than 150 days (200, 300, 400) two were accepted within 150 more.
    assert chance(lead_times, [150.0], 150, 150) == pytest.approx((2 + 0.5) / (3 + 1))
    # An open one of 500 days shows that not all are done by 300.
    assert chance(lead_times, [150.0, 500.0], 150, 150) == pytest.approx((2 + 0.5) / (4 + 1))
    # Older than any that was accepted: nobody knows.
    assert chance(lead_times, [600.0], 600, 100) == pytest.approx(0.5)


def test_twenty_living_rooms():
    """11 of 20 accepted after two years, lead times about 200 days, 12 begun, 300 days left: likely, not certain."""
    lead_times = [150, 170, 180, 190, 200, 200, 210, 220, 230, 250, 310]
    ages = [20, 30, 40, 50, 60, 60, 70, 80, 90, 100, 110, 120]
    found = pace(20, lead_times, ages, 300, 730)
    assert 0.8 < found.probability < 1
    assert 20 <= found.expected <= 23
    assert found.low <= found.expected <= found.high <= 23
    assert (found.needed, found.seen) == pytest.approx((30 * 9 / 300, 30 * 11 / 730))
    late = pace(20, lead_times, ages, 60, 730)
    assert late.probability < 0.05


def test_ends():
    reached = pace(3, [100.0] * 3, [], 10, 300)
    assert (reached.probability, reached.expected, reached.needed) == (1.0, 3, 0)
    impossible = pace(10, [100.0] * 3, [50.0] * 2, 300, 300)
    assert (impossible.probability, impossible.high) == (0.0, 5)
    over = pace(10, [100.0] * 3, [50.0] * 20, 0, 300)
    assert (over.probability, over.high, over.needed) == (0.0, 3, float("inf"))
    unknown = pace(10, [100.0] * 2, [50.0] * 20, 100, 300)
    assert (unknown.probability, unknown.expected, unknown.reason) == (None, None, "too_few_accepted")
    assert unknown.needed == pytest.approx(2.4)
    # Accepted ones without a known start count, though they teach no lead time.
    assert pace(5, [100.0] * 3, [90.0], 200, 300, accepted=5).probability == 1


def test_what_is_computed_is_what_happens():
    """Projects that take 100 to 300 days: the target is met about as often as was said."""
    rng = np.random.default_rng(9)
    said, came = [], []
    for _ in range(300):
        lead_times, whole = rng.uniform(100, 300, 30), rng.uniform(100, 300, 10)
        ages = rng.uniform(0, 90, 10)
        said.append(pace(36, lead_times.tolist(), ages.tolist(), 150, 900).probability)
        came.append((whole <= ages + 150).sum() >= 6)
    assert np.mean(said) == pytest.approx(np.mean(came), abs=0.08)
