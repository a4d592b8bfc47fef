"""Where a monthly series will stand at a later month, and how likely it reaches its target there.

What won on real series of cleanliness near a ceiling is the mean of the last 12 months with the plain interval of their
scatter; trends add error there. So a trend is only followed where the test of Mann and Kendall finds one (p < 0.01) in
12 to 36 months, and then it is damped: month k ahead adds ``slope * 0.9^k``, on the scale of log odds for a value
between two bounds, so that nothing above 100 % is ever promised. Fewer than 6 months give no forecast.

The interval is one of prediction, of the value of that month: ``t * s * sqrt(1 + 1/n)``; of a trend, with the doubt of
its slope: ``t * s * sqrt(1 + 1/n + d^2 / Sxx)``, d being the damped distance from the middle of the months used.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from xiuhua.taskbook.trend import mann_kendall, theil_sen

type Floats = npt.NDArray[np.float64]
type Direction = Literal["up", "down"]

LEAST, WINDOW, HISTORY = 6, 12, 36
SIGNIFICANT, DAMPING = 0.01, 0.9
# Nearest to a bound that log odds look, as a part of the distance between the bounds.
_EDGE = 0.005


@dataclass(frozen=True)
class Predicted:
    """A value expected, its interval, and how it was found: mean12, damped_trend; "" with the ``reason`` for none.

    ``middle``, ``spread`` and ``df`` are those of Student's t on the scale used: that of the values, or log odds
    between ``bounds`` where ``odds``. ``points`` months were used.
    """

    expected: float | None
    low: float | None
    high: float | None
    method: str
    reason: str = ""
    middle: float = 0.0
    spread: float = 0.0
    df: int = 0
    points: int = 0
    bounds: tuple[float, float] = (-np.inf, np.inf)
    odds: bool = False


def forecast(
    values: Sequence[float | None] | Floats,
    target_index: int | None = None,
    *,
    low: float | None = None,
    high: float | None = None,
    level: float = 0.8,
    periods_ahead: int | None = None,
) -> Predicted:
    """Predict a monthly series, oldest first, None or ``nan`` for a month without a value.

    The month asked for is either ``periods_ahead`` of the last of ``values`` or has the place ``target_index`` in their
    count (the first is 0). ``low`` and ``high`` bound the value, in the unit of the values.
    """
    series = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    ahead = _ahead(series.size, target_index, periods_ahead)
    bounds = (-np.inf if low is None else low, np.inf if high is None else high)
    months = np.flatnonzero(np.isfinite(series))
    months = months[months >= series.size - HISTORY]
    if months.size < LEAST:
        return Predicted(None, None, None, "", "too_few_points")
    if months.size >= WINDOW and mann_kendall(series[months]).p < SIGNIFICANT:
        return _damped(series, months, ahead, bounds, level)
    recent = series[months[months >= series.size - WINDOW]]
    if recent.size < LEAST:
        return Predicted(None, None, None, "", "too_few_recent_points")
    spread = float(recent.std(ddof=1)) * np.sqrt(1 + 1 / recent.size)
    return _predicted(f"mean{WINDOW}", float(recent.mean()), spread, recent.size - 1, recent.size, bounds, level)


def _ahead(size: int, target_index: int | None, periods_ahead: int | None) -> int:
    if target_index is None and periods_ahead is None:
        raise ValueError("say which month is asked for: target_index or periods_ahead")
    by_index = None if target_index is None else target_index - size + 1
    if None not in {by_index, periods_ahead} and by_index != periods_ahead:
        raise ValueError(f"target_index {target_index} lies {by_index} months ahead, not {periods_ahead}")
    ahead = by_index if periods_ahead is None else periods_ahead
    if ahead is None or ahead < 1:
        raise ValueError("the month asked for lies before the end of the series")
    return ahead


def _damped(
    series: Floats, months: npt.NDArray[np.intp], ahead: int, bounds: tuple[float, float], level: float
) -> Predicted:
    odds = bool(np.isfinite(bounds).all())
    used = _to_odds(series[months], bounds) if odds else series[months]
    # Missing months keep their distance: the slope is per month, not per observation.
    slope = theil_sen(used, months)
    off = used - slope * months
    start = float(np.median(off))
    scatter = float(np.sqrt(((off - start) ** 2).sum() / (months.size - 2)))
    steps = DAMPING * (1 - DAMPING**ahead) / (1 - DAMPING)
    place = months[-1] + steps
    apart = (place - months.mean()) ** 2 / ((months - months.mean()) ** 2).sum()
    spread = scatter * float(np.sqrt(1 + 1 / months.size + apart))
    return _predicted(
        "damped_trend", start + slope * float(place), spread, months.size - 2, months.size, bounds, level, odds=odds
    )


def _predicted(
    method: str,
    middle: float,
    spread: float,
    df: int,
    points: int,
    bounds: tuple[float, float],
    level: float,
    *,
    odds: bool = False,
) -> Predicted:
    half = float(special.stdtrit(df, (1 + level) / 2)) * spread
    ends = np.array([middle, middle - half, middle + half])
    expected, lowest, highest = np.clip(_from_odds(ends, bounds) if odds else ends, *bounds).tolist()
    return Predicted(expected, lowest, highest, method, "", middle, float(spread), df, points, bounds, odds)


def probability(predicted: Predicted, target: float, direction: Direction = "up") -> float | None:
    """How likely the value reaches ``target`` (at least it, or at most it for "down"); None without a forecast.

    A target beyond the bounds cannot be reached and one at the other bound is. Otherwise n months do not show a
    certainty: the chance stays within 1/(n + 2) of it (rule of succession).
    """
    if predicted.expected is None:
        return None
    low, high = predicted.bounds
    if direction == "up" and (target > high or target <= low):
        return float(target <= low)
    if direction == "down" and (target < low or target >= high):
        return float(target >= high)
    place = float(_to_odds(np.array([target]), predicted.bounds)[0]) if predicted.odds else target
    if predicted.spread > 0:
        below = float(special.stdtr(predicted.df, (place - predicted.middle) / predicted.spread))
        reached = 1 - below if direction == "up" else below
    else:
        reached = float(predicted.middle >= place if direction == "up" else predicted.middle <= place)
    doubt = 1 / (predicted.points + 2)
    return min(max(reached, doubt), 1 - doubt)


def _to_odds(values: Floats, bounds: tuple[float, float]) -> Floats:
    low, high = bounds
    return np.asarray(special.logit(np.clip((values - low) / (high - low), _EDGE, 1 - _EDGE)))


def _from_odds(odds: Floats, bounds: tuple[float, float]) -> Floats:
    low, high = bounds
    return np.asarray(low + (high - low) * special.expit(odds))
