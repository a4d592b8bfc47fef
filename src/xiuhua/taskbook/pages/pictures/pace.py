"""The pace of a programme: how many should be done by each day, and how many are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xiuhua.taskbook.pages.pictures.axis import Axis

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720.0, 220.0, 44.0, 14.0, 14.0, 28.0


@dataclass(frozen=True)
class Pace:
    """Both staircases as lists of coordinates, the line of the target, today, and what stands beside the axes."""

    planned: str
    done: str
    target: float | None
    today: float | None
    ticks: list[tuple[float, float]]
    years: list[tuple[float, int]]
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT
    top: float = TOP
    bottom: float = HEIGHT - BOTTOM


def pace(planned: Sequence[date], done: Sequence[date], target: float | None, today: date) -> Pace | None:
    """Draw the days on which projects are due and were done; None where there are none of either."""
    days = [*planned, *done]
    if not days:
        return None
    first, last = date(min(days).year, 1, 1), date(max(*days, today).year, 12, 31)
    along = Axis(first.toordinal(), last.toordinal(), LEFT, WIDTH - RIGHT)
    up = Axis(0, max(len(planned), len(done), target or 0, 1) * 1.06, HEIGHT - BOTTOM, TOP)
    return Pace(
        planned=_stairs(sorted(planned), along, up, last),
        done=_stairs(sorted(done), along, up, min(today, last)),
        target=None if target is None else up.at(target),
        today=along.at(today.toordinal()) if first <= today <= last else None,
        ticks=[(up.at(number), number) for number in up.ticks() if float(number).is_integer()],
        years=[(along.at(date(year, 7, 1).toordinal()), year) for year in range(first.year, last.year + 1)],
    )


def _stairs(days: Sequence[date], along: Axis, up: Axis, end: date) -> str:
    corners = [f"{along.start},{up.at(0)}"]
    for count, day in enumerate(days):
        x = along.at(day.toordinal())
        corners += [f"{x},{up.at(count)}", f"{x},{up.at(count + 1)}"]
    corners.append(f"{along.at(end.toordinal())},{up.at(len(days))}")
    return " ".join(corners)
