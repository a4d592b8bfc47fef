"""The traffic light, and why it is not the one of growth over growth required."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.foundation.estimators import wilson
from xiuhua.taskbook.forecast import forecast, probability
from xiuhua.taskbook.light import light

P = st.floats(0, 1)


@pytest.mark.parametrize(
    ("p", "told"),
    [
        (1.0, ("green", "likely")), (0.8, ("green", "likely")), (0.79, ("yellow", "open")), (0.21, ("yellow", "open")),
        (0.2, ("red", "unlikely")), (0.0, ("red", "unlikely")), (None, ("grey", "no_forecast")),
    ],
)  # fmt: skip
def test_colours(p, told):
    assert light(p) == told


@given(P, st.floats(0, 100), st.floats(0, 100), st.floats(0, 50), st.floats(0, 50))
def test_an_interval_wider_than_the_way_is_grey(p, baseline, target, below, above):
    found = light(p, low=50 - below, high=50 + above, baseline=baseline, target=target)
    wide = baseline != target and (50 + above) - (50 - below) > abs(target - baseline)
    assert (found == ("grey", "too_uncertain")) == wide
    assert found.reason


@given(st.one_of(st.none(), P))
def test_reasons_of_grey(p):
    assert light(p, has_target=False, has_owner=False) == ("grey", "no_target")
    assert light(p, has_owner=False, late=True) == ("grey", "no_owner")
    assert light(p, late=True, n=1, min_n=30) == ("grey", "late_data")
    assert light(p, n=29, min_n=30, low=0, high=50, baseline=92, target=98) == ("grey", "too_few")


@given(P)
def test_enough_evidence_shows_the_colour(p):
    enough = {"n": 30, "min_n": 30, "low": 93, "high": 94, "baseline": 92, "target": 98}
    assert light(p, **enough) == light(p)
    # A goal to stay where one is has no way that an interval could exceed.
    assert light(p, low=90, high=96, baseline=95, target=95) == light(p)


def test_other_limits():
    assert light(0.7, green=0.7).colour == "green"
    assert light(0.3, red=0.3).colour == "red"
    with pytest.raises(ValueError, match="red"):
        light(0.5, green=0.2, red=0.8)


def growth_light(first, now, years, target, whole):
    """The rule of Open SDG: the yearly growth seen over the one required; at 0.95, 0.60 and 0 the colour changes."""
    ratio = ((now / first) ** (1 / years) - 1) / ((target / first) ** (1 / whole) - 1)
    return np.select(
        [ratio >= 0.95, ratio >= 0.60, ratio >= 0], ["on track", "acceleration", "limited"], "deterioration"
    )


START, TARGET = 92.0, 98.0
ON_PATH, NO_PROGRESS = TARGET / START, 1.0


@pytest.mark.parametrize(
    ("checks", "growth", "shares"),
    [
        (300, ON_PATH, (0.51, 0.10, 0.16, 0.21)),
        (300, NO_PROGRESS, (0.25, 0.10, 0.19, 0.46)),
        (3000, ON_PATH, (0.55, 0.28, 0.16, 0.02)),
    ],
)
def test_growth_over_growth_required_calls_one_in_five_on_its_path_deteriorating(checks, growth, shares):
    """Surveys of so many checks a year with a design effect of 2; one year of three has passed."""
    rng = np.random.default_rng(1)
    effective = checks // 2
    first = 100 * rng.binomial(effective, START / 100, 100_000) / effective
    now = 100 * rng.binomial(effective, START / 100 * growth ** (1 / 3), 100_000) / effective
    short = first < TARGET
    told = growth_light(first[short], now[short], 1, TARGET, 3)
    found = [(told == name).mean() for name in ("on track", "acceleration", "limited", "deterioration")]
    assert found == pytest.approx(shares, abs=0.015)


def our_lights(checks, growth, passed, rounds=150):
    """Colours after ``passed`` of 36 months, of as many checks a year spread over its months."""
    rng = np.random.default_rng(2)
    each = round(checks / 2 / 12)
    path = START / 100 * growth ** (np.arange(1, passed + 1) / 36)
    told = []
    for _ in range(rounds):
        good = rng.binomial(each, path)
        low, high = wilson(good[-12:].sum(), 12 * each)
        p = probability(forecast(100 * good / each, periods_ahead=36 - passed, low=0, high=100), TARGET)
        told.append(light(p, low=100 * low, high=100 * high, baseline=START, target=TARGET))
    return [sum(each.colour == name for each in told) / rounds for name in ("green", "yellow", "red", "grey")]


@pytest.mark.parametrize("passed", [12, 24, 34])
def test_our_light_says_when_it_cannot_know(passed):
    """300 checks a year: what is on its path is hardly ever red, what stands still hardly ever green; much is grey."""
    green, _yellow, red, grey = our_lights(300, ON_PATH, passed)
    assert red <= 0.01
    assert grey >= 0.4
    green, _yellow, red, grey = our_lights(300, NO_PROGRESS, passed)
    assert green <= 0.01
    assert grey >= 0.9


def test_with_evidence_our_light_parts_the_two():
    """3,000 checks a year and the deadline two months off: on the path it is open, standing still it is unlikely."""
    _green, yellow, _red, grey = our_lights(3000, ON_PATH, 34)
    assert (yellow > 0.75, grey) == (True, 0)
    assert our_lights(3000, NO_PROGRESS, 34)[2] > 0.95
