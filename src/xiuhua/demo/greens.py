"""Parks of every class, green in compounds, belts along rivers and elevated roads, woods."""

from collections.abc import Iterator

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from xiuhua.demo.areas import Areas
from xiuhua.demo.blocks import Division
from xiuhua.demo.gates import FENCED, OPEN
from xiuhua.demo.landuse import LandUse
from xiuhua.demo.lattice import Lattice
from xiuhua.demo.names import Names
from xiuhua.demo.plan import Row, cut_line, generator
from xiuhua.demo.plots import plot_behind_streets
from xiuhua.demo.streets import corridors
from xiuhua.demo.table import Table, from_rows
from xiuhua.demo.waters import Waters

_ENDINGS = {
    "comprehensive_park": ("公园", "Park"),
    "community_park": ("社区公园", "Community Park"),
    "special_park": ("湿地公园", "Wetland Park"),
    "garden": ("游园", "Garden"),
    "pocket_park": ("口袋公园", "Pocket Park"),
    "square": ("广场", "Square"),
    "forest": ("林", "Wood"),
}
_WHOLE = {"square": "square", "wood": "forest", "orchard": "grass"}
_LAWNS = {"institution", "school"}
_HOUSED = {"compound", "tower_compound", "old_compound", "office"}


def draw_greens(
    division: Division, land: LandUse, areas: Areas, lattice: Lattice, waters: Waters, streets: Table,
    outline: shapely.Polygon, seed: int,
) -> Table:  # fmt: skip
    """Every green space of the district; none overlaps water or a street, belts keep off the parks."""
    names = Names(seed, "greens")
    wet = waters.all
    parks = list(_in_blocks(division, land, areas, lattice, seed))
    parks += [("forest", hill) for hill in shapely.get_parts(waters.hills)]
    parks += [("special_park", row["geometry"].buffer(90).difference(row["geometry"].buffer(31)))
              for row in waters.rows if row["kind"] == "lake"]  # fmt: skip
    closed = [*corridors(streets, 2.0), *shapely.get_parts(wet.buffer(4))]
    cut = list(_cut(parks, closed, outline, smallest_m2=250))
    closed += [shape for _, shape in cut]
    belts = [
        ("protective_green", shapely.buffer(piece, width / 2 + 24, cap_style="flat"))
        for line, width in zip(waters.banks, waters.widths, strict=True)
        for piece in cut_line(line, 600)
    ]
    elevated = streets.shapes[streets.column("elevated")]
    belts += [("protective_green", belt) for belt in shapely.buffer(elevated, 33, cap_style="flat")]
    cut += list(_cut(belts, closed, outline, smallest_m2=900))
    rows: list[Row] = []
    for kind, shape in cut:
        endings = (
            ("山", "Hill")
            if kind == "forest" and waters.hills.contains(shape.representative_point())
            else _ENDINGS.get(kind)
        )
        zh, en = names.of("green", *endings) if endings else ("", "")
        rows.append({
            "code": f"G{len(rows) + 1:05d}", "kind": kind, "name_zh": zh, "name_en": en, "geometry": shape,
            # Who may enter a belt, a lawn or a wood where is not known.
            "fenceless": kind in OPEN if kind in (*FENCED, *OPEN) else None,
        })  # fmt: skip
    return from_rows(rows)


def _in_blocks(
    division: Division, land: LandUse, areas: Areas, lattice: Lattice, seed: int
) -> Iterator[tuple[str, BaseGeometry]]:
    rng = generator(seed, "greens")
    central = _central_parks(land, areas)
    for index, block in enumerate(division.blocks):
        use, lot, side = land.use[index], rng.random(), rng.choice([-1, 1])
        plot = plot_behind_streets(block, lattice, 6.0)
        if min(plot.wide, plot.deep) < 30:  # noqa: PLR2004 - a verge, not a green space
            continue
        if use == "park":
            small = "garden" if plot.wide * plot.deep < 30_000 else "community_park"  # noqa: PLR2004
            yield "comprehensive_park" if index in central else small, plot.ground(12)
        elif use in _WHOLE:
            yield _WHOLE[use], plot.ground(min(30.0, plot.wide / 4, plot.deep / 4))
        elif use in _LAWNS and lot < 0.6:  # noqa: PLR2004
            lawn = plot.rectangle(plot.wide * 0.25, -plot.deep * 0.2, plot.wide * 0.42, plot.deep * 0.5)
            yield "attached_green", lawn.buffer(-3).buffer(3)
        elif use in _HOUSED and lot < 0.16:  # noqa: PLR2004
            corner = plot.rectangle(side * (plot.wide / 2 - 24), -(plot.deep / 2 - 16), 48, 32)
            yield "pocket_park", corner.buffer(-4).buffer(4)
        elif use in _HOUSED and lot < 0.62:  # noqa: PLR2004
            court = plot.rectangle(0, 0, min(64, plot.wide * 0.5), min(40, plot.deep * 0.4))
            yield "attached_green", court.buffer(-8).buffer(8)


def _central_parks(land: LandUse, areas: Areas) -> set[int]:
    """The block of the main park of each town: large and near the middle."""
    best: dict[str, tuple[float, int]] = {}
    for index, use in enumerate(land.use):
        if use == "park":
            town = areas.face_codes[int(areas.face_of_block[index])][0]
            worth = float(land.built[index] * land.plots[index].area ** 0.5)
            best[town] = max(best.get(town, (0.0, -1)), (worth, index))
    return {index for _, index in best.values()}


def _cut(
    shapes: list[tuple[str, BaseGeometry]], closed: list[BaseGeometry], outline: shapely.Polygon, *, smallest_m2: float
) -> Iterator[tuple[str, shapely.Polygon]]:
    """Each shape without what is closed, in single polygons, crumbs left out, earlier ones first."""
    shapely.prepare(outline)
    obstacles = np.array(closed, dtype=object)
    tree = shapely.STRtree(obstacles)
    taken: list[shapely.Polygon] = []
    for kind, shape in shapes:
        left = shape if outline.contains_properly(shape) else shape.intersection(outline)
        window = shapely.box(*shape.bounds)
        near = [obstacle.intersection(window) for obstacle in obstacles[tree.query(shape, predicate="intersects")]]
        near += [other for other in taken if other.intersects(shape)]
        if near:
            left = left.difference(shapely.union_all(near))
        for part in shapely.get_parts(left.buffer(-2).buffer(2, quad_segs=3).intersection(left)):
            if part.geom_type == "Polygon" and part.area >= smallest_m2:
                taken.append(part)
                yield kind, part.simplify(0.5)
