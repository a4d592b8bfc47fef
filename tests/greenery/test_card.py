"""The card of one building: its floors, its way to the park, the shade on that way; cut out of a scene or whole."""

from datetime import date

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
from xiuhua.greenery.card import BOTH, CROWNS, SUN, WALLS, day_on_way, floors_of
from xiuhua.greenery.hours import all_day
from xiuhua.greenery.measure import Options, reach_of, see_from, set_up
from xiuhua.greenery.nearby import Nearby
from xiuhua.greenery.scene import Streets
from xiuhua.greenery.ways import way_on, way_to_park

OPTIONS = Options(all_day(date(2024, 7, 15), "Asia/Shanghai", 120.29, 31.68), azimuths=0)
DAY = date(2024, 7, 15)


def home(x, y, height=9.0, side=8.0):
    return shapely.box(x - side / 2, y - side / 2, x + side / 2, y + side / 2), height


def town(*homes, trees=(), gates=((200.0, 60.0, 0),), parks=(), streets=None):
    return scene_of(
        buildings_of(*(homes or [home(30, 20)])), trees_of(*trees), grid_streets() if streets is None else streets,
        parks_of(*(parks or [shapely.box(200, 40, 300, 90)])), gates_of(*gates),
    )  # fmt: skip


def test_the_floors_add_up_to_what_the_building_sees():
    scene = town(
        home(30, 30, 15), home(45, 30, 6), trees=[(20, 60, 8, 3, 2), (30, 60, 9, 3, 2), (40, 60, 7, 3, 2), (62, 30, 12, 3, 2)]
    )  # fmt: skip
    stage = set_up(scene, OPTIONS)
    for building in (0, 1):
        floors = floors_of(stage, building, OPTIONS)
        seen = see_from(stage, OPTIONS)
        assert [floor.floor for floor in floors] == list(range([5, 2][building]))
        assert sum(floor.windows for floor in floors) == seen.windows[building]
        assert sum(floor.see_three for floor in floors) == round(seen.share_three[building] * seen.windows[building])
        assert sum(floor.see_one for floor in floors) == round(seen.share_one[building] * seen.windows[building])
        assert [floor.see_three for floor in floors] == sorted(floor.see_three for floor in floors)


def test_a_building_between_party_walls_has_no_floors():
    scene = town(home(30, 30), home(22, 30), home(38, 30), home(30, 22), home(30, 38))
    assert floors_of(set_up(scene, OPTIONS), 0, OPTIONS) == []


def test_the_way_of_oracle_d1_is_drawn_along_the_streets():
    scene = town(home(30, 20, side=2), gates=[(100.0, 60.0, 0)])
    way = way_on(set_up(scene, OPTIONS), 0)
    assert way.length_m == pytest.approx(150)
    assert way.points.tolist() == [[30, 20], [30, 0], [100, 0], [100, 60]]
    assert (way.street >= 0).tolist() == [False, True, True]
    assert way.straight_m == pytest.approx(np.hypot(70, 40))
    assert way.park == 0


def test_door_and_gate_on_one_edge_are_joined_on_it():
    scene = town(home(30, 3, side=2), gates=[(50.0, 0.0, 0)])
    way = way_on(set_up(scene, OPTIONS), 0)
    assert way.points.tolist() == [[30, 3], [30, 0], [50, 0]]
    assert way.length_m == pytest.approx(23)


def test_no_way_where_no_gate_is_reached():
    apart = town(streets=streets_of(((0, 0), (100, 0)), ((0, 500), (100, 500))), gates=[(50.0, 500.0, 0)])
    assert way_to_park(Nearby(apart), 0, OPTIONS) is None
    unentered = town(gates=(), parks=[shapely.box(900, 900, 950, 950)])
    assert way_to_park(Nearby(unentered), 0, OPTIONS) is None
    far = town(streets=streets_of(((0, 4000), (100, 4000))), gates=[(50.0, 4000.0, 0)])
    assert way_to_park(Nearby(far), 0, OPTIONS) is None


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(-50, 1250), st.integers(-50, 1250)), min_size=1, max_size=4), st.data())
def test_the_way_cut_out_is_as_long_as_the_walk_of_the_whole(gates, data):
    # Off the middle between two streets, where either is the nearest.
    gates = [(gx + 0.37, gy + 0.11) for gx, gy in gates]
    x, y = (at + off for at, off in zip(data.draw(st.tuples(*[st.integers(5, 1195)] * 2)), (0.3, 0.1), strict=True))
    parks = [shapely.box(gx, gy, gx + 30, gy + 30) for gx, gy in gates]
    scene = town(
        home(x, y, side=2), parks=parks, gates=[(gx, gy, at) for at, (gx, gy) in enumerate(gates)],
        streets=grid_streets(cells=12),
    )  # fmt: skip
    found, _here = way_to_park(Nearby(scene), 0, OPTIONS)
    walk = reach_of(set_up(scene, OPTIONS))
    assert found.length_m == pytest.approx(walk.distance_m[0, 0])
    assert np.hypot(*np.diff(found.points, axis=0).T).sum() == pytest.approx(found.length_m)
    assert found.length_m >= found.straight_m - 1e-9
    assert shapely.Point(found.points[-1]).distance(parks[found.park]) == pytest.approx(0)
    for piece, street in zip(zip(found.points[:-1], found.points[1:], strict=True), found.street, strict=True):
        if street >= 0:
            assert scene.streets.lines[street].distance(shapely.LineString(piece)) == pytest.approx(0)


def test_what_is_cut_out_sees_what_the_whole_sees():
    draw = np.random.default_rng(7)
    homes = [home(x, y, float(draw.integers(3, 30)), 10) for x in range(10, 400, 24) for y in range(10, 400, 24)]
    trees = [(*draw.uniform(0, 400, 2), draw.uniform(4, 15), draw.uniform(2, 5), 2) for _ in range(600)]
    scene = town(*homes, trees=trees)
    whole, nearby = see_from(set_up(scene, OPTIONS), OPTIONS), Nearby(scene)
    for building in draw.integers(0, len(homes), 12).tolist():
        here = nearby.about_building(building, OPTIONS.range_m + 1, OPTIONS)
        at = here.building(building)
        assert len(here.buildings) < len(homes)
        seen = see_from(here.stage, OPTIONS, np.array([at]))
        assert (seen.windows[at], seen.any_window[at], seen.near[at]) == (
            whole.windows[building], whole.any_window[building], whole.near[building],
        )  # fmt: skip
        assert seen.share_three[at] == whole.share_three[building]
    with pytest.raises(ValueError, match="beyond"):
        nearby.about(10, 10, 30, OPTIONS).building(len(homes) - 1)


def test_a_row_of_trees_shades_the_side_on_which_it_stands():
    # A street to the east; trees on its left (north) pavement, a wall north of it that shades nothing at noon.
    scene = town(
        home(30, 20, side=2), home(100, 40, 12.0, 20.0), trees=[(x, 6.0, 8.0, 3.0, 2.0) for x in range(0, 201, 5)],
        streets=streets_of(((0, 0), (200, 0))), gates=[(180.0, 0.0, 0)],
    )  # fmt: skip
    nearby = Nearby(scene)
    way, _here = way_to_park(nearby, 0, OPTIONS)
    day = day_on_way(nearby, way, OPTIONS, DAY, "Asia/Shanghai")
    assert day.shade.shape == (49, len(day.points))
    assert set(day.side.tolist()) == {-1, 0, 1}
    noon = day.shade[[at.hour == 12 and at.minute == 0 for at in day.hours.at].index(True)]
    left, right = noon[day.side == 1], noon[day.side == -1]
    assert (left == CROWNS).mean() > 0.9
    assert (right == SUN).mean() > 0.9
    assert np.all(np.diff(day.along) >= 0)
    assert set(np.unique(day.shade).tolist()) <= {SUN, WALLS, CROWNS, BOTH}
    assert (day.points[day.side == 1][:, 1] == pytest.approx(6.0)) if len(left) else False


def test_the_last_light_of_the_day_is_taken_by_what_stands_far_away():
    scene = town(
        home(30, 20, side=2), (shapely.box(-700, 0, -690, 1_000), 20.0), streets=streets_of(((0, 0), (200, 0))),
        gates=[(180.0, 0.0, 0)],
    )  # fmt: skip
    nearby = Nearby(scene)
    way, _here = way_to_park(nearby, 0, OPTIONS)
    day = day_on_way(nearby, way, OPTIONS, DAY, "Asia/Shanghai")
    assert (day.shade[-1] == WALLS).all()
    assert (day.shade[-9] == SUN).mean() > 0.9, "two hours earlier the sun stands high above it"


def test_the_points_of_a_way_lie_outdoors():
    scene = town(
        home(30, 20, side=2), home(90, 6, 12.0, 6.0), streets=streets_of(((0, 0), (200, 0))), gates=[(180.0, 0.0, 0)]
    )  # fmt: skip
    nearby = Nearby(scene)
    way, _here = way_to_park(nearby, 0, OPTIONS)
    day = day_on_way(nearby, way, OPTIONS, DAY, "Asia/Shanghai")
    inside = shapely.contains_xy(scene.buildings.shapes[1], day.points[:, 0], day.points[:, 1])
    assert not inside.any()
    assert len(day.points) == day.shade.shape[1]


def test_a_gate_beyond_the_last_street_is_found():
    scene = town(parks=[shapely.box(1250, 1250, 1280, 1280)], gates=[(1250.0, 1250.0, 0)], streets=grid_streets(12))
    way, _here = way_to_park(Nearby(scene), 0, OPTIONS)
    assert way.length_m == pytest.approx(reach_of(set_up(scene, OPTIONS)).distance_m[0, 0])


def test_a_place_without_streets_has_no_way():
    nothing = Streets(np.empty(0, dtype=object), np.empty(0), *(np.empty(0, dtype=bool) for _ in range(4)))
    assert way_to_park(Nearby(town(streets=nothing)), 0, OPTIONS) is None
