"""Intervals of means and of ratios of sums, from rows or from their sums.

A ratio of sums is never the mean of ratios. Its variance is linearised: with ``r = sum(y)/sum(x)`` and the residuals
``e = y - r x`` it is ``n/(n-1) sum(e^2) / sum(x)^2`` (Cochran 1977, ch. 6), and Student's t has n - 1 degrees of
freedom. Rows must be independent of one another; those that are not belong into ``designs``.
"""

import numpy as np
import numpy.typing as npt
from scipy import special

from xiuhua.foundation.estimators.errors import EstimateError, Floats, finite, tail
from xiuhua.foundation.worktime import gettext_noop


def t_interval(values: npt.ArrayLike, level: float = 0.95) -> tuple[float, float]:
    """Student's interval of the mean of ``values``; ``nan`` for less than two of them."""
    rows = finite(values)
    return ratio_interval(rows, np.ones_like(rows), level)


def ratio_interval(numerators: npt.ArrayLike, denominators: npt.ArrayLike, level: float = 0.95) -> tuple[float, float]:
    """Interval of ``sum(numerators) / sum(denominators)``; ``nan`` for less than two rows or a sum of 0."""
    above, below = finite(numerators), finite(denominators)
    if above.shape != below.shape:
        raise EstimateError(gettext_noop("There must be as many denominators as numerators."))
    n, whole = above.size, float(below.sum())
    if n <= 1 or whole == 0:
        return np.nan, np.nan
    ratio = float(above.sum()) / whole
    error = float(np.sqrt(n / (n - 1) * np.sum((above - ratio * below) ** 2)) / abs(whole))
    half = float(special.stdtrit(n - 1, 1 - tail(level) / 2)) * error
    return ratio - half, ratio + half


def ratio_interval_of_sums(
    n: npt.ArrayLike,
    y: npt.ArrayLike,
    x: npt.ArrayLike,
    yy: npt.ArrayLike,
    xy: npt.ArrayLike,
    xx: npt.ArrayLike,
    level: float = 0.95,
) -> tuple[Floats, Floats]:
    """The interval of ``ratio_interval`` for many groups at once, from what an engine can sum.

    ``n`` rows, ``y`` and ``x`` the sums of numerators and denominators, ``yy``, ``xy``, ``xx`` those of their products.
    ``nan`` where a group has less than two rows or ``x`` is 0.
    """
    size, top, whole, squares, products, below = (
        np.asarray(each, dtype=np.float64) for each in np.broadcast_arrays(n, y, x, yy, xy, xx)
    )
    degrees = np.maximum(size - 1, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = top / whole
        # Rounding may leave a little less than nothing where all rows agree.
        residual = np.maximum(squares - 2 * ratio * products + ratio**2 * below, 0)
        error = np.sqrt(size / degrees * residual) / np.abs(whole)
    half = np.where(size > 1, special.stdtrit(degrees, 1 - tail(level) / 2) * error, np.nan)
    half = np.where(whole != 0, half, np.nan)
    return (ratio - half)[()], (ratio + half)[()]


def mean_interval(
    value: npt.ArrayLike, variance: npt.ArrayLike, df: npt.ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Student's interval of means with known degrees of freedom; ``nan`` without any."""
    middle, spread, degrees = (np.asarray(each, dtype=np.float64) for each in (value, variance, df))
    with np.errstate(invalid="ignore"):
        half = special.stdtrit(np.where(degrees > 0, degrees, np.nan), 1 - tail(level) / 2) * np.sqrt(spread)
    return middle - half, middle + half
