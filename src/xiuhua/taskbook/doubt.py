"""The interval of a value, by the estimator that its indicator names; pure."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

from xiuhua.foundation.estimators import clopper_pearson, wilson
from xiuhua.foundation.indicators import PERCENT, Indicator
from xiuhua.lake.measures import Amount

type Floats = npt.NDArray[np.float64]
LEVEL = 0.95


def intervals(indicator: Indicator, found: Sequence[Amount], level: float = LEVEL) -> tuple[Floats, Floats]:
    """Lower and upper bound of each amount as ratios, NaN where there is none: no estimator, or too few to say.

    A mean has the t interval over its rows and stays within the bounds of the indicator.
    """
    numerator, denominator, n, squares = (
        np.array([getattr(one, name) for one in found], dtype=np.float64)
        for name in ("numerator", "denominator", "n", "squares")
    )
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
    return _within(indicator, low, high)


def _within(indicator: Indicator, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    factor = 100 if indicator.unit == PERCENT else 1
    least, most = indicator.bounds
    if least is not None:
        low = np.maximum(low, least / factor)
    if most is not None:
        high = np.minimum(high, most / factor)
    return low, high
