"""Places put in order by the programme: markets, compounds, corridors, schools, car parks, collection points."""

from collections.abc import Iterator

import shapely

from xiuhua.demo.areas import Areas
from xiuhua.demo.blocks import SOUTH, Division
from xiuhua.demo.landuse import LandUse
from xiuhua.demo.lattice import Lattice
from xiuhua.demo.names import Names
from xiuhua.demo.organisations import community_code, town_code
from xiuhua.demo.plan import Row, generator
from xiuhua.demo.plots import Plot, plot_behind_streets
from xiuhua.demo.table import Table, from_rows

# Use of the block: kind of site, endings of its name. The whole plot is the site.
_WHOLE = {
    "market": ("farmers_market", "农贸市场", "Farmers' Market"),
    "old_compound": ("old_compound", "新村", "Residential Quarter"),
    "complex": ("commercial_complex", "广场", "Plaza"),
    "institution": ("public_institution", "政务服务中心", "Public Service Centre"),
    "school": ("school", "实验学校", "Experimental School"),
    "hospital": ("hospital", "医院", "Hospital"),
    "construction": ("construction_site", "在建项目", "Building Site"),
}
_COMPOUNDS = {"old_compound", "compound", "tower_compound"}
_BUSTLING = {"complex", "office", "institution", "hospital", "market"}


def small_sites(
    division: Division, land: LandUse, lattice: Lattice, seed: int
) -> list[tuple[str, int, shapely.Polygon]]:
    """Car parks, collection points and toilets as (kind, block, ground): buildings must leave them free."""
    rng = generator(seed, "small-sites")
    found: list[tuple[str, int, shapely.Polygon]] = []
    for index, block in enumerate(division.blocks):
        use, lot = land.use[index], rng.random()
        plot = plot_behind_streets(block, lattice)
        if not land.drawn[index] or min(plot.wide, plot.deep) < 60:  # noqa: PLR2004 - too small to spare the ground
            continue
        if use in _COMPOUNDS and lot < 0.75:  # noqa: PLR2004
            found.append(
                ("waste_point", index, plot.rectangle(-plot.wide / 2 + 9, rng.uniform(-0.3, 0.3) * plot.deep, 5, 9))
            )
        if use in _BUSTLING and lot < 0.6:  # noqa: PLR2004
            found.append(("car_park", index, plot.rectangle(0, plot.deep / 2 - 12, min(70, plot.wide * 0.6), 22)))
        elif use in {"market", "park", "square"} or (use in _BUSTLING and lot > 0.9):  # noqa: PLR2004
            found.append(("public_toilet", index, plot.rectangle(plot.wide / 2 - 8, -plot.deep / 2 + 6, 12, 8)))
    return found


def draw_sites(
    division: Division, land: LandUse, areas: Areas, lattice: Lattice, streets: Table, greens: Table,
    small: list[tuple[str, int, shapely.Polygon]], seed: int,
) -> Table:  # fmt: skip
    """Every site of the blocks drawn in detail, with a name, an address and the unit responsible."""
    names = Names(seed, "sites")
    rows: list[Row] = []
    for kind, face, ground, zh, en in [
        *_of_blocks(division, land, areas, lattice, small, names, seed),
        *_corridors(streets, areas, names),
        *_demonstrations(greens, areas),
    ]:
        codes = areas.face_codes[face]
        unit = town_code(codes[0]) if kind in {"elevated_corridor", "demonstration_area"} else community_code(codes[1])
        rows.append({
            "code": f"P{len(rows) + 1:05d}", "kind": kind, "name_zh": zh, "name_en": en, "geometry": ground,
            "responsible": unit,
        })  # fmt: skip
    table = from_rows(rows)
    table.columns["address"] = _addresses(table, streets)
    return table


def _of_blocks(
    division: Division, land: LandUse, areas: Areas, lattice: Lattice, small: list[tuple[str, int, shapely.Polygon]],
    names: Names, seed: int,
) -> Iterator[tuple[str, int, shapely.Polygon, str, str]]:  # fmt: skip
    rng = generator(seed, "sites")
    called: dict[int, tuple[str, str]] = {}
    for index, block in enumerate(division.blocks):
        use, lot = land.use[index], rng.random()
        plot = plot_behind_streets(block, lattice, 5.0)
        if not land.drawn[index] or min(plot.wide, plot.deep) < 40:  # noqa: PLR2004
            continue
        if use in _WHOLE:
            kind, ending_zh, ending_en = _WHOLE[use]
            called[index] = names.of(kind, ending_zh, ending_en)
            yield kind, int(areas.face_of_block[index]), plot.ground(), *called[index]
        if use in _COMPOUNDS and block.sides[SOUTH] in {"main", "secondary"} and lot < 0.6 and land.built[index] > 0.3:  # noqa: PLR2004
            zh, en = names.of("shop_front", "沿街店铺", "Shop Row")
            yield "shop_front", int(areas.face_of_block[index]), _front(plot), zh, en
    endings = {"waste_point": ("分类投放点", "Collection Point"), "car_park": ("停车场", "Car Park"),
               "public_toilet": ("公共厕所", "Public Toilet")}  # fmt: skip
    for kind, index, ground in small:
        zh, en = called.get(index) or names.pair(kind)
        yield kind, int(areas.face_of_block[index]), ground, zh + endings[kind][0], f"{en} {endings[kind][1]}"


def _front(plot: Plot) -> shapely.Polygon:
    return plot.rectangle(0, -plot.deep / 2 + 7, plot.wide - 6, 18)


def _corridors(streets: Table, areas: Areas, names: Names) -> Iterator[tuple[str, int, shapely.Polygon, str, str]]:
    """The ground under and beside each elevated section that runs through a town."""
    tree = shapely.STRtree(areas.faces)
    for shape, up, built, zh, en, code in zip(
        streets.shapes, streets.columns["elevated"], streets.columns["built"],
        streets.columns["name_zh"], streets.columns["name_en"], streets.columns["code"], strict=True,
    ):  # fmt: skip
        if up and built > 0.3:  # noqa: PLR2004 - through a town
            face = int(tree.nearest(shapely.line_interpolate_point(shape, 0.5, normalized=True)))
            number = int(code[-3:])
            ground = shapely.buffer(shape, 40, cap_style="flat")
            yield "elevated_corridor", face, ground, f"{zh}沿线第{number}段", f"{en} Corridor {number}"


def _demonstrations(greens: Table, areas: Areas) -> Iterator[tuple[str, int, shapely.Polygon, str, str]]:
    """Squares and the large parks: where one may sit on the ground."""
    tree = shapely.STRtree(areas.faces)
    for shape, kind, zh, en in zip(
        greens.shapes, greens.columns["kind"], greens.columns["name_zh"],
        greens.columns["name_en"], strict=True,
    ):  # fmt: skip
        if kind in {"square", "comprehensive_park"}:
            face = int(tree.nearest(shape.representative_point()))
            yield "demonstration_area", face, shape, f"{zh}席地而坐示范区", f"{en} Sit-down Area"


def _addresses(sites: Table, streets: Table) -> list[str]:
    """The nearest street with a house number after the position along it, even numbers throughout."""
    places = shapely.centroid(sites.shapes)
    nearest = shapely.STRtree(streets.shapes).nearest(places)
    at = shapely.line_locate_point(streets.shapes[nearest], places)
    held = streets.columns["name_zh"]
    return [f"{held[i]}{2 * (int(m) // 12) + 2}号" for i, m in zip(nearest.tolist(), at.tolist(), strict=True)]
