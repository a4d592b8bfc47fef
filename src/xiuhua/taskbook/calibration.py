"""Whether forecasts may be believed: what was said against what came.

The Brier score is the mean squared distance of the chances said from what happened (1 or 0): 0 is perfect, and
``base * (1 - base)`` is what the share ``base`` of successes alone would have earned. A reliability table tells where
the chances are off: of what was given 70 to 80 %, 70 to 80 % should have come true.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xiuhua.foundation.estimators import wilson


@dataclass(frozen=True)
class Row:
    """Forecasts with a chance from ``start`` up to ``end``: how many, their mean chance, how many came true of them.

    ``low`` and ``high`` are the interval of the share that came true (Wilson), the chance should lie in it.
    """

    start: float
    end: float
    n: int
    said: float
    came: float
    low: float
    high: float


def brier(chances: npt.ArrayLike, outcomes: npt.ArrayLike) -> float:
    """Brier score; ``nan`` for no forecast."""
    said, came = _pairs(chances, outcomes)
    return float(((said - came) ** 2).mean()) if said.size else float("nan")


def skill(chances: npt.ArrayLike, outcomes: npt.ArrayLike) -> float:
    """1 less Brier over that of the share of successes alone: above 0 the forecasts know more than the base rate."""
    said, came = _pairs(chances, outcomes)
    base = float(came.mean() * (1 - came.mean())) if came.size else 0.0
    return 1 - brier(said, came) / base if base else float("nan")


def reliability(chances: npt.ArrayLike, outcomes: npt.ArrayLike, bins: int = 5) -> list[Row]:
    """The table of reliability in ``bins`` of equal width; bins without a forecast are left out."""
    said, came = _pairs(chances, outcomes)
    place = np.minimum((said * bins).astype(np.int64), bins - 1)
    rows = []
    for each in np.unique(place).tolist():
        mine = place == each
        n, true = int(mine.sum()), float(came[mine].sum())
        low, high = wilson(true, n)
        rows.append(Row(each / bins, (each + 1) / bins, n, float(said[mine].mean()), true / n, float(low), float(high)))
    return rows


def cover(low: npt.ArrayLike, high: npt.ArrayLike, actual: npt.ArrayLike) -> float:
    """The share of intervals that held what came; ``nan`` for none."""
    start, end, came = (np.asarray(each, dtype=np.float64) for each in (low, high, actual))
    return float(((start <= came) & (came <= end)).mean()) if came.size else float("nan")


def _pairs(chances: npt.ArrayLike, outcomes: npt.ArrayLike) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    said, came = np.asarray(chances, dtype=np.float64), np.asarray(outcomes, dtype=np.float64)
    if said.shape != came.shape or not ((said >= 0) & (said <= 1)).all() or not np.isin(came, (0, 1)).all():
        raise ValueError("calibration needs a chance between 0 and 1 and an outcome of 0 or 1 for each forecast")
    return said, came
