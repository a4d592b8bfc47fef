"""Agreement of raters: the tables of the textbooks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.inter_rater import fleiss_kappa as other_kappa

from xiuhua.foundation.estimators import EstimateError
from xiuhua.foundation.estimators.agreement import fleiss_kappa, gwet_ac, intraclass, krippendorff_alpha, weighted_kappa
from xiuhua.foundation.wording import in_words

_ = np.nan
# Krippendorff 2004, p. 230: four observers, twelve units.
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]
# Fleiss 1971: six psychiatrists give each of thirty patients one of five diagnoses.
PATIENTS = (
    "444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444 224445 "
    "333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444 133333 555555"
)
# Shrout and Fleiss 1979, table 2: four judges (rows here), six targets.
JUDGES = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]).T


@pytest.mark.parametrize(
    ("scale", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_krippendorff(scale, alpha):
    assert krippendorff_alpha(OBSERVERS, scale) == pytest.approx(alpha, abs=5e-4)
    # Neither the order of observers nor that of units matters.
    assert krippendorff_alpha(np.array(OBSERVERS)[::-1, ::-1], scale) == pytest.approx(
        krippendorff_alpha(OBSERVERS, scale)
    )


def test_gwet():
    assert gwet_ac(OBSERVERS) == pytest.approx(0.77544, abs=5e-6)
    assert gwet_ac(OBSERVERS, ordinal=True) == pytest.approx(0.89894, abs=5e-6)


def test_nearly_all_clean():
    """17 of 18 pairs agree that a place is clean: alpha says chance, AC1 says nearly all."""
    pair = np.ones((2, 18))
    pair[0, 3] = 0
    assert krippendorff_alpha(pair) == pytest.approx(0, abs=0.03)
    assert gwet_ac(pair) == pytest.approx(0.94, abs=5e-3)


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=3, max_size=40),
    st.sampled_from([("quadratic", "quadratic"), ("linear", "linear"), ("none", None)]),
)
def test_statsmodels_says_the_same_of_two_raters(pairs, weights):
    first, second = np.array(pairs).T
    table = np.zeros((5, 5))
    np.add.at(table, (first, second), 1)
    ours, theirs = weights
    found = weighted_kappa(first, second, ours, categories=range(5))
    if len(set(first) | set(second)) > 1:
        assert found == pytest.approx(cohens_kappa(table, wt=theirs, return_results=False))
    else:
        assert found == 1


def test_fleiss():
    counts = np.array([[patient.count(name) for name in "12345"] for patient in PATIENTS.split()])
    assert fleiss_kappa(counts) == pytest.approx(0.4302445, abs=1e-7)


@given(st.lists(st.lists(st.integers(0, 2), min_size=4, max_size=4), min_size=2, max_size=30))
def test_statsmodels_says_the_same(rows):
    counts = np.array([[row.count(name) for name in range(3)] for row in rows])
    if (counts.sum(axis=0) > 0).sum() > 1:
        assert fleiss_kappa(counts) == pytest.approx(other_kappa(counts))
    else:
        assert fleiss_kappa(counts) == 1


def test_shrout_and_fleiss():
    found = intraclass(JUDGES)
    single = (found.one_way, found.two_way, found.fixed)
    assert np.round(single, 2) == pytest.approx((0.17, 0.29, 0.71))
    assert np.round((found.one_way_k, found.two_way_k, found.fixed_k), 2) == pytest.approx((0.44, 0.62, 0.91))


RATINGS = st.integers(2, 5).flatmap(
    lambda raters: st.lists(st.lists(st.integers(1, 4), min_size=raters, max_size=raters), min_size=2, max_size=20)
)


@given(RATINGS, st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
def test_what_holds_of_any_ratings(rows, scale):
    table = np.array(rows, dtype=float).T
    alpha = krippendorff_alpha(table, scale)
    assert alpha <= 1
    if scale != "ratio":
        # Other names for the grades in the same order, evenly spaced, change nothing.
        assert krippendorff_alpha(table * 10 + 3, scale) == pytest.approx(alpha)
    same = np.repeat(table[:1], 3, axis=0)
    assert krippendorff_alpha(same, scale) == pytest.approx(1)
    assert gwet_ac(same) == pytest.approx(1)
    # What was rated once only tells nothing.
    alone = np.full((table.shape[0], 1), np.nan)
    alone[0] = 4
    assert krippendorff_alpha(np.hstack([table, alone]), scale) == pytest.approx(alpha)


@pytest.mark.parametrize(
    "call",
    [
        lambda: krippendorff_alpha([[1, _], [_, 2]]),
        lambda: gwet_ac([[1, _], [_, 2]]),
        lambda: gwet_ac([[1, 2], [1, 7]], categories=[1, 2]),
        lambda: krippendorff_alpha([1, 2, 3]),
        lambda: weighted_kappa([1, 2], [1]),
        lambda: weighted_kappa([], []),
        lambda: weighted_kappa([1, 2], [1, 7], categories=[1, 2]),
        lambda: fleiss_kappa([[2, 1], [1, 1]]),
        lambda: fleiss_kappa([[1, 0], [0, 1]]),
        lambda: intraclass([[1, 2, _], [1, 2, 3]]),
    ],
)
def test_ratings_that_say_nothing_are_refused(call):
    with pytest.raises(EstimateError) as error:
        call()
    assert in_words(error.value)
