"""The numbering rule of unit grids."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.city.grids import number_grids, reading_order

COMMUNITY = "320299001001"


def test_rows_from_the_north_and_from_the_west_in_a_row():
    # A 3 x 2 chequerboard, given out of order; the rows do not quite line up.
    bounds = [(2, 0, 3, 1), (0, 1, 1, 2), (1, 1.2, 2, 2.1), (1, 0, 2, 1), (2, 0.9, 3, 2), (0, 0, 1, 1)]
    assert reading_order(bounds).tolist() == [1, 2, 4, 5, 3, 0]
    assert number_grids([COMMUNITY] * 6, bounds) == [
        f"{COMMUNITY}{sequence:03d}" for sequence in (6, 1, 2, 5, 3, 4)
    ]  # fmt: skip


def test_every_community_starts_at_one():
    bounds = [(0, 0, 1, 1), (5, 0, 6, 1), (1, 0, 2, 1)]
    assert number_grids([COMMUNITY, "320299001002", COMMUNITY], bounds) == [
        "320299001001001", "320299001002001", "320299001001002",
    ]  # fmt: skip


@pytest.mark.parametrize("community", ["32029900100", "3202990010011", "32029900100x", "３２０２９９００１００１"])
def test_a_community_code_must_have_twelve_digits(community):
    with pytest.raises(ValueError, match="12 digits"):
        number_grids([community], [(0, 0, 1, 1)])


def test_more_grids_than_the_code_can_count_are_refused():
    bounds = [(i, 0, i + 1, 1) for i in range(1_000)]
    assert number_grids([COMMUNITY] * 999, bounds[:999])[-1].endswith("999")
    with pytest.raises(ValueError, match="999"):
        number_grids([COMMUNITY] * 1_000, bounds)


def test_each_grid_needs_its_community():
    with pytest.raises(ValueError, match="one for each"):
        number_grids([COMMUNITY], [(0, 0, 1, 1), (1, 0, 2, 1)])
    assert number_grids([], []) == []


cells = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), unique=True, min_size=1, max_size=60)


@given(cells, st.randoms(use_true_random=False))
def test_square_grids_are_numbered_like_a_page_is_read_whatever_their_order(places, random):
    random.shuffle(places)
    codes = number_grids([COMMUNITY] * len(places), [(x, y, x + 1, y + 1) for x, y in places])
    by_code = [places[i] for i in np.argsort(codes)]
    assert by_code == sorted(places, key=lambda place: (-place[1], place[0]))
    assert sorted(codes) == [f"{COMMUNITY}{n:03d}" for n in range(1, len(places) + 1)]
