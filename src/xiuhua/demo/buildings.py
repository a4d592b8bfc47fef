"""Buildings along the streets: footprints turned with their block, with use, floors, height and residents."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from xiuhua.demo.blocks import Division
from xiuhua.demo.landuse import LandUse
from xiuhua.demo.lattice import Lattice
from xiuhua.demo.layouts import LAYOUTS, RESIDENTIAL, STOREY_M, USES, VILLAGE
from xiuhua.demo.plan import Bools, Floats, Ints, generator
from xiuhua.demo.plots import plot_behind_streets, rectangles
from xiuhua.demo.table import Table

# Net of stairs and walls 82 % of the floors; of the flats half are lived in, of the village houses less.
_LIVED_IN, _CITY_M2_PER_PERSON, _VILLAGE_M2_PER_PERSON = 0.82 * 0.5, 42.0, 95.0


def draw_buildings(
    division: Division, land: LandUse, lattice: Lattice, seed: int, *, off: Sequence[BaseGeometry],
    outline: shapely.Polygon,
) -> Table:  # fmt: skip
    """Build up every block that is drawn in detail; nothing stands on ``off``, outside, or on another building.

    The columns carry, beside those of the layer, ``block``: the index of the block, for what follows.
    """
    rng = generator(seed, "buildings")
    drawn, shapes, blocks = _lay_out(division, land, lattice, rng)
    keep = _free(shapes, off, outline)
    drawn, shapes, blocks = drawn[keep], shapes[keep], blocks[keep]
    floors, use = drawn[:, 4].astype(np.int64), drawn[:, 5].astype(np.int64)
    table = Table(shapes=shapes)
    number = len(shapes)
    table.columns = {
        "code": [f"B{index:06d}" for index in range(1, number + 1)],
        "use": [USES[index] for index in use.tolist()],
        "floors": floors,
        "height_m": np.round(floors * STOREY_M[use] + np.where(use == VILLAGE, 1.8, 0.9), 1),
        "persons": _residents(use, floors, shapes, rng),
        "block": blocks,
    }
    return table


def _lay_out(
    division: Division, land: LandUse, lattice: Lattice, rng: np.random.Generator
) -> tuple[Floats, npt.NDArray[np.object_], Ints]:
    """What stands where: (n, 6) as the layouts return it, the footprints, and the block of each."""
    drawn: list[Floats] = []
    rings: list[Floats] = []
    owners: list[Ints] = []
    for index, block in enumerate(division.blocks):
        layout = LAYOUTS.get(land.use[index])
        if layout is None or not land.drawn[index]:
            continue
        plot = plot_behind_streets(block, lattice)
        if min(plot.wide, plot.deep) < 24:  # noqa: PLR2004 - too narrow for a house and its yard
            continue
        built = layout(plot.wide, plot.deep, rng)
        drawn.append(built)
        rings.append(rectangles(plot.places(built[:, 0], built[:, 1]), plot.turn, built[:, 2:4]))
        owners.append(np.full(len(built), index))
    shapes = np.asarray(shapely.polygons(np.vstack(rings)), dtype=np.object_)
    return np.vstack(drawn), shapes, np.concatenate(owners)


def _free(shapes: npt.NDArray[np.object_], off: Sequence[BaseGeometry], outline: shapely.Polygon) -> Bools:
    """Which footprints keep off the obstacles, inside the outline, and off the footprints before them."""
    shapely.prepare(outline)
    keep = np.asarray(shapely.contains_properly(outline, shapes), dtype=np.bool_)
    tree = shapely.STRtree(shapes)
    keep[np.unique(tree.query(np.array(off, dtype=object), predicate="intersects")[1])] = False
    first, second = tree.query(shapes, predicate="intersects")
    for earlier, later in zip(first.tolist(), second.tolist(), strict=True):
        if earlier < later and keep[earlier]:
            keep[later] = False
    return keep


def _residents(use: Ints, floors: Ints, shapes: npt.NDArray[np.object_], rng: np.random.Generator) -> Ints:
    """Residents after floor area; offices, shops and sheds have none."""
    space = shapely.area(shapes) * floors
    each = np.where(use == RESIDENTIAL, _CITY_M2_PER_PERSON, _VILLAGE_M2_PER_PERSON)
    persons = np.round(space * _LIVED_IN / each * rng.uniform(0.75, 1.15, len(use)))
    return np.where((use == RESIDENTIAL) | (use == VILLAGE), persons, 0).astype(np.int64)
