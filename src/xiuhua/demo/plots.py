"""Plots: the ground of a block behind its streets, in metres, turned with the block."""

from dataclasses import dataclass

import numpy as np
import shapely

from xiuhua.demo.blocks import EAST, NORTH, SOUTH, WEST, WIDTHS_M, Block
from xiuhua.demo.lattice import CELL, Lattice
from xiuhua.demo.plan import Floats

SETBACK_M = 9.0


@dataclass(frozen=True)
class Plot:
    """``wide`` and ``deep`` are metres; positions in the plot have its middle as origin, y to the north."""

    wide: float
    deep: float
    middle: Floats  # lattice u, v
    step: Floats  # metres per cell along u and v
    turn: float
    lattice: Lattice

    def places(self, x: Floats, y: Floats) -> Floats:
        """Positions in the plot to the plane (n, 2)."""
        return self.lattice.bend(self.middle[0] + x / self.step[0], self.middle[1] + y / self.step[1])

    def rectangle(self, x: float, y: float, width: float, depth: float) -> shapely.Polygon:
        """A rectangle about (x, y) with true sides, turned with the plot."""
        middle = self.places(np.array([x]), np.array([y]))
        return shapely.Polygon(rectangles(middle, self.turn, np.array([[width, depth]]))[0])

    def ground(self, rounding: float = 5.0) -> shapely.Polygon:
        """The whole plot, following the streets, its corners rounded by ``rounding`` metres."""
        across, up = self.wide / 2, self.deep / 2
        corners = self.places(np.array([-across, across, across, -across]), np.array([-up, -up, up, up]))
        return shapely.Polygon(corners).buffer(-rounding).buffer(rounding, quad_segs=6)


def plot_behind_streets(block: Block, lattice: Lattice, setback: float = SETBACK_M) -> Plot:
    """The plot of a block: what is left behind half of each street and the setback."""
    middle = np.array(block.middle)
    along_u, along_v = lattice.axes(middle[:1], middle[1:])
    step = np.array([np.hypot(*along_u[0]), np.hypot(*along_v[0])]) * CELL
    back = [WIDTHS_M[side] / 2 + setback for side in block.sides]
    shift = np.array([back[WEST] - back[EAST], back[SOUTH] - back[NORTH]]) / 2
    return Plot(
        float((block.u1 - block.u0) * step[0] - back[WEST] - back[EAST]),
        float((block.v1 - block.v0) * step[1] - back[SOUTH] - back[NORTH]),
        middle + shift / step, step, float(np.arctan2(along_u[0, 1], along_u[0, 0])), lattice,
    )  # fmt: skip


def rectangles(middle: Floats, turn: Floats | float, size: Floats) -> Floats:
    """Closed rings (n, 5, 2) of rectangles about ``middle`` with ``size`` (n, 2), turned by ``turn`` radians."""
    cos, sin = np.cos(turn), np.sin(turn)
    corners = np.empty((len(middle), 5, 2))
    for place, (right, up) in enumerate(((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))):
        across, deep = right * size[:, 0] / 2, up * size[:, 1] / 2
        corners[:, place, 0] = middle[:, 0] + across * cos - deep * sin
        corners[:, place, 1] = middle[:, 1] + across * sin + deep * cos
    return corners
