"""The area of a million points: PolygonLookup against a bare shapely STRtree query of the same points.

Both work in one thread; the times are those of the processor, so that other programs on the machine do not count.
"""

import time

import numpy as np
import shapely
from tests.bench.duty import POINTS, POLYGONS, voronoi

from xiuhua.foundation.lookup import PolygonLookup

ROUNDS = 3
SINGLE = 50_000
TARGET_RATIO, TARGET_P99_MS = 1.3, 1.0


def main() -> None:
    """Print processor seconds: build time, both times and their ratio (medians of alternating rounds), and single questions."""
    polygons = voronoi(POLYGONS, seed=1)
    vertices = shapely.get_num_coordinates(polygons).mean()
    lon, lat = np.random.default_rng(2).uniform((120.0, 31.6), (120.2, 31.8), (POINTS, 2)).T
    started = time.thread_time()
    found = PolygonLookup(polygons)
    built = time.thread_time() - started
    points = shapely.points(lon, lat)
    ours, bare = [], []
    for _ in range(ROUNDS):
        started = time.thread_time()
        answers = found.locate(lon, lat)
        ours.append(time.thread_time() - started)
        started = time.thread_time()
        point, polygon = shapely.STRtree(polygons).query(points, predicate="intersects")
        bare.append(time.thread_time() - started)
    lowest = np.full(POINTS, POLYGONS)
    np.minimum.at(lowest, point, polygon)
    different = int((np.where(lowest == POLYGONS, -1, lowest) != answers).sum())
    single = []
    for x, y in zip(lon[:SINGLE].tolist(), lat[:SINGLE].tolist(), strict=True):
        started = time.thread_time()
        found.locate_one(x, y)
        single.append(time.thread_time() - started)
    p50, p99 = np.percentile(single, [50, 99]) * 1000
    ratio = np.median(ours) / np.median(bare)
    print(f"{POINTS:,} points, {POLYGONS:,} polygons of {vertices:.0f} vertices; {different} answers differ")
    print(f"  build the lookup          {built:8.2f} s")
    print(f"  lookup                    {np.median(ours):8.2f} s")
    print(f"  bare STRtree of polygons  {np.median(bare):8.2f} s   (baseline)")
    print(f"  ratio                     {ratio:8.2f}     (target at most {TARGET_RATIO})")
    print(f"  one point: p50 {p50:.4f} ms, p99 {p99:.4f} ms  (target p99 below {TARGET_P99_MS:g} ms)")


if __name__ == "__main__":
    main()
