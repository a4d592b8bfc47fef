"""One number a person: whether the three promises are kept for the people of each building, and how near they are.

Kept: half of the windows see three trees, a park entrance within a walk of 500 m, half of the way shaded. The
thresholds are ours, so the curve over them is published with the point. Unknown is neither kept nor broken: people of
buildings without windows or streets are counted apart.
"""

from dataclasses import dataclass, fields

import numpy as np

from xiuhua.greenery.scene import Bools, Floats

SEE, DOOR_M, WALK = 0.5, 500.0, 0.5


@dataclass(frozen=True)
class Kept:
    """Shares of the persons for whom all is known: all kept, each kept, all but one kept; and persons known, unknown.

    index: mean of the smooth index G; lowest_tenth: its mean over the tenth of persons worst off; gini: of G.
    """

    all: float
    see: float
    door: float
    walk: float
    only_see: float
    only_door: float
    only_walk: float
    index: float
    lowest_tenth: float
    gini: float
    persons: float
    unknown: float


def known(see: Floats, door_m: Floats, walk: Floats) -> Bools:
    """Where all three are known; a park that cannot be reached (inf) is known."""
    return ~(np.isnan(see) | np.isnan(door_m) | np.isnan(walk))


def index_of(see: Floats, door_m: Floats, walk: Floats) -> Floats:
    """G = (see x min(1, 500 / door) x min(1, walk / 0.5))^(1/3): a geometric mean, so that one nothing is nothing."""
    with np.errstate(divide="ignore"):
        near = np.minimum(1.0, DOOR_M / np.maximum(door_m, 0.0))
    return np.asarray(np.cbrt(see * near * np.minimum(1.0, walk / WALK)), dtype=np.float64)


def promise_of(
    see: Floats, door_m: Floats, walk: Floats, persons: Floats, *, see_min: float = SEE, door_max: float = DOOR_M,
    walk_min: float = WALK,
) -> Kept:  # fmt: skip
    """The promise for buildings (n,) with ``persons``; all shares nan where nobody is known."""
    sure = known(see, door_m, walk) & (persons > 0)
    p, unknown = persons[sure], float(persons[~sure].sum())
    total = float(p.sum())
    if total <= 0:
        return _kept([float("nan")] * 10, 0.0, unknown)
    s, d, w = see[sure] >= see_min, door_m[sure] <= door_max, walk[sure] >= walk_min
    share = [
        float(p[which].sum()) / total for which in (s & d & w, s, d, w, ~s & d & w, s & ~d & w, s & d & ~w)
    ]  # fmt: skip
    index = index_of(see[sure], door_m[sure], walk[sure])
    spread = [float((index * p).sum() / total), lowest_tenth(index, p), gini(index, p)]
    return _kept([*share, *spread], total, unknown)


def _kept(shares: list[float], persons: float, unknown: float) -> Kept:
    names = [field.name for field in fields(Kept)][: len(shares)]
    return Kept(**dict(zip(names, shares, strict=True)), persons=persons, unknown=unknown)


def median(value: Floats, persons: Floats) -> float | None:
    """What half of the persons have at least, and half at most, of those known; None where nobody is."""
    sure = ~np.isnan(value) & (persons > 0)
    order = np.argsort(value[sure])
    upto = np.cumsum(persons[sure][order])
    return float(value[sure][order][np.searchsorted(upto, upto[-1] / 2)]) if len(upto) else None


def lowest_tenth(value: Floats, persons: Floats) -> float:
    """The mean of ``value`` over the tenth of ``persons`` for whom it is least."""
    order = np.argsort(value, kind="stable")
    until = np.minimum(np.cumsum(persons[order]), persons.sum() / 10)
    part = np.diff(until, prepend=0.0)
    return float((part * value[order]).sum() / part.sum())


def gini(value: Floats, persons: Floats) -> float:
    """The Gini coefficient of ``value`` over ``persons``: 0 all alike; nan where all is nothing."""
    order = np.argsort(value, kind="stable")
    v, p = value[order], persons[order]
    had = np.cumsum(v * p)
    if had[-1] <= 0:
        return float("nan")
    below = np.concatenate([[0.0], had[:-1]])
    return float(1 - ((had + below) * p).sum() / (had[-1] * p.sum()))


def curve(value: Floats, persons: Floats, thresholds: Floats, *, at_most: bool = False) -> Floats:
    """The share of persons with ``value`` at least (``at_most``: at most) each of ``thresholds``, of those known."""
    sure = ~np.isnan(value)
    v, p = value[sure], persons[sure]
    if p.sum() <= 0:
        return np.full(len(thresholds), np.nan)
    order = np.argsort(v, kind="stable")
    upto = np.concatenate([[0.0], np.cumsum(p[order])]) / p.sum()
    at = np.searchsorted(v[order], thresholds, side="right" if at_most else "left")
    return upto[at] if at_most else 1 - upto[at]
