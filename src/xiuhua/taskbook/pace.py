"""Will enough of what is built be accepted in time: from how long those took that were accepted.

Of an open project that is ``age`` days old and has ``left`` days, the chance is counted among those that lasted longer
than ``age`` and whose fate at ``age + left`` is known: accepted ones by their lead time, open ones that are older than
that. Half a success is added to one more project (Jeffreys), so that three lead times claim no certainty. Projects are
taken as independent; how many are accepted in time is then a sum of coins of different bias (Poisson binomial).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LEAST = 3


@dataclass(frozen=True)
class Pace:
    """How many will be accepted: ``expected`` and interval, the chance of the target, and the pace.

    ``needed`` and ``seen`` are acceptances per 30 days: until the deadline, and over the time looked back on. The
    figures but the pace are None with a ``reason`` where too few were accepted to know how long one takes.
    """

    expected: float | None
    low: int | None
    high: int | None
    probability: float | None
    needed: float
    seen: float
    reason: str = ""


def pace(
    target: int,
    lead_times: Sequence[float],
    ages: Sequence[float],
    left: float,
    looked_back: float,
    *,
    accepted: int | None = None,
    level: float = 0.8,
) -> Pace:
    """Whether ``target`` are accepted when ``left`` days have passed.

    ``lead_times`` in days from start to acceptance of those accepted, ``ages`` in days of those under way (0 for one
    that is to start today; one that is not begun cannot be finished), ``looked_back`` the days since the first start.
    ``accepted`` counts also those whose start is not known.
    """
    done = len(lead_times) if accepted is None else accepted
    short = max(0, target - done)
    needed = 30 * short / left if left > 0 else (0.0 if not short else float("inf"))
    seen = 30 * done / looked_back if looked_back > 0 else 0.0
    if not short:
        return Pace(float(done), done, done, 1.0, 0.0, seen)
    if left <= 0 or short > len(ages):
        # Not even all of those under way would do.
        return Pace(float(done), done, done + (len(ages) if left > 0 else 0), 0.0, needed, seen)
    if len(lead_times) < LEAST:
        return Pace(None, None, None, None, needed, seen, "too_few_accepted")
    chances = [chance(lead_times, ages, age, left) for age in ages]
    more = number_of(chances)
    total = np.cumsum(more)
    low, high = (int(np.searchsorted(total, each)) for each in ((1 - level) / 2, (1 + level) / 2))
    return Pace(done + sum(chances), done + low, done + high, float(more[short:].sum()), needed, seen)


def chance(lead_times: Sequence[float], ages: Sequence[float], age: float, left: float) -> float:
    """The chance that a project ``age`` days old is accepted within ``left`` days."""
    times, open_ages = np.asarray(lead_times, dtype=np.float64), np.asarray(ages, dtype=np.float64)
    lasted = times[times > age]
    in_time = int((lasted <= age + left).sum())
    known = lasted.size + int((open_ages >= age + left).sum())
    return (in_time + 0.5) / (known + 1)


def number_of(chances: Sequence[float]) -> npt.NDArray[np.float64]:
    """The chance of 0, 1, 2 ... successes of independent trials with these chances."""
    found = np.ones(1)
    for each in chances:
        found = np.convolve(found, (1 - each, each))
    return found
