"""The three promises at district size, against 20 s and 2 GB; each kernel beside an independent block in the same run.

Five cities of ``greenery_city`` side by side: about 98,000 buildings, 500,000 trees, 1.3 M pavement points at the 49
quarter-hours of a day in July, all windows and floors. The share of view is measured apart, on one city, as its target
is not among them. Ratios are of work done a second: the same question asked of networkx, of shapely, on a sample.
"""

import resource
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import networkx as nx
import numpy as np
import shapely
from tests.bench.greenery_city import city

from xiuhua.greenery import hours
from xiuhua.greenery.canopy import canopy_around, canopy_of
from xiuhua.greenery.casting import WALL
from xiuhua.greenery.door import field_of
from xiuhua.greenery.measure import (
    NEIGHBOURHOOD_M,
    Options,
    Stage,
    cool_from,
    field_of_class,
    reach_of,
    see_from,
    set_up,
    shade_by_edge,
    shade_of_streets,
    walk_from,
)  # fmt: skip
from xiuhua.greenery.official import covered_both
from xiuhua.greenery.planting import plan_for_budget
from xiuhua.greenery.shade import shade_at
from xiuhua.greenery.sight import lowest_eyes
from xiuhua.greenery.whatif import one_tree, with_gate, with_tree

CITIES, LIMIT_S, LIMIT_GB, WHATIF_MS = 5, 20.0, 2.0, 50.0
BUDGET = 2_000


def main() -> None:
    """Compile on one city, then measure five, then ask the independent blocks."""
    small = city(1, 1)
    july = hours.all_day(date(2024, 7, 15), "Asia/Shanghai", small.lon, small.lat)
    options = Options(july, azimuths=0)
    began = time.perf_counter()
    _whole(small, options, lambda _step, _seconds: None)
    print(f"compiled and one city measured in {time.perf_counter() - began:.1f} s")
    _views(small, july)
    scene = city(CITIES, 1)
    began = time.perf_counter()
    stage, by_point = _whole(scene, options, lambda step, seconds: print(f"  {step:<34}{seconds:6.2f} s"))
    took, peak = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    said = "within" if took <= LIMIT_S and peak <= LIMIT_GB else "MISSED"
    print(
        f"{len(scene.buildings):,} buildings, {len(scene.trees):,} trees, {len(stage.points.x):,} points x {len(july)}, "
        f"{len(stage.network.x):,} nodes, {_windows(stage):,} windows: {took:.1f} s of {LIMIT_S:.0f}, peak {peak:.2f} GB "
        f"of {LIMIT_GB:.0f} ({said})"
    )
    _ratios(stage, july)
    _what_if(stage, july)
    _budget(stage, options)
    del by_point


def _windows(stage: Stage) -> int:
    return int((np.diff(stage.windows.first) * stage.windows.floors).sum())


def _whole(scene: Any, options: Options, say: Callable[[str, float], Any]) -> tuple[Stage, Any]:
    since = time.perf_counter()

    def tick(step: str) -> None:
        nonlocal since
        say(step, time.perf_counter() - since)
        since = time.perf_counter()

    stage = set_up(scene, options)
    tick("set up: walls, network, points")
    see_from(stage, options)
    tick("trees seen, every window and floor")
    reach_of(stage)
    tick("walks to parks, five classes")
    _streets, by_point = shade_of_streets(stage, options.hours)
    tick("canopy and shade of pavements")
    edges = shade_by_edge(stage, by_point)
    walk_from(stage, *edges)
    tick("shade around every door")
    cool_from(stage, *edges)
    tick("ways to parks as they feel")
    canopy_around(stage.door_points, scene.trees, NEIGHBOURHOOD_M)
    tick("canopy within 300 m")
    covered_both(scene.homes, scene.parks)
    tick("official circles, both")
    return stage, by_point


def _views(scene: Any, july: hours.Hours) -> None:
    stage = set_up(scene, Options(july))
    few = np.arange(0, len(scene.buildings), 20)
    see_from(stage, Options(july), few[:2])
    began = time.perf_counter()
    see_from(stage, Options(july), few)
    took = time.perf_counter() - began
    windows = int((np.diff(stage.windows.first) * stage.windows.floors)[few].sum())
    print(f"share of view, 90 azimuths, 100 m: {took / windows * 1e6:.1f} us a window-floor of wall time ({windows:,})")


def _ratios(stage: Stage, july: hours.Hours) -> None:
    """Seconds of the independent block over seconds of the kernel, for the same amount of work."""
    network = stage.network
    held, _field = field_of_class(stage)
    kernel = _timed(lambda: field_of(network, held))
    graph = nx.Graph()
    graph.add_weighted_edges_from(zip(network.u.tolist(), network.v.tolist(), network.length.tolist(), strict=True))
    sources = set(network.u[held.edge[held.edge >= 0]].tolist())
    block = _timed(lambda: nx.multi_source_dijkstra_path_length(graph, sources))
    print(
        f"  door: search from all gates {kernel * 1e3:.0f} ms, networkx {block * 1e3:.0f} ms, ratio {block / kernel:.0f}"
    )
    # All windows within 100 m of one in the middle, and the crowns within the range of any of them.
    middle = len(stage.windows.x) // 2
    columns, near = (
        np.hypot(some.x - stage.windows.x[middle], some.y - stage.windows.y[middle]) < away
        for some, away in ((stage.windows, 100), (stage.crowns, 150))
    )
    columns = np.flatnonzero(columns)
    crowns = type(stage.crowns)(*(column[near] for column in stage.crowns))
    kernel = _timed(lambda: lowest_eyes(stage.windows, stage.walls, stage.wall_cells, crowns, columns=columns))
    block = _timed(lambda: _lines(stage, crowns, columns))
    print(
        f"  sight: {len(columns)} columns {kernel * 1e3:.2f} ms, shapely {block * 1e3:.0f} ms, ratio {block / kernel:.0f}"
    )
    few = type(stage.pieces)(*(column[:400] for column in stage.pieces))
    kernel = _timed(lambda: canopy_of(few, stage.scene.trees, stage.tree_cells))
    block = _timed(lambda: _unions(stage, few))
    print(f"  canopy: 400 strips {kernel * 1e3:.2f} ms, shapely {block * 1e3:.0f} ms, ratio {block / kernel:.0f}")
    noon = hours.moments([july.at[20]], stage.scene.lon, stage.scene.lat)
    take = (stage.points.x < 2_000) & (stage.points.y < 2_000)
    x, y = stage.points.x[take], stage.points.y[take]
    kernel = _timed(lambda: shade_at(x, y, noon, stage.shadows))
    block = _timed(lambda: _shadows(stage, x, y, noon))
    alike = float((_shadows(stage, x, y, noon) == (shade_at(x, y, noon, stage.shadows)[:, 0] & WALL > 0)).mean())
    print(
        f"  shade: {len(x):,} points, one instant, walls and crowns {kernel * 1e3:.2f} ms, shapely (walls alone) "
        f"{block * 1e3:.0f} ms, ratio {block / kernel:.0f}, walls alike at {alike:.4%}"
    )


def _timed(work: Callable[[], Any]) -> float:
    work()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _lines(stage: Stage, crowns: Any, columns: Any) -> int:
    """Sight lines to the tops of the trees in range, against the walls that shapely finds on the way."""
    shapes, height, found = stage.scene.buildings.shapes, stage.scene.buildings.height_m, 0
    for k in columns.tolist():
        x, y = stage.windows.x[k], stage.windows.y[k]
        inside = np.hypot(crowns.x - x, crowns.y - y) <= 50
        ends = np.column_stack([crowns.x, crowns.y])[inside]
        lines = shapely.linestrings(np.stack([np.broadcast_to([x, y], ends.shape), ends], 1))
        line, wall = stage.building_tree.query(lines, predicate="intersects")
        met = shapely.intersection(lines[line], shapely.boundary(shapes[wall]))
        phi = shapely.distance(shapely.points(x, y), met) / shapely.length(lines[line])
        found += int(((height[wall] - phi * crowns.height[inside][line]) / (1 - phi) > 0).sum())
    return found


def _unions(stage: Stage, pieces: Any) -> Any:
    trees = stage.scene.trees
    a, b = np.column_stack([pieces.ax, pieces.ay]), np.column_stack([pieces.bx, pieces.by])
    ground = shapely.buffer(shapely.linestrings(np.stack([a, b], 1)), 1.0, cap_style="flat")
    box = shapely.total_bounds(ground)
    near = (trees.x > box[0] - 9) & (trees.x < box[2] + 9) & (trees.y > box[1] - 9) & (trees.y < box[3] + 9)
    discs = shapely.buffer(shapely.points(trees.x[near], trees.y[near]), trees.radius_m[near], quad_segs=16)
    index = shapely.STRtree(discs)
    return [
        shapely.area(shapely.union_all(shapely.intersection(discs[index.query(one, predicate="intersects")], one)))
        / one.area
        for one in ground
    ]


def _shadows(stage: Stage, x: Any, y: Any, noon: hours.Hours) -> Any:
    """Shadows of walls as polygons: each footprint swept along the shadow of its height (convex footprints)."""
    near = shapely.box(-200, -200, 2_200, 2_200)
    which = stage.building_tree.query(near)
    shapes, height = stage.scene.buildings.shapes[which], stage.scene.buildings.height_m[which]
    azimuth = np.radians(noon.azimuth[0])
    away = -np.array([np.sin(azimuth), np.cos(azimuth)]) / np.tan(np.radians(noon.altitude[0]))
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    moved = shapely.set_coordinates(shapes.copy(), points + away * height[owner, None])
    swept = shapely.convex_hull(shapely.union(shapes, moved))
    shaded = np.zeros(len(x), dtype=bool)
    shaded[shapely.STRtree(swept).query(shapely.points(x, y), predicate="intersects")[0]] = True
    return shaded


def _what_if(stage: Stage, july: hours.Hours) -> None:
    held = field_of_class(stage)
    places = np.random.default_rng(2).uniform([500, 500], [7_500, 7_500], (20, 2))
    for name, work in (
        ("tree", lambda at: with_tree(stage, one_tree(*at, 8.0, 3.0, 2.5), july)),
        ("gate", lambda at: with_gate(stage, *at, held)),
    ):
        work(places[0])
        taken = []
        for at in places:
            began = time.perf_counter()
            work(at)
            taken.append((time.perf_counter() - began) * 1e3)
        worst = float(np.quantile(taken, 0.95))
        said = "within" if worst <= WHATIF_MS else "OVER"
        print(f"  one {name} more: p50 {np.median(taken):.1f} ms, p95 {worst:.1f} ms ({said} {WHATIF_MS:.0f} ms)")


def _budget(stage: Stage, options: Options) -> None:
    """Where 2,000 trees do most for all homes of the district, which a person waits for; no target."""
    began = time.perf_counter()
    found = plan_for_budget(stage, np.flatnonzero(stage.scene.buildings.measured), BUDGET, options)
    took, peak = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"  budget of {BUDGET:,} trees, all homes, {len(stage.pieces.ax):,} strips: {took:.1f} s, peak {peak:.2f} GB, "
        f"{found.gained.sum():,.0f} persons' windows completed"
    )


if __name__ == "__main__":
    main()
