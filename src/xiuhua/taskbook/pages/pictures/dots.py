"""Groups side by side on one axis: a dot with its interval for each, so that one sees what overlaps."""

from collections.abc import Sequence
from dataclasses import dataclass

from xiuhua.taskbook.pages.pictures.axis import Axis

WIDTH, EDGE, HEIGHT = 360.0, 12.0, 24.0

type Bounds = tuple[float | None, float | None]


@dataclass(frozen=True)
class Dot:
    """Where a value stands and its interval from ``left`` on; None where there is none."""

    x: float | None
    left: float | None
    span: float | None


@dataclass(frozen=True)
class Dots:
    """One dot for each group in the order given; ``ticks`` are where and what, ``middle`` where the whole stands."""

    rows: list[Dot]
    ticks: list[tuple[float, float]]
    middle: float | None
    width: float = WIDTH
    height: float = HEIGHT


def dots(
    values: Sequence[tuple[float | None, float | None, float | None]],
    whole: float | None = None,
    bounds: Bounds = (None, None),
) -> Dots:
    """Draw (value, low, high) of each group on one axis; ``whole`` is the value of all together."""
    axis = Axis.over([*(number for row in values for number in row), whole], EDGE, WIDTH - EDGE, bounds)
    rows = []
    for value, low, high in values:
        left = span = None
        if low is not None and high is not None:
            left = axis.at(low)
            span = max(round(axis.at(high) - left, 1), 1.0)
        rows.append(Dot(None if value is None else axis.at(value), left, span))
    ticks = axis.ticks(5) if any(row.x is not None for row in rows) else []
    return Dots(rows, [(axis.at(number), number) for number in ticks], None if whole is None else axis.at(whole))
