"""How far inspectors agree: pairs of a panel check and its blind repeat. Pure.

At 95 % clean a kappa falls to 0 though nearly all agree; so the plain share, kappa, alpha and Gwet's AC stand side by
side, and none alone. Offsets come from pairs of looks at the same thing only; see ``foundation/estimators/raters.py``.
"""

from dataclasses import dataclass

import numpy as np

from xiuhua.foundation.estimators.agreement import Scale, gwet_ac, krippendorff_alpha, weighted_kappa
from xiuhua.foundation.estimators.errors import EstimateError, Floats
from xiuhua.foundation.estimators.raters import Offsets, confounded, offsets
from xiuhua.foundation.estimators.shares import wilson
from xiuhua.foundation.worktime import gettext_noop


@dataclass(frozen=True)
class Agreement:
    """Of ``pairs`` looks at the same thing ``same`` came to the same; the share with its interval, and three measures.

    Measures are None without a pair.
    """

    pairs: int
    same: int
    low: float | None = None
    high: float | None = None
    kappa: float | None = None
    alpha: float | None = None
    gwet: float | None = None

    @property
    def share(self) -> float | None:
        """Plain agreement."""
        return self.same / self.pairs if self.pairs else None


def agreement(first: Floats, second: Floats, scale: Scale = "nominal") -> Agreement:
    """Agreement of two ratings of each thing: passed or not (``nominal``) or grades (``ordinal``)."""
    one, other = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if one.shape != other.shape:
        raise EstimateError(gettext_noop("Kappa needs two ratings of each thing, and at least one thing."))
    pairs, same = one.size, int((one == other).sum())
    if not pairs:
        return Agreement(0, 0)
    low, high = wilson(same, pairs)
    ratings = np.stack([one, other])
    ordinal = scale == "ordinal"
    categories = np.arange(6.0) if ordinal else np.arange(2.0)
    return Agreement(
        pairs, same, float(low), float(high),
        weighted_kappa(one, other, "quadratic" if ordinal else "none"),
        krippendorff_alpha(ratings, scale),
        gwet_ac(ratings, ordinal=ordinal, categories=categories),
    )  # fmt: skip


@dataclass(frozen=True)
class Strictness:
    """Offsets of inspectors (by number), and the inspectors that nothing compares with the rest."""

    offsets: Offsets
    alone: frozenset[int]
    groups: int


def strictness(pairs: tuple[Floats, Floats, Floats, Floats], inspectors: int, who: Floats, where: Floats) -> Strictness:
    """Offsets from ``pairs`` (inspector, other, failed, other failed); ``who`` saw ``where`` in all panel checks.

    ``alone`` are those outside of the largest group of inspectors and areas that are linked by checks.
    """
    first, second, failed, also = pairs
    found = offsets(first, second, failed, also, inspectors)
    who, where = np.asarray(who, dtype=np.intp), np.asarray(where, dtype=np.intp)
    # A repeat links two inspectors wherever it was made: each pair is an area of its own.
    apart = int(where.max(initial=-1)) + 1 + np.arange(len(first))
    raters = np.concatenate([who, np.asarray(first, dtype=np.intp), np.asarray(second, dtype=np.intp)])
    group = confounded(raters, np.concatenate([where, apart, apart]))
    if not group.size:
        return Strictness(found, frozenset(), 0)
    largest = np.bincount(group).argmax()
    return Strictness(found, frozenset(raters[group != largest].tolist()), int(group.max()) + 1)
