"""Shares as drawings: months as a line with the band of its intervals, areas as dots on one axis. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640.0, 200.0, 44.0, 12.0, 10.0, 24.0
DOT_WIDTH, EDGE, ROW = 320.0, 8.0, 22.0
_STEPS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 25.0)
# Low, value and high in per cent; None where there is none.
type Triple = tuple[float | None, float | None, float | None]


@dataclass(frozen=True)
class Axis:
    """Per cent from ``low`` to 100 along a line from ``start`` to ``end``."""

    low: float
    start: float
    end: float

    @classmethod
    def over(cls, rows: Sequence[Triple], start: float, end: float) -> "Axis":
        """An axis down to the next round number below everything that is drawn."""
        known = [number for row in rows for number in row if number is not None]
        least = min(known, default=90.0)
        step = next(each for each in _STEPS if (100 - least) / each <= 5 or each == _STEPS[-1])  # noqa: PLR2004 - ticks
        return cls(max(0.0, (least // step) * step if least < 100 else 100 - step), start, end)  # noqa: PLR2004 - per cent

    def at(self, number: float) -> float:
        """Where a number stands."""
        return round(self.start + (number - self.low) / (100 - self.low) * (self.end - self.start), 1)

    def ticks(self) -> list[tuple[float, str]]:
        """Where and what is written beside the axis."""
        span = 100 - self.low
        step = next(each for each in _STEPS if span / each <= 5 or each == _STEPS[-1])  # noqa: PLR2004 - ticks
        count = int(span / step + 1e-9)
        numbers = [100 - step * place for place in range(count, -1, -1)]
        return [(self.at(number), f"{number:g}") for number in numbers]


@dataclass(frozen=True)
class Lines:
    """Stretches of months that follow one another as polylines and bands; dots of all months; both axes."""

    pieces: list[str]
    bands: list[str]
    dots: list[tuple[float, float]]
    ticks: list[tuple[float, str]]
    months: list[tuple[float, date]]
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT


def lines(months: Sequence[date], rows: Sequence[Triple]) -> Lines | None:
    """The chart of (low, value, high) by month; None where no month has a value."""
    if all(value is None for _low, value, _high in rows):
        return None
    up = Axis.over(rows, HEIGHT - BOTTOM, TOP)
    step = (WIDTH - LEFT - RIGHT) / max(len(months) - 1, 1)
    places = [round(LEFT + number * step, 1) for number in range(len(months))]
    pieces, bands, dots = [], [], []
    for run in _runs(rows):
        dots += [(places[at], up.at(rows[at][1] or 0.0)) for at in run]
        if len(run) > 1:
            pieces.append(" ".join(f"{places[at]},{up.at(rows[at][1] or 0.0)}" for at in run))
        bands += [_band([places[at] for at in part], [rows[at] for at in part], up) for part in _bounded(run, rows)]
    every = max(1, -(-len(months) // 5))
    named = [(places[at], months[at]) for at in range(len(months) - 1, -1, -every)]
    return Lines(pieces, bands, dots, up.ticks(), named)


def _runs(rows: Sequence[Triple]) -> list[list[int]]:
    """Numbers of neighbouring rows that have a value."""
    found: list[list[int]] = []
    for at, row in enumerate(rows):
        if row[1] is None:
            continue
        if found and found[-1][-1] == at - 1:
            found[-1].append(at)
        else:
            found.append([at])
    return found


def _bounded(run: list[int], rows: Sequence[Triple]) -> list[list[int]]:
    """The parts of a run, of two months at least, that have an interval."""
    parts = _runs([(None, 0.0 if at in run and None not in rows[at] else None, None) for at in range(len(rows))])
    return [part for part in parts if len(part) > 1]


def _band(places: list[float], rows: list[Triple], up: Axis) -> str:
    above = [f"{x},{up.at(row[2] or 0.0)}" for x, row in zip(places, rows, strict=True)]
    below = [f"{x},{up.at(row[0] or 0.0)}" for x, row in zip(places, rows, strict=True)]
    return " ".join([*above, *reversed(below)])


@dataclass(frozen=True)
class Dot:
    """Where a value stands and its interval from ``left`` on; None where there is none."""

    x: float | None
    left: float | None
    span: float | None


@dataclass(frozen=True)
class Dots:
    """One dot for each row on one axis."""

    rows: list[Dot]
    ticks: list[tuple[float, str]] = field(default_factory=list)
    width: float = DOT_WIDTH
    height: float = ROW


def dots(rows: Sequence[Triple]) -> Dots:
    """Draw (low, value, high) of each row on one axis."""
    axis = Axis.over(rows, EDGE, DOT_WIDTH - EDGE)
    drawn = []
    for low, value, high in rows:
        left = None if low is None or high is None else axis.at(low)
        span = None if left is None or high is None else max(round(axis.at(high) - left, 1), 1.0)
        drawn.append(Dot(None if value is None else axis.at(value), left, span))
    return Dots(drawn, axis.ticks())
