"""Shares of independent checks: intervals, one-sided bounds, and how many checks without failure show a level.

Counts may be fractions, so that an effective number (n over the design effect) can stand for n. Where n is 0 nothing
is known and both ends are ``nan``. Sources: Wilson 1927, Clopper and Pearson 1934, as compared by Newcombe 1998; the
exact bounds are quantiles of the Beta distribution, which also serve counts that are no whole numbers.
"""

from math import ceil, log

import numpy as np
import numpy.typing as npt
from scipy import special

from xiuhua.foundation.estimators.errors import EstimateError, Floats, counts, tail
from xiuhua.foundation.worktime import gettext_noop

# A quotient of logarithms that should be whole may end a little above.
_NEARLY = 1e-9


def wilson(x: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Score interval of ``x`` of ``n`` independent checks, without continuity correction.

    ``(p + z^2/2n -+ z sqrt(pq/n + z^2/4n^2)) / (1 + z^2/n)``; touches 0 and 1 only where all checks fail or pass.
    """
    hits, size = counts(x, n)
    z = float(special.ndtri(1 - tail(level) / 2))
    return score_interval(hits, size, z)


def score_interval(hits: Floats, size: Floats, z: float | Floats) -> tuple[Floats, Floats]:
    """The interval of ``wilson`` for a quantile ``z`` that is already known: of the normal or of another law."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = hits / size
        middle = share + z**2 / (2 * size)
        half = z * np.sqrt(share * (1 - share) / size + z**2 / (4 * size**2))
        whole = 1 + z**2 / size
        low = np.where(hits == 0, 0.0, (middle - half) / whole)
        high = np.where(hits == size, 1.0, (middle + half) / whole)
    return _known(low, size), _known(high, size)


def clopper_pearson(x: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Exact interval of ``x`` of ``n`` independent checks: each end leaves out half of what is left at most."""
    half = tail(level) / 2
    return lower_bound(x, n, 1 - half), upper_bound(x, n, 1 - half)


def lower_bound(x: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95) -> Floats:
    """The share is at least this, with confidence ``level`` (one-sided, exact)."""
    hits, size = counts(x, n)
    # At 0 the quantile is asked of a law that does not exist: the bound is 0 there.
    found = special.betaincinv(np.where(hits > 0, hits, 1.0), size - hits + 1, tail(level))
    return _known(np.where(hits > 0, found, 0.0), size)


def upper_bound(x: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95) -> Floats:
    """The share is at most this, with confidence ``level`` (one-sided, exact)."""
    hits, size = counts(x, n)
    return 1 - lower_bound(size - hits, size, level)


def zero_failure_bound(n_eff: npt.ArrayLike, level: float = 0.95) -> Floats:
    """What ``n_eff`` checks without a failure show: the share that passes is at least ``(1 - level)^(1/n_eff)``."""
    return lower_bound(n_eff, n_eff, level)


def zero_failure_size(p0: float, level: float = 0.95) -> int:
    """How many checks without a failure show that at least ``p0`` pass; multiply by the design effect."""
    if not 0 < p0 < 1:
        raise EstimateError(
            gettext_noop("The level to be shown lies between 0 and 1, not at %(p0)s: no number shows all."), p0=p0
        )
    return max(1, ceil(log(tail(level)) / log(p0) - _NEARLY))


def finite_zero_failure_size(size: int, bad: int, level: float = 0.95) -> int:
    """How many of a list of ``size`` must pass, none failing, to exclude that ``bad`` or more of them are bad.

    Drawn without putting back (hypergeometric): the smallest n for which n draws miss ``bad`` bad ones with a chance
    of at most ``1 - level``.
    """
    if not 1 <= bad <= size:
        raise EstimateError(
            gettext_noop("Of a list of %(size)s between 1 and %(size)s can be bad, not %(bad)s."), size=size, bad=bad
        )
    drawn = np.arange(size - bad)
    missed = np.cumsum(np.log((size - bad - drawn) / (size - drawn)))
    enough = np.flatnonzero(missed <= log(tail(level)) + _NEARLY)
    return int(enough[0]) + 1 if enough.size else size - bad + 1


def separating_size(share: float, other: float, *, pairs: int = 1, level: float = 0.95, power: float = 0.8) -> int:
    """How many checks each of two areas needs for their shares to be told apart with the chance ``power``.

    ``n = (z_level + z_power)^2 (p q + p' q') / (p - p')^2``, two-sided; ``pairs`` are compared at once (Bonferroni).
    Multiply by the design effect. A month's ranking of towns on fewer checks is a lottery.
    """
    if share == other or not (0 <= share <= 1 and 0 <= other <= 1):
        raise EstimateError(gettext_noop("Two different shares between 0 and 1 are needed: equal ones never part."))
    z = float(special.ndtri(1 - tail(level) / (2 * pairs)) + special.ndtri(power))
    return ceil(z**2 * (share * (1 - share) + other * (1 - other)) / (share - other) ** 2)


def _known(ends: Floats, size: Floats) -> Floats:
    """Nothing is known of nothing. Ends of single numbers come back as single numbers."""
    return np.where(size > 0, ends, np.nan)[()]
