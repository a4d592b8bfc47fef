"""A synthetic city for the greenery benchmark, the same for the same seed: streets, paths, houses, trees, parks, homes.

Cities of 8 km x 8 km stand side by side. Each has about 20,000 houses on a lattice of 57 m with a footpath around every
one, avenues every 450 m whose pavements are measured, 100,000 trees (half along the avenues, half in yards), 300 parks
with four gates, and a parcel of residential land for every sixteen houses.
"""

from itertools import pairwise

import numpy as np
import shapely

from xiuhua.greenery.scene import Buildings, Gates, Parks, Scene, Streets, Trees

CITY_M, CELL_M, AVENUE_M, TREES, PARKS = 8_000.0, 57.0, 450.0, 100_000, 300
LON, LAT = 120.29, 31.68


def city(count: int, seed: int) -> Scene:
    """``count`` cities side by side."""
    rng = np.random.default_rng(seed)
    wide = CITY_M * count
    buildings = _houses(wide, rng)
    lines, avenue = _streets(wide)
    parks, gates = _parks(count, wide, rng)
    streets = Streets(
        lines, np.where(avenue, 16.0, 3.0), np.ones(len(lines), bool), avenue, avenue, np.zeros(len(lines), bool)
    )
    return Scene(buildings, _trees(count, wide, rng), streets, parks, gates, _homes(wide), LON, LAT)


def _houses(wide: float, rng: np.random.Generator) -> Buildings:
    x, y = np.meshgrid(np.arange(CELL_M / 2, wide, CELL_M), np.arange(CELL_M / 2, CITY_M, CELL_M))
    middle = np.column_stack([x.ravel(), y.ravel()]) + rng.uniform(-4, 4, (x.size, 2))
    half = np.column_stack([rng.uniform(7, 17, x.size), rng.uniform(5, 8, x.size)])
    turn = rng.normal(0, 0.15, x.size)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]])[None] * half[:, None]
    cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
    placed = np.stack(
        [corners[..., 0] * cos - corners[..., 1] * sin, corners[..., 0] * sin + corners[..., 1] * cos], -1
    )
    floors = rng.choice([1, 2, 5, 6, 7, 11, 18, 26], x.size, p=[0.1, 0.14, 0.2, 0.2, 0.1, 0.14, 0.08, 0.04])
    return Buildings(
        shapely.polygons(placed + middle[:, None]), floors * 3.0, np.round(floors * half.prod(1) * 4 / 38),
        np.ones(x.size, bool),
    )  # fmt: skip


def _streets(wide: float):
    paths = [[(0, at), (wide, at)] for at in np.arange(0, CITY_M + 1, CELL_M)]
    paths += [[(at, 0), (at, CITY_M)] for at in np.arange(0, wide + 1, CELL_M)]
    avenues = [[(0, at), (wide, at)] for at in np.arange(AVENUE_M / 2 + 5, CITY_M, AVENUE_M)]
    avenues += [[(at, 0), (at, CITY_M)] for at in np.arange(AVENUE_M / 2 + 5, wide, AVENUE_M)]
    # An avenue is mapped in sections, as maps have it.
    sections = [part for line in avenues for part in _sections(line)]
    lines = shapely.linestrings(np.array([*paths, *sections], dtype=float))
    return lines, np.arange(len(lines)) >= len(paths)


def _sections(line):
    (x0, y0), (x1, y1) = line
    cuts = np.linspace(0, 1, max(int(np.hypot(x1 - x0, y1 - y0) // AVENUE_M), 1) + 1)
    points = [(x0 + (x1 - x0) * at, y0 + (y1 - y0) * at) for at in cuts]
    return list(pairwise(points))


def _trees(count: int, wide: float, rng: np.random.Generator) -> Trees:
    number = TREES * count
    yard = rng.uniform([0, 0], [wide, CITY_M], (number // 2, 2))
    avenue = np.round(rng.uniform(0, 1, number - len(yard)) * (CITY_M / AVENUE_M - 1)) * AVENUE_M + AVENUE_M / 2 + 5
    aside = rng.choice([-9.6, 9.6], len(avenue))
    along = rng.uniform(0, 1, len(avenue))
    upright = rng.random(len(avenue)) < 0.5
    column = np.round(rng.uniform(0, 1, len(avenue)) * (wide / AVENUE_M - 1)) * AVENUE_M + AVENUE_M / 2 + 5
    x = np.where(upright, column + aside, along * wide)
    y = np.where(upright, along * CITY_M, avenue + aside)
    place = np.vstack([yard, np.column_stack([x, y])])
    height = rng.uniform(4, 16, number)
    return Trees(
        place[:, 0].copy(), place[:, 1].copy(), height, rng.uniform(1.5, 4.5, number), height * 0.3,
        rng.random(number) < 0.5,
    )  # fmt: skip


def _parks(count: int, wide: float, rng: np.random.Generator):
    number = PARKS * count
    middle = rng.uniform([300, 300], [wide - 300, CITY_M - 300], (number, 2))
    half = np.exp(rng.uniform(np.log(9), np.log(170), number))
    shapes = shapely.box(*(middle - half[:, None]).T, *(middle + half[:, None]).T)
    side = rng.permuted(np.tile(np.arange(4), (number, 1)), axis=1)[:, :4]
    step = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])[side]
    gates = (middle[:, None] + step * half[:, None, None]).reshape(-1, 2)
    parks = Parks(shapes, shapely.area(shapes), np.zeros(number, bool), np.zeros(number, bool))
    return parks, Gates(gates[:, 0].copy(), gates[:, 1].copy(), np.repeat(np.arange(number), 4))


def _homes(wide: float):
    side = CELL_M * 4
    x, y = np.meshgrid(np.arange(0, wide - side, side), np.arange(0, CITY_M - side, side))
    return shapely.box(x.ravel() + 4, y.ravel() + 4, x.ravel() + side - 4, y.ravel() + side - 4)
