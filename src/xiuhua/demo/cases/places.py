"""Where cases lie: where objects of the drawn city of the right kind are, and often where one lay before. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from xiuhua.demo.cases.arrivals import Arrivals, Kind
from xiuhua.demo.drawing import Drawing
from xiuhua.demo.plan import Bools, Floats, Ints, generator

# Streets in the order of their cleaning grade, the busiest first: where more people walk, more is seen.
_BUSY = np.array([0.0, 8.0, 3.0, 2.0, 0.4])
_OFF = ("path", "expressway")
_PLANTED = ("community_park", "pocket_park", "attached_green", "special_park", "square", "grass", "comprehensive_park",
            "garden")  # fmt: skip
_AGAIN = 0.16  # share of cases that arise where one of the same kind arose a little before
_BACK = 3.0  # how many cases of the kind lie between, on average
_JITTER_M = 9.0
_TRIES = 20_000
_BANK_M, _SITE_M = 1.5, 4.0


@dataclass(frozen=True)
class Spots:
    """A place on the plane in metres for each case; ``earlier`` is the case that lay here before, -1 for none."""

    xy: Floats
    earlier: Ints


def usable(every: list[Kind], drawing: Drawing) -> list[Kind]:
    """The kinds for which the drawn city holds something near which they may lie."""
    ground = _Ground(drawing)
    return [kind for kind in every if ground.of(kind) is not None]


def draw_spots(every: list[Kind], arrivals: Arrivals, drawing: Drawing, inside: shapely.Polygon, seed: int) -> Spots:
    """A place for each of ``arrivals``, inside the outline."""
    rng, ground = generator(seed, "cases-places"), _Ground(drawing)
    xy = np.zeros((len(arrivals), 2))
    earlier = np.full(len(arrivals), -1, dtype=np.int64)
    shapely.prepare(inside)
    for number, kind in enumerate(every):
        mine = np.flatnonzero(arrivals.kind == number)
        place = ground.of(kind)
        if place is None or not len(mine):
            continue
        found = _within(place, len(mine), inside, rng)
        back = rng.geometric(1 / _BACK, len(mine))
        before = np.arange(len(mine)) - back
        again = (rng.random(len(mine)) < _AGAIN) & (before >= 0)
        jitter = rng.normal(0, _JITTER_M, (len(mine), 2)).clip(-2 * _JITTER_M, 2 * _JITTER_M)
        for index in np.flatnonzero(again).tolist():
            moved = found[before[index]] + jitter[index]
            if shapely.contains_xy(inside, *moved):
                found[index] = moved
                earlier[mine[index]] = mine[before[index]]
        xy[mine] = found
    return Spots(xy, earlier)


def spots_within(kind: Kind, drawing: Drawing, inside: shapely.Polygon, count: int, rng: np.random.Generator) -> Floats:
    """``count`` places for ``kind`` inside a part of the district; somewhere inside where nothing of the sort is."""
    place = _Ground(drawing).of(kind)
    shapely.prepare(inside)
    if place is not None:
        found = place(_TRIES, rng)
        found = found[shapely.contains_xy(inside, found[:, 0], found[:, 1])]
        if len(found) >= count:
            return np.asarray(found[:count], np.float64)
    return np.tile(shapely.get_coordinates(inside.point_on_surface()), (count, 1))


type Draw = Callable[[int, np.random.Generator], Floats]


def _within(place: Draw, count: int, inside: shapely.Polygon, rng: np.random.Generator) -> Floats:
    """``count`` places inside the outline: those outside are drawn again, at last put where another is."""
    found = place(count, rng)
    for _attempt in range(8):
        out = np.flatnonzero(~shapely.contains_xy(inside, found[:, 0], found[:, 1]))
        if not len(out):
            return found
        found[out] = place(len(out), rng)
    kept: Bools = shapely.contains_xy(inside, found[:, 0], found[:, 1])
    found[~kept] = found[np.flatnonzero(kept)[0]]
    return found


class _Ground:
    """What the drawn city offers to lie near."""

    def __init__(self, drawing: Drawing) -> None:
        self._tables = drawing.tables
        streets = drawing.tables["streets"]
        weight = _BUSY[np.asarray(streets.columns["cleaning_grade"])] * shapely.length(streets.shapes)
        weight[np.isin(streets.column("street_class"), _OFF)] = 0
        self._streets, self._weight = streets, weight / weight.sum()
        self._found: dict[str, Draw | None] = {}

    def of(self, kind: Kind) -> Draw | None:
        """How to draw places for ``kind``; None where the city has nothing of the sort."""
        near = f"component:{kind.code}" if kind.near == "component" else kind.near
        if near not in self._found:
            self._found[near] = self._draw(near)
        return self._found[near]

    def _draw(self, near: str) -> Draw | None:
        if near == "street":
            return lambda count, rng: self._along(count, rng, 0.35)
        if near == "pavement":
            return lambda count, rng: self._along(count, rng, 1.15)
        if near == "water":
            shapes = self._tables["waters"].shapes
            return self._on_lines(shapely.boundary(shapes[shapely.length(shapes) > 120]), _BANK_M)  # noqa: PLR2004
        if near == "green":
            greens = self._tables["greens"]
            return self._in_shapes(greens.shapes[np.isin(greens.column("kind"), _PLANTED)])
        if near.startswith("component:"):
            return self._at_components(near.partition(":")[2])
        return self._at_sites(near.split())

    def _at_sites(self, names: list[str]) -> Draw | None:
        """Places at the first kind of site that there is; "street" stands for streets."""
        sites = self._tables["sites"]
        for name in names:
            chosen = sites.shapes[np.isin(sites.column("kind"), [name])]
            if len(chosen):
                return self._on_lines(shapely.boundary(chosen), _SITE_M)
            if name == "street":
                return self._draw(name)
        return None

    def _along(self, count: int, rng: np.random.Generator, share: float) -> Floats:
        """Points along streets, off the middle by ``share`` of half the width on either side."""
        index = rng.choice(len(self._weight), size=count, p=self._weight)
        off = share * self._streets.column("width_m")[index] / 2 + rng.uniform(-0.8, 0.8, count)
        return _beside(self._streets.shapes[index], off * rng.choice([-1, 1], count), rng)

    def _on_lines(self, lines: "np.ndarray[tuple[int], np.dtype[np.object_]]", off_m: float) -> Draw:
        weight = shapely.length(lines)
        weight = weight / weight.sum()

        def draw(count: int, rng: np.random.Generator) -> Floats:
            index = rng.choice(len(lines), size=count, p=weight)
            return _beside(lines[index], rng.normal(0, off_m, count), rng)

        return draw

    def _in_shapes(self, shapes: "np.ndarray[tuple[int], np.dtype[np.object_]]") -> Draw:
        """Points somewhere between the rim and the middle of green spaces; parks attract more than their number."""
        middle = shapely.get_coordinates(shapely.point_on_surface(shapes))
        weight = np.sqrt(shapely.area(shapes))
        weight = weight / weight.sum()
        rim = shapely.boundary(shapes)

        def draw(count: int, rng: np.random.Generator) -> Floats:
            index = rng.choice(len(shapes), size=count, p=weight)
            edge = _beside(rim[index], np.zeros(count), rng)
            return np.asarray(middle[index] + (edge - middle[index]) * rng.uniform(0.1, 0.95, (count, 1)), np.float64)

        return draw

    def _at_components(self, code: str) -> Draw | None:
        table = self._tables["components"]
        points = table.points
        if points is None:
            return None
        chosen = points[np.array([category.endswith(f":{code}") for category in table.columns["category"]])]
        if not len(chosen):
            return None

        def draw(count: int, rng: np.random.Generator) -> Floats:
            return np.asarray(chosen[rng.integers(0, len(chosen), count)] + rng.normal(0, 1.0, (count, 2)), np.float64)

        return draw


def _beside(
    lines: "np.ndarray[tuple[int], np.dtype[np.object_]]", off_m: Floats, rng: np.random.Generator
) -> Floats:  # fmt: skip
    """A point at a random place along each line, ``off_m`` to its left."""
    length = shapely.length(lines)
    at = rng.random(len(lines)) * length
    here = shapely.get_coordinates(shapely.line_interpolate_point(lines, at))
    there = shapely.get_coordinates(shapely.line_interpolate_point(lines, np.minimum(at + 1.0, length)))
    back = shapely.get_coordinates(shapely.line_interpolate_point(lines, np.maximum(at - 1.0, 0.0)))
    along = there - back
    norm = np.hypot(along[:, 0], along[:, 1])[:, None]
    normal = np.column_stack([-along[:, 1], along[:, 0]]) / np.where(norm == 0, 1.0, norm)
    return np.asarray(here + normal * np.asarray(off_m)[:, None], np.float64)
