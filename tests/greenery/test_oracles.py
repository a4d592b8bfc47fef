"""Independent engines on a tile of a drawn city: rays of Embree, lines of shapely, walks of cityseer.

Embree and cityseer come with the development group ``oracles``; without it their tests are left out.
"""

from datetime import date

import numpy as np
import pytest
import shapely

from bench.greenery_city import city
from xiuhua.greenery.casting import WALL
from xiuhua.greenery.door import field_of
from xiuhua.greenery.hours import all_day
from xiuhua.greenery.measure import Options, field_of_class, see_from
from xiuhua.greenery.nearby import Nearby
from xiuhua.greenery.network import Places
from xiuhua.greenery.shade import shade_at
from xiuhua.greenery.sight import sights
from xiuhua.greenery.windows import eye_m

OPTIONS = Options(all_day(date(2024, 7, 15), "Asia/Shanghai", 120.29, 31.68), azimuths=0)
WITHOUT = "an oracle of the development group oracles"


@pytest.fixture(scope="module")
def tile():
    """A tile of 1.45 km with about 650 buildings."""
    return Nearby(city(1, 4)).about(4_000.0, 4_000.0, 725.0, OPTIONS).stage


def targets(stage, tree):
    """The five points of a crown that are looked for."""
    x, y, h, r = (column[tree] for column in (stage.crowns.x, stage.crowns.y, stage.crowns.height, stage.crowns.radius))
    aside = 0.9 * r
    return np.array([
        (x, y, h), (x + aside, y, 2 * h / 3), (x - aside, y, 2 * h / 3), (x, y + aside, 2 * h / 3), (x, y - aside, 2 * h / 3),
    ])  # fmt: skip


def test_s7_line_by_line_with_shapely(tile):
    """Every window of fifteen buildings, every tree, every line: the same counts."""
    found = sights(tile.scene.buildings, tile.windows, tile.walls, tile.wall_cells, tile.crowns, tile.trunk_cells, 50.0)
    walls = shapely.linestrings(
        np.stack([np.column_stack([tile.walls.ax, tile.walls.ay]), np.column_stack([tile.walls.bx, tile.walls.by])], 1)
    )
    tree = shapely.STRtree(walls)
    draw = np.random.default_rng(1)
    seen_by_any = 0
    for building in draw.choice(len(tile.scene.buildings), 15, replace=False).tolist():
        one, three, windows = _by_lines(tile, building, walls, tree)
        assert (windows, one, three) == (found.windows[building], found.one[building], found.three[building])
        seen_by_any += one
    assert seen_by_any > 0


def _by_lines(stage, building, walls, tree):
    one = three = windows = 0
    for k in range(stage.windows.first[building], stage.windows.first[building + 1]):
        x, y = stage.windows.x[k], stage.windows.y[k]
        near = np.flatnonzero(np.hypot(stage.crowns.x - x, stage.crowns.y - y) <= 50.0)
        lowest = [min(_lowest(stage, k, target, walls, tree) for target in targets(stage, each)) for each in near]
        for floor in range(stage.windows.floors[building]):
            seen = sum(each < eye_m(floor) for each in lowest)
            windows, one, three = windows + 1, one + (seen >= 1), three + (seen >= 3)
    return one, three, windows


def _lowest(stage, k, target, walls, tree):
    eye = np.array([stage.windows.x[k], stage.windows.y[k]])
    if (target[:2] - eye) @ (stage.windows.nx[k], stage.windows.ny[k]) <= 0:
        return np.inf
    line = shapely.LineString([eye, target[:2]])
    needed = -np.inf
    for wall in tree.query(line, predicate="intersects").tolist():
        at = shapely.get_coordinates(shapely.intersection(line, walls[wall]))
        if len(at):
            phi = float(np.hypot(*(at[0] - eye)) / line.length)
            if 0 < phi < 1:
                needed = max(needed, (stage.walls.height[wall] - phi * target[2]) / (1 - phi))
    return needed


@pytest.fixture(scope="module")
def embree(tile):
    pytest.importorskip("embreex", reason=WITHOUT)
    from embreex import rtcore_scene
    from embreex.mesh_construction import TriangleMesh

    walls = tile.walls
    low, high = np.zeros(len(walls.ax)), walls.height
    a0, b0 = np.column_stack([walls.ax, walls.ay, low]), np.column_stack([walls.bx, walls.by, low])
    a1, b1 = np.column_stack([walls.ax, walls.ay, high]), np.column_stack([walls.bx, walls.by, high])
    triangles = np.concatenate([np.stack([a0, b0, b1], 1), np.stack([a0, b1, a1], 1)]).astype(np.float32)
    scene = rtcore_scene.EmbreeScene()
    TriangleMesh(scene, triangles)

    def hidden(origins, ends):
        """Whether something stands on each way."""
        answer = scene.run(
            origins.astype(np.float32), (ends - origins).astype(np.float32),
            dists=np.full(len(origins), 0.99999, np.float32), query="OCCLUDED",
        )  # fmt: skip
        return answer != -1

    return hidden


def test_s7_every_window_of_the_tile_with_embree(tile, embree):
    """Every tree seen from every window of some 650 buildings: equal but for what single precision rounds."""
    found = see_from(tile, OPTIONS)
    ours, theirs, buildings_off = 0, 0, 0
    for building in range(len(tile.scene.buildings)):
        columns = np.arange(tile.windows.first[building], tile.windows.first[building + 1])
        x, y = tile.windows.x[columns], tile.windows.y[columns]
        near = np.flatnonzero(np.hypot(tile.crowns.x - x.mean(), tile.crowns.y - y.mean()) <= 50.0 + 25.0)
        if not len(near):
            continue
        points = np.stack([targets(tile, each) for each in near])
        column, tree = np.nonzero(np.hypot(tile.crowns.x[near] - x[:, None], tile.crowns.y[near] - y[:, None]) <= 50.0)
        normal = np.column_stack([tile.windows.nx[columns], tile.windows.ny[columns]])
        at = np.column_stack([x, y])
        three = 0
        for floor in range(tile.windows.floors[building]):
            eye = np.column_stack([at[column], np.full(len(column), eye_m(floor))])
            ends = points[tree]
            ahead = ((ends[:, :, :2] - eye[:, None, :2]) * normal[column][:, None]).sum(-1) > 0
            free = ~embree(np.repeat(eye, 5, axis=0), ends.reshape(-1, 3)).reshape(-1, 5)
            seen = np.bincount(column, (ahead & free).any(axis=1), len(columns))
            three += int((seen >= 3).sum())
        mine = round(np.nan_to_num(found.share_three[building]) * found.windows[building])
        ours, theirs, buildings_off = ours + mine, theirs + three, buildings_off + (mine != three)
    assert ours > 10_000
    assert abs(ours - theirs) <= 2e-3 * ours
    assert buildings_off <= 0.02 * len(tile.scene.buildings)


def test_the_shade_of_walls_with_embree(tile, embree):
    """15 July 10:00: every pavement point of the tile."""
    sky = OPTIONS.hours
    ten = [at.hour == 10 and at.minute == 0 for at in sky.at].index(True)
    altitude, azimuth = np.radians(sky.altitude[ten]), np.radians(sky.azimuth[ten])
    towards = np.array([np.sin(azimuth) * np.cos(altitude), np.cos(azimuth) * np.cos(altitude), np.sin(altitude)])
    points = np.column_stack([tile.points.x, tile.points.y, np.zeros(len(tile.points.x))])
    theirs = embree(points, points + 500.0 * towards)
    ours = (shade_at(tile.points.x, tile.points.y, sky, tile.shadows)[:, ten] & WALL) > 0
    assert 0.02 < ours.mean() < 0.9
    assert (ours != theirs).mean() <= 1e-4


def test_d7_walks_to_nodes_with_cityseer(tile):
    pytest.importorskip("cityseer", reason=WITHOUT)
    import geopandas as gpd
    import networkx as nx
    from cityseer.metrics import layers
    from cityseer.tools import io

    network = tile.network
    held, _field = field_of_class(tile)
    on = held.edge >= 0
    places = Places(held.edge[on], held.offset[on], np.zeros(int(on.sum())))
    ours = field_of(network, places).walk_m
    graph = nx.MultiGraph(crs=32651)
    for node in range(len(network.x)):
        graph.add_node(str(node), x=float(network.x[node] + 3e5), y=float(network.y[node] + 3.5e6))
    for edge in range(len(network.u)):
        u, v = int(network.u[edge]), int(network.v[edge])
        graph.add_edge(str(u), str(v), geom=shapely.LineString(
            [(network.x[n] + 3e5, network.y[n] + 3.5e6) for n in (u, v)]
        ))  # fmt: skip
    share = places.offset / network.length[places.edge]
    u, v = network.u[places.edge], network.v[places.edge]
    x = network.x[u] + share * (network.x[v] - network.x[u]) + 3e5
    y = network.y[u] + share * (network.y[v] - network.y[u]) + 3.5e6
    nodes, _edges, structure = io.network_structure_from_nx(graph)
    entrances = gpd.GeoDataFrame({"kind": ["gate"] * len(x)}, geometry=gpd.points_from_xy(x, y), crs=32651)
    nodes, _data = _both(layers.compute_accessibilities(
        entrances, landuse_column_label="kind", accessibility_keys=["gate"], nodes_gdf=nodes,
        network_structure=structure, max_netw_assign_dist=50, distances=[1600],
    ), entrances)  # fmt: skip
    (name,) = [column for column in nodes.columns if "nearest" in column]
    theirs = nodes.loc[[str(node) for node in range(len(network.x))], name].to_numpy(dtype=float)
    near = ours < 1_500
    assert near.sum() > 300
    assert np.abs(theirs[near] - ours[near]).max() < 0.1


def _both(answer, entrances):
    return answer if isinstance(answer, tuple) else (answer, entrances)
