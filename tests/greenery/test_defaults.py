"""Gaps are filled by rule, every rule counts, nothing impossible is believed."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.greenery import defaults
from xiuhua.greenery.defaults import Told

NAN = float("nan")


@pytest.fixture
def told():
    return Told([], [])


def counts(rules):
    return {one.key: one.count for one in rules if one.count}


def test_heights_come_from_floors_then_from_the_median_and_never_from_2023_metres(told):
    height = defaults.building_heights(np.array([12.0, NAN, NAN, 2023.0]), np.array([NAN, 6, NAN, NAN]), told)
    assert height.tolist() == [12, 18, 15, 15]
    assert counts(told.assumed) == {"height_from_floors": 1, "height_median": 2}
    assert counts(told.rejected) == {"building_height_beyond": 1}
    assert defaults.building_heights(np.array([NAN]), np.array([NAN]), told).tolist() == [9]


def test_trees_take_after_their_species(told):
    height, radius, base = defaults.tree_sizes(
        np.array([10.0, 14, NAN, NAN]), np.array([6.0, 8, NAN, 0]), np.array([NAN, 3, NAN, NAN]),
        np.array([0, 0, 0, -1]), told,
    )  # fmt: skip
    assert height.tolist() == [10, 14, 12, 12]
    assert radius.tolist() == [3, 4, 3.5, 3.5]
    assert base.tolist() == [2.5, 3, 2.5, 2.5]
    assert counts(told.assumed) == {
        "tree_height_species": 1, "tree_height_median": 1, "tree_crown_species": 1, "tree_crown_median": 1,
        "tree_base_share": 3,
    }  # fmt: skip
    assert counts(told.rejected) == {"tree_size_beyond": 1}


def test_leaves_stay_as_stated_or_by_the_species(told):
    stays = defaults.leaves_stay(np.array([0.0, NAN, NAN]), ["香樟", "香樟 Cinnamomum camphora", "银杏"], told)
    assert stays.tolist() == [False, True, False]


def test_persons_without_a_register_share_what_the_census_leaves(told):
    persons = defaults.residents(
        np.array([40.0, NAN, NAN, NAN]), np.array([0.0, 1000, 3000, 380]), np.array([0, 0, 0, -1]), np.array([100.0]),
        told,
    )  # fmt: skip
    assert persons.tolist() == [40, 15, 45, 10]
    assert counts(told.assumed) == {"persons_census": 2, "persons_floor_area": 1}


@given(st.lists(st.floats(50, 5000), min_size=1, max_size=30), st.integers(100, 5000))
def test_persons_add_up_to_the_census(floors, total):
    persons = defaults.residents(
        np.full(len(floors), NAN), np.array(floors), np.zeros(len(floors), dtype=int), np.array([float(total)]),
        Told([], []),
    )  # fmt: skip
    assert abs(persons.sum() - total) <= len(floors) / 2


def test_a_trunk_just_inside_a_wall_is_moved_out_and_one_deep_inside_left_out(told):
    house = np.array([shapely.box(0, 0, 20, 20)], dtype=object)
    x, y, stays = defaults.out_of_walls(np.array([1.0, 10, 30]), np.array([10.0, 10, 10]), house, told)
    assert stays.tolist() == [True, False, True]
    assert (x[0], y[0]) == pytest.approx((-0.1, 10))
    assert x[2] == 30
    assert counts(told.rejected) == {"tree_moved_outdoors": 1, "tree_inside_building": 1}
    on_wall, _y, stays = defaults.out_of_walls(np.array([0.0]), np.array([10.0]), house, told)
    assert stays.all()
    assert on_wall[0] == 0
