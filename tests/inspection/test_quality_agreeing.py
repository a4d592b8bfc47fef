"""Agreement of inspectors: measures beside each other, offsets from overlapping checks, who cannot be compared."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiuhua.foundation.estimators import EstimateError
from xiuhua.foundation.estimators.raters import confounded, offsets
from xiuhua.inspection.agreeing import agreement, strictness


def test_nearly_all_clean_makes_kappa_collapse_and_leaves_gwet():
    """17 of 18 pairs agree: kappa says chance, AC1 says nearly all."""
    first = np.ones(18)
    second = np.where(np.arange(18) == 3, 0.0, 1.0)
    found = agreement(first, second)
    assert found.share == pytest.approx(17 / 18)
    assert found.kappa == pytest.approx(0, abs=0.03)
    assert found.alpha == pytest.approx(0, abs=0.03)
    assert found.gwet == pytest.approx(0.94, abs=5e-3)
    assert found.low < 17 / 18 < found.high


def test_no_pair_says_nothing():
    found = agreement(np.array([]), np.array([]))
    assert (found.pairs, found.share, found.kappa, found.gwet) == (0, None, None, None)


def test_grades_apart_count_by_their_distance():
    near = agreement(np.array([5, 4, 3, 2.0]), np.array([4, 4, 3, 2.0]), "ordinal")
    far = agreement(np.array([5, 4, 3, 2.0]), np.array([0, 4, 3, 2.0]), "ordinal")
    assert near.share == far.share
    assert near.kappa > far.kappa
    assert near.alpha > far.alpha
    assert near.gwet > far.gwet


def pairs_of(truth, count, seed):
    rng = np.random.default_rng(seed)
    first, second = rng.integers(0, len(truth), (2, count))
    thing = rng.normal(-1.5, 1.0, count)
    failed = [rng.random(count) < 1 / (1 + np.exp(-(thing + truth[who]))) for who in (first, second)]
    return first, second, *failed


def test_a_strict_inspector_is_found_from_pairs():
    truth = np.array([0.0, 1.2, 0.0, -0.8, 0.0])
    found = offsets(*pairs_of(truth, 4000, 5), 5)
    centred = truth - truth.mean()
    assert found.values.argmax() == 1
    assert found.values.argmin() == 3
    assert np.abs(found.values - centred).max() < 0.35
    assert (found.low < centred).all()
    assert (centred < found.high).all()


def test_a_handful_of_pairs_accuses_nobody():
    found = offsets([0, 0, 1], [1, 2, 2], [True, False, True], [False, False, False], 3)
    assert (found.low < 0).all()
    assert (found.high > 0).all()
    assert found.pairs.tolist() == [2, 2, 2]
    assert found.differing.tolist() == [1, 2, 1]
    assert np.isnan(offsets([0], [0], [True], [False], 2).values).all()


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.booleans(), st.booleans()), max_size=30))
def test_offsets_do_not_depend_on_who_is_named_first(rows):
    first, second, failed, also = (list(each) for each in zip(*rows, strict=True)) if rows else ([], [], [], [])
    one, other = offsets(first, second, failed, also, 4), offsets(second, first, also, failed, 4)
    assert one.values == pytest.approx(other.values, abs=1e-8, nan_ok=True)
    assert np.nansum(one.values) == pytest.approx(0, abs=1e-6) or np.isnan(one.values).any()
    assert (np.isnan(one.values) == (one.pairs == 0)).all()


def test_one_inspector_in_one_town_only_is_confounded():
    who, where = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 0, 1, 2, 2])
    none = (np.array([], dtype=int),) * 4
    found = strictness(none, 3, who, where)
    assert (found.groups, found.alone) == (2, frozenset({2}))
    # A blind repeat of another inspector links the town to the others.
    linked = strictness((np.array([2]), np.array([0]), np.array([True]), np.array([True])), 3, who, where)
    assert (linked.groups, linked.alone) == (1, frozenset())
    assert strictness(none, 0, np.array([], dtype=int), np.array([], dtype=int)).groups == 0


def test_groups_that_nothing_links():
    assert confounded([1, 1, 2], ["a", "b", "b"]).tolist() == [0, 0, 0]
    assert len(set(confounded([1, 2], ["a", "b"]).tolist())) == 2
    assert confounded([], []).size == 0


def test_pairs_that_contradict_themselves_are_refused():
    for call in (
        lambda: offsets([0], [1, 2], [True], [False], 3),
        lambda: confounded([1], []),
        lambda: agreement(np.ones(2), np.ones(3)),
    ):
        with pytest.raises(EstimateError):
            call()
