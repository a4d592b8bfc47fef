"""Blocks and the streets between them: the land divided again and again, finer where the town is dense."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import shapely

from xiuhua.demo.lattice import CELL, HEIGHT, WIDTH, Density, Lattice
from xiuhua.demo.plan import Scale, district_file, generator, to_plane

WIDTHS_M = {"expressway": 33.0, "main": 40.0, "secondary": 26.0, "branch": 16.0, "lane": 7.0, "path": 4.0, "": 0.0}
WEST, EAST, SOUTH, NORTH = range(4)


@dataclass(frozen=True)
class Line:
    """A line of the lattice: ``axis`` "u" is a line of constant u (north-south); ``street_class`` "" is none."""

    axis: str
    at: int
    start: int
    end: int
    street_class: str


@dataclass(frozen=True)
class Block:
    """A rectangle of cells and the classes of the streets on its west, east, south and north side."""

    u0: int
    u1: int
    v0: int
    v1: int
    sides: tuple[str, str, str, str]

    @property
    def middle(self) -> tuple[float, float]:
        """The middle in lattice coordinates."""
        return (self.u0 + self.u1) / 2, (self.v0 + self.v1) / 2


@dataclass
class Division:
    """Blocks, the lines between them, and the rivers as (axis, cell): no street runs along inside a river."""

    blocks: list[Block] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    rivers: list[tuple[str, int]] = field(default_factory=list)


def divide(lattice: Lattice, density: Density, outline: shapely.Polygon, scale: Scale, seed: int) -> Division:
    """Divide the land inside (and a little around) the outline."""
    rng = generator(seed, "blocks")
    division = Division()
    columns, rows = _main_lines(lattice)
    division.rivers = _place_rivers(columns, rows)
    near = outline.buffer(400)
    shapely.prepare(near)
    for axis, places, length in (("u", columns, HEIGHT), ("v", rows, WIDTH)):
        division.lines += [Line(axis, at, 0, length, "main") for at in places]
    edges_u, edges_v = [0, *columns, WIDTH], [0, *rows, HEIGHT]
    for u0, u1 in pairwise(edges_u):
        for v0, v1 in pairwise(edges_v):
            _split(Block(u0, u1, v0, v1, ("main",) * 4), division, lattice, density, near, scale, rng)
    return division


def _main_lines(lattice: Lattice) -> tuple[list[int], list[int]]:
    """Main roads that lead through the town seats, biggest town first, never closer than 1.7 km."""
    towns = sorted(district_file()["towns"], key=lambda town: -town["core"])
    seats = lattice.unbend(to_plane([town["seat"] for town in towns]))
    chosen: tuple[list[int], list[int]] = ([], [])
    for seat in seats:
        for axis in (0, 1):
            at = round(seat[axis])
            if all(abs(at - other) * CELL > 1_700 for other in chosen[axis]):  # noqa: PLR2004 - see docstring
                chosen[axis].append(at)
    return sorted(chosen[0]), sorted(chosen[1])


def _place_rivers(columns: list[int], rows: list[int]) -> list[tuple[str, int]]:
    """Rivers in the widest gaps between main roads: in the middle of the gap, off any road."""
    wanted = district_file()["rivers"]
    rivers = []
    for axis, places, low, high, count in (
        ("u", columns, 150, WIDTH - 150, wanted["north_south"]),
        ("v", rows, 150, HEIGHT - 150, wanted["east_west"]),
    ):
        edges = [low, *places, high]
        for _ in range(count):
            gap = max(range(len(edges) - 1), key=lambda index: edges[index + 1] - edges[index])
            at = (edges[gap] * 9 + edges[gap + 1] * 11) // 20
            rivers.append((axis, at))
            edges.insert(gap + 1, at)
    return rivers


def _target_m(density: float, grain: float) -> float:
    """The side at which a block stops being divided: 200 m in a core, 1,200 m in the fields."""
    return float(200 + 1000 * (1 - density) ** 1.9) * grain


def _class_of(side_m: float, density: float) -> str:
    """The class of the street that divides a block of this side."""
    if side_m > 2_400:  # noqa: PLR2004 - the sizes at which a town lays out its streets
        return "main"
    if side_m > 760:  # noqa: PLR2004
        return "secondary"
    if density < 0.12:  # noqa: PLR2004 - in the fields the next boundary is a ditch, not a street
        return ""
    return "branch" if side_m > 330 else "lane"  # noqa: PLR2004


def _split(
    block: Block, division: Division, lattice: Lattice, density: Density, near: shapely.Polygon, scale: Scale,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    ring = lattice.bend(
        np.array([block.u0, block.u1, block.u1, block.u0], dtype=np.float64),
        np.array([block.v0, block.v0, block.v1, block.v1], dtype=np.float64),
    )
    if not near.intersects(shapely.Polygon(ring)):
        return
    built = float(density.at(ring.mean(axis=0)[None, :])[0])
    wide, high = (block.u1 - block.u0) * CELL, (block.v1 - block.v0) * CELL
    longer = max(wide, high)
    if longer <= _target_m(built, scale.grain) * rng.uniform(1.0, 1.45):
        division.blocks.append(block)
        return
    axis = "u" if wide > high * rng.uniform(0.85, 1.15) else "v"
    start, end = (block.u0, block.u1) if axis == "u" else (block.v0, block.v1)
    at = _free(start, end, round(start + (end - start) * rng.uniform(0.36, 0.64)), axis, division.rivers)
    if at is None:
        division.blocks.append(block)
        return
    street_class = _class_of(longer, built)
    west, east, south, north = block.sides
    if axis == "u":
        division.lines.append(Line("u", at, block.v0, block.v1, street_class))
        parts = (
            Block(block.u0, at, block.v0, block.v1, (west, street_class, south, north)),
            Block(at, block.u1, block.v0, block.v1, (street_class, east, south, north)),
        )
    else:
        division.lines.append(Line("v", at, block.u0, block.u1, street_class))
        parts = (
            Block(block.u0, block.u1, block.v0, at, (west, east, south, street_class)),
            Block(block.u0, block.u1, at, block.v1, (west, east, street_class, north)),
        )
    for part in parts:
        _split(part, division, lattice, density, near, scale, rng)


def _free(start: int, end: int, at: int, axis: str, rivers: list[tuple[str, int]]) -> int | None:
    """The place nearest to ``at`` between the ends that keeps off the rivers of the same direction."""
    if end - start < 8:  # noqa: PLR2004 - 200 m: two plots no narrower than 100 m
        return None
    taken = [place for direction, place in rivers if direction == axis]
    places = [p for p in range(start + 4, end - 3) if all(abs(p - river) > 6 for river in taken)]  # noqa: PLR2004
    return min(places, key=lambda place: abs(place - at), default=None)
