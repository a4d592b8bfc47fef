"""The composite score of a unit or an area, with its doubt. Pure computation; values are in the shown unit.

Points of the goals are added. A goal without a value is left out, of the points and of the full points: it is grey,
never zero. The doubt of the indicators is carried through the rules by simulation, with draws that depend on nothing
but whom and what is scored: whoever is scored can compute the same numbers again, alone.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import nan

import numpy as np
import numpy.typing as npt

from xiuhua.taskbook.ranks import bands, rank_sets
from xiuhua.taskbook.rules import DIGITS, Points, Rule, award, points

type Floats = npt.NDArray[np.float64]

DRAWS = 2000
LEVEL = 0.95
# Half the width of a 95 % interval of the normal distribution, in standard deviations.
_Z = 1.959963984540054
# With less than this share of the full points measured there is no score.
ENOUGH = 0.5
# Within this share of the full points of one another, more than half of the units: the score tells nobody apart.
SATURATED = 0.001


@dataclass(frozen=True)
class Figure:
    """What was reached for a goal: ``value`` with its 95 % interval, or None and why in ``missing``."""

    goal: str
    rule: Rule
    value: float | None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    missing: str = ""


@dataclass(frozen=True)
class Composite:
    """A score. ``full`` counts the goals that have a value, ``possible`` all; ``low`` and ``high`` hold 95 % of draws.

    ``points`` is None where less than half of what is possible was measured. ``parts`` are in the order of the
    figures, None where there is no value. ``se`` is of the share of the full points, in percent.
    """

    points: float | None
    full: float
    possible: float
    low: float | None
    high: float | None
    se: float
    parts: tuple[Points | None, ...]

    @property
    def share(self) -> float:
        """Points in percent of the full ones: what units are compared by; nan without a score."""
        return nan if self.points is None else 100 * self.points / self.full


@dataclass(frozen=True)
class Place:
    """Where a score stands: places that cannot be excluded, and its band; 0 and empty without a score."""

    best: int
    worst: int
    band: str


def composite(figures: Sequence[Figure], *, who: str) -> Composite:
    """The score of ``who`` (its scope and code) from all of its goals; the draws follow from ``who`` and the goals."""
    parts = tuple(None if f.value is None else points(f.rule, f.value, f.unit) for f in figures)
    possible = round(sum(f.rule.full for f in figures), DIGITS)
    full = round(sum(part.full for part in parts if part), DIGITS)
    if not full or full < ENOUGH * possible:
        return Composite(None, full, possible, None, None, nan, parts)
    total = round(sum(part.points for part in parts if part), DIGITS)
    sums = np.zeros(DRAWS)
    for figure in figures:
        if figure.value is not None:
            sums += award(figure.rule, drawn(figure, who))
    outside = (1 - LEVEL) / 2
    low, high = (round(float(end), DIGITS) for end in np.quantile(sums, (outside, 1 - outside)))
    # Of a value at the edge of its rule all draws may lie on one side: the score itself always belongs to it.
    return Composite(total, full, possible, min(low, total), max(high, total), float(np.std(100 * sums / full)), parts)


def drawn(figure: Figure, who: str) -> Floats:
    """Values that the indicator may really have: normal to each side, as wide there as the interval reaches."""
    value = nan if figure.value is None else figure.value
    if figure.low is None or figure.high is None:
        return np.full(DRAWS, value)
    seed = int.from_bytes(blake2b(f"{who}\n{figure.goal}".encode(), digest_size=8).digest())
    steps = np.random.default_rng(seed).standard_normal(DRAWS) / _Z
    width = np.where(steps < 0, max(0.0, value - figure.low), max(0.0, figure.high - value))
    return value + steps * width


def places(composites: Sequence[Composite], alike: Sequence[Hashable]) -> list[Place]:
    """The places of scores that were given for the same goals: only those whose ``alike`` is equal are compared."""
    found = [Place(0, 0, "")] * len(composites)
    for kind in dict.fromkeys(alike):
        members = [at for at, each in enumerate(alike) if each == kind and composites[at].points is not None]
        if len(members) < 2:  # noqa: PLR2004 - one alone has no place
            continue
        sets = rank_sets(
            np.array([composites[at].share for at in members]), np.array([composites[at].se for at in members])
        )
        for at, best, worst, band in zip(members, sets.best, sets.worst, bands(sets), strict=True):
            found[at] = Place(int(best), int(worst), band)
    return found


def saturated(shares: Sequence[float]) -> bool:
    """Whether more than half of the scores (0 to 1 of the full points) lie at the maximum: they tell nobody apart."""
    there = [share for share in shares if not np.isnan(share)]
    return len(there) > 1 and 2 * sum(share >= 1 - SATURATED for share in there) > len(there)
