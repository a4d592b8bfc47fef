"""A tree or a gate that is tried against the whole measured again with it: the same homes, windows, walks and shade."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from greenery.small_scene import WUXI_LAT, WUXI_LON, buildings_of, parks_of, streets_of, trees_of
from xiuhua.greenery.hours import summer
from xiuhua.greenery.measure import Options, measure
from xiuhua.greenery.nearby import Nearby
from xiuhua.greenery.scene import Gates, Scene, Trees
from xiuhua.greenery.spots import Sapling
from xiuhua.greenery.trying import try_gate, try_tree
from xiuhua.greenery.walks import Walks

OPTIONS = Options(summer(2026, "Asia/Shanghai", WUXI_LON, WUXI_LAT), azimuths=0)
TREE = Sapling(8.0, 2.5, 2.2)


@pytest.fixture
def scene():
    """Blocks of houses between streets, rows of trees that leave most windows one short, two parks at the edge."""
    rng = np.random.default_rng(5)
    houses = [
        (shapely.box(x, y, x + 30, y + 12), 6.0 + 3 * rng.integers(0, 5)) for x in range(0, 400, 50) for y in range(0, 300, 40)
    ]  # fmt: skip
    trees = [(x, y, 7.0, 2.2, 2.0) for x in range(-5, 400, 22) for y in range(27, 300, 80)]
    streets = [[(-30, y), (430, y)] for y in (-15, 145, 305)] + [[(x, -15), (x, 305)] for x in (-30, 190, 430)]
    return Scene(
        buildings_of(*houses, persons=7.0), trees_of(*trees), streets_of(*streets),
        parks_of(shapely.box(-30, 320, 60, 380), shapely.box(500, 0, 560, 60)),
        Gates(np.array([-20.0, 500.0]), np.array([320.0, 30.0]), np.array([0, 1])), np.empty(0, dtype=object),
        WUXI_LON, WUXI_LAT,
    )  # fmt: skip


def with_tree(scene, tree):
    both = {name: np.concatenate([column, vars(tree)[name]]) for name, column in vars(scene.trees).items()}
    return replace(scene, trees=Trees(**both))


@pytest.mark.parametrize(("x", "y"), [(40.0, 20.0), (200.0, 299.0), (-21.0, 141.0), (184.0, 25.0)])
def test_a_tried_tree_changes_what_measuring_all_again_changes(scene, x, y):
    tree = TREE.at(np.array([x]), np.array([y]))
    found = try_tree(Nearby(scene), tree, OPTIONS)
    before, after = measure(scene, OPTIONS), measure(with_tree(scene, tree), OPTIONS)
    more = (after.see.share_three > before.see.share_three) | (after.see.share_one > before.see.share_one)
    assert found.homes.tolist() == np.flatnonzero(more).tolist()
    assert found.before == pytest.approx(before.see.share_three[more])
    assert found.after == pytest.approx(after.see.share_three[more])
    gained = (after.see.share_three - before.see.share_three) * after.see.windows
    assert found.windows == pytest.approx(np.nansum(gained))
    assert found.persons == pytest.approx(np.nansum(7.0 * (after.see.share_three - before.see.share_three)))
    shade = (after.streets.shade - before.streets.shade) * 2.0 * after.streets.points
    assert found.gained_m == pytest.approx(np.nansum(shade))
    assert (found.gained_m > 0) == (x != 40)
    assert found.shaded_m >= found.gained_m


def test_a_tree_far_from_everything_changes_nothing(scene):
    found = try_tree(Nearby(scene), TREE.at(np.array([3_000.0]), np.array([0.0])), OPTIONS)
    assert (len(found.homes), found.windows, found.persons, found.gained_m, found.looked_at) == (0, 0, 0, 0, 0)


def test_a_tried_gate_stands_on_the_nearest_park_and_shortens_the_walks_that_it_shortens(scene):
    nearby = Nearby(scene)
    found = try_gate(nearby, Walks(scene, nearby.doors), 70.0, 322.0)
    assert (found.x, found.y, found.park) == (60.0, 322.0, 0)
    gates = Gates(np.append(scene.gates.x, 60.0), np.append(scene.gates.y, 322.0), np.append(scene.gates.park, 0))
    before, after = (measure(each, OPTIONS).door.distance_m[0] for each in (scene, replace(scene, gates=gates)))
    nearer = after < before - 0.01
    assert nearer.any()
    assert found.homes.tolist() == np.flatnonzero(nearer).tolist()
    assert found.after == pytest.approx(after[nearer])
    assert found.within == (
        7.0 * np.sum((after <= 300) & (before > 300)),
        7.0 * np.sum((after <= 500) & (before > 500)),
    )
    assert found.mean_before == pytest.approx(before[nearer].mean())
    assert found.mean_after == pytest.approx(after[nearer].mean())
    assert found.reached == 0


def test_homes_that_reached_no_park_are_counted_apart(scene):
    alone = replace(scene, gates=Gates(*(np.empty(0),) * 2, np.empty(0, dtype=np.int64)))
    nearby = Nearby(alone)
    found = try_gate(nearby, Walks(alone, nearby.doors), 0.0, 321.0)
    assert found.reached == found.persons > 0
    assert np.isinf(found.before).all()
    assert np.isnan(found.mean_before)
    assert np.isnan(found.mean_after)


def test_no_park_near_and_parks_too_small_take_no_gate(scene):
    nearby = Nearby(scene)
    assert try_gate(nearby, Walks(scene, nearby.doors), 200.0, -400.0) is None
    small = replace(
        scene,
        parks=parks_of(shapely.box(0, 320, 10, 330)),
        gates=Gates(*(np.empty(0),) * 2, np.empty(0, dtype=np.int64)),
    )
    nearby = Nearby(small)
    assert try_gate(nearby, Walks(small, nearby.doors), 5.0, 325.0) is None
