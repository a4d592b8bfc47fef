"""Months as a line with the band of its intervals: a small one beside a goal, a large one on the indicator's page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from xiuhua.taskbook.pages.pictures.axis import Axis

SMALL_WIDTH, SMALL_HEIGHT, SMALL_EDGE = 150.0, 34.0, 4.0
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720.0, 300.0, 52.0, 14.0, 12.0, 28.0
# So many months get a name on the axis.
NAMED_MONTHS = 8

type Bounds = tuple[float | None, float | None]


class Point(NamedTuple):
    """A month with its value in the shown unit, or none; ``open`` where the month is not published."""

    month: date
    value: float | None
    low: float | None = None
    high: float | None = None
    open: bool = False


class Mark(NamedTuple):
    """A month that is drawn: where, and what it was."""

    x: float
    y: float
    point: Point


@dataclass(frozen=True)
class Step:
    """A level that holds over some months: a target of a year, a baseline."""

    left: float
    right: float
    y: float
    value: float


@dataclass(frozen=True)
class Lines:
    """Polylines and bands as lists of coordinates, one for each stretch without a gap; the marks of all months."""

    pieces: list[str]
    bands: list[str]
    marks: list[Mark]
    steps: list[Step]
    width: float
    height: float
    ticks: list[tuple[float, float]] = field(default_factory=list)
    months: list[tuple[float, date]] = field(default_factory=list)
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0

    @property
    def last(self) -> Mark | None:
        """The newest month that has a value."""
        return self.marks[-1] if self.marks else None

    @property
    def path(self) -> str:
        """All stretches as one path; a month alone is a point of it."""
        drawn = ["M" + piece.replace(" ", "L") for piece in self.pieces]
        return "".join(drawn + [f"M{mark.x},{mark.y}h0" for mark in self.alone])

    @property
    def band(self) -> str:
        """All bands as one path."""
        return "".join("M" + piece.replace(" ", "L") + "Z" for piece in self.bands)

    @property
    def alone(self) -> list[Mark]:
        """Months without a neighbour, which no line would show."""
        numbers = [_number(mark.point.month) for mark in self.marks]
        near = set(numbers)
        return [
            mark
            for number, mark in zip(numbers, self.marks, strict=True)
            if number - 1 not in near and number + 1 not in near
        ]


def small(points: Sequence[Point], target: float | None = None, bounds: Bounds = (None, None)) -> Lines | None:
    """A line of the size of a word; None where no month has a value."""
    box = (SMALL_EDGE, SMALL_WIDTH - SMALL_EDGE, SMALL_EDGE, SMALL_HEIGHT - SMALL_EDGE)
    levels = [] if target is None or not points else [(points[0].month, points[-1].month, target)]
    return _drawn(points, levels, bounds, box, (SMALL_WIDTH, SMALL_HEIGHT), named=False)


def large(
    points: Sequence[Point], levels: Sequence[tuple[date, date, float]] = (), bounds: Bounds = (None, None)
) -> Lines | None:
    """The whole chart with axes; ``levels`` are first month, last month and value. None where no month has a value."""
    box = (LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM)
    return _drawn(points, levels, bounds, box, (WIDTH, HEIGHT))


def _drawn(
    points: Sequence[Point],
    levels: Sequence[tuple[date, date, float]],
    bounds: Bounds,
    box: tuple[float, float, float, float],
    size: tuple[float, float],
    *,
    named: bool = True,
) -> Lines | None:
    known = [point for point in points if point.value is not None]
    if not known:
        return None
    left, right, top, bottom = box
    numbers = [number for point in known for number in (point.value, point.low, point.high)]
    up = Axis.over([*numbers, *(value for _first, _last, value in levels)], bottom, top, bounds)
    first, last = _number(points[0].month), _number(points[-1].month)
    along = Axis(first, last, left, right) if last > first else Axis(first - 1, first + 1, left, right)
    marks = [Mark(along.at(_number(point.month)), up.at(point.value), point) for point in known]  # type: ignore[arg-type]
    stretches = list(_stretches(marks))
    steps = [
        Step(along.at(_number(start)), along.at(_number(end)), up.at(value), value)
        for start, end, value in levels
        if _number(end) >= first and _number(start) <= last
    ]
    every = max(1, -(-(last - first + 1) // NAMED_MONTHS))
    return Lines(
        pieces=[" ".join(f"{mark.x},{mark.y}" for mark in some) for some in stretches if len(some) > 1],
        bands=[band for some in stretches if (band := _band(some, up))],
        marks=marks,
        steps=steps,
        width=size[0],
        height=size[1],
        ticks=[(up.at(number), number) for number in up.ticks()] if named else [],
        months=[(along.at(number), _month(number)) for number in range(last, first - 1, -every)] if named else [],
        left=left,
        right=right,
        top=top,
        bottom=bottom,
    )


def _stretches(marks: Sequence[Mark]) -> Iterator[list[Mark]]:
    some: list[Mark] = []
    for mark in marks:
        if some and _number(mark.point.month) != _number(some[-1].point.month) + 1:
            yield some
            some = []
        some.append(mark)
    if some:
        yield some


def _band(marks: Sequence[Mark], up: Axis) -> str:
    whole = [mark for mark in marks if mark.point.low is not None and mark.point.high is not None]
    if len(whole) < 2:  # noqa: PLR2004 - a band has two sides
        return ""
    above = [f"{mark.x},{up.at(mark.point.high)}" for mark in whole]  # type: ignore[arg-type]
    below = [f"{mark.x},{up.at(mark.point.low)}" for mark in reversed(whole)]  # type: ignore[arg-type]
    return " ".join((*above, *below))


def _number(month: date) -> int:
    return month.year * 12 + month.month - 1


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
