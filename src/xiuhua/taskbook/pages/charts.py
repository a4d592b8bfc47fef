"""The chart of an indicator: its months with the band of intervals, and the targets of its goals as levels."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from xiuhua.foundation.indicators import shown
from xiuhua.taskbook.models import Goal
from xiuhua.taskbook.pages.pictures.lines import Lines, Point, large
from xiuhua.taskbook.pages.wording import PERCENT_BOUNDS
from xiuhua.taskbook.queries import Level, Reading, Sight


def points_of(readings: Iterable[Level | Reading], unit: str, published: Collection[date]) -> list[Point]:
    """The months of one group in the shown unit; those that are not ``published`` are open."""
    return [
        Point(
            row.month, shown(row.value, unit), shown(row.low, unit), shown(row.high, unit),
            open=row.month not in published,
        )
        for row in readings
    ]  # fmt: skip


def chart(seen: Sight, readings: Sequence[Level | Reading], unit: str, found: Iterable[Goal] = ()) -> Lines | None:
    """Draw ``readings`` of one group in order of month; targets of ``found`` as levels over their years."""
    points = points_of(readings, unit, seen.published)
    levels = {
        (date(target.year, 1, 1), date(target.year, 12, 1), target.value)
        for goal in found
        for target in goal.targets.all()
    }
    return large(points, sorted(levels), PERCENT_BOUNDS.get(unit, (None, None)))
