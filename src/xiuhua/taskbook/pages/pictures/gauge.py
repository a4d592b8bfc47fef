"""Where a goal stands between baseline and target, with the doubt about it: better is always to the right."""

from dataclasses import dataclass

from xiuhua.taskbook.pages.pictures.axis import Axis

WIDTH, HEIGHT, EDGE, MIDDLE = 190.0, 26.0, 6.0, 13.0


@dataclass(frozen=True)
class Gauge:
    """Positions along the line; None where there is nothing to mark. ``left`` and ``span`` are the interval."""

    value: float | None
    target: float | None
    baseline: float | None
    left: float | None
    span: float | None
    width: float = WIDTH
    height: float = HEIGHT
    edge: float = EDGE
    middle: float = MIDDLE

    @property
    def end(self) -> float:
        """Where the line ends."""
        return self.width - self.edge


def gauge(
    value: float | None,
    interval: tuple[float | None, float | None],
    baseline: float | None,
    target: float | None,
    *,
    falling: bool = False,
) -> Gauge | None:
    """Draw them on one line, in the shown unit. ``falling``: less is better. None where there is nothing to draw."""
    if value is None and target is None:
        return None
    axis = Axis.over((value, *interval, baseline, target), EDGE, WIDTH - EDGE)
    if falling:
        axis = Axis(axis.low, axis.high, axis.end, axis.start)

    def place(number: float | None) -> float | None:
        return None if number is None else axis.at(number)

    left = span = None
    low, high = interval
    if low is not None and high is not None:
        first, last = sorted((axis.at(low), axis.at(high)))
        left, span = first, max(round(last - first, 1), 1.0)
    return Gauge(place(value), place(target), place(baseline), left, span)
