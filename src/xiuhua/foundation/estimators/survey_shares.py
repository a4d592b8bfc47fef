"""Intervals of shares from drawn samples: Korn and Graubard, logit, Wilson; and what to say when all pass.

``n_eff = p (1 - p) / v`` is how many independent checks would be as certain as the sample.

* Korn and Graubard 1998: ``n_eff``, at most n, times ``(t[n-1] / t[df])^2``, then the exact interval. The cap forbids
  a design that happens to look better than independent checks.
* Wilson: the score interval of ``n_eff`` with the quantile of t[df] in place of the normal one (the definition of R
  ``survey``; a package that also scales n_eff by the ratio of the t counts the degrees of freedom twice).
* All pass, all fail, or no variance: the sample says nothing about its own design effect. The exact interval is taken
  of ``n / deff_history``, where the design effect is one that was seen for such checks before, never below 1.
"""

import numpy as np
import numpy.typing as npt
from scipy import special

from xiuhua.foundation.estimators.designs import Estimate
from xiuhua.foundation.estimators.errors import EstimateError, Floats, tail
from xiuhua.foundation.estimators.shares import clopper_pearson, score_interval
from xiuhua.foundation.worktime import gettext_noop

# A variance of this much is what rounding leaves of none.
_NOTHING = 1e-14


def korn_graubard(estimate: Estimate, level: float = 0.95, deff_history: float | None = None) -> tuple[float, float]:
    """Interval of the share ``estimate``. Where it has no variance ``deff_history`` must be given (see above)."""
    if estimate.variance <= _NOTHING:
        size = _all_alike(estimate, deff_history)
        low, high = clopper_pearson(min(estimate.value, 1.0) * size, size, level)
    else:
        low, high = korn_graubard_of(estimate.value, estimate.variance, estimate.n, estimate.df, level)
    return float(low), float(high)


def korn_graubard_of(
    share: npt.ArrayLike, variance: npt.ArrayLike, n: npt.ArrayLike, df: npt.ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """The same for arrays; ``nan`` where there is no variance or no degree of freedom."""
    p, v, size, degrees = (np.asarray(each, dtype=np.float64) for each in np.broadcast_arrays(share, variance, n, df))
    if (p < 0).any() or (p > 1).any() or (v < 0).any():
        raise EstimateError(gettext_noop("A share lies between 0 and 1 and its variance is not negative."))
    known = v > 0
    half = tail(level) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = np.minimum(np.where(known, p * (1 - p) / v, 0.0), size)
        effective = effective * (special.stdtrit(size - 1, 1 - half) / special.stdtrit(degrees, 1 - half)) ** 2
    effective = np.where(known & np.isfinite(effective), effective, 0.0)
    low, high = clopper_pearson(p * effective, effective, level)
    return low, high


def interval_of(
    share: npt.ArrayLike,
    variance: npt.ArrayLike,
    n: npt.ArrayLike,
    df: npt.ArrayLike,
    deff_history: npt.ArrayLike,
    level: float = 0.95,
) -> tuple[Floats, Floats]:
    """``korn_graubard`` for arrays: where there is no variance the exact interval of ``n / deff_history``.

    ``nan`` where nothing was looked at, and where there is no degree of freedom: one cluster alone says nothing.
    """
    p, v, size, degrees, history = (
        np.asarray(each, dtype=np.float64) for each in np.broadcast_arrays(share, variance, n, df, deff_history)
    )
    known = np.isfinite(p) & np.isfinite(v) & (size > 0) & (degrees > 0)
    alike = known & (v <= _NOTHING)
    low, high = (np.full(p.shape, np.nan) for _ in range(2))
    some = known & ~alike
    low[some], high[some] = korn_graubard_of(np.clip(p[some], 0, 1), v[some], size[some], degrees[some], level)
    effective = size[alike] / np.maximum(1.0, history[alike])
    # Rounding may leave a share a little above 1.
    hits = np.clip(p[alike], 0, 1) * effective
    low[alike], high[alike] = clopper_pearson(np.where(p[alike] > 1 - _NOTHING, effective, hits), effective, level)
    return low, high


def effective_n_of(
    share: npt.ArrayLike, variance: npt.ArrayLike, n: npt.ArrayLike, deff_history: npt.ArrayLike
) -> Floats:
    """``effective_n`` for arrays; ``nan`` where there is no share or no variance to be had."""
    p, v, size, history = (
        np.asarray(each, dtype=np.float64) for each in np.broadcast_arrays(share, variance, n, deff_history)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(v <= _NOTHING, size / np.maximum(1.0, history), np.minimum(size, p * (1 - p) / v))
    return np.where(np.isfinite(p) & np.isfinite(v) & (size > 0), found, np.nan)[()]


def logit_interval(estimate: Estimate, level: float = 0.95) -> tuple[float, float]:
    """Student's interval on the scale of log odds; ``nan`` where all pass or all fail."""
    p = estimate.value
    if not 0 < p < 1:
        return np.nan, np.nan
    middle = special.logit(p)
    half = special.stdtrit(estimate.df, 1 - tail(level) / 2) * estimate.se / (p * (1 - p))
    return float(special.expit(middle - half)), float(special.expit(middle + half))


def survey_wilson(estimate: Estimate, level: float = 0.95, deff_history: float | None = None) -> tuple[float, float]:
    """Score interval of the effective number with the quantile of Student's t."""
    p = estimate.value
    size = _all_alike(estimate, deff_history) if estimate.variance <= _NOTHING else p * (1 - p) / estimate.variance
    quantile = float(special.stdtrit(estimate.df, 1 - tail(level) / 2))
    low, high = score_interval(np.asarray(p * size), np.asarray(size), quantile)
    return float(low), float(high)


def effective_n(estimate: Estimate, deff_history: float | None = None) -> float:
    """How many independent checks would be as certain: ``p (1 - p) / v``, at most n; n / deff_history without v."""
    if estimate.variance <= _NOTHING:
        return _all_alike(estimate, deff_history)
    p = estimate.value
    return min(float(estimate.n), p * (1 - p) / estimate.variance)


def _all_alike(estimate: Estimate, deff_history: float | None) -> float:
    if deff_history is None:
        raise EstimateError(
            gettext_noop(
                "All checks of a stratum are alike, so the sample does not tell its design effect. "
                "Give the one that such checks had before (2 to 3 where none is known)."
            )
        )
    return estimate.n / max(1.0, deff_history)
