"""The whole drawing: everything the demonstration district holds, pure computation from scale and seed."""

import hashlib
from dataclasses import dataclass

import numpy as np
import shapely

from xiuhua.demo.areas import Areas, draw_areas
from xiuhua.demo.blocks import divide
from xiuhua.demo.buildings import draw_buildings
from xiuhua.demo.components import draw_components
from xiuhua.demo.ditches import draw_ditches
from xiuhua.demo.gates import draw_gates
from xiuhua.demo.greens import draw_greens
from xiuhua.demo.ground import draw_ground
from xiuhua.demo.landuse import draw_land_use
from xiuhua.demo.lattice import make_density, make_lattice
from xiuhua.demo.outline import draw_outline
from xiuhua.demo.plan import SCALES
from xiuhua.demo.sites import draw_sites, small_sites
from xiuhua.demo.streets import corridors, draw_streets
from xiuhua.demo.table import Table, from_rows
from xiuhua.demo.trees import draw_trees
from xiuhua.demo.waters import draw_waters


@dataclass
class Drawing:
    """A drawn district: its areas, and a table for every other layer, in the order in which they load."""

    areas: Areas
    tables: dict[str, Table]

    def digest(self) -> str:
        """SHA-256 over every value and every byte of geometry: the same for the same scale and seed."""
        summed = hashlib.sha256()
        for row in self.areas.rows:
            summed.update(repr(sorted((k, v) for k, v in row.items() if k != "geometry")).encode())
            summed.update(shapely.to_wkb(row["geometry"]))
        for layer, table in self.tables.items():
            summed.update(layer.encode())
            for row in table.rows():
                shape = row.pop("geometry", None)
                summed.update(repr(sorted(row.items())).encode())
                summed.update(shapely.to_wkb(shape) if shape is not None else b"")
        return summed.hexdigest()


def draw(scale_key: str, seed: int) -> Drawing:
    """Draw the district of ``district.yaml`` at one of ``SCALES``; every part has its own random stream."""
    scale = SCALES[scale_key]
    outline, lattice, density = draw_outline(seed), make_lattice(seed), make_density()
    division = divide(lattice, density, outline, scale, seed)
    areas = draw_areas(division, lattice, density, outline, seed)
    waters = draw_waters(division, lattice, outline, seed)
    land = draw_land_use(division, areas, lattice, density, waters, scale, seed)
    streets = draw_streets(division, land.lanes, lattice, density, outline, waters, seed)
    greens = draw_greens(division, land, areas, lattice, waters, streets, outline, seed)
    road = corridors(streets, 2.5)
    ditches = draw_ditches(land, outline, [*road, waters.all, *greens.shapes], seed)
    small = small_sites(division, land, lattice, seed)
    reserved = [
        *road, *shapely.get_parts(shapely.buffer(waters.all, 6)), *(row["geometry"].buffer(3) for row in ditches),
        *greens.shapes, *(ground.buffer(1.5) for _, _, ground in small),
    ]  # fmt: skip
    buildings = draw_buildings(division, land, lattice, seed, off=reserved, outline=outline)
    sites = draw_sites(division, land, areas, lattice, streets, greens, small, seed)
    trees = draw_trees(streets, greens, buildings, waters, scale, seed)
    components = draw_components(streets, greens, sites, buildings, waters, areas, outline, scale, seed)
    areas.count_persons(areas.face_of_block[np.asarray(buildings.columns.pop("block"))], buildings.column("persons"))
    streets.columns.pop("built")
    return Drawing(areas, {
        "waters": from_rows([*waters.rows, *ditches]), "streets": streets, "greens": greens,
        "gates": draw_gates(greens, streets), "plots": draw_ground(division, land, lattice, waters, outline),
        "buildings": buildings, "sites": sites, "components": components, "trees": trees,
    })  # fmt: skip
