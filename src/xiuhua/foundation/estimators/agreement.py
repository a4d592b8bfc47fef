"""How well inspectors agree: Krippendorff's alpha, Gwet's AC1 and AC2, kappas, intraclass correlation.

Ratings are a table with a row for each rater and a column for each thing rated, ``nan`` where a rater did not rate.
At 95 % clean a kappa falls to 0 though nearly all ratings agree (the prevalence paradox): show Gwet's AC beside alpha.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from xiuhua.foundation.estimators.errors import EstimateError, Floats
from xiuhua.foundation.worktime import gettext_noop

type Scale = Literal["nominal", "ordinal", "interval", "ratio"]
type Weights = Literal["quadratic", "linear", "none"]
_PAIR = 2


def krippendorff_alpha(ratings: npt.ArrayLike, scale: Scale = "nominal") -> float:
    """``1 - observed / expected disagreement`` of any number of raters with gaps; 1 where all ratings are the same.

    Source: Krippendorff, Content Analysis, 2004, ch. 11: coincidences of the pairs of ratings of one thing.
    """
    values, table = _table(ratings)
    table = table[table.sum(axis=1) >= _PAIR]
    if not table.size:
        raise EstimateError(gettext_noop("Nothing was rated twice: agreement cannot be told."))
    weights = 1 / (table.sum(axis=1) - 1)
    pairs = (table * weights[:, None]).T @ table - np.diag(weights @ table)
    totals = pairs.sum(axis=1)
    distance = _distance(values, totals, scale)
    expected = (np.outer(totals, totals) * distance).sum() / (totals.sum() - 1)
    return 1.0 if expected == 0 else float(1 - (pairs * distance).sum() / expected)


def _distance(values: Floats, totals: Floats, scale: Scale) -> Floats:
    """Squared distance of each value to each other."""
    if scale == "nominal":
        return 1 - np.eye(values.size)
    if scale == "ordinal":
        running = np.cumsum(totals) - totals / 2
        return np.asarray((running[:, None] - running[None, :]) ** 2)
    difference = values[:, None] - values[None, :]
    if scale == "interval":
        return np.asarray(difference**2)
    total = values[:, None] + values[None, :]
    return np.asarray(np.divide(difference, total, out=np.zeros_like(total), where=total != 0) ** 2)


def gwet_ac(ratings: npt.ArrayLike, *, ordinal: bool = False, categories: npt.ArrayLike | None = None) -> float:
    """AC1; AC2 with ordinal weights where ``ordinal``. ``categories`` names all that could be given.

    Source: Gwet 2008 and Handbook of Inter-Rater Reliability 2014, ch. 4: chance is ``T / (q (q-1)) sum pi (1-pi)``
    with T the sum of the weights; the ordinal weight of categories k and l is ``1 - C(|k-l|+1, 2) / C(q, 2)``.
    """
    _values, table = _table(ratings, categories)
    size = table.sum(axis=1)
    table, size = table[size > 0], size[size > 0]
    twice = size >= _PAIR
    if not twice.any():
        raise EstimateError(gettext_noop("Nothing was rated twice: agreement cannot be told."))
    q = table.shape[1]
    if q == 1:
        return 1.0
    apart = np.abs(np.subtract.outer(np.arange(q), np.arange(q)))
    weights = 1 - apart * (apart + 1) / (q * (q - 1)) if ordinal else np.eye(q)
    near = table @ weights
    seen = ((table * (near - 1))[twice].sum(axis=1) / (size * (size - 1))[twice]).mean()
    share = (table / size[:, None]).mean(axis=0)
    chance = weights.sum() / (q * (q - 1)) * (share * (1 - share)).sum()
    return float((seen - chance) / (1 - chance))


def weighted_kappa(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    weights: Weights = "quadratic",
    categories: npt.ArrayLike | None = None,
) -> float:
    """Cohen's kappa of two ratings of each thing; ``weights`` says how much grades apart count as disagreement.

    ``1 - sum(w o) / sum(w e)`` with ``w`` 0 for equal grades and growing with their distance in rank (Cohen 1968).
    1 where all ratings are the same.
    """
    one, other = np.asarray(first, dtype=np.float64).ravel(), np.asarray(second, dtype=np.float64).ravel()
    if one.size != other.size or not one.size or not np.isfinite([one, other]).all():
        raise EstimateError(gettext_noop("Kappa needs two ratings of each thing, and at least one thing."))
    both = np.concatenate([one, other])
    values = np.unique(both if categories is None else np.asarray(categories, dtype=np.float64))
    if np.setdiff1d(both, values).size:
        raise EstimateError(gettext_noop("A rating is none of the categories."))
    q = values.size
    rows, columns = np.searchsorted(values, one), np.searchsorted(values, other)
    seen = np.bincount(rows * q + columns, minlength=q * q).reshape(q, q) / one.size
    apart = np.abs(np.subtract.outer(np.arange(q), np.arange(q))).astype(np.float64)
    wrong = {"quadratic": apart**2, "linear": apart, "none": (apart > 0).astype(np.float64)}[weights]
    expected = float((wrong * np.outer(seen.sum(axis=1), seen.sum(axis=0))).sum())
    return 1.0 if expected == 0 else 1 - float((wrong * seen).sum()) / expected


def fleiss_kappa(counts: npt.ArrayLike) -> float:
    """Kappa of many raters; ``counts`` has a row for each thing and a column for each category (Fleiss 1971).

    Each thing must be rated by as many raters. 1 where all ratings are the same.
    """
    table = np.asarray(counts, dtype=np.float64)
    raters = table.sum(axis=1)
    if not table.size or (raters != raters[0]).any() or raters[0] < _PAIR:
        raise EstimateError(gettext_noop("Fleiss' kappa needs as many ratings, two at least, of each thing."))
    many = raters[0]
    seen = ((table * (table - 1)).sum(axis=1) / (many * (many - 1))).mean()
    chance = float(((table.sum(axis=0) / table.sum()) ** 2).sum())
    return 1.0 if chance == 1 else float((seen - chance) / (1 - chance))


@dataclass(frozen=True)
class Intraclass:
    """Intraclass correlations of one rating and of the mean of all raters (``_k``), after Shrout and Fleiss 1979.

    ``one_way``: other raters for each thing; ``two_way``: the same raters, drawn from many, whose level counts as
    disagreement; ``fixed``: the same raters and only these, whose level does not.
    """

    one_way: float
    two_way: float
    fixed: float
    one_way_k: float
    two_way_k: float
    fixed_k: float


def intraclass(ratings: npt.ArrayLike) -> Intraclass:
    """Intraclass correlations of a complete table with a row for each rater and a column for each thing rated."""
    table = np.asarray(ratings, dtype=np.float64).T
    if table.ndim != _PAIR or min(table.shape) < _PAIR or not np.isfinite(table).all():
        raise EstimateError(gettext_noop("Intraclass correlation needs two raters and two things, and no gap."))
    n, k = table.shape
    whole = table.mean()
    things = k * ((table.mean(axis=1) - whole) ** 2).sum() / (n - 1)
    raters = n * ((table.mean(axis=0) - whole) ** 2).sum() / (k - 1)
    within = ((table - table.mean(axis=1, keepdims=True)) ** 2).sum() / (n * (k - 1))
    rest = (within * n * (k - 1) - raters * (k - 1)) / ((n - 1) * (k - 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (
            (things - within) / (things + (k - 1) * within),
            (things - rest) / (things + (k - 1) * rest + k * (raters - rest) / n),
            (things - rest) / (things + (k - 1) * rest),
            (things - within) / things,
            (things - rest) / (things + (raters - rest) / n),
            (things - rest) / things,
        )
    return Intraclass(*(float(each) for each in found))


def _table(ratings: npt.ArrayLike, categories: npt.ArrayLike | None = None) -> tuple[Floats, Floats]:
    """The values in their order, and how often each thing (row) was given each of them (column)."""
    given = np.asarray(ratings, dtype=np.float64)
    if given.ndim != _PAIR:
        raise EstimateError(gettext_noop("Ratings are a table: a row for each rater, a column for each thing."))
    seen = given[~np.isnan(given)]
    values = np.unique(seen if categories is None else np.asarray(categories, dtype=np.float64))
    if np.setdiff1d(seen, values).size:
        raise EstimateError(gettext_noop("A rating is none of the categories."))
    return values, (given.T[:, :, None] == values).sum(axis=1).astype(np.float64)
