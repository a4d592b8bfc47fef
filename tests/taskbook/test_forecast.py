"""Forecasts, and how they are judged afterwards."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from xiuhua.taskbook.calibration import brier, cover, reliability, skill
from xiuhua.taskbook.forecast import forecast, probability
from xiuhua.taskbook.trend import mann_kendall, theil_sen

FLAT = [94.0, 96, 95, 93, 97, 95, 94, 96, 95, 95, 94, 96]
SHARES = st.lists(st.floats(0, 100), min_size=6, max_size=48)
SERIES = st.lists(st.one_of(st.none(), st.floats(0, 100)), min_size=0, max_size=48)


def test_a_flat_series_gives_its_mean_with_the_plain_interval():
    found = forecast(FLAT, periods_ahead=9, low=0, high=100)
    half = stats.t(11).ppf(0.9) * np.std(FLAT, ddof=1) * np.sqrt(13 / 12)
    assert (found.method, found.points) == ("mean12", 12)
    assert (found.expected, found.low, found.high) == pytest.approx((95, 95 - half, 95 + half))
    assert probability(found, 95) == pytest.approx(0.5)
    assert probability(found, 95, "down") == pytest.approx(0.5)
    spread = np.std(FLAT, ddof=1) * np.sqrt(13 / 12)
    assert probability(found, 96) == pytest.approx(stats.t(11).sf(1 / spread))


def test_the_month_may_be_named_either_way():
    assert forecast(FLAT, 20) == forecast(FLAT, periods_ahead=9) == forecast(FLAT, 20, periods_ahead=9)
    for arguments in ({}, {"target_index": 11}, {"periods_ahead": 0}, {"target_index": 20, "periods_ahead": 3}):
        with pytest.raises(ValueError, match=r"target_index|month"):
            forecast(FLAT, **arguments)


def test_only_the_last_twelve_months_count():
    assert forecast([20.0, 99.0, 50.0, *FLAT], periods_ahead=1).expected == pytest.approx(95)
    gaps = [None, *FLAT[:3], float("nan"), *FLAT[3:], None]
    found = forecast(gaps, periods_ahead=3)
    assert (found.method, found.points) == ("mean12", 10)


@pytest.mark.parametrize("points", range(6))
def test_fewer_than_six_points_give_no_forecast(points):
    found = forecast([90.0] * points + [None] * 20, periods_ahead=3)
    assert (found.expected, found.low, found.high, found.method) == (None, None, None, "")
    assert found.reason == "too_few_points"
    assert probability(found, 95) is None


def test_old_points_alone_give_no_forecast():
    found = forecast([*FLAT[:8], *[None] * 10], periods_ahead=3)
    assert (found.expected, found.reason) == (None, "too_few_recent_points")


def test_four_rising_points_and_eleven_are_no_trend():
    assert forecast([70.0, 80, 90, 95], periods_ahead=3).method == ""
    assert forecast(np.linspace(70, 90, 11), periods_ahead=3).method == "mean12"
    assert forecast(np.linspace(70, 90, 12), periods_ahead=3).method == "damped_trend"


def test_a_campaign_is_followed_but_damped_and_capped():
    campaign = 60 + 38 * (1 - np.exp(-np.arange(24) / 8)) + np.tile([0.5, -0.5], 12)
    found = forecast(campaign, periods_ahead=9, low=0, high=100)
    assert found.method == "damped_trend"
    assert campaign[-1] - 1 < found.expected < 100
    assert found.low < found.expected < found.high <= 100
    straight = np.linspace(60, 98, 24)
    near, far, farther = (forecast(straight, periods_ahead=h).expected for h in (1, 12, 600))
    slope = 38 / 23
    assert near == pytest.approx(98 + 0.9 * slope)
    # However far, no more than nine months of the slope are added.
    assert far < farther <= 98 + 9 * slope + 1e-6
    assert forecast(straight, periods_ahead=600, low=0, high=100).expected < 100


@given(SERIES, st.integers(1, 24), st.floats(0, 100))
def test_a_share_stays_a_share(values, ahead, target):
    found = forecast(values, periods_ahead=ahead, low=0, high=100)
    up, down = probability(found, target), probability(found, target, "down")
    if found.expected is None:
        assert (up, down) == (None, None)
        assert found.reason
        return
    assert 0 <= found.low <= found.expected <= found.high <= 100
    assert 0 <= up <= 1
    assert 0 <= down <= 1
    assert up + down == pytest.approx(1) or found.spread == 0 or target in {0, 100}
    # A harder target is never likelier.
    assert probability(found, min(100, target + 5)) <= up
    assert probability(found, max(0, target - 5), "down") <= down
    assert probability(found, 101) == 0
    assert probability(found, -1, "down") == 0
    assert probability(found, 0) == 1


@given(SHARES, st.integers(1, 12))
def test_a_wider_interval_holds_the_narrower(values, ahead):
    narrow, wide = (forecast(values, periods_ahead=ahead, low=0, high=100, level=level) for level in (0.5, 0.8))
    if narrow.expected is not None:
        assert wide.low <= narrow.low <= narrow.high <= wide.high


def test_twelve_perfect_months_are_no_certainty():
    found = forecast([100.0] * 12, periods_ahead=3, low=0, high=100)
    assert found.expected == 100
    assert probability(found, 100) == pytest.approx(13 / 14)
    assert probability(found, 99, "down") == pytest.approx(1 / 14)


@given(st.lists(st.integers(0, 5), min_size=3, max_size=30))
def test_mann_kendall_is_kendalls_tau_against_time(values):
    found = mann_kendall(values)
    if len(set(values)) == 1:
        assert (found.statistic, found.variance, found.p) == (0, 0, 1)
        return
    other = stats.kendalltau(np.arange(len(values)), values, method="asymptotic")
    assert np.sign(found.statistic) == np.sign(round(other.statistic, 9))
    # scipy does without the correction for continuity.
    assert 2 * stats.norm.sf(abs(found.statistic) / np.sqrt(found.variance)) == pytest.approx(other.pvalue)
    assert found.p >= other.pvalue - 1e-12


def test_mann_kendall_finds_a_trend_by_chance_in_one_of_twenty():
    rng = np.random.default_rng(8)
    found = np.mean([mann_kendall(rng.normal(size=12)).p < 0.05 for _ in range(3000)])
    assert 0.02 < found < 0.055
    assert mann_kendall(np.arange(12)).p < 1e-4


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=25))
def test_theil_sen_is_that_of_scipy(values):
    places = np.arange(len(values)) * 2.0
    assert theil_sen(values, places) == pytest.approx(stats.theilslopes(values, places).slope, abs=1e-9)


def test_one_wild_month_does_not_bend_the_slope():
    line = np.arange(15) * 2.0
    line[7] = 500
    assert theil_sen(line, np.arange(15)) == pytest.approx(2)


def test_cover_of_the_plain_interval():
    rng = np.random.default_rng(4)
    series = rng.normal(95, 2, (1500, 13))
    found = [forecast(row[:12], periods_ahead=1) for row in series]
    flat = [each.method == "mean12" for each in found]
    held = cover([each.low for each in found], [each.high for each in found], series[:, 12])
    assert np.mean(flat) > 0.94
    assert held == pytest.approx(0.80, abs=0.03)
    chances = [probability(each, 95) for each in found]
    came = series[:, 12] >= 95
    assert brier(chances, came) == pytest.approx(0.25, abs=0.04)


def test_brier_and_skill():
    assert brier([1, 0, 0.5], [1, 0, 1]) == pytest.approx(0.25 / 3)
    assert brier([0.9, 0.1], [1, 0]) == pytest.approx(0.01)
    assert skill([0.5, 0.5], [1, 0]) == pytest.approx(0)
    assert skill([1, 0], [1, 0]) == 1
    assert np.isnan(skill([1, 1], [1, 1]))
    assert np.isnan(brier([], []))
    assert np.isnan(cover([], [], []))
    for chances, outcomes in (([1.2], [1]), ([0.5], [0.5]), ([0.5, 0.5], [1])):
        with pytest.raises(ValueError, match="calibration"):
            brier(chances, outcomes)


def test_reliability_of_honest_chances():
    rng = np.random.default_rng(6)
    said = rng.random(5000)
    rows = reliability(said, rng.random(5000) < said)
    assert [row.start for row in rows] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8])
    assert sum(row.n for row in rows) == 5000
    assert all(row.start <= row.said <= row.end and row.low <= row.came <= row.high for row in rows)
    assert sum(row.low <= row.said <= row.high for row in rows) >= 4
    boastful = reliability(np.full(100, 1.0), rng.random(100) < 0.6)
    assert (len(boastful), boastful[0].start) == (1, 0.8)
    assert boastful[0].high < 0.8
