"""Planting plans: reached goals, nothing needless, compared with the true fewest on small places."""

from datetime import date
from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from greenery.small_scene import (
    buildings_of,
    gates_of,
    grid_streets,
    parks_of,
    scene_of,
    streets_of,
    trees_of,
)
from xiuhua.greenery.cover import cover_of
from xiuhua.greenery.hours import all_day
from xiuhua.greenery.measure import Options, see_from, set_up, shade_of_streets
from xiuhua.greenery.new_gates import best_gates
from xiuhua.greenery.planting import plan_for_budget, plan_for_building, shares_of
from xiuhua.greenery.scene import Scene, Trees
from xiuhua.greenery.spots import FROM_WALL_M, Sapling, along_streets
from xiuhua.greenery.street_planting import Aim, gaps_by_street, plan_for_street

DAY = all_day(date(2024, 7, 15), "Asia/Shanghai", 120.29, 31.68)
OPTIONS = Options(DAY, azimuths=0)
PARK = shapely.box(150, 150, 180, 180)


def home(x, y, height=9.0, side=10.0):
    return shapely.box(x - side / 2, y - side / 2, x + side / 2, y + side / 2), height


def town(*homes, trees=(), streets=None, parks=(PARK,), gates=((150.0, 160.0, 0),)):
    return scene_of(
        buildings_of(*homes), trees_of(*trees), grid_streets() if streets is None else streets, parks_of(*parks),
        gates_of(*gates),
    )  # fmt: skip


def planted(scene, spots, sapling=None):
    """The scene with the trees of a plan."""
    new = (sapling or Sapling()).at(spots.x, spots.y)
    both = Trees(*(np.concatenate(pair) for pair in zip(vars(scene.trees).values(), vars(new).values(), strict=True)))
    return Scene(**{**vars(scene), "trees": both})


def share_of(scene, building):
    return see_from(set_up(scene, OPTIONS), OPTIONS).share_three[building]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(5, 95), st.integers(5, 95), st.integers(4, 12)), max_size=8),
    st.sampled_from([3.0, 9.0, 24.0]), st.sampled_from([0.3, 0.5, 1.0]),
)  # fmt: skip
def test_a_plan_for_a_building_reaches_its_goal_and_needs_every_tree(trees, height, goal):
    scene = town(home(50, 50, height), home(72, 50, 12), trees=[(x, y, h, 2.5, 1.5) for x, y, h in trees])
    stage = set_up(scene, OPTIONS)
    plan = plan_for_building(stage, 0, OPTIONS, goal=goal)
    assert plan.before[0] == pytest.approx(share_of(scene, 0))
    assert plan.after[0] == pytest.approx(share_of(planted(scene, plan.spots), 0))
    assert plan.reached == (plan.after[0] >= goal - 1e-12)
    assert plan.gained.sum() == pytest.approx(plan.after[0] - plan.before[0])
    if plan.before[0] >= goal:
        assert len(plan.spots.x) == 0
    if plan.reached:
        for left_out in range(len(plan.spots.x)):
            rest = np.delete(np.arange(len(plan.spots.x)), left_out)
            assert share_of(planted(scene, plan.spots.only(rest)), 0) < goal


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(5, 95), st.integers(5, 95)), max_size=6))
def test_spots_are_free(trees):
    scene = town(home(50, 50), trees=[(x, y, 8, 2.5, 1.5) for x, y in trees])
    stage = set_up(scene, OPTIONS)
    plan = plan_for_building(stage, 0, OPTIONS, goal=1.0)
    points = shapely.points(plan.spots.x, plan.spots.y)
    assert (shapely.distance(points, scene.buildings.shapes[0]) >= FROM_WALL_M).all()
    assert all(shapely.distance(points, line).min(initial=99) >= 5.0 for line in scene.streets.lines)
    places = np.column_stack(
        [np.concatenate([scene.trees.x, plan.spots.x]), np.concatenate([scene.trees.y, plan.spots.y])]
    )
    for new in range(len(scene.trees), len(places)):
        away = np.hypot(*(np.delete(places, new, axis=0) - places[new]).T)
        assert away.min(initial=99) >= 6.0 - 1e-6


def test_greedy_is_near_the_true_fewest():
    """On places where the true fewest can be tried out, greedy needs at most one tree more."""
    draw = np.random.default_rng(3)
    more = []
    for _round in range(12):
        trees = [(*draw.uniform(15, 85, 2), 8, 2.5, 1.5) for _ in range(4)]
        scene = town(home(50, 50, float(draw.integers(3, 15))), trees=trees)
        stage = set_up(scene, OPTIONS)
        spots = along_streets(stage, 12.0)
        new = Sapling().at(spots.x, spots.y)
        only = np.array([0])
        cover = cover_of(stage, only, np.ones(1), new, OPTIONS.range_m)
        goal = min(0.5, _with(cover, range(len(spots.x)), only))
        plan = plan_for_budget(stage, only, 30, OPTIONS, spots=spots)
        needed = next(
            count for count in range(len(plan.spots.x) + 1)
            if _with(cover, [_at(spots, plan.spots, each) for each in range(count)], only) >= goal
        )  # fmt: skip
        fewest = next(
            count for count in range(needed + 1)
            if count == needed or any(_with(cover, chosen, only) >= goal for chosen in combinations(range(min(len(spots.x), 18)), count))
        )  # fmt: skip
        more.append(needed - fewest)
    assert max(more) <= 1


def _with(cover, chosen, only):
    count = cover.count.copy()
    gain = cover.gains()
    for spot in chosen:
        cover.take(spot, gain)
    share = shares_of(cover, only)[0]
    cover.count = count
    return share


def _at(spots, chosen, each):
    return int(np.argmin(np.hypot(spots.x - chosen.x[each], spots.y - chosen.y[each])))


def test_gains_follow_exactly():
    draw = np.random.default_rng(5)
    homes = [home(x, y, float(draw.integers(3, 20))) for x in (30, 60, 130, 160) for y in (30, 70, 140)]
    stage = set_up(town(*homes, trees=[(*draw.uniform(0, 200, 2), 8, 2.5, 1.5) for _ in range(40)]), OPTIONS)
    spots = along_streets(stage)
    buildings = np.arange(len(homes))
    cover = cover_of(stage, buildings, draw.uniform(1, 50, len(homes)), Sapling().at(spots.x, spots.y), 50.0)
    gain = cover.gains()
    for spot in draw.permutation(len(spots.x))[:12].tolist():
        cover.take(spot, gain)
        np.testing.assert_allclose(gain, cover.gains(), atol=1e-9)


def test_a_budget_is_spent_where_most_persons_gain():
    homes = [home(30, 30), home(70, 30), home(130, 170)]
    scene = town(*homes)
    scene = Scene(**{**vars(scene), "buildings": buildings_of(*homes, persons=1.0)})
    scene.buildings.persons[2] = 900.0
    stage = set_up(scene, OPTIONS)
    plan = plan_for_budget(stage, np.arange(3), 6, OPTIONS)
    assert len(plan.spots.x) == 6
    assert plan.after[2] > plan.before[2]
    assert (plan.after[:2] == plan.before[:2]).all()
    assert plan.gained.sum() == pytest.approx(((plan.after - plan.before) * scene.buildings.persons).sum())
    whole = see_from(set_up(planted(scene, plan.spots), OPTIONS), OPTIONS)
    np.testing.assert_allclose(plan.after, whole.share_three)


def test_a_budget_larger_than_what_helps_is_not_spent():
    plan = plan_for_budget(set_up(town(home(50, 50)), OPTIONS), np.array([0]), 5_000, OPTIONS)
    assert not plan.reached
    assert len(plan.spots.x) < 200


def test_a_tree_too_small_to_count_is_refused():
    with pytest.raises(ValueError, match="10 m2"):
        plan_for_building(set_up(town(home(50, 50)), OPTIONS), 0, OPTIONS, Sapling(radius_m=1.0))


def test_a_home_without_windows_stays_unknown():
    stage = set_up(town(home(50, 50), home(40, 50), home(60, 50), home(50, 40), home(50, 60)), OPTIONS)
    plan = plan_for_building(stage, 0, OPTIONS)
    assert (len(plan.spots.x), np.isnan(plan.after[0]), plan.reached) == (0, True, False)


# Streets.


def street(*trees, width=10.0):
    return set_up(town(home(100, 60), trees=trees, streets=streets_of(((0, 0), (120, 0)), width=width)), OPTIONS)


def test_the_gaps_of_a_bare_street_are_counted():
    stage = street()
    assert gaps_by_street(stage).tolist() == [40]
    gaps = along_streets(stage)
    assert set(np.round(np.abs(gaps.y), 3).tolist()) == {5.5}
    assert np.diff(np.sort(gaps.x[gaps.side == 1])) == pytest.approx(6.0)


def test_a_full_row_has_no_gap():
    stage = street(*((x + 3.0, y, 8, 3, 2) for x in range(0, 120, 6) for y in (5.5, -5.5)))
    assert gaps_by_street(stage).tolist() == [0]


@pytest.mark.parametrize(
    ("aim", "goal", "radius"), [(Aim.CANOPY, 0.6, 3.0), (Aim.CANOPY, 0.9, 4.0), (Aim.SHADE, 0.4, 3.0)]
)
def test_a_plan_for_a_street_reaches_its_goal(aim, goal, radius):
    tree = Sapling(8.0, radius, 2.0)
    stage = street((3.0, 5.5, 8, 3, 2), (9.0, 5.5, 8, 3, 2))
    plan = plan_for_street(stage, 0, aim, goal, DAY, tree)
    then = shade_of_streets(set_up(planted(stage.scene, plan.spots, tree), OPTIONS), DAY)[0]
    now = shade_of_streets(stage, DAY)[0]
    measured = (lambda found: found.canopy[0]) if aim is Aim.CANOPY else (lambda found: found.shade[0])
    assert plan.before == pytest.approx(measured(now))
    assert plan.after == pytest.approx(measured(then))
    assert plan.after >= goal
    assert (plan.reached[:-1] < goal).all()
    assert np.all(np.diff(plan.reached) > 0)
    assert plan.gaps == gaps_by_street(stage)[0]


def test_what_cannot_be_reached_says_how_far_it_comes():
    plan = plan_for_street(street(), 0, Aim.CANOPY, 0.99, DAY, Sapling(6.0, 2.0, 2.0))
    assert 0.5 < plan.after < 0.99


def test_a_path_has_no_kerb_for_trees():
    stage = set_up(town(home(100, 60), streets=streets_of(((0, 0), (120, 0)), path=True)), OPTIONS)
    assert gaps_by_street(stage).tolist() == [0]
    assert len(plan_for_street(stage, 0, Aim.CANOPY, 0.5, DAY).spots.x) == 0


# Gates.


def test_the_best_gate_lies_on_the_side_where_people_live():
    # The park's one gate is in the east; sixty people live in the west.
    scene = town(
        home(10, 95, side=8), home(20, 105, side=8), parks=[shapely.box(30, 60, 580, 140)], gates=[(580.0, 100.0, 0)],
        streets=streets_of(((0, 0), (0, 200)), ((0, 200), (600, 200)), ((0, 0), (600, 0)), ((600, 0), (600, 200)),
                           ((0, 100), (25, 100)), ((580, 100), (600, 100))),
    )  # fmt: skip
    stage = set_up(scene, OPTIONS)
    best = best_gates(stage, 0)
    assert best[0].x == pytest.approx(30.0)
    assert best[0].gained == 20.0
    assert best[0].saved_m > 500
    assert [gate.gained for gate in best] == sorted((gate.gained for gate in best), reverse=True)


def test_a_park_without_a_fence_needs_no_gate():
    scene = town(home(50, 50), gates=(), parks=[shapely.box(105, 105, 195, 195)])
    open_ = parks_of(shapely.box(105, 105, 195, 195), fenceless=True)
    assert best_gates(set_up(Scene(**{**vars(scene), "parks": open_}), OPTIONS), 0) == []


def test_a_gate_beside_one_brings_nobody_within_the_walk():
    scene = town(home(50, 50, side=8), parks=[shapely.box(100, 100, 125, 125)], gates=[(100.0, 100.0, 0)])
    assert all(gate.gained == 0 for gate in best_gates(set_up(scene, OPTIONS), 0))


def test_what_is_too_small_to_be_a_park_gets_no_gate():
    scene = town(home(50, 50, side=8), parks=[shapely.box(100, 100, 110, 110)], gates=())
    assert best_gates(set_up(scene, OPTIONS), 0) == []
