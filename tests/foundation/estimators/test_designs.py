"""Drawn samples: what R ``survey`` gives for its own examples, and what must hold of any design.

The school samples of R ``survey`` are rebuilt from a few figures: a stratum of n numbers with a given sum and sum of
squares has the same mean and variance whatever the numbers are.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.foundation.estimators import EstimateError, TooFewError, clopper_pearson
from xiuhua.foundation.estimators.designs import Estimate, mean, stratified
from xiuhua.foundation.estimators.survey_shares import (
    effective_n,
    effective_n_of,
    interval_of,
    korn_graubard,
    korn_graubard_of,
    logit_interval,
    survey_wilson,
)
from xiuhua.foundation.wording import in_words

SCHOOLS = {"E": 4421, "H": 755, "M": 1018}
# apistrat: per stratum the schools drawn, sum and sum of squares of api00, and how many have an award.
STRATA = {
    "E": (100, 67443, 47038637, 73),
    "H": (50, 31291, 20167941, 16),
    "M": (50, 31830, 20940396, 24),
}


def two_valued(n, total, squares):
    """``n`` numbers, n even, with this sum and this sum of squares."""
    middle = total / n
    off = np.sqrt(squares / n - middle**2)
    return np.repeat([middle - off, middle + off], n // 2)


def apistrat():
    strata = np.repeat(list(STRATA), [n for n, *_ in STRATA.values()])
    scores = np.concatenate([two_valued(n, total, squares) for n, total, squares, _ in STRATA.values()])
    awards = np.concatenate([np.arange(n) < won for n, _, _, won in STRATA.values()])
    fractions = np.array([STRATA[name][0] / SCHOOLS[name] for name in strata])
    return strata, scores, awards, fractions


# apiclus1: the schools of each of 15 districts drawn of 757, and how many of them have no learner of English (4 of 183).
# Where the four lie was not at hand: of all ways to place them, all in the district of nine alone gives R's error.
DISTRICTS = [13, 34, 4, 13, 16, 2, 1, 4, 12, 21, 9, 11, 37, 2, 4]
NO_LEARNERS = [0] * 10 + [4] + [0] * 4


def apiclus1():
    clusters = np.repeat(np.arange(15), DISTRICTS)
    values = np.concatenate([np.arange(size) < none for size, none in zip(DISTRICTS, NO_LEARNERS, strict=True)])
    return values, clusters


def test_stratified_mean_of_r_survey():
    strata, scores, _, fractions = apistrat()
    found = stratified(scores, strata, SCHOOLS, fractions=fractions)
    assert (found.value, found.se) == pytest.approx((662.2874, 9.408941), rel=1e-6)
    assert found.deff == pytest.approx(1.2045, abs=5e-5)
    assert (found.n, found.df) == (200, 197)


def test_stratified_share_of_r_survey():
    strata, _, awards, fractions = apistrat()
    found = stratified(awards, strata, SCHOOLS, fractions=fractions)
    assert (found.value, found.se) == pytest.approx((0.6389361, 0.03440592), abs=1e-7)
    assert korn_graubard(found) == pytest.approx((0.5672187, 0.7063548), abs=1e-7)
    assert logit_interval(found) == pytest.approx((0.5687, 0.7037), abs=5e-5)


def test_clustered_share_of_r_survey():
    values, clusters = apiclus1()
    found = mean(values, clusters=clusters, fractions=15 / 757)
    assert (found.value, found.se) == pytest.approx((0.0218579, 0.0226225), abs=1e-7)
    assert (found.n, found.df) == (183, 14)
    assert found.n / effective_n(found) == pytest.approx(4.38, abs=5e-3)
    assert korn_graubard(found) == pytest.approx((0.0002161, 0.1375078), abs=1e-6)
    assert logit_interval(found) == pytest.approx((0.0023047, 0.1777478), abs=1e-6)
    assert survey_wilson(found) == pytest.approx((0.0031788, 0.1353913), abs=1e-6)


def test_design_effect_of_weights_of_r_survey():
    sales = [15, 143, 21, 51, 337, 50, 274, 145, 15, 86]
    found = mean(sales, weights=[20, 200, 11, 25, 550, 30, 250, 100, 10, 55])
    assert (found.value, found.se, found.deff) == pytest.approx((243.914, 48.752, 1.9741), abs=6e-4)


def test_all_pass_in_clusters_is_no_certainty():
    found = mean(np.ones(183), clusters=np.repeat(np.arange(15), DISTRICTS))
    assert found.variance == 0
    with pytest.raises(EstimateError, match="design effect"):
        korn_graubard(found)
    one_sided = korn_graubard(found, level=0.90, deff_history=4.38)
    assert one_sided[0] == pytest.approx(0.05 ** (4.38 / 183))
    # As if the checks were independent: 0.984; with what is known of such checks: 0.915 at 97.5 % on one side.
    assert korn_graubard(found, deff_history=4.38)[0] == pytest.approx(0.915, abs=1e-3)
    # A design effect below 1 is not believed.
    assert korn_graubard(found, deff_history=0.2) == pytest.approx([float(end) for end in clopper_pearson(183, 183)])
    low, high = survey_wilson(found, deff_history=4.38)
    assert (low < 0.95, high) == (True, 1.0)


def test_korn_graubard_never_counts_more_checks_than_were_made():
    lucky = Estimate(value=0.9, variance=1e-6, n=100, df=99, deff=0.01)
    assert korn_graubard(lucky) == pytest.approx([float(end) for end in clopper_pearson(90, 100)])
    assert effective_n(lucky) == 100
    low, _high = korn_graubard_of([0.9, 0.9, 1.0], [1e-3, 1e-3, 0.0], 100, [99, 0, 99])
    assert np.isnan(low).tolist() == [False, True, True]


def test_many_intervals_at_once_are_those_of_each():
    each = [
        Estimate(0.9, 1e-3, 100, 20, 1.0), Estimate(1.0, 0.0, 59, 58, 1.0), Estimate(0.0, 0.0, 20, 19, 1.0),
        Estimate(0.5, 0.0, 20, 9, 1.0),
    ]  # fmt: skip
    p, v, n, df = np.array([(one.value, one.variance, one.n, one.df) for one in each]).T
    low, high = interval_of(p, v, n, df, 2.0)
    assert [*zip(low, high, strict=True)] == [pytest.approx(korn_graubard(one, deff_history=2.0)) for one in each]
    assert effective_n_of(p, v, n, 2.0) == pytest.approx([effective_n(one, 2.0) for one in each])
    grey, _high = interval_of([np.nan, 1.0, 1.0], [np.nan, np.nan, 0.0], [0, 1, 0], [0, 0, 0], 2.0)
    assert np.isnan(grey).all()


@pytest.mark.parametrize("checks", [0, 1])
def test_a_stratum_without_two_checks_refuses_a_standard_error(checks):
    strata = ["main"] * 5 + ["water"] * checks
    with pytest.raises(TooFewError) as error:
        stratified(np.ones(5 + checks), strata, {"main": 3.0, "water": 1.0})
    assert (error.value.stratum, error.value.n) == ("water", checks)
    assert "water" in in_words(error.value)


def test_a_single_cluster_refuses_a_standard_error():
    with pytest.raises(TooFewError):
        mean([0, 1, 1, 0], clusters=[7, 7, 7, 7])


SAMPLES = st.lists(st.tuples(st.integers(0, 1), st.sampled_from("abc")), min_size=12, max_size=60).filter(
    lambda rows: all(sum(name == each for _, name in rows) >= 4 for each in "abc")
)


@given(SAMPLES, st.integers(2, 20))
def test_the_index_does_not_change_when_a_stratum_is_split(rows, weight):
    values, strata = np.array([value for value, _ in rows]), np.array([name for _, name in rows])
    whole = {"a": float(weight), "b": 5.0, "c": 2.0}
    mine = np.flatnonzero(strata == "a")
    left, right = mine[: mine.size // 2], mine[mine.size // 2 :]
    split = strata.astype("<U2")
    split[left], split[right] = "a1", "a2"
    parts = {"b": 5.0, "c": 2.0, "a1": weight * left.size / mine.size, "a2": weight * right.size / mine.size}
    before, after = stratified(values, strata, whole), stratified(values, split, parts)
    assert after.value == pytest.approx(before.value)
    assert before.value == pytest.approx(sum(w * values[strata == h].mean() for h, w in whole.items()) / (weight + 7))
    assert after.df == before.df - 1


@given(SAMPLES)
def test_closed_form_of_a_stratified_share(rows):
    values, strata = np.array([value for value, _ in rows]), np.array([name for _, name in rows])
    shares = {"a": 0.5, "b": 0.3, "c": 0.2}
    expected = sum(
        w**2 * (p := values[strata == h].mean()) * (1 - p) / ((strata == h).sum() - 1) for h, w in shares.items()
    )
    assert stratified(values, strata, shares).variance == pytest.approx(expected, abs=1e-12)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50))
def test_without_design_it_is_the_plain_mean(values):
    found = mean(values)
    assert found.value == pytest.approx(np.mean(values), abs=1e-6)
    assert found.se == pytest.approx(np.std(values, ddof=1) / np.sqrt(len(values)), rel=1e-6, abs=1e-6)
    alone = mean(values, clusters=np.arange(len(values)), weights=3.0)
    assert (alone.value, alone.variance) == pytest.approx((found.value, found.variance), rel=1e-9)


def test_one_sided_cover_of_clustered_checks():
    """15 clusters of 12 checks, intraclass correlation 0.1: counting checks as independent covers less than it says."""
    rng = np.random.default_rng(20260301)
    rounds, groups, each, rho, truth = 4000, 15, 12, 0.1, 0.93
    spread = (1 - rho) / rho
    failing = rng.beta((1 - truth) * spread, truth * spread, (rounds, groups))
    passed = each - rng.binomial(each, failing)
    share = passed.sum(axis=1) / (groups * each)
    variance = ((passed / each - share[:, None]) ** 2).sum(axis=1) / (groups * (groups - 1))
    low, _ = korn_graubard_of(share, variance, groups * each, groups - 1, level=0.90)
    history = 1 + (each - 1) * rho
    fallback, _ = clopper_pearson(groups * each / history, groups * each / history, 0.90)
    low = np.where(variance > 0, low, fallback)
    plain, _ = clopper_pearson(passed.sum(axis=1), groups * each, 0.90)
    assert (low <= truth).mean() == pytest.approx(0.938, abs=0.012)
    assert (plain <= truth).mean() == pytest.approx(0.908, abs=0.012)


@pytest.mark.parametrize(
    "call",
    [
        lambda: mean([]),
        lambda: mean([1, float("nan")]),
        lambda: mean([1, 2], weights=[0, 0]),
        lambda: mean([1, 2], weights=[-1, 2]),
        lambda: mean([1, 2], strata=["a"]),
        lambda: mean([1, 2], weights=[1, 2, 3]),
        lambda: stratified([1, 0], ["a", "b"], {"a": 1.0}),
        lambda: stratified([1, 0], ["a", "a"], {"a": -1.0}),
        lambda: korn_graubard_of(1.2, 0.1, 10, 9),
    ],
)
def test_designs_that_contradict_themselves_are_refused(call):
    with pytest.raises(EstimateError) as error:
        call()
    assert in_words(error.value)
