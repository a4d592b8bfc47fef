"""Places along the kerbs of streets, by the hundred thousand."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from xiuhua.demo.plan import Bools, Floats, Ints
from xiuhua.demo.table import Table


@dataclass(frozen=True)
class Places:
    """Points (n, 2) beside streets and the row of the street each stands on."""

    points: Floats
    street: Ints


def along(
    streets: Table, chosen: Bools, gap_m: float, *, beside_m: float, sides: tuple[int, ...] = (1, -1),
    start_m: float = 0.0,
) -> Places:  # fmt: skip
    """A place each ``gap_m`` along the chosen streets, ``beside_m`` outside the kerb (negative: on the road).

    ``sides`` holds 1 for left, -1 for right; ``start_m`` leaves the ends of a section free.
    """
    index = np.flatnonzero(chosen)
    usable = shapely.length(streets.shapes[index]) - 2 * start_m
    count = np.floor(np.maximum(usable, -gap_m) / gap_m).astype(np.int64) + 1
    position = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    # What does not fit the spacing is left at both ends alike.
    margin = start_m + (usable - (count - 1) * gap_m) / 2
    at = np.repeat(margin, count) + position * gap_m
    return beside(streets, np.repeat(index, count), at, beside_m=beside_m, sides=sides)


def beside(streets: Table, street: Ints, at_m: Floats, *, beside_m: float, sides: tuple[int, ...]) -> Places:
    """The places ``at_m`` along each of ``street``, ``beside_m`` outside the kerb of each side."""
    lines = streets.shapes[street]
    reach = streets.column("width_m")[street] / 2 + beside_m
    here, heading = _points(lines, at_m), _points(lines, at_m + 0.5) - _points(lines, at_m - 0.5)
    normal = np.column_stack([-heading[:, 1], heading[:, 0]]) / np.hypot(heading[:, 0], heading[:, 1])[:, None]
    return Places(np.vstack([here + side * reach[:, None] * normal for side in sides]), np.tile(street, len(sides)))


def clear_of(points: Floats, obstacles: npt.NDArray[np.object_] | list[shapely.Polygon]) -> Bools:
    """Which points lie in none of the obstacles."""
    keep = np.ones(len(points), dtype=np.bool_)
    hit = shapely.STRtree(shapely.points(points)).query(np.asarray(obstacles, dtype=object), predicate="intersects")
    keep[hit[1]] = False
    return keep


def scattered(
    shapes: npt.NDArray[np.object_], gap_m: float, rng: np.random.Generator, *, jitter: float = 0.7
) -> tuple[Floats, Ints]:
    """Points about ``gap_m`` apart inside each polygon, and the index of the polygon of each."""
    points: list[Floats] = []
    owner: list[Ints] = []
    for index, shape in enumerate(shapes):
        west, south, east, north = shape.bounds
        x, y = np.meshgrid(np.arange(west + gap_m / 2, east, gap_m), np.arange(south + gap_m / 2, north, gap_m))
        spots = np.column_stack([x.ravel(), y.ravel()]) + rng.uniform(-0.5, 0.5, (x.size, 2)) * gap_m * jitter
        shapely.prepare(shape)
        inside = spots[shapely.contains_xy(shape, spots[:, 0], spots[:, 1])]
        points.append(inside)
        owner.append(np.full(len(inside), index))
    if not points:
        return np.empty((0, 2)), np.empty(0, dtype=np.int64)
    return np.vstack(points), np.concatenate(owner)


def _points(lines: npt.NDArray[np.object_], at: Floats) -> Floats:
    return np.asarray(shapely.get_coordinates(shapely.line_interpolate_point(lines, at)), dtype=np.float64)
