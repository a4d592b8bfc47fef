"""The three things that "100 %" can mean, each with the figures that it rests on. Pure; words come from the pages.

* no failure seen: every check that was made passed. Says nothing of what was not looked at; the bound does.
* demonstrated level: the lower bound is not below the level that was promised.
* restored in time: no failure that was found stayed open beyond its limit.
"""

from dataclasses import dataclass
from math import isnan
from typing import Literal

from xiuhua.foundation.estimators.errors import EstimateError
from xiuhua.foundation.estimators.shares import zero_failure_bound, zero_failure_size
from xiuhua.foundation.worktime import gettext_noop

type Kind = Literal["no_failure", "level", "restored"]


@dataclass(frozen=True)
class Statement:
    """Whether it holds (None: too little to say), and of what: ``passed`` of ``n``, the bound, the level asked for.

    ``bound`` is a share that is reached with confidence ``confidence`` on one side. ``needed`` says how many
    independent checks without failure would show the level.
    """

    kind: Kind
    holds: bool | None
    passed: float
    n: float
    bound: float | None = None
    confidence: float = 0.95
    level: float | None = None
    needed: int | None = None


def no_failure(passed: int, n: int, n_eff: float | None = None, confidence: float = 0.95) -> Statement:
    """``passed`` of ``n`` checks, worth ``n_eff`` independent ones (NaN: nobody can tell, so there is no bound).

    The bound is that of checks without a failure; where one failed there is none.
    """
    _counts(passed, n)
    if not n:
        return Statement("no_failure", None, 0, 0, confidence=confidence)
    holds = passed == n
    worth = n if n_eff is None else n_eff
    bound = float(zero_failure_bound(worth, confidence)) if holds and not isnan(worth) else None
    return Statement("no_failure", holds, passed, n, bound, confidence)


def level(bound: float | None, p0: float, passed: int, n: int, confidence: float = 0.95) -> Statement:
    """Whether the lower ``bound`` of the share reaches ``p0``; None for a bound that nobody can tell."""
    _counts(passed, n)
    needed = zero_failure_size(p0, confidence)
    holds = None if bound is None else bound >= p0
    return Statement("level", holds, passed, n, bound, confidence, p0, needed)


def restored(in_time: int, due: int) -> Statement:
    """``in_time`` of ``due`` failures whose limit has passed were put right within it; open ones count as late."""
    _counts(in_time, due)
    return Statement("restored", in_time == due if due else None, in_time, due)


def _counts(part: int, whole: int) -> None:
    if not 0 <= part <= whole:
        raise EstimateError(gettext_noop("A count is below 0 or above the number it is a part of."))
