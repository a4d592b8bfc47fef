"""Green from the window: oracles S1, S2, S6, S7 of the reference, and what must hold for any scene."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from greenery.small_scene import EXTENT, buildings_of, crowns, one_window, trees_of, walls_and_cells
from xiuhua.greenery.grids import point_grid
from xiuhua.greenery.sight import established, lowest_eyes, sights, trees_about
from xiuhua.greenery.windows import eye_m, floors_of, window_columns

SLAB = shapely.box(10, -50, 12, 50)


def lowest(slab_m, *, apex=8.0):
    walls, cells = walls_and_cells(buildings_of((SLAB, slab_m)))
    # Only the apex is on the line of the oracle: the ring at two thirds of the height is never seen first.
    return lowest_eyes(one_window(), walls, cells, crowns((30, 0, apex, 2, 2)), columns=np.array([0]))[0, 0]


@pytest.mark.parametrize(("slab_m", "expected"), [(5.0, 3.5), (7.9, 7.85), (3.0, 0.5), (8.0, 8.0)])
def test_lowest_eye_above_a_slab(slab_m, expected):
    """S1, S2, S6: the nearer face asks (H - phi q) / (1 - phi), the farther one may ask more."""
    assert lowest(slab_m) == pytest.approx(expected)


def test_floor_0_does_not_see_over_the_slab_and_floor_1_does():
    assert not lowest(5.0) < eye_m(0)
    assert lowest(5.0) < eye_m(1)


def test_a_wall_as_high_as_the_apex_hides_it_from_every_floor_below():
    assert lowest(8.0) >= 8.0


def test_a_tree_behind_the_wall_or_out_of_range_is_never_seen():
    walls, cells = walls_and_cells(buildings_of((shapely.box(200, 200, 210, 210), 3.0)))
    eyes = lowest_eyes(one_window(), walls, cells, crowns((-9, 0, 8, 2, 2), (51, 0, 8, 2, 2)), columns=np.array([0]))
    assert np.isposinf(eyes).all()


def test_a_shed_of_less_than_a_storey_has_a_floor():
    assert floors_of(np.array([2.9, 3.0, 5.9, 6.0, 18.0])).tolist() == [1, 1, 1, 2, 6]


def test_small_trees_do_not_count():
    assert established(trees_of((0, 0, 3.0, 3, 1), (0, 0, 3.1, 1.78, 1), (0, 0, 3.1, 1.79, 1))).tolist() == [
        False, False, True,
    ]  # fmt: skip


def test_party_walls_have_no_windows():
    held = buildings_of((shapely.box(0, 0, 10, 10), 9.0), (shapely.box(10, 0, 20, 10), 9.0))
    walls, _cells = walls_and_cells(held)
    windows = window_columns(held, walls)
    assert np.diff(windows.first).tolist() == [6, 6]
    assert not ((windows.x > 9.4) & (windows.x < 10.6) & (windows.y > 0) & (windows.y < 10)).any()


def test_a_building_shut_in_has_no_window_at_all():
    ring = shapely.box(-10, -10, 20, 20).difference(shapely.box(0, 0, 10, 10))
    held = buildings_of((shapely.box(0, 0, 10, 10), 9.0), (ring, 9.0))
    walls, cells = walls_and_cells(held)
    found = sights(held, window_columns(held, walls), walls, cells, *_no_trees())
    assert found.windows[0] == 0


def test_windows_of_a_court_look_into_the_court():
    ring = shapely.box(0, 0, 40, 40).difference(shapely.box(10, 10, 30, 30))
    held = buildings_of((ring, 9.0))
    walls, cells = walls_and_cells(held)
    windows = window_columns(held, walls)
    assert len(windows.x) == 8 * 4 + 4 * 4
    tree = crowns((20, 20, 8, 2, 2))
    found = sights(held, windows, walls, cells, tree, point_grid(tree.x, tree.y, EXTENT, 25.0))
    assert found.one[0] == 16 * 3


def _no_trees():
    nothing = np.empty(0)
    return crowns(), point_grid(nothing, nothing, EXTENT, 25.0)


def random_tile(seed, count=12, trees=25):
    rng = np.random.default_rng(seed)
    at = rng.uniform(-80, 80, (count, 2))
    half = rng.uniform(3, 12, (count, 2))
    shapes = [shapely.box(*(a - h), *(a + h)) for a, h in zip(at, half, strict=True)]
    kept = [one for i, one in enumerate(shapes) if not any(one.intersects(other) for other in shapes[:i])]
    held = buildings_of(*((shape, float(rng.integers(1, 8)) * 3) for shape in kept))
    place = rng.uniform(-90, 90, (trees, 2))
    return held, [
        (x, y, h, r, h / 3)
        for (x, y), h, r in zip(place, rng.uniform(4, 15, trees), rng.uniform(1.8, 4, trees), strict=True)
    ]


def seen_line_by_line(held, windows, k, tree, eye):
    """The same question asked of shapely, one sight line at a time."""
    x, y, height, radius, _base = tree
    for dx, dy, q in (
        (0, 0, height),
        *((sx * 0.9 * radius, sy * 0.9 * radius, height * 2 / 3) for sx, sy in ((1, 0), (-1, 0), (0, 1), (0, -1))),
    ):
        wx, wy = windows.x[k], windows.y[k]
        tx, ty = x + dx, y + dy
        if windows.nx[k] * (tx - wx) + windows.ny[k] * (ty - wy) <= 0:
            continue
        line = shapely.LineString([(wx, wy), (tx, ty)])
        free = True
        for shape, wall in zip(held.shapes, held.height_m, strict=True):
            met = shapely.get_coordinates(line.intersection(shape.boundary))
            for mx, my in met:
                phi = np.hypot(mx - wx, my - wy) / line.length
                free &= bool(eye + phi * (q - eye) >= wall - 1e-9) if 1e-12 < phi < 1 else True
        if free:
            return True
    return False


@pytest.mark.parametrize("seed", range(3))
def test_counts_are_those_of_shapely_line_by_line(seed):
    """S7 on small tiles: every window, floor and tree."""
    held, trees = random_tile(seed)
    walls, cells = walls_and_cells(held)
    windows, crown = window_columns(held, walls), crowns(*trees)
    eyes = lowest_eyes(windows, walls, cells, crown, columns=np.arange(len(windows.x)))
    owner = np.repeat(np.arange(len(held)), np.diff(windows.first))
    three = np.zeros(len(held), dtype=int)
    for k in range(len(windows.x)):
        for floor in range(int(windows.floors[owner[k]])):
            near = [
                t for t in range(len(trees)) if np.hypot(trees[t][0] - windows.x[k], trees[t][1] - windows.y[k]) <= 50
            ]
            asked = [seen_line_by_line(held, windows, k, trees[t], eye_m(floor)) for t in near]
            assert asked == [bool(eyes[k, t] < eye_m(floor)) for t in near]
            three[owner[k]] += sum(asked) >= 3
    found = sights(held, windows, walls, cells, crown, point_grid(crown.x, crown.y, EXTENT, 25.0))
    assert found.three.tolist() == three.tolist()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(-60, 60), st.floats(-60, 60))
def test_a_tree_more_never_takes_sight_away_and_crowns_in_the_way_never_add(seed, x, y):
    held, trees = random_tile(seed, count=6, trees=8)
    walls, cells = walls_and_cells(held)
    windows = window_columns(held, walls)

    def three(placed, **how):
        crown = crowns(*placed)
        return sights(held, windows, walls, cells, crown, point_grid(crown.x, crown.y, EXTENT, 25.0), **how)

    before, after = three(trees), three([*trees, (x, y, 9.0, 2.5, 3.0)])
    assert (after.three >= before.three).all()
    assert (after.one >= before.one).all()
    assert (three(trees, crowns_block=True).three <= before.three).all()
    assert (before.any_window <= before.near).all()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-40, 40), st.floats(-40, 40)), min_size=1, max_size=8),
    st.floats(-300, 300),
    st.floats(-300, 300),
    st.floats(0, 80),
)
def test_trees_about_a_place_are_those_within_the_range_also_far_from_all_cells(at, x, y, wide):
    crown = crowns(*((tx, ty, 8.0, 2.0, 2.0) for tx, ty in at))
    cells = point_grid(crown.x, crown.y, (crown.x.min(), crown.y.min(), crown.x.max(), crown.y.max()), 25.0)
    found = trees_about(x, y, x + wide, y, 50.0, crown, cells)
    aside = np.maximum(np.maximum(x - crown.x, crown.x - x - wide), 0.0)
    assert sorted(found.tolist()) == np.flatnonzero(aside**2 + (y - crown.y) ** 2 <= 50.0**2).tolist()
