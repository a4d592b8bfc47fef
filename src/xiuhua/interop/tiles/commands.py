"""Geometry commands of a vector tile: whole-number coordinates in, one flat list of integers out.

Source: Mapbox Vector Tile Specification 2.1, section 4.3. A path starts at the end of the one before it in the same
feature; MoveTo and ClosePath carry a count of one, LineTo the number of points that follow the first.
"""

import numpy as np
import numpy.typing as npt

from xiuhua.foundation.ragged import spread

type Ints = npt.NDArray[np.int64]

MOVE_ONE, CLOSE_ONE, LINE = 9, 15, 2
POINT, LINESTRING, POLYGON = 1, 2, 3


def points(xy: Ints) -> tuple[Ints, Ints]:
    """Commands of single points (n, 2), and how many integers each feature takes: always three."""
    tokens = np.empty((len(xy), 3), dtype=np.int64)
    tokens[:, 0] = MOVE_ONE
    tokens[:, 1:] = zigzag(xy)
    return tokens.ravel(), np.full(len(xy), 3, dtype=np.int64)


def paths(xy: Ints, lengths: Ints, per_feature: Ints, *, closed: bool) -> tuple[Ints, Ints]:
    """Commands of lines or rings.

    Args:
        xy: the points (n, 2) of all paths in order; rings without their closing point.
        lengths: how many points each path has, at least two (three for rings).
        per_feature: how many paths each feature has, at least one.
        closed: whether the paths are rings.

    Returns:
        The integers, and how many of them belong to each feature.
    """
    path, place = spread(lengths)
    feature, _ = spread(per_feature)
    first_path = np.cumsum(per_feature) - per_feature
    first_point = (np.cumsum(lengths) - lengths)[first_path]
    extra = 3 if closed else 2
    at = 2 * np.arange(len(xy)) + extra * path + np.where(place == 0, 1, 2)
    tokens = np.empty(2 * len(xy) + extra * lengths.size, dtype=np.int64)
    # One column at a time: numpy is slow over an axis of two.
    for column, values in enumerate(np.ascontiguousarray(xy.T)):
        delta = values.copy()
        delta[1:] -= values[:-1]
        delta[first_point] = values[first_point]
        tokens[at + column] = zigzag(delta)
    starts = at[place == 0]
    tokens[starts - 1] = MOVE_ONE
    tokens[starts + 2] = (lengths - 1) << 3 | LINE
    if closed:
        tokens[at[place == lengths[path] - 1] + 2] = CLOSE_ONE
    counts = np.bincount(feature, weights=2 * lengths + extra, minlength=per_feature.size)
    return tokens, counts.astype(np.int64)


def zigzag(values: Ints) -> Ints:
    """Signed integers as unsigned ones that are small when the value is near zero."""
    return np.asarray((values << 1) ^ (values >> 63), dtype=np.int64)
