"""Canal, rivers, lakes, and the ditches and fish ponds of the fields."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from xiuhua.demo.blocks import Division
from xiuhua.demo.lattice import HEIGHT, WIDTH, Lattice
from xiuhua.demo.names import Names
from xiuhua.demo.plan import Row, blob, district_file, generator, spline, to_plane


@dataclass
class Waters:
    """Rows of the large waters on the plane, and the shapes other parts must keep off."""

    rows: list[Row]
    lakes: BaseGeometry
    hills: BaseGeometry
    rivers: BaseGeometry  # canal and rivers
    banks: list[shapely.LineString]  # middle lines of canal and rivers
    widths: list[float]

    @property
    def all(self) -> BaseGeometry:
        """Everything wet."""
        return shapely.union_all([self.lakes, self.rivers])


def draw_waters(division: Division, lattice: Lattice, outline: shapely.Polygon, seed: int) -> Waters:
    """The large waters: what streets bridge (rivers, canal) and what they go round (lakes)."""
    rng, names, plan = generator(seed, "waters"), Names(seed, "waters"), district_file()
    canal = shapely.LineString(spline(to_plane(plan["canal"]["through"]), 40.0))
    lines, widths = [canal], [float(plan["canal"]["width_m"])]
    for axis, at in division.rivers:
        along = np.arange(0, (HEIGHT if axis == "u" else WIDTH) + 1, 2, dtype=np.float64)
        # Two waves of at most 2.6 cells together: the river stays inside the strip the streets left it.
        sway = at + 1.6 * np.sin(along / rng.uniform(9, 16) + rng.uniform(0, 6))
        sway += 1.0 * np.sin(along / rng.uniform(30, 50) + rng.uniform(0, 6))
        lines.append(shapely.LineString(lattice.bend(*((sway, along) if axis == "u" else (along, sway)))))
        widths.append(float(round(rng.uniform(*plan["rivers"]["width_m"]))))
    lakes = [blob(to_plane([entry[:2]])[0], entry[2] * 1e6, rng) for entry in plan["lakes"]]
    hills = [blob(to_plane([entry[:2]])[0], entry[2] * 1e6, rng, roughness=0.3) for entry in plan["hills"]]
    rows: list[Row] = []
    wet: list[BaseGeometry] = []
    for number, lake in enumerate(lakes, start=1):
        zh, en = names.of("lake", "湖", "Lake")
        rows.append(water_row(f"L{number:03d}", "lake", zh, en, lake.intersection(outline)))
    rivers: list[BaseGeometry] = []
    for number, (line, width) in enumerate(zip(lines, widths, strict=True)):
        strip = line.buffer(width / 2).intersection(outline)
        strip = strip.difference(shapely.union_all([*lakes, *wet]))
        wet.append(strip)
        rivers.append(strip)
        zh, en = names.of("river", "河", "River") if number else (plan["canal"]["zh"], plan["canal"]["en"])
        rows.append(water_row(f"R{number:03d}", "river" if number else "canal", zh, en, strip))
    return Waters(
        [row for row in rows if not row["geometry"].is_empty],
        shapely.union_all(lakes), shapely.union_all(hills).intersection(outline),
        shapely.union_all(rivers), lines, widths,
    )  # fmt: skip


def water_row(code: str, kind: str, zh: str, en: str, geometry: BaseGeometry) -> Row:
    """The row of one water, as every part of the drawing loads it."""
    return {"code": code, "kind": kind, "name_zh": zh, "name_en": en, "geometry": geometry}
