"""How the plots of each use are built up: rectangles in metres inside a plot of given size.

A layout returns an array of footprints, one row each: middle x, middle y, width, depth, floors, use (an
index into ``USES``), with the plot's own middle as origin, x along the street, y to the back.
"""

from collections.abc import Callable

import numpy as np

from xiuhua.demo.plan import Floats

USES = ("residential", "commercial", "office", "industrial", "education", "medical", "public", "village")
RESIDENTIAL, COMMERCIAL, OFFICE, INDUSTRIAL, EDUCATION, MEDICAL, PUBLIC, VILLAGE = range(len(USES))
STOREY_M = np.array([3.0, 4.2, 3.9, 6.5, 3.7, 4.0, 3.9, 3.2])
NONE = np.empty((0, 6))
type Layout = Callable[[float, float, np.random.Generator], Floats]


def _lattice(wide: float, deep: float, step_x: float, step_y: float) -> tuple[Floats, Floats]:
    """Middles of a regular lattice of at least one place, centred in the plot."""
    nx, ny = max(1, int(wide // step_x)), max(1, int(deep // step_y))
    x = (np.arange(nx) - (nx - 1) / 2) * (wide / nx)
    y = (np.arange(ny) - (ny - 1) / 2) * (deep / ny)
    grid_x, grid_y = np.meshgrid(x, y)
    return grid_x.ravel(), grid_y.ravel()


def _rows(x: Floats, y: Floats, width: Floats, depth: Floats, floors: Floats, use: int) -> Floats:
    return np.column_stack([x, y, *np.broadcast_arrays(width, depth, floors, np.full_like(x, use))])


def slabs(wide: float, deep: float, rng: np.random.Generator, floors: tuple[int, int], length: float) -> Floats:
    """Rows of south-facing slabs; the gap between rows grows with the height, for the winter sun."""
    storeys = int(rng.integers(floors[0], floors[1] + 1))
    depth = rng.uniform(11.5, 14.0)
    gap = min(storeys * 3.0, 14 + storeys * 1.1)
    x, y = _lattice(wide, deep, length + rng.uniform(8, 12), depth + gap)
    if wide < length + 4 or deep < depth + 4:
        return NONE
    keep = rng.random(len(x)) > 0.06  # noqa: PLR2004 - a gap now and then: a gate, a playground
    x, y = x[keep], y[keep]
    width = length * rng.uniform(0.86, 1.0, len(x))
    return _rows(x, y, width, np.full(len(x), depth), np.full(len(x), float(storeys)), RESIDENTIAL)


def fringe(wide: float, deep: float, rng: np.random.Generator, side: float) -> Floats:
    """Two- and three-storey shops along the south and north edge; ``side`` is how deep they are."""
    count = int(wide // 26)
    if count < 1:
        return NONE
    x = np.tile((np.arange(count) - (count - 1) / 2) * (wide / count), 2)
    y = np.repeat([-(deep - side) / 2, (deep - side) / 2], count)
    keep = rng.random(len(x)) > 0.12  # noqa: PLR2004
    width = np.full(len(x), wide / count - 3.0)
    floors = rng.integers(2, 4, len(x)).astype(np.float64)
    return _rows(x, y, width, np.full(len(x), side), floors, COMMERCIAL)[keep]


def compound(floors: tuple[int, int], length: float) -> Layout:
    """A residential compound behind a fringe of shops."""

    def draw(wide: float, deep: float, rng: np.random.Generator) -> Floats:
        shops = fringe(wide, deep, rng, 11.0) if deep > 100 and rng.random() < 0.6 else NONE  # noqa: PLR2004
        inner = deep - 2 * (11.0 + 9.0) if len(shops) else deep
        return np.vstack([shops, slabs(wide, inner, rng, floors, length)])

    return draw


def lattice_of(use: int, size: tuple[float, float], gap: float, floors: tuple[int, int], fill: float) -> Layout:
    """Blocks of about ``size`` metres with ``gap`` between them; ``fill`` is the share that is built."""

    def draw(wide: float, deep: float, rng: np.random.Generator) -> Floats:
        grow = rng.uniform(0.8, 1.35)
        step_x, step_y = size[0] * grow + gap, size[1] * grow + gap
        x, y = _lattice(wide, deep, step_x, step_y)
        width = np.minimum(size[0] * grow * rng.uniform(0.75, 1.0, len(x)), wide - 2)
        depth = np.minimum(size[1] * grow * rng.uniform(0.75, 1.0, len(x)), deep - 2)
        storeys = rng.integers(floors[0], floors[1] + 1, len(x)).astype(np.float64)
        keep = rng.random(len(x)) < fill
        keep[len(x) // 2] = True  # no plot stays quite empty
        return _rows(x, y, width, depth, storeys, use)[keep]

    return draw


def complex_(wide: float, deep: float, rng: np.random.Generator) -> Floats:
    """A shopping podium with an office tower beside it."""
    podium = [-wide * 0.14, 0.0, wide * 0.62, deep * 0.72, float(rng.integers(4, 7)), COMMERCIAL]
    tower_w, tower_d = min(38.0, wide * 0.22), min(34.0, deep * 0.4)
    tower = [wide * 0.34, deep * 0.12, tower_w, tower_d, float(rng.integers(16, 34)), OFFICE]
    return np.array([podium, tower])


def village(wide: float, deep: float, rng: np.random.Generator) -> Floats:
    """Rows of three-storey houses about the lane along the middle, and hamlets where the plot is deep."""
    turned = deep > wide
    along, across = (deep, wide) if turned else (wide, deep)
    parts = [_houses(along, across, 0.0, rng)]
    if across > 430:  # noqa: PLR2004 - room for a hamlet on both sides, clear of the village
        parts += [_houses(along * 0.6, 150.0, side * (across / 2 - 80.0), rng) for side in (-1, 1)]
    drawn = np.vstack(parts)
    if turned:
        drawn[:, [0, 1]] = drawn[:, [1, 0]]
    return drawn


def _houses(along: float, across: float, middle: float, rng: np.random.Generator) -> Floats:
    reach = min(along * rng.uniform(0.65, 1.0), 800.0)
    count, ranks = int(reach // 13.5), min(int(rng.integers(3, 8)), int((across / 2 - 8) // 22))
    if count < 2 or ranks < 1:  # noqa: PLR2004 - one house is no village
        return NONE
    places = (np.arange(count) - (count - 1) / 2) * (reach / count)
    levels = np.concatenate([np.arange(ranks) * 21.5 + 15.0, -(np.arange(ranks) * 21.5 + 15.0)])
    x, y = (grid.ravel() for grid in np.meshgrid(places, levels))
    # The far rows are shorter than those on the lane: a village is a lens, not a box.
    spread = (np.abs(x) / (reach / 2)) ** 3 + 0.6 * (np.abs(y) / (ranks * 22.0)) ** 2
    keep = rng.random(len(x)) > 0.04 + 0.5 * spread
    x, y = x[keep] + rng.uniform(-0.5, 0.5) * (along - reach), y[keep] + middle + rng.uniform(-1.5, 1.5, keep.sum())
    width, depth = rng.uniform(8.6, 11.6, len(x)), rng.uniform(9.5, 13.0, len(x))
    floors = np.array([2.0, 3.0, 3.0, 3.0, 4.0])[rng.integers(0, 5, len(x))]
    return _rows(x, y, width, depth, floors, VILLAGE)


LAYOUTS: dict[str, Layout] = {
    "old_compound": compound((5, 6), 38.0),
    "compound": compound((6, 11), 34.0),
    "tower_compound": compound((15, 26), 28.0),
    "complex": complex_,
    "office": lattice_of(OFFICE, (44, 30), 22, (6, 22), 0.9),
    "industry": lattice_of(INDUSTRIAL, (58, 30), 13, (1, 3), 0.92),
    "institution": lattice_of(PUBLIC, (52, 22), 26, (3, 8), 0.75),
    "school": lattice_of(EDUCATION, (64, 15), 24, (3, 5), 0.62),
    "hospital": lattice_of(MEDICAL, (66, 26), 26, (4, 14), 0.8),
    "market": lattice_of(COMMERCIAL, (58, 36), 18, (1, 2), 0.85),
    "construction": lattice_of(RESIDENTIAL, (34, 16), 36, (3, 20), 0.5),
    "village": village,
    "fields": lattice_of(INDUSTRIAL, (16, 9), 260, (1, 1), 0.4),
    "orchard": lattice_of(VILLAGE, (12, 9), 240, (1, 2), 0.5),
}
