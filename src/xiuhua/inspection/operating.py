"""What a plan can tell, before it is made: operating curve, checks to tell two areas apart, what hours buy, allocation.

A share lies between 0 and 1. ``deff`` divides the number of checks: so many independent ones they are worth.
Sources: docs/rooms/inspection-planning.md; Cochran 1977, ch. 5 (Neyman 1934).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt

import numpy as np
import numpy.typing as npt
from scipy import special

from xiuhua.foundation.estimators import separating_size, zero_failure_bound
from xiuhua.foundation.estimators.acceptance import acceptance
from xiuhua.foundation.estimators.errors import TooFewError

type Floats = npt.NDArray[np.float64]

GRID = np.linspace(0, 0.15, 61)


def worth(checks: int, deff: float) -> int:
    """How many independent checks ``checks`` are worth, at least one where there is one."""
    return max(floor(checks / deff + 1e-9), min(checks, 1))


def curve(checks: int, accept: int, deff: float, failing: npt.ArrayLike = GRID) -> Floats:
    """The chance that an area of which ``failing`` truly fail passes with at most ``accept`` failures."""
    return np.asarray(acceptance(worth(checks, deff), accept, failing), dtype=np.float64)


def half_width(checks: int, passing: float, deff: float, level: float = 0.95, stratum: str = "-") -> float:
    """Expected half of the interval of a share; Wilson's on ``checks / deff``, which is honest near 1.

    Raises ``TooFewError`` for less than two checks: nothing can be said of how they differ.
    """
    if checks < 2:  # noqa: PLR2004
        raise TooFewError(stratum, checks)
    n = checks / deff
    z = float(special.ndtri(0.5 + level / 2))
    return z * sqrt(passing * (1 - passing) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)


def tell_apart(
    share: float, other: float, *, deff: float, pairs: int = 1, level: float = 0.95, power: float = 0.8
) -> int:
    """Checks that each of two areas needs for its share to be told from the other's; ``pairs`` are compared at once."""
    return ceil(separating_size(share, other, pairs=pairs, level=level, power=power) * deff)


@dataclass(frozen=True)
class Bought:
    """What hours buy: checks of a district and of each town, and how far an index may be off."""

    checks: int
    each_town: int
    district_half: float | None
    town_half: float | None
    # What all checks of the district passing would show.
    shown: float | None


def buys(
    hours: float, *, minutes: float, way_minutes: float, panel: float, towns: int, passing: float, deff: float,
    level: float = 0.95,
) -> Bought:  # fmt: skip
    """What ``hours`` of inspectors buy where a check takes ``minutes`` and the way to it ``way_minutes``.

    Of the checks the share ``panel`` feeds the index. A half width is None where there are less than two checks.
    """
    checks = floor(hours * 60 / (minutes + way_minutes) + 1e-9)
    drawn = floor(checks * panel + 1e-9)
    each = drawn // max(towns, 1)
    return Bought(
        checks, each,
        half_width(drawn, passing, deff, level) if drawn > 1 else None,
        half_width(each, passing, deff, level) if each > 1 else None,
        float(zero_failure_bound(drawn / deff, level)) if drawn else None,
    )  # fmt: skip


@dataclass(frozen=True)
class Allocations:
    """Checks of each stratum in proportion and after Neyman, and the share of the variance that Neyman saves."""

    proportional: Floats
    neyman: Floats
    saved: float


def allocations(weights: Sequence[float], passing: Sequence[float], checks: int) -> Allocations:
    """Compare ``n_h ~ W_h`` with ``n_h ~ W_h S_h`` for strata that pass at the shares ``passing``.

    Where everything passes everywhere nothing is saved: no stratum then differs from another.
    """
    share = np.asarray(weights, dtype=np.float64)
    share = share / share.sum()
    p = np.asarray(passing, dtype=np.float64)
    spread = np.sqrt(p * (1 - p))
    even = float((share * spread**2).sum()) / checks
    best = float((share * spread).sum()) ** 2 / checks
    wanted = share * spread
    neyman = checks * (wanted / wanted.sum() if wanted.sum() > 0 else share)
    return Allocations(checks * share, neyman, 1 - best / even if even > 0 else 0.0)
