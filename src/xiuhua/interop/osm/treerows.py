"""Rows of trees: single trees assumed along a line."""

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from xiuhua.foundation.geometry import metres_per_degree

type Places = npt.NDArray[np.float64]


def along(row: BaseGeometry, gap_m: float, drawn: Places) -> Places:
    """Places (n, 2) in degrees each ``gap_m`` metres along ``row``, what does not fit left at both ends alike.

    Where a tree of its own is ``drawn`` (n, 2) within half the gap, none is assumed.
    """
    scale = np.array(metres_per_degree(row.centroid.y))
    line = shapely.transform(row, lambda degrees: degrees * scale)
    steps = int(line.length // gap_m)
    at = (line.length - steps * gap_m) / 2 + np.arange(steps + 1) * gap_m
    places = shapely.line_interpolate_point(line, at)
    if len(drawn):
        taken = shapely.STRtree(shapely.points(drawn * scale)).query(places, predicate="dwithin", distance=gap_m / 2)[0]
        places = np.delete(places, taken)
    return np.asarray((shapely.get_coordinates(places) / scale).round(7), dtype=np.float64)
