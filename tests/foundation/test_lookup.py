import time

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from xiuhua.foundation import lookup
from xiuhua.foundation.lookup import PolygonLookup


def by_force(polygons, x, y):
    """The rule of the module in one line of shapely: closed polygons, lowest index."""
    hits = [shapely.intersects_xy(p, x, y) if p is not None else np.zeros(len(x), bool) for p in polygons]
    return np.array([next((i for i, h in enumerate(hits) if h[n]), -1) for n in range(len(x))])


@st.composite
def shapes(draw):
    """A polygon or multipolygon on a lattice of thousandths of a degree: boxes, rings with holes, slanted unions."""
    base = draw(st.sampled_from([(120.3, 31.7), (-0.001, -0.004), (0.0, 0.0)]))
    scale = draw(st.sampled_from([1e-3, 1.0, 1e-6]))
    number = st.integers(0, 12)
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        corners = draw(st.lists(st.tuples(number, number), min_size=3, max_size=6))
        parts.append(shapely.convex_hull(shapely.multipoints(corners)))
    whole = shapely.union_all([p for p in parts if p.geom_type == "Polygon"])
    if draw(st.booleans()):
        west, south = draw(number), draw(number)
        whole = shapely.difference(whole, shapely.box(west, south, west + 3, south + 2))
    if whole.geom_type not in {"Polygon", "MultiPolygon"}:
        return shapely.Polygon()
    return shapely.transform(whole, lambda xy: np.array(base) + xy * scale)


@settings(max_examples=200, deadline=None)
@given(st.lists(shapes() | st.none(), max_size=6), st.randoms(use_true_random=False))
def test_it_agrees_with_shapely_on_lattice_points_vertices_and_anywhere(polygons, random):
    some = [p for p in polygons if p is not None and not p.is_empty]
    vertices = shapely.get_coordinates(some) if some else np.zeros((1, 2))
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    anywhere = np.array([[random.uniform(-0.2, 1.2), random.uniform(-0.2, 1.2)] for _ in range(60)])
    lattice = np.array([[random.randint(0, 24) / 24, random.randint(0, 24) / 24] for _ in range(60)])
    middles = (vertices[1:] + vertices[:-1]) / 2
    x, y = np.concatenate([low + anywhere * (high - low), low + lattice * (high - low), vertices, middles]).T
    found = PolygonLookup(polygons)
    expected = by_force(polygons, x, y)
    assert found.locate(x, y).tolist() == expected.tolist()
    assert [found.locate_one(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)] == expected.tolist()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(5, 60))
def test_a_partition_has_one_owner_for_every_point(seed, count):
    random = np.random.default_rng(seed)
    seeds = shapely.multipoints(random.uniform(0, 1, (count, 2)))
    box = shapely.box(0, 0, 1, 1)
    cells = list(shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=box)), box))
    x, y = random.uniform(0.001, 0.999, (2, 500))
    answers = PolygonLookup(cells).locate(x, y)
    assert answers.tolist() == by_force(cells, x, y).tolist()
    assert (answers >= 0).all()


def test_the_lowest_index_wins_on_overlaps_and_on_shared_edges():
    left, right, over = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(0.5, 0, 1.5, 1)
    points = [0.25, 0.75, 1.0, 1.25, 2.0], [0.5] * 5
    assert PolygonLookup([left, right, over]).locate(*points).tolist() == [0, 0, 0, 1, 1]
    assert PolygonLookup([over, right, left]).locate(*points).tolist() == [2, 0, 0, 0, 1]


def test_a_hole_is_outside_and_its_edge_inside():
    ring = shapely.Polygon(shapely.box(0, 0, 9, 9).exterior, [shapely.box(3, 3, 6, 6).exterior])
    island = shapely.box(4, 4, 5, 5)
    assert PolygonLookup([shapely.multipolygons([ring, island])]).locate([1, 3, 3.5, 4.5], [1, 4, 3.5, 4.5]).tolist() == [
        0, 0, -1, 0,
    ]  # fmt: skip


def test_nothing_holds_nothing():
    for polygons in ([], [None], [shapely.Polygon()]):
        found = PolygonLookup(polygons)
        assert found.locate([120.0, np.nan], [31.0, np.inf]).tolist() == [-1, -1]
        assert found.locate_one(120.0, 31.0) == -1


def test_points_without_a_place_are_in_no_polygon():
    found = PolygonLookup([shapely.box(0, 0, 1, 1)])
    assert found.locate([np.nan, np.inf, 0.5], [0.5, 0.5, -np.inf]).tolist() == [-1, -1, -1]
    assert found.locate_one(float("nan"), 0.5) == -1
    assert found.locate_one(0.5, float("inf")) == -1


def test_the_shape_of_the_points_is_kept():
    found = PolygonLookup([shapely.box(0, 0, 1, 1)])
    assert found.locate(np.full((2, 3), 0.5), np.full((2, 3), 0.5)).tolist() == [[0, 0, 0], [0, 0, 0]]
    assert found.locate(0.5, 2.0) == -1
    assert found.locate([], []).tolist() == []


def test_a_line_is_refused_by_its_place_in_the_list():
    with pytest.raises(TypeError, match="geometry 1 is a LineString"):
        PolygonLookup([shapely.box(0, 0, 1, 1), shapely.LineString([(0, 0), (1, 1)])])


@pytest.mark.parametrize("cells", [1, 1 << 14])
def test_the_size_of_the_cells_changes_no_answer(monkeypatch, cells):
    monkeypatch.setattr(lookup, "CELLS_PER_POLYGON", 0)
    monkeypatch.setattr(lookup, "FEWEST_CELLS", cells)
    star = shapely.buffer(shapely.multipoints(np.random.default_rng(7).uniform(0, 1, (30, 2))), 0.11)
    polygons = [star, shapely.box(-0.1, -0.1, 0.6, 1.2), shapely.box(0.2, 0.2, 1.1, 1.1)]
    x, y = np.random.default_rng(8).uniform(-0.3, 1.4, (2, 3000))
    assert PolygonLookup(polygons).locate(x, y).tolist() == by_force(polygons, x, y).tolist()


def test_a_very_long_and_narrow_extent_stays_small():
    found = PolygonLookup([shapely.box(0, 0, 1, 1e-7), shapely.box(100, 0, 101, 1e-7)])
    assert found.locate([0.5, 50, 100.5], [5e-8] * 3).tolist() == [0, -1, 1]
    assert found._table.size < 10 * lookup.FEWEST_CELLS


def test_one_point_takes_less_than_a_millisecond_at_the_99th_percentile():
    random = np.random.default_rng(3)
    seeds = shapely.multipoints(random.uniform(0, 1, (500, 2)))
    found = PolygonLookup(list(shapely.get_parts(shapely.voronoi_polygons(seeds))))
    taken = []
    for lon, lat in random.uniform(0, 1, (2000, 2)).tolist():
        start = time.thread_time()
        found.locate_one(lon, lat)
        taken.append(time.thread_time() - start)
    assert np.percentile(taken, 99) < 0.001
