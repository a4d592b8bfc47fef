"""All three promises at once, one number a person, and what one tree or gate changes."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from greenery.small_scene import WUXI_LAT, WUXI_LON, buildings_of, gates_of, grid_streets, parks_of, scene_of, trees_of
from xiuhua.greenery import hours
from xiuhua.greenery.measure import PARK_CLASSES_M2, Options, field_of_class, measure
from xiuhua.greenery.promise import curve, gini, index_of, lowest_tenth, promise_of
from xiuhua.greenery.scene import Trees
from xiuhua.greenery.whatif import one_tree, with_gate, with_tree

JULY = hours.all_day(date(2024, 7, 15), "Asia/Shanghai", WUXI_LON, WUXI_LAT)
OPTIONS = Options(JULY, azimuths=12)


def quarter():
    houses = [(shapely.box(x, y, x + 20, y + 12), 9.0) for x in (20, 160, 240) for y in (30, 150, 260)]
    rng = np.random.default_rng(8)
    trees = trees_of(*((x, y, 9, 3, 3) for x, y in rng.uniform(0, 300, (25, 2))))
    park = shapely.box(110, 110, 140, 145)
    return scene_of(
        buildings_of(*houses),
        trees,
        grid_streets(3),
        parks_of(park),
        gates_of((110, 120, 0)),
        [shapely.box(0, 0, 300, 300)],
    )


@pytest.fixture(scope="module")
def measured():
    return measure(quarter(), OPTIONS)


def test_every_part_is_measured(measured):
    assert (measured.see.windows == 12 * 3).all()
    assert ((measured.see.share_three >= 0) & (measured.see.share_three <= measured.see.share_one)).all()
    assert ((measured.see.view >= 0) & (measured.see.view_25 <= measured.see.view_5)).all()
    assert measured.door.distance_m.shape == (len(PARK_CLASSES_M2), 9)
    assert np.isfinite(measured.door.distance_m[0]).all()
    assert np.isinf(measured.door.distance_m[1:]).all()
    assert (measured.door.distance_m[0] >= measured.door.straight_m).all()
    assert measured.streets.shade == pytest.approx(
        measured.streets.grey + measured.streets.green + measured.streets.both
    )
    assert ((measured.walk > 0) & (measured.walk < 1)).all()
    assert 0 < measured.circle <= measured.circle_national <= 1


def test_a_building_without_windows_or_street_is_unknown_never_zero():
    ring = shapely.box(-10, -10, 32, 24).difference(shapely.box(0, 0, 22, 14))
    held = scene_of(
        buildings_of((shapely.box(0, 0, 22, 14), 9.0), (ring, 9.0)), trees_of((40, 0, 9, 3, 3)),
        grid_streets(1), parks_of(), gates_of(),
    )  # fmt: skip
    found = measure(held, OPTIONS)
    assert np.isnan(found.see.share_three[0])
    assert np.isnan(found.see.view[0])
    assert np.isnan(found.circle)
    far = replace(held, buildings=buildings_of((shapely.box(900, 900, 920, 920), 9.0)))
    assert np.isnan(measure(far, OPTIONS).door.distance_m).all()


def test_a_new_tree_changes_what_measuring_again_would_change(measured):
    stage = measured.stage
    tree = one_tree(190.0, 140.0, 8.0, 3.0, 2.5)
    found = with_tree(stage, tree, JULY)
    both = Trees(
        *(np.concatenate([a, b]) for a, b in zip(vars(stage.scene.trees).values(), vars(tree).values(), strict=True))
    )
    again = measure(replace(stage.scene, trees=both), OPTIONS)
    three = measured.see.share_three.copy()
    three[found.buildings] = found.sights.three / found.sights.windows
    assert three == pytest.approx(again.see.share_three)
    points = stage.points
    gained = np.bincount(points.street[found.points], found.gained, len(stage.scene.streets))
    expected = (again.streets.shade - measured.streets.shade) * measured.streets.points
    assert gained == pytest.approx(expected, abs=1e-9)
    assert gained.sum() > 0


def test_a_new_gate_changes_what_measuring_again_would_change(measured):
    found = with_gate(measured.stage, 140.0, 130.0, field_of_class(measured.stage))
    again = measure(replace(measured.stage.scene, gates=gates_of((110, 120, 0), (140, 130, 0))), OPTIONS)
    assert found.walk_m == pytest.approx(again.door.distance_m[0])
    assert (found.walk_m < measured.door.distance_m[0]).any()


def test_the_promise_by_hand():
    see, door, walk = (
        np.array([0.6, 0.4, 0.6, np.nan]),
        np.array([300.0, 300.0, np.inf, 1.0]),
        np.array([0.5, 0.9, 0.5, 1]),
    )
    kept = promise_of(see, door, walk, np.array([10.0, 20.0, 10.0, 5.0]))
    assert (kept.all, kept.see, kept.door, kept.walk) == (0.25, 0.5, 0.75, 1.0)
    assert (kept.only_see, kept.only_door, kept.only_walk) == (0.5, 0.25, 0.0)
    assert (kept.persons, kept.unknown) == (40, 5)
    assert np.isnan(promise_of(see[:0], door[:0], walk[:0], see[:0]).all)


def test_one_nothing_is_nothing():
    assert index_of(np.array([1.0, 1.0, 0.5]), np.array([0.0, np.inf, 1000.0]), np.array([0.5, 1.0, 0.25])).tolist() == [
        1.0, 0.0, pytest.approx(0.5),
    ]  # fmt: skip


def test_the_worst_off_tenth_is_cut_through_a_building():
    assert lowest_tenth(np.array([0.0, 1.0]), np.array([5.0, 95.0])) == pytest.approx(0.5)
    assert gini(np.array([1.0, 1.0]), np.array([3.0, 9.0])) == pytest.approx(0)
    assert gini(np.array([0.0, 1.0]), np.array([50.0, 50.0])) == pytest.approx(0.5)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 50)), min_size=1, max_size=30), st.floats(0, 1))
def test_the_curve_is_the_share_of_persons(rows, threshold):
    value, persons = np.array(rows, float).T
    assert curve(value, persons, np.array([threshold]))[0] == pytest.approx(
        persons[value >= threshold].sum() / persons.sum()
    )
    at_most = curve(value, persons, np.array([threshold]), at_most=True)[0]
    assert at_most == pytest.approx(persons[value <= threshold].sum() / persons.sum())
