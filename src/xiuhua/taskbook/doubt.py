"""The interval of a value, by the estimator that its indicator names; pure."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy import stats

from xiuhua.foundation.estimators import clopper_pearson, wilson
from xiuhua.foundation.estimators.means import mean_interval
from xiuhua.foundation.estimators.survey_shares import effective_n_of, interval_of
from xiuhua.foundation.indicators import PERCENT, Indicator
from xiuhua.lake.measures import Amount

type Floats = npt.NDArray[np.float64]
LEVEL = 0.95
DEMONSTRATED = "demonstrated"


def intervals(indicator: Indicator, found: Sequence[Amount], level: float = LEVEL) -> tuple[Floats, Floats]:
    """Lower and upper bound of each amount as ratios, NaN where there is none: no estimator, or too few to say.

    A mean has the t interval over its rows and stays within the bounds of the indicator. What is demonstrated is a
    bound itself and has none.
    """
    numerator, denominator, n, squares = _columns(found, "numerator", "denominator", "n", "squares")
    low, high = np.full(len(found), np.nan), np.full(len(found), np.nan)
    if indicator.estimator in {"wilson", "clopper_pearson"}:
        some = denominator > 0
        estimate = wilson if indicator.estimator == "wilson" else clopper_pearson
        low[some], high[some] = estimate(numerator[some], denominator[some], level)
    elif indicator.estimator == "mean":
        some = n > 1
        mean = numerator[some] / n[some]
        spread = np.sqrt(np.maximum(squares[some] / n[some] - mean**2, 0) / (n[some] - 1))
        half = stats.t.ppf((1 + level) / 2, n[some] - 1) * spread
        low[some], high[some] = mean - half, mean + half
    elif indicator.estimator == "korn_graubard":
        low, high = _drawn(found, level)
    elif indicator.estimator == "design_mean":
        value, variance, df = _ratios(found)
        low, high = mean_interval(value, variance, df, level)
    return _within(indicator, low, high)


def told(indicator: Indicator, found: Sequence[Amount], level: float = LEVEL) -> list[Amount]:
    """The amounts as they are shown: of an indicator that demonstrates a level the bound itself.

    The share reaches it with confidence ``level`` on one side; the numerator is that part of the denominator. No value
    where no bound can be told.
    """
    if indicator.estimator != DEMONSTRATED:
        return list(found)
    low, _high = _drawn(found, 2 * level - 1)
    return [
        replace(one, numerator=float(np.floor(bound * one.denominator)))
        if np.isfinite(bound)
        else replace(one, numerator=0.0, absent=one.absent or float(one.denominator))
        for one, bound in zip(found, low, strict=True)
    ]


def effective(indicator: Indicator, found: Sequence[Amount]) -> list[float | None]:
    """How many independent observations each amount is worth; None where nobody can tell."""
    if indicator.estimator not in {"korn_graubard", DEMONSTRATED}:
        return [float(one.n) for one in found]
    value, variance, df = _ratios(found)
    n, alike = _columns(found, "n", "alike")
    worth = effective_n_of(np.where(df > 0, value, np.nan), variance, n, _history(n, alike))
    return [float(each) if np.isfinite(each) else None for each in np.atleast_1d(worth)]


def _drawn(found: Sequence[Amount], level: float) -> tuple[Floats, Floats]:
    value, variance, df = _ratios(found)
    n, alike = _columns(found, "n", "alike")
    return interval_of(value, variance, n, df, _history(n, alike), level)


def _ratios(found: Sequence[Amount]) -> tuple[Floats, Floats, Floats]:
    """Value and variance of each, NaN where there is no value; degrees of freedom."""
    numerator, denominator, variance, df, absent = _columns(
        found, "numerator", "denominator", "variance", "df", "absent"
    )
    known = (denominator > 0) & (absent == 0)
    whole = np.where(known, denominator, np.nan)
    return numerator / whole, variance / whole**2, df


def _history(n: Floats, alike: Floats) -> Floats:
    return np.divide(n, alike, out=np.ones_like(n), where=alike > 0)


def _columns(found: Sequence[Amount], *names: str) -> list[Floats]:
    return [np.array([getattr(one, name) for one in found], dtype=np.float64) for name in names]


def _within(indicator: Indicator, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    factor = 100 if indicator.unit == PERCENT else 1
    least, most = indicator.bounds
    if least is not None:
        low = np.maximum(low, least / factor)
    if most is not None:
        high = np.minimum(high, most / factor)
    return low, high
