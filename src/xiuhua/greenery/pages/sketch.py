"""The surroundings of a way as a drawing: footprints, crowns, streets, the park and the points on the pavements. Pure.

Drawn in metres, north up, from the north-west corner of what is shown; a decimetre is fine enough.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely

from xiuhua.greenery.card import DayOnWay
from xiuhua.greenery.nearby import Local
from xiuhua.greenery.scene import Floats, Geometries
from xiuhua.greenery.ways import Way

MARGIN_M = 45.0
# A drawing is at least so wide and high, and neither side is less than this part of the other.
LEAST_M, LEAST_RATIO = 160.0, 0.7
STATES = ("sun", "walls", "crowns", "both")


@dataclass(frozen=True)
class Frame:
    """What is drawn, in metres of the plane."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def about(cls, way: Way) -> "Frame":
        """A frame about a way with some room."""
        west, south = (way.points.min(axis=0) - MARGIN_M).tolist()
        east, north = (way.points.max(axis=0) + MARGIN_M).tolist()
        wide, high = max(east - west, LEAST_M), max(north - south, LEAST_M)
        wide, high = max(wide, high * LEAST_RATIO), max(high, wide * LEAST_RATIO)
        x, y = (west + east) / 2, (south + north) / 2
        return cls(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        return self.west, self.south, self.east, self.north

    def at(self, points: Floats) -> list[tuple[float, float]]:
        """Where points of the plane stand in the drawing."""
        return [(x, y) for x, y in np.round((points - (self.west, self.north)) * (1.0, -1.0), 1).tolist()]

    def path(self, shape: shapely.Geometry) -> str:
        """Outlines and lines of a geometry as an SVG path."""
        return " ".join(
            "M" + "L".join(f"{x} {y}" for x, y in self.at(shapely.get_coordinates(part))) for part in _lines(shape)
        )

    def clipped(self, shapes: Geometries) -> list[str]:
        """The parts of ``shapes`` inside the frame as paths."""
        inside = shapely.clip_by_rect(shapes, *self.box)
        return [self.path(shape) for shape in inside.tolist() if not shape.is_empty]


@dataclass(frozen=True)
class Shape:
    """An outline as an SVG path, its height (m) and whether it is the home that is asked about."""

    path: str
    height: float
    here: bool


@dataclass(frozen=True)
class Crown:
    """A crown: middle, radius, base and top (m)."""

    x: float
    y: float
    r: float
    base: float
    top: float


@dataclass(frozen=True)
class Sketch:
    """Everything in the drawing; ``spots`` are the points on the pavements with their state at first."""

    width: float
    height: float
    buildings: list[Shape]
    crowns: list[Crown]
    parks: list[str]
    streets: list[str]
    way: str
    start: tuple[float, float]
    end: tuple[float, float]
    spots: list[tuple[float, float, str]]


def sketch_of(frame: Frame, local: Local, home: int, way: Way, day: DayOnWay, first: int) -> Sketch:
    """Draw what ``local`` cut out about ``way``, at instant ``first``; ``home`` is a building of the whole scene."""
    scene = local.stage.scene
    outlines = zip(scene.buildings.shapes, scene.buildings.height_m.tolist(), local.buildings.tolist(), strict=True)
    trees = scene.trees
    sizes = np.round(np.column_stack([trees.radius_m, trees.base_m, trees.height_m]), 1).tolist()
    walked = frame.at(way.points)
    spots = zip(frame.at(day.points), day.shade[first].tolist(), strict=True)
    return Sketch(
        round(frame.east - frame.west, 1), round(frame.north - frame.south, 1),
        [Shape(frame.path(shape), round(height, 1), number == home) for shape, height, number in outlines],
        [
            Crown(*place, *size)
            for place, size in zip(frame.at(np.column_stack([trees.x, trees.y])), sizes, strict=True)
        ],
        frame.clipped(scene.parks.shapes), frame.clipped(scene.streets.lines),
        "M" + "L".join(f"{x} {y}" for x, y in walked), walked[0], walked[-1],
        [(x, y, STATES[state]) for (x, y), state in spots],
    )  # fmt: skip


def _lines(shape: shapely.Geometry) -> Iterable[shapely.Geometry]:
    for part in shapely.get_parts(shape).tolist():
        if part.geom_type == "Polygon":
            yield from (part.exterior, *part.interiors)
        elif part.geom_type == "LineString":
            yield part


STRIP = 300.0


@dataclass(frozen=True)
class Hour:
    """One instant of the still table: time, sun, shares in shade of both pavements and of the shadier one.

    ``lanes``: of the left and the right pavement the stretches (start, length, state), of 300.
    """

    time: str
    altitude: float
    share: float
    best: float
    lanes: list[list[tuple[float, float, str]]]


def hours_of(day: DayOnWay) -> list[Hour]:
    """The day by full hours."""
    found = []
    for at, instant in enumerate(day.hours.at):
        if instant.minute:
            continue
        shade = day.shade[at]
        sides = [day.side >= 0, day.side <= 0]
        shares = [float((shade[side] > 0).mean()) for side in sides if side.any()]
        lanes = [_lane(day.along[side], shade[side], float(day.along.max())) for side in sides if side.any()]
        found.append(
            Hour(
                f"{instant:%H:%M}", round(float(day.hours.altitude[at])), float((shade > 0).mean()), max(shares), lanes
            )
        )
    return found


def _lane(along: Floats, shade: np.ndarray, length: float) -> list[tuple[float, float, str]]:
    """Stretches of one state, each as far as half the way to the next point."""
    edges = np.concatenate([[0.0], (along[1:] + along[:-1]) / 2, [length]]) / max(length, 1e-9) * STRIP
    changes = np.concatenate([[0], np.flatnonzero(np.diff(shade)) + 1, [len(shade)]])
    return [
        (round(float(edges[a]), 1), round(float(edges[b] - edges[a]), 1), STATES[int(shade[a])])
        for a, b in zip(changes[:-1].tolist(), changes[1:].tolist(), strict=True)
    ]
