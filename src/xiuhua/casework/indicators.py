"""The evaluation indicators of casework: what each case adds to numerator and denominator. Words in the YAML file.

Pure computation over the facts of cases: every function takes the table and the period and gives two arrays.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from xiuhua.casework.states import DESK
from xiuhua.foundation.geometry import metres_per_degree
from xiuhua.foundation.indicators import Indicator, Kernel, Period, register

type Floats = npt.NDArray[np.float64]
type Bools = npt.NDArray[np.bool_]
type Pair = tuple[Floats, Floats]

AGAIN_DAYS, AGAIN_M = 30, 50.0
_FIXED = "fixed"
_US = 1_000_000


def filing_rate(table: pa.Table, period: Period) -> Pair:
    """Filed of those on which the desk decided."""
    base = _within(table, "reported_at", period) & _has(table, "decided_at") & (_text(table, "state") != "merged")
    return _share(base, _has(table, "filed_at"))


def filing_on_time(table: pa.Table, period: Period) -> Pair:
    """Answered within the limit of the desk."""
    base, quick = _desk(table, "reported_at", "answered_at", period)
    return _share(base, quick)


def dispatch_on_time(table: pa.Table, period: Period) -> Pair:
    """Dispatched within the limit of the desk after filing."""
    base, quick = _desk(table, "filed_at", "dispatched_at", period)
    return _share(base & (_text(table, "state") != "merged"), quick)


def dispatch_correct(table: pa.Table, period: Period) -> Pair:
    """Dispatched once, to a unit that took it."""
    base = _within(table, "filed_at", period) & _has(table, "dispatched_at")
    return _share(base, (_number(table, "refusals") == 0) & (_number(table, "redispatches") == 0))


def first_response(table: pa.Table, period: Period) -> Pair:
    """Minutes to the first step of the desk."""
    base = _within(table, "reported_at", period)
    start, now = _time(table, "reported_at"), _us(period.now)
    answered = np.where(_has(table, "answered_at"), _time(table, "answered_at"), now)
    return np.where(base, (answered - start) / (60 * _US), 0.0), base.astype(np.float64)


def handling_on_time(table: pa.Table, period: Period) -> Pair:
    """Handed back by the deadline, of all that fell due: open overdue cases count, closed unfixed is not handled."""
    unfixed = (_text(table, "state") == "closed") & ~_fixed(table)
    return _share(_due(table, period), _in_time(table, period) & ~unfixed)


def handling_time(table: pa.Table, period: Period) -> Pair:
    """Hours from dispatch to the last handing back."""
    base = _within(table, "closed_at", period) & _has(table, "handed_back_at") & _has(table, "dispatched_at")
    hours = (_time(table, "handed_back_at") - _time(table, "dispatched_at")) / (3600 * _US)
    return np.where(base, hours, 0.0), base.astype(np.float64)


def closing_rate(table: pa.Table, period: Period) -> Pair:
    """Closed as fixed, of all that fell due."""
    return _share(_due(table, period), _fixed(table))


def closing_on_time(table: pa.Table, period: Period) -> Pair:
    """Closed as fixed and handed back in time, of all that fell due."""
    return _share(_due(table, period), _fixed(table) & _in_time(table, period))


def urgent_closing_rate(table: pa.Table, period: Period) -> Pair:
    """Closed as fixed, of the urgent cases that fell due."""
    return _share(_due(table, period) & _flag(table, "urgent"), _fixed(table))


def overdue_rate(table: pa.Table, period: Period) -> Pair:
    """Overdue, of all that fell due."""
    return _share(_due(table, period), ~_in_time(table, period))


def extension_rate(table: pa.Table, period: Period) -> Pair:
    """Extended, of all that fell due."""
    return _share(_due(table, period), _number(table, "extensions") > 0)


def rework_rate(table: pa.Table, period: Period) -> Pair:
    """Sent back, of all that fell due."""
    return _share(_due(table, period), _number(table, "reworks") > 0)


def fixed_rate(table: pa.Table, period: Period) -> Pair:
    """Closed as fixed, of all that were closed."""
    return _share(_within(table, "closed_at", period), _fixed(table))


def reopening_rate(table: pa.Table, period: Period) -> Pair:
    """Reopened, of all that were closed or are open after reopening."""
    again = _number(table, "reopenings") > 0
    base = _within(table, "closed_at", period) | (again & _flag(table, "open") & _within(table, "reported_at", period))
    return _share(base, again)


def completion_rate(table: pa.Table, period: Period) -> Pair:
    """Closed as fixed, of all that were reported and to be done."""
    base = _within(table, "reported_at", period) & ~np.isin(_text(table, "state"), ("rejected", "merged"))
    return _share(base, _fixed(table))


def satisfaction(table: pa.Table, period: Period) -> Pair:
    """Scores of the cases that were closed and rated."""
    base = _within(table, "closed_at", period) & _has(table, "score")
    return np.where(base, _number(table, "score"), 0.0), base.astype(np.float64)


def recurrence_rate(table: pa.Table, period: Period) -> Pair:
    """Fixed cases near which the same arose again within 30 days, of those since whose closing 30 days have passed.

    Cases are sorted into squares of 50 m by category, so that each is compared with its neighbours alone.
    """
    closed, window = _time(table, "closed_at"), AGAIN_DAYS * 86_400 * _US
    base = _within(table, "closed_at", period) & _fixed(table) & (closed + window <= _us(period.now))
    later = ~np.isin(_text(table, "state"), ("rejected", "merged"))
    x, y = _plane(table)
    category = np.unique(_text(table, "category"), return_inverse=True)[1]
    again = _recurred(np.flatnonzero(base), np.flatnonzero(later), x, y, category, closed, _time(table, "reported_at"))
    return _share(base, again)


def _recurred(
    fixed: npt.NDArray[np.intp], later: npt.NDArray[np.intp], x: Floats, y: Floats, category: npt.NDArray[np.intp],
    closed: npt.NDArray[np.int64], began: npt.NDArray[np.int64],
) -> Bools:  # fmt: skip
    """Whether one of ``later`` of the same category began near each of ``fixed`` within the days after its end."""
    found = np.zeros(len(x), dtype=np.bool_)
    if not len(fixed) or not len(later):
        return found
    column, row = np.floor(x / AGAIN_M).astype(np.int64), np.floor(y / AGAIN_M).astype(np.int64)
    wide = int(column.max() - column.min()) + 3
    column, row = column - column.min() + 1, row - row.min() + 1
    high = int(row.max()) + 2
    square = (category * high + row) * wide + column
    order = later[np.argsort(square[later], kind="stable")]
    squares = square[order]
    window = AGAIN_DAYS * 86_400 * _US
    for step_row in (-1, 0, 1):
        for step_column in (-1, 0, 1):
            wanted = square[fixed] + step_row * wide + step_column
            first, last = np.searchsorted(squares, wanted, "left"), np.searchsorted(squares, wanted, "right")
            counts = last - first
            one = np.repeat(fixed, counts)
            start = np.repeat(first - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
            other = order[start + np.arange(len(one))]
            near = np.hypot(x[one] - x[other], y[one] - y[other]) <= AGAIN_M
            after = began[other] - closed[one]
            found[one[near & (after > 0) & (after <= window) & (one != other)]] = True
    return found


def _plane(table: pa.Table) -> tuple[Floats, Floats]:
    """Places in metres on one plane for the whole table."""
    lon, lat = table["lon"].to_numpy(), table["lat"].to_numpy()
    east, north = metres_per_degree(float(np.mean(lat)) if len(lat) else 0.0)
    return lon * east, lat * north


def _due(table: pa.Table, period: Period) -> Bools:
    """Whether the deadline lies in the period and has passed."""
    passed = _has(table, "deadline") & (_time(table, "deadline") <= _us(period.now))
    return _within(table, "deadline", period) & passed & ~np.isin(_text(table, "state"), ("rejected", "merged"))


def _in_time(table: pa.Table, period: Period) -> Bools:
    """Whether the case was handed back by its deadline, or exempted. A clock that still runs past it is late."""
    running = _flag(table, "clock") & (_time(table, "deadline") < _us(period.now))
    waiting = np.isin(_text(table, "state"), ("reported", "check_filing", "filed", "suspended"))
    late = _flag(table, "overdue") | (_has(table, "deadline") & running)
    return (~late & ~waiting) | _flag(table, "exempt")


def _desk(table: pa.Table, start: str, end: str, period: Period) -> tuple[Bools, Bools]:
    """Cases of a desk: those that it answered or that wait too long; and whether it answered within its limit."""
    limit = int(DESK / timedelta(microseconds=1))
    begun, answered = _time(table, start), _has(table, end)
    base = _within(table, start, period) & (answered | (begun + limit < _us(period.now)))
    return base, answered & (_time(table, end) - begun <= limit)


def _fixed(table: pa.Table) -> Bools:
    found: Bools = (_text(table, "state") == "closed") & (_text(table, "closing_reason") == _FIXED)
    return found


def _share(base: Bools, good: Bools) -> Pair:
    return (base & good).astype(np.float64), base.astype(np.float64)


def _within(table: pa.Table, name: str, period: Period) -> Bools:
    at = _time(table, name)
    found: Bools = _has(table, name) & (at >= _us(period.start)) & (at < _us(period.end))
    return found


def _time(table: pa.Table, name: str) -> npt.NDArray[np.int64]:
    """Microseconds since the epoch; 0 where there is none."""
    return np.asarray(pc.fill_null(pc.cast(table[name], pa.int64()), 0).to_numpy(), dtype=np.int64)


def _has(table: pa.Table, name: str) -> Bools:
    return np.asarray(pc.is_valid(table[name]).to_numpy(), dtype=np.bool_)


def _text(table: pa.Table, name: str) -> npt.NDArray[np.str_]:
    return np.asarray(pc.fill_null(table[name], "").to_numpy(), dtype=np.str_)


def _number(table: pa.Table, name: str) -> Floats:
    return np.asarray(pc.fill_null(table[name], 0).to_numpy(), dtype=np.float64)


def _flag(table: pa.Table, name: str) -> Bools:
    return np.asarray(table[name].to_numpy(), dtype=np.bool_)


def _us(at: datetime) -> int:
    return int(at.timestamp() * _US)


KERNELS: dict[str, Callable[[pa.Table, Period], Pair]] = {
    kernel.__name__: kernel
    for kernel in (
        filing_rate, filing_on_time, dispatch_on_time, dispatch_correct, first_response, handling_on_time,
        handling_time, closing_rate, closing_on_time, urgent_closing_rate, overdue_rate, extension_rate, rework_rate,
        fixed_rate, reopening_rate, recurrence_rate, completion_rate, satisfaction,
    )
}  # fmt: skip


@cache
def described() -> dict[str, dict[str, Any]]:
    """What the YAML file says of each indicator."""
    data = yaml.safe_load((Path(__file__).parent / "indicators.yaml").read_text(encoding="utf-8"))
    return {key: {**data["defaults"], **entry} for key, entry in data["indicators"].items()}


def _declare(key: str, entry: dict[str, Any], kernel: Kernel) -> None:
    names = (
        "unit",
        "numerator",
        "denominator",
        "formula",
        "grain",
        "fact",
        "direction",
        "missing",
        "version",
        "source",
    )
    register(Indicator(key, entry["zh"], entry["en"], **{name: entry[name] for name in names}, kernel=kernel))


for _key, _entry in described().items():
    _declare(_key, _entry, KERNELS[_key])
