"""Small areas: a direct value that rests on few checks is drawn towards the mean of its like.

``weight = s2 / (s2 + v)`` and ``shrunk = weight * direct + (1 - weight) * mean``, where ``v`` is the variance of the
direct value and ``s2`` the variance between areas, estimated from the same data (analysis of variance, Fay and Herriot
1979 without covariates). Show the direct value and n beside it. A shrunk value is good for planning and forecasting; it
must not be used to punish, since it holds what other areas did.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xiuhua.foundation.estimators.errors import EstimateError, Floats, finite
from xiuhua.foundation.worktime import gettext_noop


@dataclass(frozen=True)
class Shrunk:
    """``values`` drawn to ``mean``; ``weights`` of the direct values; ``between`` the variance between areas."""

    values: Floats
    weights: Floats
    mean: float
    between: float


def shrink(direct: npt.ArrayLike, variances: npt.ArrayLike, mean: float | None = None) -> Shrunk:
    """Draw the ``direct`` values of areas of one kind, with their sampling ``variances``, towards their mean.

    ``mean`` is what is known of the kind from elsewhere, for instance of the last 12 months; without it the mean of the
    direct values weighted by their certainty.
    """
    values, noise = finite(direct), finite(variances)
    if values.shape != noise.shape or (noise < 0).any():
        raise EstimateError(gettext_noop("Each area needs a value and a variance that is not negative."))
    if values.size == 0 or (values.size == 1 and mean is None):
        raise EstimateError(gettext_noop("Areas are drawn to the mean of their like: there must be two at least."))
    between = between_variance(values, noise)
    total = between + noise
    # Where nothing separates the areas and nothing is uncertain, each value is the mean.
    weights = np.divide(between, total, out=np.ones_like(total), where=total > 0)
    if mean is None:
        certainty = 1 / total if (total > 0).all() else np.ones_like(total)
        mean = float(np.average(values, weights=certainty))
    return Shrunk(weights * values + (1 - weights) * mean, weights, mean, between)


def between_variance(direct: npt.ArrayLike, variances: npt.ArrayLike) -> float:
    """Variance between areas: that of the direct values less their mean sampling variance, never below 0."""
    values, noise = finite(direct), finite(variances)
    return max(0.0, float(values.var(ddof=1) - noise.mean())) if values.size > 1 else 0.0
