"""CoolWalkability of the ways to parks: by hand, against a graph that is truly split, and what more shade may do."""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenery.small_scene import grid_streets, streets_of
from xiuhua.greenery.cool import cool_ways
from xiuhua.greenery.network import network_of, place_on

# Two ways from a door at (0, 0) to a gate at (100, 0): straight in the sun, or 25 m aside there and back in the shade.
TWO_WAYS = streets_of(((0, 0), (100, 0)), ((0, 0), (0, 25)), ((0, 25), (100, 25)), ((100, 25), (100, 0)))


def ways(streets, doors, gates, shade, sun=2.0):
    network = network_of(streets.lines)
    at = [place_on(network, streets.lines, np.array(points, float).reshape(-1, 2)) for points in (doors, gates)]
    given = shade(network) if callable(shade) else np.full(len(network.u), float(shade))
    return cool_ways(network, *at, given, sun)


def aside_shaded(network):
    return (network.line != 0).astype(np.float64)


def on_a_grid(rng, *counts):
    """The network of a grid of streets, and so many random places on it each."""
    streets = grid_streets()
    network = network_of(streets.lines)
    return network, *(place_on(network, streets.lines, rng.uniform(0, 200, (count, 2))) for count in counts)


def test_a_detour_in_the_shade_is_taken_where_it_feels_shorter():
    found = ways(TWO_WAYS, [(0, 0)], [(100, 0)], aside_shaded)
    assert (found.bare_m[0], found.shaded_m[0], found.felt_m[0]) == pytest.approx((200, 100, 150))
    assert found.share == pytest.approx([0.5])
    assert found.possible_m == pytest.approx([100])


def test_who_minds_the_sun_little_stays_in_it():
    found = ways(TWO_WAYS, [(0, 0)], [(100, 0)], aside_shaded, sun=1.25)
    assert found.felt_m == pytest.approx([125])
    assert found.share == pytest.approx([0])


def test_legs_beside_the_street_neither_help_nor_harm():
    beside = ways(TWO_WAYS, [(0, -30)], [(100, -8)], 0.4)
    on = ways(TWO_WAYS, [(0, 0)], [(100, 0)], 0.4)
    assert beside.felt_m == pytest.approx(on.felt_m + 38)
    assert [*beside.share, *on.share] == pytest.approx([0.4, 0.4])


def test_door_and_gate_on_one_edge():
    found = ways(grid_streets(), [(30, 3)], [(50, 0)], 0.25)
    assert found.felt_m == pytest.approx([3 + 20 * 1.75])


def test_all_shade_spares_all_and_no_shade_nothing():
    doors = [(30, 20), (170, 90), (100, 199)]
    assert ways(grid_streets(), doors, [(100, 60)], 1.0).share == pytest.approx([1, 1, 1])
    assert ways(grid_streets(), doors, [(100, 60)], 0.0).share == pytest.approx([0, 0, 0])


def test_who_reaches_no_park_walks_no_way():
    apart = streets_of(((0, 0), (100, 0)), ((0, 500), (100, 500)))
    found = ways(apart, [(10, 501), (50, 2)], [(50, 0)], 0.5)
    assert np.isnan(found.share).tolist() == [True, True]
    # The second stands before the gate: there is nothing to be spared.
    assert found.possible_m.tolist() == [0, 0]
    assert np.isinf(found.felt_m[0])
    nobody = ways(apart, [(10, 501)], [], 0.5)
    assert np.isnan(nobody.share).all()


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_any_shade_agrees_with_a_graph_that_is_truly_split(seed):
    rng = np.random.default_rng(seed)
    network, *at = on_a_grid(rng, 4, 3)
    doors, gates = (len(places.edge) for places in at)
    shade = rng.uniform(0, 1, len(network.u)) * rng.integers(0, 2, len(network.u))
    found = cool_ways(network, *at, shade)
    for kind, worth in (("felt_m", 2 - shade), ("bare_m", np.full(len(shade), 2.0)), ("shaded_m", np.ones(len(shade)))):
        graph = nx.Graph()
        for edge in range(len(network.u)):
            stops = [(0.0, ("n", int(network.u[edge]))), (float(network.length[edge]), ("n", int(network.v[edge])))]
            for name, places in zip("dg", at, strict=True):
                stops += [
                    (float(places.offset[one]), (name, one)) for one in np.flatnonzero(places.edge == edge).tolist()
                ]
            stops.sort(key=lambda stop: stop[0])
            for (a, here), (b, there) in pairwise(stops):
                length = (b - a) * float(worth[edge])
                if not graph.has_edge(here, there) or graph[here][there]["weight"] > length:
                    graph.add_edge(here, there, weight=length)
        for gate in range(gates):
            graph.add_edge(("g", gate), "park", weight=float(at[1].beside[gate]))
        truth = nx.single_source_dijkstra_path_length(graph, "park")
        expected = [truth[("d", door)] + float(at[0].beside[door]) for door in range(doors)]
        assert getattr(found, kind) == pytest.approx(expected)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_more_shade_never_lets_anybody_feel_more(seed):
    rng = np.random.default_rng(seed)
    network, *at = on_a_grid(rng, 6, 2)
    less = rng.uniform(0, 1, len(network.u))
    before, after = (
        cool_ways(network, *at, less),
        cool_ways(network, *at, np.maximum(less, rng.uniform(0, 1, len(less)))),
    )
    assert (after.felt_m <= before.felt_m + 1e-9).all()
    known = ~np.isnan(before.share)
    assert (after.share[known] >= before.share[known] - 1e-9).all()
    assert ((before.share[known] >= 0) & (before.share[known] <= 1)).all()
    assert (before.shaded_m <= before.felt_m + 1e-9).all()
