"""What an estimator answers to numbers from which nothing can be said, and the checks that several need."""

import numpy as np
import numpy.typing as npt

from xiuhua.foundation.worktime import Refusal, gettext_noop

type Floats = npt.NDArray[np.float64]


class EstimateError(Refusal, ValueError):
    """Numbers that contradict themselves."""


class TooFewError(EstimateError):
    """A stratum with too few observations for a standard error: show the value grey, or join the stratum to another."""

    def __init__(self, stratum: object, n: int) -> None:
        self.stratum, self.n = stratum, n
        template = gettext_noop(
            "Stratum %(stratum)s has %(n)s observation(s): a standard error needs two in every stratum. "
            "Check more there, or join it with a stratum like it."
        )
        super().__init__(template, stratum=stratum, n=n)


def counts(x: npt.ArrayLike, n: npt.ArrayLike) -> tuple[Floats, Floats]:
    """``x`` of ``n`` as arrays of one shape; both may be fractions of a count, as effective numbers are."""
    hits, size = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(n, dtype=np.float64))
    if not (np.isfinite(hits).all() and np.isfinite(size).all()):
        raise EstimateError(gettext_noop("A count is missing or not finite: leave such rows out."))
    if (hits < 0).any() or (hits > size).any():
        raise EstimateError(gettext_noop("A count is below 0 or above the number it is a part of."))
    return hits, size


def tail(level: float) -> float:
    """What is left outside of an interval of ``level``."""
    if not 0 < level < 1:
        raise EstimateError(gettext_noop("A level lies between 0 and 1, not at %(level)s."), level=level)
    return 1 - level


def finite(values: npt.ArrayLike) -> Floats:
    """``values`` as a flat array, each of them a number."""
    array = np.asarray(values, dtype=np.float64).ravel()
    if not np.isfinite(array).all():
        raise EstimateError(gettext_noop("A value is missing or not finite: leave such rows out."))
    return array
