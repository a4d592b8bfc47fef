"""Streets: lattice lines cut into sections at junctions, the elevated roads, shore paths, village lanes."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from xiuhua.demo.blocks import WIDTHS_M, Division, Line
from xiuhua.demo.lattice import CELL, Density, Lattice
from xiuhua.demo.names import Names
from xiuhua.demo.plan import Floats, Row, cut_line, district_file, generator, spline, to_plane
from xiuhua.demo.table import Table, from_rows
from xiuhua.demo.waters import Waters

ORDER = ("expressway", "main", "secondary", "branch", "lane", "path")
_SECTION_M = {"main": 620, "secondary": 480, "branch": 300, "lane": 200}
_SHORTEST_M = 45
_SHORE_M = 25


def draw_streets(
    division: Division, lanes: Sequence[Line], lattice: Lattice, density: Density, outline: shapely.Polygon,
    waters: Waters, seed: int,
) -> Table:  # fmt: skip
    """Every street of the district in sections, with class, width, cleaning grade and a name for each street."""
    rng, names = generator(seed, "streets"), Names(seed, "streets")
    lines = [line for line in division.lines if line.street_class] + list(lanes)
    lines.sort(key=lambda line: (ORDER.index(line.street_class), line.axis, line.at, line.start))
    barrier = _Barrier(outline, waters)
    rows: list[Row] = []
    number = 0
    for street_class, zh, en, pieces in [*_elevated(outline), *_shores(waters, outline)]:
        number += 1
        rows += _sections(number, street_class, zh, en, pieces)
    for line, sections in zip(lines, _cut(lines), strict=True):
        pieces = barrier.pass_through(line.street_class, [_shape(line, part, lattice) for part in sections])
        if not pieces:
            continue
        number += 1
        zh, en = names.street(line.street_class)
        rows += _sections(number, line.street_class, zh, en, pieces)
    middle = shapely.get_coordinates(
        shapely.line_interpolate_point([row["geometry"] for row in rows], 0.5, normalized=True)
    )
    for row, built in zip(rows, density.at(middle).tolist(), strict=True):
        row["cleaning_grade"] = _grade(row["street_class"], built)
        row["oneway"] = row["street_class"] == "lane" and built > 0.6 and bool(rng.random() < 0.4)  # noqa: PLR2004
        row["elevated"] = row["street_class"] == "expressway"
    table = from_rows(rows)
    table.columns["built"] = density.at(middle)
    return table


def corridors(streets: Table, extra_m: float) -> list[BaseGeometry]:
    """The ground each section takes, ``extra_m`` wider on both sides."""
    half = streets.column("width_m") / 2 + extra_m
    return list(shapely.buffer(streets.shapes, half, cap_style="flat", quad_segs=3))


class _Barrier:
    """Where streets of a class must stop: the outline, lakes and hills for all, rivers for small streets."""

    def __init__(self, outline: shapely.Polygon, waters: Waters) -> None:
        closed = shapely.union_all([waters.lakes.buffer(_SHORE_M), waters.hills])
        self._large = outline.difference(closed)
        self._small = self._large.difference(waters.rivers.buffer(14))
        shapely.prepare(self._large)
        shapely.prepare(self._small)

    def pass_through(self, street_class: str, sections: list[shapely.LineString]) -> list[shapely.LineString]:
        ground = self._small if street_class in {"branch", "lane"} else self._large
        kept: list[shapely.LineString] = []
        for section in sections:
            if ground.contains_properly(section):
                kept.append(section)
            elif ground.intersects(section):
                parts = shapely.get_parts(section.intersection(ground))
                kept += [part for part in parts if part.geom_type == "LineString" and part.length >= _SHORTEST_M]
        return kept


def _cut(lines: Sequence[Line]) -> Iterator[list[tuple[int, int]]]:
    """For each line the (start, end) cells of its sections, cut at junctions near the wanted length."""
    held = {axis: np.array([(x.at, x.start, x.end) for x in lines if x.axis == axis]).reshape(-1, 3) for axis in "uv"}
    for line in lines:
        cross = held["v" if line.axis == "u" else "u"]
        meets = (cross[:, 1] <= line.at) & (line.at <= cross[:, 2])
        meets &= (line.start < cross[:, 0]) & (cross[:, 0] < line.end)
        places = [line.start]
        for junction in [*sorted(set(cross[meets, 0].tolist())), line.end]:
            if (junction - places[-1]) * CELL >= _SECTION_M[line.street_class]:
                places.append(junction)
        if len(places) > 1 and places[-1] != line.end:
            places[-1] = line.end
        elif len(places) == 1:
            places.append(line.end)
        yield list(pairwise(places))


def _shape(line: Line, part: tuple[int, int], lattice: Lattice) -> shapely.LineString:
    run = np.arange(part[0], part[1] + 1)
    fixed = np.full_like(run, line.at)
    corners = lattice.corners(*((fixed, run) if line.axis == "u" else (run, fixed)))
    drawn: shapely.LineString = shapely.simplify(shapely.LineString(corners), 0.4)
    return drawn


def _sections(number: int, street_class: str, zh: str, en: str, pieces: list[shapely.LineString]) -> list[Row]:
    return [
        {
            "code": f"S{number:05d}{place:03d}", "name_zh": zh, "name_en": en, "street_class": street_class,
            "width_m": WIDTHS_M[street_class], "geometry": piece,
        }
        for place, piece in enumerate(pieces, start=1)
    ]  # fmt: skip


def _elevated(outline: shapely.Polygon) -> Iterator[tuple[str, str, str, list[shapely.LineString]]]:
    plan = district_file()
    ring, angle = plan["ring"], np.linspace(0, 2 * np.pi, 181)
    # A superellipse: straighter sides and rounder corners than an ellipse, as ring roads have.
    around = np.column_stack([_rounded(np.cos(angle)), _rounded(np.sin(angle))]) * np.array(ring["axes_km"]) * 1_000
    shapes = [(ring, around + to_plane([ring["centre"]]))]
    shapes += [(road, spline(to_plane(road["through"]), 60.0)) for road in plan["expressways"]]
    for road, points in shapes:
        pieces: list[shapely.LineString] = []
        for part in shapely.get_parts(shapely.LineString(points).intersection(outline)):
            pieces += cut_line(part, 900)
        yield "expressway", road["zh"], road["en"], pieces


def _rounded(values: Floats) -> Floats:
    return np.asarray(np.sign(values) * np.abs(values) ** 0.72, dtype=np.float64)


def _shores(waters: Waters, outline: shapely.Polygon) -> Iterator[tuple[str, str, str, list[shapely.LineString]]]:
    lakes = [row for row in waters.rows if row["kind"] == "lake"]
    for row in lakes:
        shore = row["geometry"].buffer(_SHORE_M).exterior.intersection(outline)
        merged = shapely.line_merge(shore) if shore.geom_type == "MultiLineString" else shore
        pieces = [part.simplify(1.0) for part in shapely.get_parts(merged) if part.length >= _SHORTEST_M]
        yield "path", f"{row['name_zh']}环湖步道", f"{row['name_en']} Shore Path", pieces


def _grade(street_class: str, built: float) -> int:
    """Cleaning grade 1 (busiest) to 4 after class and density."""
    if street_class in {"main", "secondary"} and built > 0.72:  # noqa: PLR2004 - town centres
        return 1
    if street_class in {"expressway", "main", "secondary"}:
        return 2
    return 3 if built > 0.35 else 4  # noqa: PLR2004 - built-up land and fields
