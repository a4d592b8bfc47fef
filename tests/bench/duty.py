"""Who answers for a million points: against a bare shapely STRtree query of the same points in the same run.

5,000 unit grids, towns and 300 duties in a district of a temporary SQLite file; then single questions.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import shapely
from tests.bench.temporary import temporary_database

POINTS = 1_000_000
POLYGONS = 5_000
AT = datetime(2024, 1, 3, 4, 0, tzinfo=UTC)


def voronoi(count: int, seed: int) -> list[shapely.Polygon]:
    """``count`` cells over the box 120..120.2 x 31.6..31.8, edges densified to some 90 vertices a cell."""
    random = np.random.default_rng(seed)
    box = shapely.box(120.0, 31.6, 120.2, 31.8)
    seeds = shapely.multipoints(np.column_stack([random.uniform(120, 120.2, count), random.uniform(31.6, 31.8, count)]))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=box))
    # Densified before the cut: shared edges get the same vertices, so that the cells stay a partition.
    return list(shapely.intersection(shapely.segmentize(cells, 0.00012), box))


def prepare() -> tuple[object, object]:
    """A district with grids, towns, units and duties; returns (district, category)."""
    from xiuhua.city.actions.codes import load_codes
    from xiuhua.city.actions.districts import create_district
    from xiuhua.city.actions.duties import load_duties
    from xiuhua.city.actions.load import load
    from xiuhua.city.models import Code
    from xiuhua.people.actions.organisations import load_organisations

    district = create_district("990001", "示意区", actor="bench", synthetic=True)
    units = [{"code": f"u{n}", "kind": "contractor", "name_zh": f"单位{n}"} for n in range(50)]
    towns = [{"code": f"t{n}", "kind": "town", "name_zh": f"镇{n}", "area_code": f"T{n}"} for n in range(8)]
    load_organisations("990001", [*units, *towns], actor="bench")
    rows = [
        {"code": f"T{n}", "kind": "town", "geometry": shapely.box(120 + n * 0.025, 31.6, 120.025 + n * 0.025, 31.8)}
        for n in range(8)
    ]
    grids = [
        {"code": f"G{n:05d}", "kind": "unit_grid", "geometry": cell} for n, cell in enumerate(voronoi(POLYGONS, 1))
    ]
    report = load(district, "areas", [*rows, *grids], actor="bench", source="bench")
    assert not report.rejected, report.rejected[:3]
    codes = [{"code": f"{n // 10 + 1:02d}{n % 10 + 1:02d}", "name_zh": f"类{n}"} for n in range(40)]
    load_codes("events", "1", kind="event", name_zh="事件", rows=codes, actor="bench")
    duties = [
        {
            "code": f"D{n}", "unit": f"u{n % 50}", "code_set": "events@1", "category": "01" if n % 3 else "0101",
            "area": f"unit_grid:G{n * 15:05d}" if n % 2 else f"town:T{n % 8}", "rank": 1 + n % 2,
        }
        for n in range(300)
    ]  # fmt: skip
    load_duties(district, duties, actor="bench", source="bench")
    return district, Code.objects.select_related("code_set").get(code="0101")


def timed(action: Callable[[], object], rounds: int = 3) -> float:
    """The median of ``rounds`` runs, in seconds."""
    spent = []
    for _round in range(rounds):
        start = time.perf_counter()
        action()
        spent.append(time.perf_counter() - start)
    return float(np.median(spent))


def main() -> None:
    """Print both times, their ratio (target 1.3) and the latency of single questions (target p99 1 ms)."""
    with temporary_database():
        from xiuhua.city.area_index import area_index
        from xiuhua.city.duty import resolve, resolve_many

        district, category = prepare()
        random = np.random.default_rng(2)
        lon, lat = random.uniform(120, 120.2, POINTS), random.uniform(31.6, 31.8, POINTS)
        tree = shapely.STRtree(voronoi(POLYGONS, 1))
        points = shapely.points(lon, lat)
        start = time.perf_counter()
        area_index(district, AT)
        built = time.perf_counter() - start
        baseline = timed(lambda: tree.query(points, predicate="within"))
        ours = timed(lambda: resolve_many(district, lon, lat, category=category, at=AT))
        print(f"| bare STRtree query, {POINTS:,} points in {POLYGONS:,} polygons | {baseline:.2f} s | 1.00 |")
        print(f"| areas and duty of the same points | {ours:.2f} s | {ours / baseline:.2f} (target 1.3) |")
        print(f"| index of areas, built once a change | {built:.2f} s | |")
        spent = []
        for x, y in zip(lon[:20_000].tolist(), lat[:20_000].tolist(), strict=True):
            start = time.perf_counter()
            resolve(district, x, y, category=category, at=AT)
            spent.append((time.perf_counter() - start) * 1000)
        print(
            f"| one question with reasons, {len(spent):,} times | p50 {np.percentile(spent, 50):.3f} ms "
            f"| p99 {np.percentile(spent, 99):.3f} ms (target 1 ms) |"
        )


if __name__ == "__main__":
    main()
