"""Acceptance by counting failures: what a plan lets through, how large it must be, and the sequential test.

``acceptance(n, c, p)`` is the chance that an area of which the share ``p`` fails passes ``n`` checks with at most
``c`` failures (binomial; hours are sampled, so drawing without putting back is not at issue).

The sequential test is Wald's (1945) for "good" against "bad" shares of failures: after each check the log likelihood
ratio is compared with two limits. Truncated at ``limit`` checks it decides there for the nearer limit. Its
probabilities and mean number of checks are computed exactly, check by check. It accepts or rejects; the share it ends
with is biased and must not be fed into an index.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor, log

import numpy as np
import numpy.typing as npt
from scipy import special

from xiuhua.foundation.estimators.errors import EstimateError, Floats
from xiuhua.foundation.worktime import gettext_noop

_LARGEST = 100_000


@dataclass(frozen=True)
class Plan:
    """``n`` checks, accepted with at most ``c`` failures."""

    n: int
    c: int


def acceptance(n: npt.ArrayLike, c: npt.ArrayLike, failing: npt.ArrayLike) -> Floats:
    """Operating characteristic: the chance of at most ``c`` failures in ``n`` checks where ``failing`` truly fail."""
    checks = np.asarray(n)
    most = np.minimum(np.floor(np.asarray(c, dtype=np.float64)), checks)
    return np.asarray(special.bdtr(most, checks, np.asarray(failing, dtype=np.float64)))[()]


def size_for(c: int, bad: float, risk: float = 0.05) -> int:
    """The smallest n with which what fails at ``bad`` passes ``c`` failures with a chance of ``risk`` at most."""
    _shares(bad, risk)
    low, high = c + 1, c + 1
    while acceptance(high, c, bad) > risk:
        low, high = high + 1, 2 * high
        if high > _LARGEST:
            raise EstimateError(gettext_noop("No plan below %(n)s checks keeps these risks."), n=_LARGEST)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if acceptance(middle, c, bad) <= risk else (middle + 1, high)
    return low


def plan(good: float, bad: float, producer_risk: float = 0.05, consumer_risk: float = 0.05) -> Plan:
    """The smallest plan that passes what fails at ``good`` and stops what fails at ``bad``, each with its risk."""
    _order(good, bad)
    _shares(producer_risk, consumer_risk)
    for c in range(_LARGEST):
        n = size_for(c, bad, consumer_risk)
        if acceptance(n, c, good) >= 1 - producer_risk:
            return Plan(n, c)
    raise EstimateError(gettext_noop("No plan below %(n)s checks keeps these risks."), n=_LARGEST)


@dataclass(frozen=True)
class Sequential:
    """Wald's test of ``good`` against ``bad`` with its two risks, ended after ``limit`` checks at the latest."""

    good: float
    bad: float
    limit: int
    producer_risk: float = 0.05
    consumer_risk: float = 0.05

    def __post_init__(self) -> None:
        _order(self.good, self.bad)
        _shares(self.producer_risk, self.consumer_risk)
        if self.limit < 1:
            raise EstimateError(gettext_noop("A sequential test ends after one check at the earliest."))

    def numbers(self, checks: int) -> tuple[int, int]:
        """After ``checks``: accept at this many failures or fewer (-1: not yet), reject at that many or more."""
        failed, passed = log(self.bad / self.good), log((1 - self.bad) / (1 - self.good))
        accept, reject = (
            log(self.consumer_risk / (1 - self.producer_risk)),
            log((1 - self.consumer_risk) / self.producer_risk),
        )
        slope = failed - passed
        if checks >= self.limit:
            # Whichever limit is nearer.
            half = floor(((accept + reject) / 2 - checks * passed) / slope)
            return half, half + 1
        return max(-1, floor((accept - checks * passed) / slope)), ceil((reject - checks * passed) / slope)

    def decide(self, results: Sequence[bool]) -> bool | None:
        """What the checks say, in their order (True passed): accepted, rejected, or None: go on."""
        failures = 0
        for checks, passed in enumerate(results, start=1):
            failures += not passed
            accept, reject = self.numbers(checks)
            if failures <= accept:
                return True
            if failures >= reject:
                return False
        return None

    def characteristics(self, failing: float) -> tuple[float, float]:
        """The chance to be accepted and the mean number of checks where the share ``failing`` truly fails."""
        going = np.zeros(self.limit + 2)
        going[0] = 1.0
        accepted = checks_made = 0.0
        for checks in range(1, self.limit + 1):
            checks_made += float(going.sum())
            going[1:] = going[1:] * (1 - failing) + going[:-1] * failing
            going[0] *= 1 - failing
            accept, reject = self.numbers(checks)
            accepted += float(going[: accept + 1].sum())
            going[: accept + 1] = 0
            going[reject:] = 0
        return accepted, checks_made


class Severity(StrEnum):
    """How closely an area is looked at."""

    NORMAL = "normal"
    TIGHTENED = "tightened"
    REDUCED = "reduced"


# Our choice: reduced releases half of the visits, tightened adds half.
SIZES = {Severity.NORMAL: 1.0, Severity.TIGHTENED: 1.5, Severity.REDUCED: 0.5}


def severity(periods: Sequence[bool], clean: int = 5) -> Severity:
    """How closely to look after ``periods`` (True: passed), the oldest first; the switching idea of ISO 2859.

    A failed period tightens at once. ``clean`` passed ones in a row reduce, from tightened to normal first.
    """
    now, run = Severity.NORMAL, 0
    for passed in periods:
        run = run + 1 if passed else 0
        if not passed:
            now = Severity.TIGHTENED
        elif run == clean:
            now = Severity.NORMAL if now is Severity.TIGHTENED else Severity.REDUCED
            run = 0
    return now


def checks_of(level: Severity, normal: int, floor_of: int = 10) -> int:
    """Checks of a period; never below ``floor_of``, so that nobody can foresee that nobody comes."""
    return max(floor_of, ceil(normal * SIZES[level]))


def _shares(*values: float) -> None:
    for value in values:
        if not 0 < value < 1:
            raise EstimateError(gettext_noop("A share or a risk lies between 0 and 1, not at %(value)s."), value=value)


def _order(good: float, bad: float) -> None:
    _shares(good, bad)
    if good >= bad:
        raise EstimateError(
            gettext_noop("What is good must fail more rarely than what is bad: %(good)s is not below %(bad)s."),
            good=good,
            bad=bad,
        )
