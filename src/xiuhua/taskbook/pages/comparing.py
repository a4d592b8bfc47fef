"""Groups compared by what can be told apart: each with its interval, the places that cannot be excluded, its band."""

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from xiuhua.taskbook.models import Score
from xiuhua.taskbook.pages.pictures.dots import Dot, Dots, dots
from xiuhua.taskbook.pages.wording import band_text
from xiuhua.taskbook.ranks import bands, rank_sets

# Half the width of a 95 % interval of the normal distribution, in standard deviations.
HALF_WIDTH = 1.959964
# Within so much of the best, in the shown unit or in points, more than half of the groups: nobody is told apart.
CLOSE = 0.1


@dataclass(frozen=True)
class Compared:
    """One group: its value with interval in the shown unit, and where it can stand; 0 and "" without a place."""

    code: str
    name: str
    value: float | None
    low: float | None
    high: float | None
    best: int
    worst: int
    band: str
    text: str = ""
    doubt: str = ""
    note: str = ""
    href: str = ""

    @property
    def band_text(self) -> str:
        """The band in words."""
        return band_text(self.band)


@dataclass(frozen=True)
class Comparison:
    """All groups, the best first, each with its drawing; how many have a place, and who cannot be told apart."""

    rows: list[tuple[Compared, Dot, str]]
    picture: Dots
    placed: int
    saturated: bool
    title: str = ""

    @property
    def same(self) -> list[Compared]:
        """The groups in the middle band."""
        return [row for row, _dot, _place in self.rows if row.band == "same"]

    @property
    def same_names(self) -> str:
        """Their names in one line."""
        return _(", ").join(row.name for row in self.same)


def placed(rows: list[Compared], *, falling: bool) -> list[Compared]:
    """``rows`` with the places and bands that follow from their intervals; ``falling``: less is better.

    The standard error is taken from the width of the interval; a group without an interval takes no place.
    """
    sign = -1.0 if falling else 1.0
    estimates = np.array([np.nan if row.value is None else sign * row.value for row in rows])
    errors = np.array([
        np.nan if row.low is None or row.high is None else (row.high - row.low) / (2 * HALF_WIDTH) for row in rows
    ])  # fmt: skip
    if int(np.isfinite(estimates * errors).sum()) < 2:  # noqa: PLR2004 - one alone has no place
        return rows
    sets = rank_sets(estimates, errors)
    return [
        Compared(**{**vars(row), "best": int(best), "worst": int(worst), "band": band})
        for row, best, worst, band in zip(rows, sets.best, sets.worst, bands(sets), strict=True)
    ]


def comparison(
    rows: list[Compared], whole: float | None, bounds: tuple[float | None, float | None], *, falling: bool,
    title: str = "",
) -> Comparison:  # fmt: skip
    """Draw them on one axis, the best first, those without a value last."""
    ordered = sorted(rows, key=lambda row: (row.value is None, (row.value or 0) * (1 if falling else -1), row.code))
    picture = dots([(row.value, row.low, row.high) for row in ordered], whole, bounds)
    count = sum(row.best > 0 for row in rows)
    drawn = [(row, dot, place_text(row, count)) for row, dot in zip(ordered, picture.rows, strict=True)]
    same = _saturated([row.value for row in rows if row.value is not None], falling=falling)
    return Comparison(drawn, picture, count, same, title)


def alike(score: Score) -> tuple[str, ...]:
    """The goals that a score was given for: only scores for the same goals are compared."""
    return tuple(part.get("goal", "") for part in score.parts)


def place_text(row: Compared, count: int) -> str:
    """The places that cannot be excluded; a single one only where it is separated from all others."""
    if not row.best:
        return ""
    if row.best == row.worst:
        return _("place %(place)s of %(count)s, separated from all others") % {"place": row.best, "count": count}
    if (row.best, row.worst) == (1, count):
        return _("any place of %(count)s") % {"count": count}
    return _("place %(best)s to %(worst)s of %(count)s") % {"best": row.best, "worst": row.worst, "count": count}


def _saturated(values: list[float], *, falling: bool) -> bool:
    if len(values) < 3:  # noqa: PLR2004 - of two nobody speaks of "more than half"
        return False
    best = min(values) if falling else max(values)
    return 2 * sum(abs(value - best) <= CLOSE for value in values) > len(values)
