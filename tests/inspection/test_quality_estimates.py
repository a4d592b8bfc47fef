"""The index of cleanliness: oracles, traps, what must hold of any checks, and cover by simulation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from xiuhua.foundation.estimators import EstimateError, clopper_pearson
from xiuhua.foundation.estimators.designs import mean, stratified
from xiuhua.foundation.estimators.survey_shares import korn_graubard
from xiuhua.inspection.estimates import (
    HISTORY_MONTHS,
    USUAL_DEFF,
    Checks,
    areas,
    distribution,
    history,
    strata,
    together,
)

ONE = np.zeros(1, dtype=int)


def checks(month, stratum, walk, value, weight=None):
    numbers = [np.asarray(each, dtype=int) for each in (month, stratum, walk)]
    heavy = np.ones(len(numbers[0])) if weight is None else np.asarray(weight, dtype=float)
    return Checks(*numbers, heavy, np.asarray(value, dtype=float))


def one_month(values, walks, weight=None):
    """Checks of one area with one stratum."""
    return checks(np.zeros(len(values)), np.zeros(len(values)), walks, values, weight)


def test_strata_give_what_r_survey_gives_for_its_stratified_share():
    """apistrat: awards 73/100, 16/50, 24/50 in strata of 4421, 755 and 1018 schools (no finite correction here)."""
    sizes, won, drawn = np.array([[4421.0, 755.0, 1018.0]]), (73, 16, 24), (100, 50, 50)
    stratum = np.repeat(np.arange(3), drawn)
    values = np.concatenate([np.arange(n) < k for n, k in zip(drawn, won, strict=True)])
    found = strata(checks(np.zeros(200), stratum, np.arange(200), values), sizes)
    whole = together(found)
    expected = stratified(values, stratum.astype(str), {"0": 4421.0, "1": 755.0, "2": 1018.0})
    assert whole.value[0] == pytest.approx(0.6389361, abs=1e-7)
    assert (whole.value[0], whole.se[0], whole.df[0]) == pytest.approx((expected.value, expected.se, expected.df))
    low, high = whole.interval()
    assert (low[0], high[0]) == pytest.approx(korn_graubard(expected))


def test_walks_give_what_r_survey_gives_for_its_clustered_share():
    """apiclus1: 4 of 183, in one of 15 clusters; deff 4.38."""
    sizes = [13, 34, 4, 13, 16, 2, 1, 4, 12, 21, 9, 11, 37, 2, 4]
    values = np.concatenate([np.full(size, size == 9) for size in sizes])
    values[np.flatnonzero(values)[4:]] = False
    found = areas(one_month(values, np.repeat(np.arange(15), sizes)), np.array([[1.0]]), ONE, 1)
    assert found.value[0, 0] == pytest.approx(0.0218579, abs=1e-7)
    # The published error takes off 15 of 757 districts.
    assert found.se[0, 0] * np.sqrt(1 - 15 / 757) == pytest.approx(0.0226225, abs=1e-7)
    assert found.deff[0, 0] * (1 - 15 / 757) == pytest.approx(4.38, abs=5e-3)
    assert found.df[0, 0] == 14


def test_all_pass_is_no_certainty_and_walks_are_not_independent():
    """183 checks in 15 walks, all passed: 0.9765 would count them as independent, with the deff seen before 0.915."""
    walks = np.repeat(np.arange(15), [13, 34, 4, 13, 16, 2, 1, 4, 12, 21, 9, 11, 37, 2, 4])
    found = areas(one_month(np.ones(183), walks), np.array([[5.0]]), ONE, 1)
    low, high = found.interval(4.38)
    assert (low[0, 0], high[0, 0]) == pytest.approx((0.915, 1.0), abs=1e-3)
    assert low[0, 0] < clopper_pearson(183, 183)[0] < 1
    assert found.n_eff(4.38)[0, 0] == pytest.approx(183 / 4.38)
    assert found.n_eff()[0, 0] == pytest.approx(183 / USUAL_DEFF)
    assert found.lower(1.0)[0, 0] == pytest.approx(0.05 ** (1 / 183))
    # A history below 1 is not believed.
    assert found.n_eff(0.3)[0, 0] == 183


def test_a_stratum_with_one_check_or_none_is_grey():
    whole = np.ones((1, 3))
    found = strata(checks([0, 0, 0], [0, 0, 1], [0, 1, 2], [1, 0, 1]), whole)
    assert found.n.tolist() == [[2, 1, 0]]
    assert np.isnan(found.variance).tolist() == [[False, True, True]]
    assert np.isnan(found.value).tolist() == [[False, False, True]]
    low, high = found.interval()
    assert np.isnan(low).tolist() == np.isnan(high).tolist() == [[False, True, True]]
    assert np.isnan(found.n_eff()).tolist() == [[False, True, True]]
    joined = together(found)
    assert np.isnan([joined.value[0], joined.variance[0]]).all()


def test_an_area_of_one_walk_has_a_value_and_no_doubt_that_could_be_told():
    found = areas(one_month([1, 0, 1], [4, 4, 4]), np.array([[1.0]]), ONE, 1)
    assert found.value[0, 0] == pytest.approx(2 / 3)
    assert np.isnan([found.interval()[0][0, 0], found.n_eff()[0, 0]]).all()
    alike = areas(one_month([1, 1, 1], [4, 4, 4]), np.array([[1.0]]), ONE, 1)
    assert np.isnan(alike.interval()[0][0, 0])


def test_what_nobody_looked_at_is_like_the_rest_only_where_it_is_little():
    seen = checks([0, 0], [0, 1], [0, 1], [1, 0])
    found = areas(seen, np.array([[3.0, 1.0, 1.0]]), np.zeros(3, dtype=int), 1)
    assert found.value[0, 0] == pytest.approx(0.75)
    assert found.unseen[0, 0] == pytest.approx(0.2)
    much = areas(seen, np.array([[3.0, 1.0, 1.1]]), np.zeros(3, dtype=int), 1)
    assert np.isnan(much.value[0, 0])
    # A town without a check: neither it nor the district has a value.
    towns = areas(seen, np.array([[3.0, 1.0, 1.0]]), np.array([0, 0, 1]), 2)
    assert np.isnan(towns.value).tolist() == [[False, True]]
    assert np.isnan(together(towns).value[0])
    # A town without anything to look at is no gap.
    towns = areas(seen, np.array([[3.0, 1.0, 0.0]]), np.array([0, 0, 1]), 2)
    assert together(towns).value[0] == pytest.approx(0.75)


def test_an_index_is_a_ratio_of_sums_and_no_average_of_ratios():
    """One kilometre all clean, nine kilometres all dirty: 10 %, not 50 %."""
    both = checks([0] * 4, [0, 0, 1, 1], range(4), [1, 1, 0, 0])
    found = together(areas(both, np.array([[1.0, 9.0]]), np.array([0, 1]), 2))
    assert found.value[0] == pytest.approx(0.1)


def test_history_is_that_of_the_months_before_and_never_below_one():
    deff = np.full((20, 2), np.nan)
    assert (history(deff) == USUAL_DEFF).all()
    deff[0], deff[1, 0], deff[2] = (2.0, 4.0), 3.0, (0.1, 0.1)
    found = history(deff)
    assert found[:2].tolist() == [USUAL_DEFF, USUAL_DEFF]
    assert found[2] == pytest.approx(3.0)
    assert found[3] == pytest.approx(9.2 / 5)
    assert found[HISTORY_MONTHS + 1] == pytest.approx(USUAL_DEFF if np.isfinite(deff[1:13]).sum() < 3 else 3.2 / 3)
    assert found[-1] == USUAL_DEFF
    assert history(np.full((5, 3), 0.2))[-1] == 1.0


SAMPLES = st.integers(1, 3).flatmap(
    lambda towns: st.tuples(
        st.just(towns),
        st.lists(
            st.tuples(st.integers(0, 2), st.integers(0, towns * 3 - 1), st.integers(0, 3), st.booleans(),
                      st.floats(0.5, 3)),
            min_size=1, max_size=60,
        ),
        st.lists(st.floats(0.5, 9), min_size=towns * 3, max_size=towns * 3),
    )
)  # fmt: skip


@settings(max_examples=60)
@given(SAMPLES)
def test_all_at_once_is_each_by_itself(sample):
    towns, rows, sizes = sample
    month, stratum, walk, value, weight = (np.array(each) for each in zip(*rows, strict=True))
    whole, area_of = np.tile(sizes, (3, 1)), np.repeat(np.arange(towns), 3)
    found = areas(checks(month, stratum, month * 10 + walk, value, weight), whole, area_of, towns)
    for number in range(3):
        for town in range(towns):
            mine = (month == number) & (area_of[stratum] == town)
            if np.isnan(found.value[number, town]):
                continue
            share = {h: weight[mine & (stratum == h)].sum() for h in np.unique(stratum[mine])}
            heavy = np.array([w * sizes[h] / share[h] for w, h in zip(weight[mine], stratum[mine], strict=True)])
            if len(set(walk[mine].tolist())) > 1:
                one = mean(value[mine], weights=heavy, clusters=walk[mine])
                assert (found.value[number, town], found.se[number, town], found.df[number, town]) == pytest.approx(
                    (one.value, one.se, one.df), abs=1e-9
                )
            else:
                assert found.value[number, town] == pytest.approx(heavy @ value[mine] / heavy.sum())
                assert np.isnan(found.variance[number, town])
    low, high = found.interval()
    told = np.isfinite(low)
    assert (low[told] <= found.value[told] + 1e-9).all()
    assert (high[told] >= found.value[told] - 1e-9).all()
    assert (high[told] - low[told] > 0).all()


@settings(max_examples=40)
@given(st.lists(st.booleans(), min_size=4, max_size=40), st.floats(0.1, 0.9))
def test_the_index_does_not_change_when_a_stratum_is_split_alike(values, part):
    """A stratum cut in two with the same checks on either side says what it said before."""
    rows = np.tile(values, 2)
    whole = areas(one_month(rows, np.arange(rows.size)), np.array([[1.0]]), ONE, 1)
    halves = checks(np.zeros(rows.size), np.repeat([0, 1], len(values)), np.arange(rows.size), rows)
    split = areas(halves, np.array([[part, 1 - part]]), np.zeros(2, dtype=int), 1)
    assert split.value[0, 0] == pytest.approx(whole.value[0, 0])


def test_the_grades_of_the_whole():
    found = distribution(
        checks([0, 0, 0, 1], [0, 0, 1, 0], range(4), [0] * 4), np.array([5, 3, 4, 2]), 6, np.array([[1.0, 3.0]] * 2)
    )
    assert found[0] == pytest.approx([0, 0, 0, 0.125, 0.75, 0.125])
    assert found[1] == pytest.approx([0, 0, 1, 0, 0, 0])
    none = distribution(checks([], [], [], []), np.array([], dtype=int), 6, np.ones((1, 1)))
    assert np.isnan(none).all()


def simulated(rounds, walks, each, rho, truth, seed=20260301):
    """Rounds as months: walks of as many checks each, correlated by ``rho``; returns cover of both ends on one side."""
    rng = np.random.default_rng(seed)
    spread = (1 - rho) / rho if rho else 0
    passing = (
        rng.beta(truth * spread, (1 - truth) * spread, (rounds, walks)) if rho else np.full((rounds, walks), truth)
    )
    value = (rng.random((rounds, walks, each)) < passing[..., None]).astype(float)
    shape = value.shape
    month, walk = (
        np.broadcast_to(np.arange(rounds)[:, None, None], shape),
        np.arange(rounds * walks).reshape(rounds, walks, 1),
    )
    made = checks(month.ravel(), np.zeros(value.size), np.broadcast_to(walk, shape).ravel(), value.ravel())
    cells = areas(made, np.ones((rounds, 1)), ONE, 1)
    low, high = cells.interval(1 + (each - 1) * rho, 0.9)
    return (low <= truth).mean(), (high >= truth).mean()


def test_one_sided_cover_of_checks_made_in_walks():
    """15 walks of 12, intraclass correlation 0.1: 93.8 % at 0.93 (counted as independent it would be 90.8 %)."""
    low, high = simulated(4000, 15, 12, 0.1, 0.93)
    assert low == pytest.approx(0.938, abs=0.012)
    assert high >= 0.93


@pytest.mark.parametrize("truth", [0.8, 0.9, 0.95])
def test_independent_checks_are_covered_as_promised(truth):
    """A walk for each check: exact intervals never cover less than they say."""
    low, high = simulated(3000, 120, 1, 0, truth)
    assert min(low, high) >= 0.94


@pytest.mark.parametrize("rounds", [2000, pytest.param(40_000, marks=pytest.mark.slow)])
def test_the_interval_of_a_mean_covers_what_it_says(rounds):
    """Scores of 20 walks of 5, correlated within walks: Student's interval over walks is exact, so 95 % it is."""
    rng = np.random.default_rng(4)
    shape = (rounds, 20, 5)
    score = 80 + rng.normal(0, 3, (rounds, 20, 1)) + rng.normal(0, 5, shape)
    month = np.broadcast_to(np.arange(rounds)[:, None, None], shape).ravel()
    walk = np.broadcast_to(np.arange(rounds * 20).reshape(rounds, 20, 1), shape).ravel()
    low, high = areas(checks(month, month * 0, walk, score.ravel()), np.ones((rounds, 1)), ONE, 1).t_interval()
    cover = ((low <= 80) & (high >= 80)).mean()
    assert cover == pytest.approx(0.95, abs=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("truth", [0.7, 0.8, 0.9])
def test_two_sided_cover_of_many_walks(truth):
    """60 walks of 20, correlation 0.05. Exact quantiles never cover less than they say, and not much more."""
    rng = np.random.default_rng(8)
    rounds, walks, each, rho = 4000, 60, 20, 0.05
    passing = rng.beta(truth * (1 - rho) / rho, (1 - truth) * (1 - rho) / rho, (rounds, walks, 1))
    value = (rng.random((rounds, walks, each)) < passing).astype(float)
    month = np.broadcast_to(np.arange(rounds)[:, None, None], value.shape).ravel()
    walk = np.broadcast_to(np.arange(rounds * walks).reshape(rounds, walks, 1), value.shape).ravel()
    made = checks(month, month * 0, walk, value.ravel())
    low, high = areas(made, np.ones((rounds, 1)), ONE, 1).interval()
    assert 0.94 <= ((low <= truth) & (high >= truth)).mean() <= 0.97


def test_a_mean_score_has_students_interval_over_walks():
    rng = np.random.default_rng(2)
    scores = rng.normal(80, 5, 30)
    found = areas(one_month(scores, np.arange(30)), np.array([[1.0]]), ONE, 1)
    low, high = found.t_interval()
    assert (low[0, 0], high[0, 0]) == pytest.approx(stats.t(29, scores.mean(), stats.sem(scores)).interval(0.95))


@pytest.mark.parametrize(
    "call",
    [
        lambda: checks([0], [0], [0], [1], [0.0]),
        lambda: checks([0], [0], [0], [np.nan]),
        lambda: checks([0, 0], [0], [0], [1]),
        lambda: strata(checks([0], [0], [0], [1]), np.zeros((1, 1))),
        lambda: strata(checks([0], [0], [0], [1]), np.array([[-1.0]])),
    ],
)
def test_checks_that_contradict_themselves_are_refused(call):
    with pytest.raises(EstimateError):
        call()
