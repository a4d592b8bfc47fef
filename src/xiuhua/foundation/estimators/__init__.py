"""Estimators with their doubt: shares, designs, acceptance, agreement, small areas, means. Pure numpy and scipy.

Arrays or numbers come in, arrays or numbers of the same shape go out; a share lies between 0 and 1. What has no
observation is ``nan``, never 0. What contradicts itself raises ``EstimateError``.
"""

from xiuhua.foundation.estimators.errors import EstimateError, TooFewError
from xiuhua.foundation.estimators.shares import (
    clopper_pearson,
    finite_zero_failure_size,
    lower_bound,
    separating_size,
    upper_bound,
    wilson,
    zero_failure_bound,
    zero_failure_size,
)

__all__ = [
    "EstimateError",
    "TooFewError",
    "clopper_pearson",
    "finite_zero_failure_size",
    "lower_bound",
    "separating_size",
    "upper_bound",
    "wilson",
    "zero_failure_bound",
    "zero_failure_size",
]
