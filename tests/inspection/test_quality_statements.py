"""The three statements of 100 %: what holds, on what it rests, and what it does not say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.foundation.estimators import EstimateError
from xiuhua.inspection.statements import level, no_failure, restored


def test_fifty_nine_checks_without_failure():
    found = no_failure(59, 59)
    assert found.holds
    assert found.bound == pytest.approx(0.951, abs=1e-3)
    assert no_failure(58, 59).holds is False
    assert no_failure(58, 59).bound is None
    assert no_failure(0, 0).holds is None


def test_checks_that_depend_on_one_another_show_less():
    assert no_failure(59, 59, n_eff=59 / 2.5).bound == pytest.approx(0.05 ** (2.5 / 59))


@pytest.mark.parametrize(("p0", "needed"), [(0.90, 29), (0.95, 59), (0.99, 299)])
def test_a_level_is_demonstrated_by_the_bound_and_not_by_the_share(p0, needed):
    assert level(0.94, 0.95, 59, 59).holds is False
    assert level(p0, p0, 59, 59).holds is True
    assert level(None, p0, 0, 0).holds is None
    assert level(0.9, p0, 10, 10).needed == needed


def test_restored_in_time_can_literally_be_all():
    assert restored(7, 7).holds is True
    assert restored(6, 7).holds is False
    assert restored(0, 0).holds is None


@given(st.integers(1, 500), st.floats(1, 5))
def test_more_checks_show_more_and_never_everything(n, deff):
    one, more = no_failure(n, n, n / deff), no_failure(n + 1, n + 1, (n + 1) / deff)
    assert 0 < one.bound < more.bound < 1


def test_counts_that_contradict_themselves_are_refused():
    for call in (lambda: no_failure(3, 2), lambda: restored(-1, 2), lambda: level(0.9, 1.0, 1, 1)):
        with pytest.raises(EstimateError):
            call()
