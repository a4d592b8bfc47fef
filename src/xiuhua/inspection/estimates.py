"""The index of cleanliness from drawn checks with its doubt: all strata, areas and months at once. Pure numpy.

``p = sum_h W_h p_h`` over the strata of an area, where ``W_h`` is size x time in use (metre-minutes, square-metre-
minutes) of what was to be drawn in the stratum, and ``p_h`` the weighted mean of its checks. So a stratum counts for
what it is and not for how many checks happened to succeed in it, and areas add up to the district by their ``W``.

Two variances. ``strata``: each stratum by itself, ``s_h^2 / n_h``; none (``nan``, shown grey) with less than two
checks. ``areas``: checks of one walk (an inspector on a day) depend on one another, so the residuals ``w (y - p)`` are
summed by walk and ``v = k/(k-1) sum_c z_c^2`` over the k walks of an area (ultimate clusters; Cochran 1977 ch. 9,
Lumley 2010 ch. 2). It is the larger of the two where walks matter, and needs two walks. Nothing is taken off for a
part drawn: hours are sampled.

A part of an area of which no check was made is taken to be like the rest of it, up to ``MOST_UNSEEN`` of its weight;
beyond that the area has no value, and neither has a whole that it is part of: it would speak of another area.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xiuhua.foundation.estimators.errors import EstimateError, Floats, tail
from xiuhua.foundation.estimators.means import mean_interval
from xiuhua.foundation.estimators.survey_shares import effective_n_of, interval_of
from xiuhua.foundation.worktime import gettext_noop

type Numbers = npt.NDArray[np.intp]

MOST_UNSEEN = 0.2
# Where none was seen yet: the extra-binomial spread of a published series of 234 areas was 1.8 to 2.8.
USUAL_DEFF = 2.5
# So many design effects of areas and months, of so many months before, make a history.
HISTORY_MONTHS, HISTORY_MIN = 12, 3
# What rounding leaves of nothing.
_NOTHING = 1e-14


@dataclass(frozen=True)
class Checks:
    """One entry a valid panel check: its month, stratum and walk (numbers from 0), weight, and what came out.

    ``value`` is 1 or 0 for a share, a score for a mean. A walk number is never used in two months.
    """

    month: Numbers
    stratum: Numbers
    walk: Numbers
    weight: Floats
    value: Floats

    def __post_init__(self) -> None:
        sizes = {len(each) for each in (self.month, self.stratum, self.walk, self.weight, self.value)}
        if len(sizes) != 1:
            raise EstimateError(gettext_noop("Each check needs a month, a stratum, a walk, a weight and a value."))
        if not (np.isfinite(self.weight).all() and (self.weight > 0).all() and np.isfinite(self.value).all()):
            raise EstimateError(gettext_noop("A weight is above 0 and a value a number: leave other checks out."))


@dataclass(frozen=True)
class Cells:
    """Estimates of cells (months x strata, months x areas, months): ``nan`` where nothing can be said.

    ``whole`` is the weight that the cell has in a larger one, ``unseen`` the share of it without any check.
    """

    whole: Floats
    n: Numbers
    value: Floats
    variance: Floats
    df: Floats
    unseen: Floats

    @property
    def se(self) -> Floats:
        """Standard errors."""
        return np.sqrt(self.variance)

    @property
    def deff(self) -> Floats:
        """Design effect of a share: ``n v / (p (1 - p))``; ``nan`` where all are alike."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found = self.n * self.variance / (self.value * (1 - self.value))
        return np.where(np.isfinite(found) & (self.variance > _NOTHING), found, np.nan)

    def n_eff(self, history: npt.ArrayLike = USUAL_DEFF) -> Floats:
        """How many independent checks would be as certain; n over ``history`` where all are alike."""
        return effective_n_of(np.where(self.df > 0, self.value, np.nan), self.variance, self.n, history)

    def interval(self, history: npt.ArrayLike = USUAL_DEFF, level: float = 0.95) -> tuple[Floats, Floats]:
        """Korn and Graubard's interval of a share; where all are alike the exact one of ``n / history``."""
        return interval_of(self.value, self.variance, self.n, self.df, history, level)

    def lower(self, history: npt.ArrayLike = USUAL_DEFF, level: float = 0.95) -> Floats:
        """The share is at least this with confidence ``level``, on one side."""
        return self.interval(history, 1 - 2 * tail(level))[0]

    def t_interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Student's interval of a mean score."""
        return mean_interval(self.value, self.variance, self.df, level)


def strata(checks: Checks, whole: Floats) -> Cells:
    """Every stratum (column) in every month (row) by itself; ``whole`` gives the weights W of both."""
    months, columns = _shape(checks, whole)
    cell, cells = checks.month * columns + checks.stratum, months * columns
    shape = (months, columns)
    n = np.bincount(cell, minlength=cells)
    weight = _sum(cell, checks.weight, cells)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = _sum(cell, checks.weight * checks.value, cells) / weight
        off = checks.weight * (checks.value - value[cell]) / weight[cell]
        variance = np.where(n > 1, _sum(cell, off**2, cells) * n / (n - 1), np.nan)
    unseen = np.where(n > 0, 0.0, 1.0)
    return Cells(
        whole, n.reshape(shape), value.reshape(shape), variance.reshape(shape),
        (n.astype(np.float64) - 1).reshape(shape), unseen.reshape(shape),
    )  # fmt: skip


def areas(checks: Checks, whole: Floats, area_of: Numbers, count: int) -> Cells:
    """Every area (of ``count``) in every month, checks walked in clusters; ``area_of`` names the area of a stratum."""
    months, columns = _shape(checks, whole)
    seen = strata(checks, whole)
    cell, cells, shape = checks.month * count + area_of[checks.stratum], months * count, (months, count)
    of_stratum = (np.arange(months)[:, None] * count + area_of[None, :]).ravel()
    everything = _sum(of_stratum, whole.ravel(), cells)
    missing = _sum(of_stratum, np.where(seen.n > 0, 0.0, whole).ravel(), cells)
    # A stratum counts for W, shared among its checks by their weights.
    by_stratum = checks.month * columns + checks.stratum
    added = _sum(by_stratum, checks.weight, months * columns)
    heavy = checks.weight * whole.ravel()[by_stratum] / added[by_stratum]
    n, looked = np.bincount(cell, minlength=cells), _sum(cell, heavy, cells)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = _sum(cell, heavy * checks.value, cells) / looked
        variance, walks = _between_walks(checks.walk, cell, heavy * (checks.value - value[cell]) / looked[cell], cells)
        unseen = np.where(everything > 0, missing / everything, 0.0)
    told = (n > 0) & (unseen <= MOST_UNSEEN)
    return Cells(
        everything.reshape(shape), n.reshape(shape), np.where(told, value, np.nan).reshape(shape),
        np.where(told, variance, np.nan).reshape(shape), (walks.astype(np.float64) - 1).reshape(shape),
        unseen.reshape(shape),
    )  # fmt: skip


def together(parts: Cells) -> Cells:
    """The whole of the columns of ``parts``, one cell a month; no value where a part with any weight has none."""
    used = parts.whole > 0
    whole = parts.whole.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(used, parts.whole, 0.0) / whole[:, None]
    value = np.where(used, shares * parts.value, 0.0).sum(axis=1)
    variance = np.where(used, shares**2 * parts.variance, 0.0).sum(axis=1)
    unseen = np.where(used, shares * parts.unseen, 0.0).sum(axis=1)
    none = ~used.any(axis=1)
    return Cells(
        whole, parts.n.sum(axis=1), np.where(none, np.nan, value), np.where(none, np.nan, variance),
        np.where(used, np.maximum(parts.df, 0.0), 0.0).sum(axis=1), np.where(none, np.nan, unseen),
    )  # fmt: skip


def history(deff: Floats) -> Floats:
    """For each month (row) the design effect to reckon with where all checks are alike: what areas showed before.

    The mean over the areas (columns) of the twelve months before, at least three figures, and never below 1; without
    them ``USUAL_DEFF``. The month itself is left out: it has none to show.
    """
    known = np.isfinite(deff)
    added, count = np.where(known, deff, 0.0).sum(axis=1), known.sum(axis=1)
    before = np.concatenate([[0.0], np.cumsum(added)]), np.concatenate([[0], np.cumsum(count)])
    first = np.maximum(np.arange(len(deff)) - HISTORY_MONTHS, 0)
    month = np.arange(len(deff))
    total, figures = (sums[month] - sums[first] for sums in before)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(figures >= HISTORY_MIN, np.maximum(total / figures, 1.0), USUAL_DEFF)


def distribution(checks: Checks, grade: Numbers, grades: int, whole: Floats) -> Floats:
    """Months x grades: the share of the whole that was given each grade, every stratum by its weight."""
    months, columns = _shape(checks, whole)
    by_stratum = checks.month * columns + checks.stratum
    added = _sum(by_stratum, checks.weight, months * columns)
    heavy = checks.weight * whole.ravel()[by_stratum] / added[by_stratum]
    found = _sum(checks.month * grades + grade, heavy, months * grades).reshape(months, grades)
    total = found.sum(axis=1, keepdims=True)
    return np.divide(found, total, out=np.full_like(found, np.nan), where=total > 0)


def _between_walks(walk: Numbers, cell: Numbers, residual: Floats, cells: int) -> tuple[Floats, Numbers]:
    """Variance and number of walks of each cell."""
    if not walk.size:
        return np.full(cells, np.nan), np.zeros(cells, dtype=np.intp)
    width = int(walk.max()) + 1
    pairs, unit = np.unique(cell.astype(np.int64) * width + walk, return_inverse=True)
    of_pair = (pairs // width).astype(np.intp)
    walks = np.bincount(of_pair, minlength=cells)
    squares = _sum(of_pair, np.bincount(unit, residual) ** 2, cells)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(walks > 1, squares * walks / (walks - 1), np.nan), walks


def _sum(place: Numbers, amounts: Floats, cells: int) -> Floats:
    """Amounts added up by place; numpy's own answer to no amounts at all is whole numbers."""
    return np.bincount(place, amounts, cells).astype(np.float64, copy=False)


def _shape(checks: Checks, whole: Floats) -> tuple[int, int]:
    if whole.ndim != 2 or not np.isfinite(whole).all() or (whole < 0).any():  # noqa: PLR2004
        raise EstimateError(gettext_noop("The weights of strata are a table of months and strata, none negative."))
    if checks.month.size and (whole[checks.month, checks.stratum] <= 0).any():
        raise EstimateError(gettext_noop("A check lies in a stratum that has no weight in its month."))
    return whole.shape[0], whole.shape[1]
