"""Tiles of a million points and of 100,000 polygons: this encoder against mapbox-vector-tile.

The data lie in memory, as the server holds them; every tile is encoded anew. The baseline gets the very features that
our tile shows, already found and on the grid of the tile, so its time is encoding alone. Both work in one thread; the
times are those of the processor, so that other programs on the machine do not count.
"""

import time
from collections.abc import Callable

import mapbox_vector_tile
import numpy as np
import shapely

from xiuhua.interop.tiles.attributes import Column
from xiuhua.interop.tiles.encoder import EXTENT, Tile
from xiuhua.interop.tiles.mercator import tile_of
from xiuhua.interop.tiles.points import PointLayer
from xiuhua.interop.tiles.shapes import ShapeLayer

POINTS, POLYGONS, CORNERS = 1_000_000, 100_000, 22
SOUTH_WEST = (120.1, 31.5)
# A large municipality and a dense district, as degrees of longitude and latitude.
EXTENTS = {"1,250 km2": (0.38, 0.313), "325 km2": (0.194, 0.159)}
TILES, BASELINE_TILES = 60, 3
TARGETS_MS = {"points": 15, "polygons": 5}


def some_points(size: tuple[float, float]) -> PointLayer:
    """Components with a unique code, one of 30 categories and a state that is mostly there."""
    random = np.random.default_rng(1)
    lon, lat = (random.uniform(0, 1, (POINTS, 2)) * size + SOUTH_WEST).T
    columns = [
        Column.of("code", [f"32000001{n:08d}" for n in range(POINTS)]),
        Column.of("category", [f"cjj@2015:01{n % 30:02d}" for n in range(POINTS)]),
        Column.of("state", ["intact" if n % 9 else None for n in range(POINTS)]),
    ]
    return PointLayer.of("components", lon, lat, np.arange(1, POINTS + 1), columns)


def some_polygons(size: tuple[float, float]) -> ShapeLayer:
    """Round buildings with uneven walls, 23 vertices, 10 to 30 m across, with a unique code and a height."""
    random = np.random.default_rng(2)
    angles = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False) + random.uniform(-0.08, 0.08, (POLYGONS, CORNERS))
    radius = random.uniform(5, 15, (POLYGONS, 1)) * random.uniform(0.85, 1.15, (POLYGONS, CORNERS)) / 111_320
    around = np.stack((radius * np.cos(angles) / np.cos(np.radians(31.6)), radius * np.sin(angles)), axis=2)
    centres = random.uniform(0, 1, (POLYGONS, 2)) * size + SOUTH_WEST
    columns = [
        Column.of("code", [f"B{n:06d}" for n in range(POLYGONS)]),
        Column.of("height_m", (random.integers(6, 200, POLYGONS) / 2).tolist()),
    ]
    return ShapeLayer.of("buildings", shapely.polygons(centres[:, None] + around), np.arange(POLYGONS), columns)


def by_mapbox_vector_tile(tile: Tile, z: int, x: int, y: int) -> float:
    """Processor seconds in which mapbox-vector-tile encodes the features of ``tile``."""
    ((name, layer),) = mapbox_vector_tile.decode(tile.data, default_options={"y_coord_down": True}).items()
    features = [
        {"geometry": shapely.geometry.shape(one["geometry"]), "properties": one["properties"], "id": one["id"]}
        for one in layer["features"]
    ]
    options = {"quantize_bounds": (0, 0, EXTENT, EXTENT), "extents": EXTENT, "y_coord_down": True}
    started = time.thread_time()
    mapbox_vector_tile.encode([{"name": name, "features": features}], default_options=options)
    return time.thread_time() - started


def measure(cut: Callable[[int, int, int], Tile], zoom: int, size: tuple[float, float], target: float) -> None:
    """One row of the table: medians over tiles at random places, edges left out."""
    random = np.random.default_rng(zoom)
    places = random.uniform(0.15, 0.85, (TILES, 2)) * size + SOUTH_WEST
    seconds, tiles, baseline = [], [], []
    for number, (lon, lat) in enumerate(places.tolist()):
        x, y = tile_of(lon, lat, zoom)
        started = time.thread_time()
        tile = cut(zoom, x, y)
        seconds.append(time.thread_time() - started)
        tiles.append(tile)
        if number < BASELINE_TILES:
            baseline.append(by_mapbox_vector_tile(tile, zoom, x, y))
    ours, theirs = np.median(seconds) * 1000, np.median(baseline) * 1000
    kilobytes = [len(tile.data) / 1024 for tile in tiles]
    shown, total = (int(np.median([getattr(tile, name) for tile in tiles])) for name in ("shown", "total"))
    print(
        f"  z{zoom}  {ours:7.2f} ms  {theirs:9.1f} ms  {theirs / ours:6.0f} x  {np.median(kilobytes):6.0f} KiB "
        f"(largest {max(kilobytes):4.0f})  {shown:6,} of {total:7,}   {'within' if ours <= target else 'OVER'} {target} ms"
    )


def main() -> None:
    """Print a table for points and one for polygons, at two densities."""
    for where, size in EXTENTS.items():
        for kind, make, zooms in (("points", some_points, range(12, 17)), ("polygons", some_polygons, range(14, 17))):
            started = time.perf_counter()
            layer = make(size)
            count = POINTS if kind == "points" else POLYGONS
            print(f"{count:,} {kind} on {where}, ready after {time.perf_counter() - started:.1f} s")
            print("       this encoder   mapbox-vt    ratio    size                 features         target")
            for zoom in zooms:
                measure(layer.tile, zoom, size, TARGETS_MS[kind])


if __name__ == "__main__":
    main()
