"""Ranks that own up to their doubt: the places that cannot be excluded, and three bands; composites by simulation.

Simultaneous confidence sets for ranks (Mogstad, Romano, Shaikh and Wilhelm 2024): of ``draws`` vectors of the normal
with the standard errors given, the ``level`` quantile of the largest studentised difference over all pairs is the
limit; pairs beyond it are separated; the limit is found again among the rest until no pair is added (step-down). A
unit's best place is 1 + how many are surely better, its worst K - how many are surely worse; all sets hold at once with
the probability ``level``. What separates nothing, separates nothing: no bonus belongs between such ranks.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

type Floats = npt.NDArray[np.float64]
type Ints = npt.NDArray[np.int64]
type Flags = npt.NDArray[np.bool_]
type Band = Literal["above", "same", "below", ""]


@dataclass(frozen=True)
class RankSets:
    """Places by unit: ``best`` and ``worst`` possible, how many are surely ``above`` it (better) and ``below`` it.

    All are 0 where a unit has no estimate; such a unit takes no place.
    """

    best: Ints
    worst: Ints
    above: Ints
    below: Ints


def rank_sets(
    estimates: npt.ArrayLike,
    se: npt.ArrayLike,
    *,
    level: float = 0.95,
    draws: int = 5000,
    seed: int = 1,
    covariance: npt.ArrayLike | None = None,
) -> RankSets:
    """Rank sets of ``estimates`` with standard errors ``se``; greater is better, ``nan`` is no estimate.

    ``covariance`` of the estimates in place of independence, for instance where areas share inspectors.
    """
    values, errors = np.asarray(estimates, dtype=np.float64), np.asarray(se, dtype=np.float64)
    if values.ndim != 1 or errors.shape != values.shape:
        raise ValueError("ranks need one estimate and one standard error for each unit")
    if not 0 < level < 1:
        raise ValueError(f"a level lies between 0 and 1, not at {level}")
    there = np.isfinite(values) & np.isfinite(errors)
    if (errors[there] < 0).any():
        raise ValueError("a standard error is negative")
    matrix = None if covariance is None else np.asarray(covariance, dtype=np.float64)[np.ix_(there, there)]
    better = _surely_better(values[there], errors[there], matrix, level, draws, seed)
    above, below = np.zeros(values.size, dtype=np.int64), np.zeros(values.size, dtype=np.int64)
    above[there], below[there] = better.sum(axis=0), better.sum(axis=1)
    places = int(there.sum())
    return RankSets(np.where(there, 1 + above, 0), np.where(there, places - below, 0), above, below)


def bands(sets: RankSets) -> list[Band]:
    """Where each unit stands: surely better than more than half of the others, surely worse, else "same"."""
    others = int((sets.best > 0).sum()) - 1
    return [_band(*each, others) for each in zip(sets.best, sets.below, sets.above, strict=True)]


def _band(best: int, worse: int, better: int, others: int) -> Band:
    if not best:
        return ""
    if 2 * worse > others:
        return "above"
    return "below" if 2 * better > others else "same"


def _surely_better(
    values: Floats, errors: Floats, covariance: Floats | None, level: float, draws: int, seed: int
) -> Flags:
    """``[i, j]``: i is surely better than j."""
    size = values.size
    if not size:
        return np.zeros((0, 0), dtype=np.bool_)
    rng = np.random.default_rng(seed)
    if covariance is None:
        noise = rng.standard_normal((draws, size)) * errors
        spread = np.hypot(errors[:, None], errors)
    else:
        noise = rng.multivariate_normal(np.zeros(size), covariance, draws, method="eigh")
        variance = np.diag(covariance)
        spread = np.sqrt(np.maximum(variance[:, None] + variance - 2 * covariance, 0))
    noise = np.ascontiguousarray(noise.T)
    gap = values[:, None] - values
    # Between values without any doubt a difference is a difference.
    with np.errstate(over="ignore"):
        apart = np.divide(np.abs(gap), spread, out=np.where(gap != 0, np.inf, 0.0), where=spread > 0)
    parted = ~np.isfinite(apart)
    while True:
        limit = np.quantile(_largest(noise, np.triu(~parted & (spread > 0), 1), spread), level)
        found = ~parted & (apart > limit)
        if not found.any():
            return parted & (gap > 0)
        parted |= found


def _largest(noise: Floats, pairs: Flags, spread: Floats) -> Floats:
    """For each draw (column of ``noise``) the largest studentised difference of the pairs; 0 where there is none."""
    most = np.zeros(noise.shape[1])
    for unit, others in enumerate(pairs):
        if others.any():
            apart = np.abs(noise[others] - noise[unit]) / spread[unit, others][:, None]
            np.maximum(most, apart.max(axis=0), out=most)
    return most


@dataclass(frozen=True)
class Composite:
    """Of each unit: expected points with their interval, and the chance to be the best and among the last two.

    ``nan`` where a unit lacks one of the indicators.
    """

    expected: Floats
    low: Floats
    high: Floats
    best: Floats
    bottom_two: Floats


def composite(draws: npt.ArrayLike, weights: npt.ArrayLike, *, level: float = 0.95) -> Composite:
    """Sum indicators by ``weights``, once for each draw.

    ``draws`` is draws x units x indicators, each already in points where more is better; ``weights`` one for each
    indicator, or draws x indicators where the weights themselves are in doubt. Units that tie share the chance.
    """
    given, heavy = np.asarray(draws, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if given.ndim != 3 or heavy.shape not in {given.shape[2:], (given.shape[0], given.shape[2])}:  # noqa: PLR2004
        raise ValueError("a composite needs draws x units x indicators and a weight for each indicator")
    points = np.einsum("dui,i->du" if heavy.ndim == 1 else "dui,di->du", given, heavy)
    there = np.isfinite(points).all(axis=0)
    shown = points[:, there]
    best, bottom = np.empty(shown.shape[1]), np.empty(shown.shape[1])
    for unit in range(shown.shape[1]):
        mine = shown[:, unit : unit + 1]
        higher, lower = (shown > mine).sum(axis=1), (shown < mine).sum(axis=1)
        tied = shown.shape[1] - higher - lower
        best[unit] = np.clip((1 - higher) / tied, 0, 1).mean()
        bottom[unit] = np.clip((2 - lower) / tied, 0, 1).mean()
    low, high = np.quantile(shown, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Composite(*(_spread(each, there) for each in (shown.mean(axis=0), low, high, best, bottom)))


def _spread(values: Floats, there: Flags) -> Floats:
    """``values`` at the units that have one."""
    wide = np.full(there.size, np.nan)
    wide[there] = values
    return wide


def weight_draws(weights: npt.ArrayLike, draws: int, *, spread: float = 0.25, seed: int = 1) -> Floats:
    """Weights in doubt: each within ``spread`` of what is said, evenly, then scaled to the same sum."""
    said = np.asarray(weights, dtype=np.float64)
    drawn = said * np.random.default_rng(seed).uniform(1 - spread, 1 + spread, (draws, said.size))
    return np.asarray(drawn * said.sum() / drawn.sum(axis=1, keepdims=True))
