"""Canal, rivers, lakes, and the ditches and fish ponds of the fields."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from xiuhua.demo.blocks import Division
from xiuhua.demo.lattice import HEIGHT, WIDTH, Lattice
from xiuhua.demo.names import Names
from xiuhua.demo.plan import Floats, Row, blob, district_file, generator, spline, to_plane

if TYPE_CHECKING:
    from xiuhua.demo.landuse import LandUse


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
        rows.append(_row(f"L{number:03d}", "lake", zh, en, lake.intersection(outline)))
    rivers: list[BaseGeometry] = []
    for number, (line, width) in enumerate(zip(lines, widths, strict=True)):
        strip = line.buffer(width / 2).intersection(outline)
        strip = strip.difference(shapely.union_all([*lakes, *wet]))
        wet.append(strip)
        rivers.append(strip)
        zh, en = names.of("river", "河", "River") if number else (plan["canal"]["zh"], plan["canal"]["en"])
        rows.append(_row(f"R{number:03d}", "river" if number else "canal", zh, en, strip))
    return Waters(
        [row for row in rows if not row["geometry"].is_empty],
        shapely.union_all(lakes), shapely.union_all(hills).intersection(outline),
        shapely.union_all(rivers), lines, widths,
    )  # fmt: skip


def draw_ditches(land: "LandUse", outline: shapely.Polygon, off: Sequence[BaseGeometry], seed: int) -> list[Row]:
    """Fish ponds that fill the plots kept for them, and ditches through the fields; all keep off ``off``."""
    rng = generator(seed, "ditches")
    kinds: list[str] = []
    shapes: list[BaseGeometry] = []
    for use, plot in zip(land.use, land.plots, strict=True):
        corners = np.asarray(plot.exterior.coords)[:4]
        across, up = corners[1] - corners[0], corners[3] - corners[0]
        if use in {"fields", "orchard"}:
            for share in (0.25, 0.5, 0.75):
                if rng.random() < 0.6:  # noqa: PLR2004
                    kinds.append("stream")
                    shapes.append(
                        shapely.LineString(
                            [corners[0] + across * 0.03 + share * up, corners[0] + across * 0.97 + share * up]
                        )
                    )
        elif use == "ponds":
            drawn = [pond for pond in _ponds(corners[0], across, up) if rng.random() < 0.86]  # noqa: PLR2004
            kinds += ["pond"] * len(drawn)
            shapes += drawn
    held = np.array(shapes, dtype=object)
    ponds = shapely.get_dimensions(held) == 2  # noqa: PLR2004 - polygons; their corners are round
    held[ponds] = shapely.buffer(shapely.buffer(held[ponds], -5), 5, quad_segs=3)
    keep = np.asarray(shapely.contains_properly(outline, held), dtype=np.bool_)
    keep[shapely.STRtree(held).query(np.array(off, dtype=object), predicate="dwithin", distance=4.0)[1]] = False
    kept = [(kind, shape) for kind, shape, free in zip(kinds, held, keep.tolist(), strict=True) if free]
    return [_row(f"D{number:05d}", kind, "", "", shape) for number, (kind, shape) in enumerate(kept, start=1)]


def _ponds(corner: Floats, across: Floats, up: Floats) -> Iterator[shapely.Polygon]:
    """Fish ponds of about 65 x 105 m with dams between them."""
    count = np.maximum(1, (np.array([np.hypot(*across), np.hypot(*up)]) / (75, 125)).astype(int))
    for place in np.ndindex(*count.tolist()):
        (west, south), (east, north) = (np.array(place) + 0.07) / count, (np.array(place) + 0.93) / count
        ring = [corner + a * across + b * up for a, b in ((west, south), (east, south), (east, north), (west, north))]
        yield shapely.Polygon(ring)


def _row(code: str, kind: str, zh: str, en: str, geometry: BaseGeometry) -> Row:
    return {"code": code, "kind": kind, "name_zh": zh, "name_en": en, "geometry": geometry}
