"""The sequential test of a living room: seasons, how a test stands, what is left of it. Pure.

A season is a quarter, written ``2024-2``. Results come in the order in which the squares were seen; the test ends at
the first that decides, and what comes after it is not counted. The share of failures at that moment is biased by the
rule that stops the test: it decides, and no index may be fed from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from xiuhua.foundation.estimators.acceptance import Sequential

# Source of good, bad and the risks: the proposal of inspection, 2 % and 10 % failing with risks of 5 %. With this limit
# the mean numbers of checks are those of that proposal (39, 54, 66, 37, 21 at 0.5, 2, 5, 10, 15 % failing).
GOOD, BAD, RISK, LIMIT = 0.02, 0.10, 0.05, 120
_QUARTER = 3


@dataclass(frozen=True)
class Standing:
    """How a test stands: checks that counted, failures among them, ``passed`` (None: go on).

    ``to_pass`` and ``to_fail`` are the fewest further checks after which it can be passed or failed; None where it is
    decided, or can no longer end so.
    """

    checks: int
    failures: int
    passed: bool | None
    to_pass: int | None
    to_fail: int | None


def standing(test: Sequential, results: Sequence[bool]) -> Standing:
    """How ``test`` stands after ``results`` (True: the square passed)."""
    failures = 0
    for checks, passed in enumerate(results, start=1):
        failures += not passed
        accept, reject = test.numbers(checks)
        if failures <= accept or failures >= reject:
            return Standing(checks, failures, failures <= accept, None, None)
    return Standing(len(results), failures, None, *left(test, len(results), failures))


def left(test: Sequential, checks: int, failures: int) -> tuple[int | None, int | None]:
    """The fewest further checks to pass (none of them failing) and to fail (all of them failing).

    None where even that many as the limit allows do not lead there.
    """
    ahead = range(1, max(test.limit - checks, 0) + 1)
    to_pass = next((more for more in ahead if failures <= test.numbers(checks + more)[0]), None)
    to_fail = next((more for more in ahead if failures + more >= test.numbers(checks + more)[1]), None)
    return to_pass, to_fail


def season_of(day: date) -> str:
    """Year and quarter of a day: ``2024-2``."""
    return f"{day.year}-{(day.month - 1) // _QUARTER + 1}"


def season_days(season: str) -> tuple[date, date]:
    """First and last day of a season. Raises ``ValueError`` for what is none."""
    year, _dash, quarter = season.partition("-")
    if not (len(year) == len("2024") and year.isascii() and year.isdecimal() and quarter in {"1", "2", "3", "4"}):
        raise ValueError(f"{season!r} is no season: write year and quarter, like 2024-2")
    first = date(int(year), (int(quarter) - 1) * _QUARTER + 1, 1)
    # A quarter has 90 to 92 days.
    return first, (first + timedelta(days=93)).replace(day=1) - timedelta(days=1)
