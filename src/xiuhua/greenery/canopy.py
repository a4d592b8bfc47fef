"""Crowns over pavements: the share of a strip that lies under the union of crown discs (林荫路, the official measure).

A strip is cut into eight lanes at the nodes of Gauss and Legendre; along each the union of the chords is exact. A line
under the trunks would flatter: crowns of 5.5 m every 6 m cover 0.917 of the line and 0.896 of a strip of 2 m.
"""

import numpy as np
from numba import njit
from scipy.spatial import cKDTree

from xiuhua.greenery.grids import Grid, point_grid
from xiuhua.greenery.panorama import covered
from xiuhua.greenery.parts import in_parts
from xiuhua.greenery.pavements import WIDE_M, Pieces
from xiuhua.greenery.scene import Floats, Trees

LINED = 0.90
_LANES = 8
_MOST = 512


def canopy_of(pieces: Pieces, trees: Trees, tree_cells: Grid, wide_m: float = WIDE_M) -> Floats:
    """The canopy share (0 .. 1) of each piece of pavement, ``wide_m`` wide. ``tree_cells`` hold the crowns."""
    shares = np.zeros(len(pieces.ax))
    nodes, weights = np.polynomial.legendre.leggauss(_LANES)
    in_parts(
        _cover,
        len(shares),
        pieces,
        trees.x,
        trees.y,
        trees.radius_m,
        tree_cells,
        nodes * wide_m / 2,
        weights / 2,
        shares,
    )
    return shares


def canopy_around(points: Floats, trees: Trees, radius_m: float) -> Floats:
    """The share of the disc of ``radius_m`` around each of ``points`` (n, 2) that crowns cover.

    A crown counts with its area where its trunk stands in the disc; ground under two crowns is divided between them.
    Where three or more overlap this takes a little too much away: the share is not flattered.
    """
    shares = np.zeros(len(points))
    if not len(points) or not len(trees):
        return shares
    area = areas_divided(trees)
    extent = (float(trees.x.min()), float(trees.y.min()), float(trees.x.max()), float(trees.y.max()))
    cells = point_grid(trees.x, trees.y, extent, radius_m / 4)
    in_parts(_gather, len(points), points, trees.x, trees.y, area, cells, radius_m, shares)
    return np.minimum(shares, 1.0)


def areas_divided(trees: Trees) -> Floats:
    """The area (m2) of each crown without half of what it shares with each neighbour."""
    area = np.pi * trees.radius_m**2
    tree = cKDTree(np.column_stack([trees.x, trees.y]))
    pair = tree.query_pairs(2 * float(trees.radius_m.max()), output_type="ndarray")
    first, second = pair[:, 0], pair[:, 1]
    away = np.hypot(trees.x[first] - trees.x[second], trees.y[first] - trees.y[second])
    shared = lens_m2(trees.radius_m[first], trees.radius_m[second], away) / 2
    area -= np.bincount(first, shared, len(area)) + np.bincount(second, shared, len(area))
    return np.maximum(area, 0.0)


def lens_m2(r1: Floats, r2: Floats, away: Floats) -> Floats:
    """The area common to two discs of radius ``r1`` and ``r2`` whose middles lie ``away`` apart."""
    apart = np.maximum(away, 1e-9)
    cos1 = np.clip((apart**2 + r1**2 - r2**2) / (2 * apart * np.maximum(r1, 1e-9)), -1, 1)
    cos2 = np.clip((apart**2 + r2**2 - r1**2) / (2 * apart * np.maximum(r2, 1e-9)), -1, 1)
    kite = np.sqrt(np.maximum((-apart + r1 + r2) * (apart + r1 - r2) * (apart - r1 + r2) * (apart + r1 + r2), 0.0)) / 2
    return np.where(away >= r1 + r2, 0.0, r1**2 * np.arccos(cos1) + r2**2 * np.arccos(cos2) - kite)


@njit(cache=True, nogil=True)
def _gather(
    start: int, stop: int, points: Floats, x: Floats, y: Floats, area: Floats, cells: Grid, radius_m: float,
    shares: Floats,
) -> None:  # fmt: skip
    for point in range(start, stop):
        px, py, total = points[point, 0], points[point, 1], 0.0
        left = max(int((px - radius_m - cells.x0) / cells.side), 0)
        right = min(int((px + radius_m - cells.x0) / cells.side), cells.columns - 1)
        low = max(int((py - radius_m - cells.y0) / cells.side), 0)
        high = min(int((py + radius_m - cells.y0) / cells.side), cells.rows - 1)
        for row in range(low, high + 1):
            for column in range(left, right + 1):
                cell = row * cells.columns + column
                for at in range(cells.first[cell], cells.first[cell + 1]):
                    tree = cells.held[at]
                    if (x[tree] - px) ** 2 + (y[tree] - py) ** 2 <= radius_m * radius_m:
                        total += area[tree]
        shares[point] = total / (np.pi * radius_m * radius_m)


@njit(cache=True, nogil=True)
def _cover(
    start: int, stop: int, pieces: Pieces, x: Floats, y: Floats, radius: Floats, cells: Grid, lanes: Floats,
    weights: Floats, shares: Floats,
) -> None:  # fmt: skip
    low, high = np.empty(_MOST), np.empty(_MOST)
    near = np.empty(_MOST, np.int64)
    for piece in range(start, stop):
        ax, ay = pieces.ax[piece], pieces.ay[piece]
        dx, dy = pieces.bx[piece] - ax, pieces.by[piece] - ay
        length = np.hypot(dx, dy)
        dx, dy = dx / length, dy / length
        count, half = 0, lanes[-1]
        left = max(int((min(ax, pieces.bx[piece]) - half - cells.x0) / cells.side), 0)
        right = min(int((max(ax, pieces.bx[piece]) + half - cells.x0) / cells.side), cells.columns - 1)
        bottom = max(int((min(ay, pieces.by[piece]) - half - cells.y0) / cells.side), 0)
        top = min(int((max(ay, pieces.by[piece]) + half - cells.y0) / cells.side), cells.rows - 1)
        for row in range(bottom, top + 1):
            for column in range(left, right + 1):
                cell = row * cells.columns + column
                for at in range(cells.first[cell], cells.first[cell + 1]):
                    tree = cells.held[at]
                    ox, oy, r = x[tree] - ax, y[tree] - ay, radius[tree]
                    along, off = ox * dx + oy * dy, oy * dx - ox * dy
                    if abs(off) >= r + half or along <= -r or along >= length + r or count >= _MOST:
                        continue
                    # A crown lies in several cells: it counts in the first of them that the piece's box shows.
                    first_column = max(int((x[tree] - r - cells.x0) / cells.side), left)
                    first_row = max(int((y[tree] - r - cells.y0) / cells.side), bottom)
                    if column == first_column and row == first_row:
                        near[count] = tree
                        count += 1
        covered_m = 0.0
        for lane in range(len(lanes)):
            met = 0
            for each in range(count):
                tree = near[each]
                ox, oy, r = x[tree] - ax, y[tree] - ay, radius[tree]
                along, off = ox * dx + oy * dy, oy * dx - ox * dy - lanes[lane]
                if off * off < r * r:
                    chord = np.sqrt(r * r - off * off)
                    if along + chord > 0.0 and along - chord < length:
                        low[met], high[met] = max(along - chord, 0.0), min(along + chord, length)
                        met += 1
            covered_m += weights[lane] * covered(low, high, met)
        shares[piece] = covered_m / length
