"""Is there a trend at all, and how steep: the test of Mann and Kendall, the slope of Theil and Sen."""

from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Trend:
    """``statistic`` is rises less falls over all pairs; ``p`` how often chance alone gives as much (two-sided)."""

    statistic: int
    variance: float
    p: float


def mann_kendall(values: npt.ArrayLike) -> Trend:
    """Test of a trend of any shape against none, ties counted, with continuity correction (Mann 1945, Kendall 1975).

    The observations are taken as independent around the trend; months that follow their neighbours make p too small.
    """
    series = np.asarray(values, dtype=np.float64)
    n = series.size
    earlier, later = np.triu_indices(n, 1)
    statistic = int(np.sign(series[later] - series[earlier]).sum())
    _, tied = np.unique(series, return_counts=True)
    variance = float(n * (n - 1) * (2 * n + 5) - (tied * (tied - 1) * (2 * tied + 5)).sum()) / 18
    z = max(0, abs(statistic) - 1) / sqrt(variance) if variance > 0 else 0.0
    return Trend(statistic, variance, erfc(z / sqrt(2)))


def theil_sen(values: npt.ArrayLike, places: npt.ArrayLike) -> float:
    """The median of the slopes of all pairs of ``values`` that stand at different ``places`` in time."""
    series, when = np.asarray(values, dtype=np.float64), np.asarray(places, dtype=np.float64)
    earlier, later = np.triu_indices(series.size, 1)
    return float(np.median((series[later] - series[earlier]) / (when[later] - when[earlier])))
