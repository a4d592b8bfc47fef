"""Means and shares of drawn samples: weighted, stratified, walked in clusters; the design effect.

The value is a weighted mean (ratio of sums). Its variance is linearised: the residuals ``w (y - mean) / sum(w)`` are
summed by cluster (a check by itself where there are none), and
``v = sum_h (1 - f_h) k_h/(k_h - 1) sum_i (z_hi - mean_h z)^2`` over the ``k_h`` clusters of stratum h, with as many
degrees of freedom as clusters less strata. Sources: Cochran 1977; Lumley 2010, ch. 2. Checked against R ``survey``.

``f_h`` is the part of a stratum that was drawn, which makes the doubt smaller. Leave it at 0 where hours are sampled: a
street looked at once was not looked at for the rest of the month.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xiuhua.foundation.estimators.errors import EstimateError, Floats, TooFewError, finite
from xiuhua.foundation.worktime import gettext_noop

type Labels = npt.ArrayLike


@dataclass(frozen=True)
class Estimate:
    """A value with its variance, the rows it rests on, its degrees of freedom and design effect.

    ``deff`` is the variance over that of a simple random sample of as many rows; 1 where the rows do not differ.
    """

    value: float
    variance: float
    n: int
    df: int
    deff: float

    @property
    def se(self) -> float:
        """Standard error."""
        return float(np.sqrt(self.variance))


def mean(
    values: npt.ArrayLike,
    *,
    weights: npt.ArrayLike = 1.0,
    strata: Labels | None = None,
    clusters: Labels | None = None,
    fractions: npt.ArrayLike = 0.0,
) -> Estimate:
    """The weighted mean of ``values`` (0 and 1 for a share), one row a check.

    ``weights`` is how much each row stands for, ``strata`` and ``clusters`` to which each belongs (clusters are named
    within their stratum), ``fractions`` the part of the row's stratum that was drawn. Raises ``TooFewError`` for a
    stratum with a single cluster or check.
    """
    rows = finite(values)
    if rows.size == 0:
        raise EstimateError(gettext_noop("There is no observation at all."))
    heavy = _of_rows(weights, rows)
    if (heavy < 0).any() or heavy.sum() <= 0:
        raise EstimateError(gettext_noop("Weights are not negative, and one of them at least is above 0."))
    whole = float(heavy.sum())
    value = float(heavy @ rows / whole)
    names, stratum = np.unique(_labels(strata, rows), return_inverse=True)
    unit_stratum, totals = _by_cluster(heavy * (rows - value) / whole, stratum, clusters)
    sizes = np.bincount(unit_stratum, minlength=names.size)
    for name, size in zip(names, sizes, strict=True):
        if size < 2:  # noqa: PLR2004 - one cluster says nothing about how clusters differ
            raise TooFewError(name if strata is not None else "-", int(size))
    drawn = np.zeros(names.size)
    drawn[stratum] = _of_rows(fractions, rows)
    off = totals - (np.bincount(unit_stratum, totals) / sizes)[unit_stratum]
    variance = float((1 - drawn) * sizes / (sizes - 1) @ np.bincount(unit_stratum, off**2))
    degrees = int(sizes.sum() - names.size)
    return Estimate(value, variance, rows.size, degrees, _effect(variance, rows, heavy, value, drawn, stratum))


def stratified(
    values: npt.ArrayLike,
    strata: Labels,
    shares: Mapping[str, float],
    *,
    clusters: Labels | None = None,
    fractions: npt.ArrayLike = 0.0,
) -> Estimate:
    """The index ``sum_h W_h mean_h`` of strata whose sizes are known; ``shares`` gives W_h (any scale) by name.

    Every row of a stratum counts alike; rows say how a stratum is, not how large it is. Raises ``TooFewError`` for a
    stratum without two checks: an index that leaves it out would speak of another area.
    """
    rows = finite(values)
    named = _labels(strata, rows).astype(str)
    if unknown := sorted(set(named.tolist()) - set(shares)):
        raise EstimateError(
            gettext_noop("Stratum %(stratum)s has checks but no share of the whole: give its length or area."),
            stratum=unknown[0],
        )
    if negative := sorted(name for name, share in shares.items() if not 0 <= share < np.inf):
        raise EstimateError(
            gettext_noop("The share of stratum %(stratum)s is negative or no number."), stratum=negative[0]
        )
    found, counts = np.unique(named, return_counts=True)
    size = dict(zip(found.tolist(), counts.tolist(), strict=True))
    for name, share in shares.items():
        if share > 0 and size.get(name, 0) < 2:  # noqa: PLR2004
            raise TooFewError(name, size.get(name, 0))
    heavy = np.array([shares[name] / size[name] for name in named.tolist()])
    return mean(rows, weights=heavy, strata=named, clusters=clusters, fractions=fractions)


def _of_rows(each: npt.ArrayLike, rows: Floats) -> Floats:
    given = np.asarray(each, dtype=np.float64)
    if given.ndim and given.shape != rows.shape:
        raise EstimateError(gettext_noop("There must be one weight and one fraction for each row, or one for all."))
    return np.broadcast_to(given, rows.shape)


def _labels(given: Labels | None, rows: Floats) -> npt.NDArray[np.generic]:
    labels = np.zeros(rows.size, dtype=np.int64) if given is None else np.asarray(given)
    if labels.shape != rows.shape:
        raise EstimateError(gettext_noop("There must be one stratum and one cluster for each row."))
    return labels


def _by_cluster(
    residuals: Floats, stratum: npt.NDArray[np.intp], clusters: Labels | None
) -> tuple[npt.NDArray[np.intp], Floats]:
    """The stratum and the sum of residuals of each cluster; each row is one where there are none."""
    if clusters is None:
        return stratum, residuals
    _, cluster = np.unique(_labels(clusters, residuals), return_inverse=True)
    pairs, unit = np.unique(np.stack((stratum, cluster)), axis=1, return_inverse=True)
    return pairs[0], np.bincount(unit.ravel(), residuals)


def _effect(
    variance: float,
    rows: Floats,
    heavy: Floats,
    value: float,
    drawn: Floats,
    stratum: npt.NDArray[np.intp],
) -> float:
    """Variance over ``(1 - f) s^2 / n``: s^2 the weighted variance of the rows, f the part drawn of the whole."""
    n = rows.size
    spread = float(heavy @ (rows - value) ** 2 / heavy.sum()) * n / (n - 1)
    sizes = np.bincount(stratum, minlength=drawn.size)
    # A part drawn of the whole is known only where it is known of every stratum.
    part = n / float((sizes / drawn).sum()) if (drawn > 0).all() else 0.0
    simple = (1 - part) * spread / n
    return variance / simple if simple > 0 else 1.0
