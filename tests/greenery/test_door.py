"""A park at the door: oracles D1 to D7 and traps 1 to 5 of the reference."""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from greenery.small_scene import gates_of, grid_streets, parks_of, shapes_of, streets_of
from xiuhua.greenery.door import field_of, reach, straight_m, with_entrance
from xiuhua.greenery.entrances import CROSSING, GATE, OPEN, UNKNOWN, entrances_of
from xiuhua.greenery.network import network_of, place_on
from xiuhua.greenery.official import coverage, covered_m2, radius_m


def walk(streets, doors, gates):
    network = network_of(streets.lines)
    at = [place_on(network, streets.lines, np.array(points, float).reshape(-1, 2)) for points in (doors, gates)]
    return reach(network, *at).walk_m


def test_edges_are_split_where_the_door_and_the_gate_are():
    """D1: 150 m; node to node says 200, a node and straight legs 276.056."""
    assert walk(grid_streets(), [(30, 20)], [(100, 60)]) == pytest.approx([150])


def test_door_and_gate_on_one_edge():
    """D4: 20 m along and 3 m aside."""
    assert walk(grid_streets(), [(30, 3)], [(50, 0)]) == pytest.approx([23])


def test_circle_around_a_square_park():
    """D2: (a2 + 4 a r + pi r2) / 4e6 = 0.248850, and what coarse circles lose."""
    home = shapes_of(shapely.box(-1000, -1000, 1000, 1000))
    park = shapely.box(-50, -50, 50, 50)
    exact = (100**2 + 4 * 100 * 500 + np.pi * 500**2) / 4e6
    assert exact == pytest.approx(0.248850, abs=5e-7)
    assert coverage(home, parks_of(park)) == pytest.approx(exact, abs=3e-5)
    for quadrant, expected in ((8, 0.247590), (16, 0.248534), (64, 0.248830)):
        assert park.buffer(500, quad_segs=quadrant).area / 4e6 == pytest.approx(expected, abs=1e-6)


def test_radius_by_size():
    """D3."""
    assert radius_m(np.array([399.0, 400.0, 4999.9, 5000.0])).tolist()[1:] == [300, 300, 500]
    assert np.isnan(radius_m(np.array([399.0])))[0]


def test_overlapping_circles_cover_ground_once():
    home = shapes_of(shapely.box(0, 0, 100, 100))
    parks = shapes_of(shapely.box(-90, 0, -10, 80), shapely.box(-95, 0, -15, 80))
    assert covered_m2(home, parks, np.array([50.0, 50.0])) == pytest.approx(
        covered_m2(home, parks[:1], np.array([50.0])), rel=0.01
    )


def test_a_parcel_that_touches_itself_is_measured_all_the_same():
    touching = shapely.Polygon([(0, 0), (100, 0), (100, 100), (0, 100), (0, 50), (30, 50), (0, 50)])
    bow = shapely.Polygon([(0, 200), (100, 300), (100, 200), (0, 300)])
    park = shapes_of(shapely.box(-200, -300, -50, 300))
    inside = covered_m2(shapes_of(touching, bow), park, np.array([100.0]))
    assert inside == pytest.approx([50 * 100, 2500], rel=0.01)


def test_squares_count_in_the_national_standard_alone():
    home, square = shapes_of(shapely.box(0, 0, 100, 100)), parks_of(shapely.box(10, 10, 90, 90))
    square.square[:] = True
    assert coverage(home, square) == 0
    assert coverage(home, square, national=True) == pytest.approx(1)


def test_a_fence_between():
    """D5: the only gate is on the far side; the circle says yes, the walk says no."""
    streets = streets_of(((0, 0), (1000, 0)), ((1000, 0), (1000, 400)), ((1000, 400), (500, 400)))
    park = parks_of(shapely.box(400, 100, 600, 400))
    network = network_of(streets.lines)
    found = entrances_of(park, gates_of((500, 400, 0)), streets.lines, network)
    door = np.array([[500.0, 10.0]])
    assert found.by.tolist() == [GATE]
    assert reach(network, place_on(network, streets.lines, door), found.places).walk_m == pytest.approx(
        [10 + 500 + 400 + 500]
    )
    assert covered_m2(shapes_of(shapely.Point(door[0]).buffer(5)), park.shapes, radius_m(park.area_m2))[0] > 70


def test_how_the_entrances_of_a_park_are_known():
    streets = streets_of(((0, 0), (200, 0)), width=4.0)
    crossed, beside, far = shapely.box(50, -20, 80, 20), shapely.box(100, 10, 140, 40), shapely.box(0, 200, 30, 230)
    network = network_of(streets.lines)

    def ways(**how):
        return entrances_of(parks_of(crossed, beside, far, **how), gates_of(), streets.lines, network)

    fenced, opened = ways(), ways(fenceless=True)
    assert fenced.by.tolist() == [CROSSING, UNKNOWN, UNKNOWN]
    assert sorted(fenced.points[:, 0].tolist()) == [50, 80]
    assert opened.by.tolist() == [OPEN, OPEN, OPEN]
    assert opened.places.beside[opened.park == 1].min() == pytest.approx(10)
    assert (opened.park == 2).sum() >= 1  # far from every street: its nearest point, with the whole leg


def test_what_is_not_reached_is_infinite_and_where_no_street_is_unknown():
    """Trap 1: never the limit of the search."""
    streets = streets_of(((0, 0), (100, 0)), ((0, 500), (100, 500)))
    network = network_of(streets.lines)
    doors = place_on(network, streets.lines, np.array([[50.0, 500.0], [50.0, 250.0]]), 200.0)
    found = reach(network, doors, place_on(network, streets.lines, np.array([[10.0, 0.0]])))
    assert np.isinf(found.walk_m[0])
    assert np.isnan(found.walk_m[1])
    assert found.entrance.tolist() == [-1, -1]


def test_without_any_entrance_nobody_arrives():
    assert np.isinf(walk(grid_streets(), [(30, 20)], [])).all()
    assert np.isinf(straight_m(np.zeros((1, 2)), np.empty((0, 2)))).all()


def test_streets_meet_where_they_cross_and_where_one_ends_beside_another():
    crossing = network_of(shapes_of(shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(50, -50), (50, 50)])))
    assert (len(crossing.x), len(crossing.u)) == (5, 4)
    short = network_of(shapes_of(shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(50, 0.8), (50, 50)])))
    assert (len(short.x), len(short.u)) == (4, 3)
    apart = network_of(shapes_of(shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(50, 1.2), (50, 50)])))
    assert (len(apart.x), len(apart.u)) == (4, 2)


def test_parallel_ways_between_two_corners_take_the_shorter():
    """Trap 3: a sparse matrix would add the two up."""
    bent = ((0, 0), (50, 80), (100, 0))
    assert walk(
        streets_of(((0, 0), (100, 0)), bent, ((-50, 0), (0, 0)), ((100, 0), (150, 0))), [(-50, 0)], [(150, 0)]
    ) == pytest.approx([200])


def random_city(seed, streets=14):
    rng = np.random.default_rng(seed)
    lines = [((0, y), (600, y)) for y in rng.uniform(0, 600, streets // 2)]
    lines += [((x, 0), (x, 600)) for x in rng.uniform(0, 600, streets - streets // 2)]
    return streets_of(*lines), rng.uniform(0, 600, (40, 2)), rng.uniform(0, 600, (5, 2))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_a_walk_is_never_shorter_than_the_straight_line_and_a_gate_or_street_more_never_lengthens_it(seed):
    """D6."""
    streets, doors, gates = random_city(seed)
    network = network_of(streets.lines)
    at, entered = place_on(network, streets.lines, doors), place_on(network, streets.lines, gates)
    found = reach(network, at, entered)
    straight = np.hypot(*(doors - gates[found.entrance]).T)
    assert (found.walk_m >= straight - 1e-9).all()
    new = place_on(network, streets.lines, np.array([[300.0, 300.0]]))
    more = with_entrance(network, entered, new, field_of(network, entered), at)
    assert (more.walk_m <= found.walk_m + 1e-9).all()
    anew = walk(streets, doors, [*gates, (300.0, 300.0)])
    assert more.walk_m == pytest.approx(anew)
    # A street more lengthens no walk between places on the network (the nearest street of a door may be another then).
    on, entered_on = snapped(streets, doors), snapped(streets, gates)
    longer = streets_of(*[line.coords for line in streets.lines], ((0, 0), (600, 600)))
    assert (walk(longer, on, entered_on) <= walk(streets, on, entered_on) + 1e-6).all()


def snapped(streets, points):
    line = shapely.STRtree(streets.lines).nearest(shapely.points(points))
    return shapely.get_coordinates(
        shapely.line_interpolate_point(
            streets.lines[line], shapely.line_locate_point(streets.lines[line], shapely.points(points))
        )
    )


@pytest.mark.parametrize("seed", range(3))
def test_equal_to_networkx_and_scipy_on_the_split_graph(seed):
    """D7: doors and gates as nodes of their own."""
    streets, doors, gates = random_city(seed)
    network = network_of(streets.lines)
    at, entered = place_on(network, streets.lines, doors), place_on(network, streets.lines, gates)
    graph, cuts = nx.Graph(), {}
    for kind, places in (("door", at), ("gate", entered)):
        for number, (edge, offset, beside) in enumerate(zip(*places, strict=True)):
            cuts.setdefault(int(edge), []).append((float(offset), (kind, number, "on")))
            graph.add_edge((kind, number), (kind, number, "on"), weight=float(beside))
    for edge in range(len(network.u)):
        chain = [
            (0.0, int(network.u[edge])),
            *sorted(cuts.get(edge, [])),
            (float(network.length[edge]), int(network.v[edge])),
        ]
        for (a, here), (b, there) in pairwise(chain):
            if not graph.has_edge(here, there) or graph[here][there]["weight"] > b - a:
                graph.add_edge(here, there, weight=b - a)
    expected = nx.multi_source_dijkstra_path_length(graph, {("gate", number) for number in range(len(gates))})
    found = reach(network, at, entered).walk_m
    assert found == pytest.approx([expected["door", number] for number in range(len(doors))], abs=1e-9)
    matrix = coo_array((network.length, (network.u, network.v)), shape=(len(network.x),) * 2).tocsr()
    by_scipy = dijkstra(matrix, directed=False, indices=[0], min_only=True)
    corner = place_on(network, streets.lines, np.array([[network.x[0], network.y[0]]]))
    assert field_of(network, corner).walk_m == pytest.approx(by_scipy, abs=1e-6)
