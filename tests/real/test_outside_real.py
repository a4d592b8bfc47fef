"""Ten years of ratings of street cleanliness in New York: read as an outside series, forecast and ranked.

The districts' values are the plain means of their sections, since no n was published. The table of methods that this
follows was made of a longer file (to March 2018) at twelve origins that are not named: its errors are about a third
larger than those of the ten years at hand (its mean of 12 months 4.26 and 1.79, here 3.21 and 1.63). What does not
depend on the years is the same: the order of the methods, the naive forecast's cover (0.98) and Brier score (0.218),
and the plain interval's cover over many origins (0.78).
"""

import gzip
from datetime import date
from functools import cache

import numpy as np
import pytest
from click.testing import CliRunner
from scipy import stats

from xiuhua.conf.cli import build
from xiuhua.taskbook.calibration import brier, cover, reliability, skill
from xiuhua.taskbook.forecast import forecast, probability
from xiuhua.taskbook.outside import read_series
from xiuhua.taskbook.ranks import bands, rank_sets

pytestmark = pytest.mark.real
FILE = "cleanliness/nyc_scorecard_2005_2014.csv.gz"
COLUMNS = {"area": "District", "month": "Month", "value": "Acceptable Streets %"}
HISTORY, AHEAD, TARGET = 36, 9, 95


@pytest.fixture
def districts(shared_data):
    return read(shared_data / FILE)


@cache
def read(path):
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return read_series(lines, COLUMNS, join=True)


def windows(values, step=1):
    """Histories of 36 months and the 9 months after each, of every origin and district without a gap."""
    both = np.lib.stride_tricks.sliding_window_view(values, HISTORY + AHEAD, axis=1)[:, ::step]
    flat = both.reshape(-1, HISTORY + AHEAD)
    whole = flat[np.isfinite(flat).all(axis=1)]
    return whole[:, :HISTORY], whole[:, HISTORY:]


def judged(future, expected, spread, of_mean=None):
    """Mean error of the 9th month and of the mean of 9, cover of the 80 % interval, Brier score of reaching 95."""
    last, half = future[:, -1], stats.norm.ppf(0.9) * spread
    return (
        np.abs(expected - last).mean(),
        np.abs((expected if of_mean is None else of_mean) - future.mean(axis=1)).mean(),
        cover(expected - half, expected + half, last),
        brier(stats.norm.sf((TARGET - expected) / spread), last >= TARGET),
    )


def test_what_was_read(districts):
    assert (len(districts.areas), len(districts.months)) == (59, 120)
    assert (districts.months[0], districts.months[-1]) == (date(2005, 1, 1), date(2014, 12, 1))
    assert np.isfinite(districts.values).sum() == 59 * 120 - 8
    assert np.isnan(districts.n).all()
    assert np.nanmin(districts.values) >= 0
    assert np.nanmax(districts.values) <= 100


def test_the_methods_in_their_order(districts):
    past, future = windows(districts.values)
    recent, months = past[:, -12:], np.arange(HISTORY)
    naive = judged(future, past[:, -1], 3 * np.diff(past, axis=1).std(axis=1, ddof=1))
    mean12 = judged(future, recent.mean(axis=1), recent.std(axis=1, ddof=1))
    mean36 = judged(future, past.mean(axis=1), past.std(axis=1, ddof=1))
    first, second = np.triu_indices(HISTORY, 1)
    slope = np.median((past[:, second] - past[:, first]) / (second - first), axis=1)
    start = np.median(past - slope[:, None] * months, axis=1)
    off = (past - start[:, None] - slope[:, None] * months).std(axis=1, ddof=1)
    ends = (np.minimum(100, start + slope * at) for at in (HISTORY + 8, HISTORY + 4))
    theil_sen = judged(future, next(ends), off, next(ends))
    assert naive == pytest.approx((4.32, 3.18, 0.98, 0.218), abs=0.01)
    assert mean12 == pytest.approx((3.21, 1.63, 0.77, 0.180), abs=0.01)
    assert mean36 == pytest.approx((3.21, 1.64, 0.83, 0.181), abs=0.01)
    assert theil_sen == pytest.approx((3.36, 1.93, 0.80, 0.194), abs=0.01)


def test_our_forecast_is_as_good_as_the_best_of_them(districts):
    past, future = windows(districts.values, step=4)
    last = future[:, -1]
    found = [forecast(row, periods_ahead=AHEAD, low=0, high=100) for row in past]
    expected = np.array([each.expected for each in found])
    plain = np.abs(past[:, -12:].mean(axis=1) - last).mean()
    assert np.abs(expected - last).mean() == pytest.approx(plain, rel=0.02)
    trended = np.array([each.method == "damped_trend" for each in found])
    assert 0.02 < trended.mean() < 0.15
    assert max(each.high for each in found) <= 100
    assert cover([each.low for each in found], [each.high for each in found], last) == pytest.approx(0.80, abs=0.03)
    chances, came = [probability(each, TARGET) for each in found], last >= TARGET
    assert brier(chances, came) == pytest.approx(0.18, abs=0.015)
    assert skill(chances, came) > 0.2
    assert all(row.said == pytest.approx(row.came, abs=0.12) for row in reliability(chances, came))


def test_a_month_of_ranks_says_little(districts):
    """About 200 checks a district, counted as independent: half of the districts may hold nearly any place."""
    values = districts.values[:, -1]
    sets = rank_sets(values, 100 * np.sqrt(values / 100 * (1 - values / 100) / 200))
    # 48 of 59 places in the longer file.
    assert np.median(sets.worst - sets.best + 1) == pytest.approx(48, abs=3)
    assert bands(sets).count("same") > 0.75 * 59


def test_the_command_on_the_file(districts, shared_data):
    columns = ["--columns", *COLUMNS.values()]
    done = CliRunner().invoke(build(), ["taskbook", "outside", str(shared_data / FILE), *columns, "--join"])
    assert done.exit_code == 0, done.output
    head, *lines = done.output.splitlines()
    assert "2014-12" in head
    assert "2015-12" in head
    assert len(lines) == 59
    assert {line.split()[0] for line in lines} == set(districts.areas)
    refused = CliRunner().invoke(build(), ["taskbook", "outside", str(shared_data / FILE), *columns])
    assert (refused.exit_code, "3" in refused.output) == (1, True)
