"""Small things for greenery's tests: buildings of boxes, single trees, streets of a grid."""

import numpy as np
import shapely

from xiuhua.greenery.grids import tree_grid, wall_grid, walls_of
from xiuhua.greenery.scene import Buildings, Gates, Parks, Scene, Streets, Trees
from xiuhua.greenery.shade import shadows_of
from xiuhua.greenery.sight import crowns_of
from xiuhua.greenery.windows import Windows

WUXI_LON, WUXI_LAT = 120.29, 31.68
EXTENT = (-400.0, -400.0, 400.0, 400.0)


def shapes_of(*shapes):
    held = np.empty(len(shapes), dtype=object)
    held[:] = shapes
    return held


def buildings_of(*boxes, persons=10.0):
    """Of (shape, height)."""
    return Buildings(
        shapes_of(*(shape for shape, _ in boxes)), np.array([height for _, height in boxes], float),
        np.full(len(boxes), persons), np.ones(len(boxes), bool),
    )  # fmt: skip


def trees_of(*trees, evergreen=True):
    """Of (x, y, height, radius, base)."""
    columns = np.array(trees, float).reshape(-1, 5).T
    return Trees(*(column.copy() for column in columns), np.full(len(trees), evergreen))


def one_window(x=0.0, y=0.0, nx=1.0, ny=0.0, floors=2):
    return Windows(*(np.array([value], float) for value in (x, y, nx, ny)), np.array([0, 1]), np.array([floors]))


def walls_and_cells(buildings, extent=EXTENT):
    walls = walls_of(buildings.shapes, buildings.height_m)
    return walls, wall_grid(walls, extent)


def shadows(buildings, trees, extent=EXTENT):
    walls, cells = walls_and_cells(buildings, extent)
    return shadows_of(walls, cells, trees, tree_grid(trees, extent))


def streets_of(*lines, width=10.0, path=False):
    count = len(lines)
    yes = np.ones(count, bool)
    return Streets(
        shapes_of(*map(shapely.LineString, lines)), np.full(count, width), yes, yes, yes, np.full(count, path)
    )


def parks_of(*shapes, fenceless=False):
    held, count = shapes_of(*shapes), len(shapes)
    return Parks(held, shapely.area(held), np.full(count, fenceless), np.zeros(count, bool))


def gates_of(*gates):
    """Of (x, y, park)."""
    x, y, park = np.array(gates, float).reshape(-1, 3).T
    return Gates(x.copy(), y.copy(), park.astype(np.int64))


def grid_streets(cells=2, side=100.0, **kinds):
    most = cells * side
    lines = [((0, at), (most, at)) for at in np.arange(0, most + 1, side)]
    lines += [((at, 0), (at, most)) for at in np.arange(0, most + 1, side)]
    return streets_of(*lines, **kinds)


def scene_of(buildings, trees, streets, parks, gates, homes=()):
    return Scene(buildings, trees, streets, parks, gates, shapes_of(*homes), WUXI_LON, WUXI_LAT)


def crowns(*trees):
    return crowns_of(trees_of(*trees))
