"""Rank sets, bands and composites."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from xiuhua.taskbook.ranks import bands, composite, rank_sets, weight_draws

# OECD, PISA 2018 Results, volume I, table I.B1.5: mathematics, mean and standard error, OECD countries, as printed.
PISA = {
    "Japan": (527, 2.5), "Korea": (526, 3.1), "Estonia": (523, 1.7), "Netherlands": (519, 2.6), "Poland": (516, 2.6),
    "Switzerland": (515, 2.9), "Canada": (512, 2.4), "Denmark": (509, 1.7), "Slovenia": (509, 1.4),
    "Belgium": (508, 2.3), "Finland": (507, 2.0), "Sweden": (502, 2.7), "United Kingdom": (502, 2.6),
    "Norway": (501, 2.2), "Germany": (500, 2.6), "Ireland": (500, 2.2), "Czech Republic": (499, 2.5),
    "Austria": (499, 3.0), "Latvia": (496, 2.0), "France": (495, 2.3), "Iceland": (495, 2.0),
    "New Zealand": (494, 1.7), "Portugal": (492, 2.7), "Australia": (491, 1.9), "Italy": (487, 2.8),
    "Slovak Republic": (486, 2.6), "Luxembourg": (483, 1.1), "Spain": (481, 1.5), "Lithuania": (481, 2.0),
    "Hungary": (481, 2.3), "United States": (478, 3.2), "Israel": (463, 3.5), "Turkey": (454, 2.3),
    "Greece": (451, 3.1), "Chile": (417, 2.4), "Mexico": (409, 2.5), "Colombia": (391, 3.0),
}  # fmt: skip


def test_countries_as_the_authors_of_the_method_rank_them():
    values, errors = np.array(list(PISA.values())).T
    sets = rank_sets(values, errors)
    found = dict(zip(PISA, zip(sets.best.tolist(), sets.worst.tolist(), strict=True), strict=True))
    assert found["Japan"] == (1, 6)
    assert found["Colombia"] == (37, 37)
    assert found["Netherlands"][0] == 1
    assert found["Netherlands"][1] in {10, 11}
    # Printed figures are rounded: a place more or less than 12 to 26.
    assert found["France"] == pytest.approx((12, 26), abs=1)
    assert (sets.worst - sets.best + 1).mean() == pytest.approx(12.0, abs=0.4)


UNITS = st.lists(st.tuples(st.floats(0, 100), st.floats(0, 8)), min_size=2, max_size=12)


@settings(max_examples=60)
@given(UNITS, st.randoms())
def test_what_holds_of_every_ranking(units, random):
    values, errors = np.array(units).T
    sets = rank_sets(values, errors, draws=400)
    rank = stats.rankdata(-values, method="min")
    assert (sets.best <= rank).all()
    assert (rank <= sets.worst).all()
    assert (sets.best >= 1).all()
    assert (sets.worst <= values.size).all()
    assert sets.above.sum() == sets.below.sum()
    # Who has more is never placed behind who has less and is known as well.
    order = np.argsort(values)
    even = rank_sets(values, np.full(values.size, errors.mean()), draws=400)
    assert (np.diff(even.best[order]) <= 0).all()
    assert (np.diff(even.worst[order]) <= 0).all()
    # Twice the doubt separates no more.
    doubtful = rank_sets(values, 2 * errors, draws=400)
    assert (doubtful.best <= sets.best).all()
    assert (doubtful.worst >= sets.worst).all()
    # Turned around, the first are the last.
    turned = rank_sets(-values, errors, draws=400)
    assert (turned.best == values.size + 1 - sets.worst).all()
    above, below = bands(sets).count("above"), bands(turned).count("above")
    assert (above, below) == (bands(turned).count("below"), bands(sets).count("below"))


def test_all_sets_hold_at_once():
    """Ten units, some of them equal: all true places lie in their sets in 95 % of rounds at least."""
    rng = np.random.default_rng(5)
    truth, held = np.array([90, 90, 91, 92, 92, 93, 95, 95.5, 96, 99.0]), 0
    best = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
    worst = (truth[None, :] >= truth[:, None]).sum(axis=1)
    for _ in range(200):
        sets = rank_sets(rng.normal(truth, 1.0), np.ones(10), draws=600, seed=int(rng.integers(1 << 30)))
        held += bool((sets.best <= best).all() and (sets.worst >= worst).all())
    assert held / 200 >= 0.94


def test_missing_units_take_no_place():
    sets = rank_sets([99, np.nan, 50, 75], [0.1, 0.1, 0.1, np.nan])
    assert sets.best.tolist() == [1, 0, 2, 0]
    assert sets.worst.tolist() == [1, 0, 2, 0]
    assert bands(sets) == ["above", "", "below", ""]
    assert bands(rank_sets([np.nan], [1.0])) == [""]
    assert bands(rank_sets([5.0], [1.0])) == ["same"]
    assert rank_sets([], []).best.size == 0


def test_values_without_doubt_are_ranked_and_equal_ones_are_not():
    sets = rank_sets([3, 1, 1], [0, 0, 0])
    assert list(zip(sets.best.tolist(), sets.worst.tolist(), strict=True)) == [(1, 1), (2, 3), (2, 3)]


def test_seven_towns_on_sixty_checks_are_a_lottery():
    """Towns between 93 and 96 %, 60 checks each: nobody is clearly above; with 8,000 checks some are."""
    truth = np.array([0.93, 0.935, 0.94, 0.945, 0.95, 0.955, 0.96])
    few, many = (rank_sets(truth, np.sqrt(truth * (1 - truth) / n)) for n in (60, 8000))
    assert set(bands(few)) == {"same"}
    assert (few.worst - few.best + 1 == 7).all()
    assert {"above", "below"} <= set(bands(many))


def test_what_inspectors_share_does_not_blur_the_places():
    """A common error moves all towns alike: with the covariance the difference is seen, without it is not."""
    values, errors = np.array([90.0, 92.0, 94.0]), np.full(3, 1.5)
    shared = np.full((3, 3), 1.4**2) + np.eye(3) * (1.5**2 - 1.4**2)
    assert set(bands(rank_sets(values, errors))) == {"same"}
    assert bands(rank_sets(values, errors, covariance=shared)) == ["below", "same", "above"]
    independent = rank_sets(values, errors, covariance=np.diag(errors**2))
    assert (independent.best == rank_sets(values, errors).best).all()


def test_bad_input():
    for call in (
        lambda: rank_sets([1, 2], [1]),
        lambda: rank_sets([1, 2], [1, -1]),
        lambda: rank_sets([1, 2], [1, 1], level=95),
        lambda: composite(np.zeros((2, 3)), [1, 2, 3]),
        lambda: composite(np.zeros((5, 2, 3)), [1, 2]),
    ):
        with pytest.raises(ValueError, match=r"rank|error|level|composite"):
            call()


def test_composite_of_certain_points_is_the_weighted_sum():
    points = np.tile([[90.0, 10.0], [80.0, 30.0], [np.nan, 5.0], [80.0, 30.0]], (50, 1, 1))
    found = composite(points, [0.5, 0.5])
    assert found.expected == pytest.approx([50, 55, np.nan, 55], nan_ok=True)
    assert found.low == pytest.approx(found.high, nan_ok=True)
    assert found.best == pytest.approx([0, 0.5, np.nan, 0.5], nan_ok=True)
    assert found.bottom_two == pytest.approx([1, 0.5, np.nan, 0.5], nan_ok=True)


def test_composite_chances_are_those_of_the_normal():
    rng = np.random.default_rng(2)
    draws = rng.normal([[1.0], [0.0]], 1.0, (20_000, 2, 1))
    found = composite(draws, [2.0])
    assert found.best[0] == pytest.approx(stats.norm.cdf(1 / np.sqrt(2)), abs=0.01)
    assert found.best.sum() == pytest.approx(1)
    assert found.bottom_two == pytest.approx([1, 1])
    assert (found.low[1], found.high[1]) == pytest.approx((-3.92, 3.92), abs=0.15)


def test_doubtful_weights_can_turn_the_first_place():
    points = np.tile([[90.0, 60.0], [60.0, 89.0], [70.0, 70.0]], (4000, 1, 1))
    weights = weight_draws([0.5, 0.5], 4000)
    assert weights.sum(axis=1) == pytest.approx(np.ones(4000))
    found = composite(points, weights)
    assert 0.1 < found.best[1] < 0.5 < found.best[0]
    assert found.best[2] == 0
    assert found.best.sum() == pytest.approx(1)
    assert composite(points, [0.5, 0.5]).best.tolist() == [1, 0, 0]
