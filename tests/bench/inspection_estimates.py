"""The index of 7 towns x 5 grades x 4 bands over 36 months from 180,000 checks, with every interval: under 1 s.

Beside it a plain loop over months, towns and strata with the estimator for one sample; both must say the same.
"""

import time

import numpy as np

from xiuhua.foundation.estimators.designs import mean
from xiuhua.foundation.estimators.survey_shares import korn_graubard
from xiuhua.inspection.estimates import Cells, Checks, areas, history, strata, together

TOWNS, GRADES, BANDS, MONTHS, CHECKS = 7, 5, 4, 36, 180_000
STRATA = TOWNS * GRADES * BANDS
LIMIT = 1.0


def made(random: np.random.Generator) -> tuple[Checks, np.ndarray, np.ndarray]:
    """Checks in walks of twelve, the weights of strata and the town of each."""
    area_of = np.repeat(np.arange(TOWNS), GRADES * BANDS)
    month = np.sort(random.integers(0, MONTHS, CHECKS))
    stratum = random.integers(0, STRATA, CHECKS)
    # A walk stays in a town, sees a dozen places, and has a day and an inspector of its own.
    walk = month * 10_000 + area_of[stratum] * 500 + random.integers(0, 60, CHECKS)
    level = np.clip(random.normal(0.95, 0.03, (MONTHS, STRATA)), 0.7, 1.0)
    value = (random.random(CHECKS) < level[month, stratum]).astype(float)
    whole = random.uniform(1e5, 1e7, STRATA)[None, :].repeat(MONTHS, axis=0)
    return Checks(month, stratum, walk, random.uniform(0.5, 2, CHECKS), value), whole, area_of


def all_at_once(checks: Checks, whole: np.ndarray, area_of: np.ndarray) -> tuple[Cells, Cells, Cells, np.ndarray]:
    """Strata, towns and district of every month, with intervals."""
    by_stratum, by_town = strata(checks, whole), areas(checks, whole, area_of, TOWNS)
    before = history(by_town.deff)
    district = together(by_town)
    by_stratum.interval(before[:, None])
    low, _high = by_town.interval(before[:, None])
    district.interval(before)
    by_town.n_eff(before[:, None])
    return by_stratum, by_town, district, low


def one_by_one(checks: Checks, whole: np.ndarray, area_of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same by loops, an estimate at a time."""
    values, lows = np.full((MONTHS, TOWNS), np.nan), np.full((MONTHS, TOWNS), np.nan)
    for month in range(MONTHS):
        here = checks.month == month
        for town in range(TOWNS):
            mine = here & (area_of[checks.stratum] == town)
            heavy = np.zeros(int(mine.sum()))
            for stratum in range(town * GRADES * BANDS, (town + 1) * GRADES * BANDS):
                rows = checks.stratum[mine] == stratum
                if rows.any():
                    weights = checks.weight[mine][rows]
                    heavy[rows] = weights * whole[month, stratum] / weights.sum()
                    if rows.sum() > 1:
                        korn_graubard(mean(checks.value[mine][rows], weights=weights), deff_history=2.5)
            found = mean(checks.value[mine], weights=heavy, clusters=checks.walk[mine])
            values[month, town] = found.value
            lows[month, town] = korn_graubard(found, deff_history=2.5)[0]
    return values, lows


def main() -> None:
    """Both in turns; the best of five and of two."""
    checks, whole, area_of = made(np.random.default_rng(5))
    quick, slow = [], []
    for _round in range(5):
        started = time.perf_counter()
        _strata, by_town, _district, low = all_at_once(checks, whole, area_of)
        quick.append(time.perf_counter() - started)
    for _round in range(2):
        started = time.perf_counter()
        values, lows = one_by_one(checks, whole, area_of)
        slow.append(time.perf_counter() - started)
    assert np.allclose(by_town.value, values)
    assert np.allclose(low, lows)
    word = "ok" if min(quick) <= LIMIT else "MISSED"
    print(
        f"{STRATA} strata x {MONTHS} months, {CHECKS:,} checks: {min(quick):.3f} s ({LIMIT:g} s) {word}; "
        f"plain loop {min(slow):.2f} s, {min(slow) / min(quick):.0f} times as long",
        flush=True,
    )
