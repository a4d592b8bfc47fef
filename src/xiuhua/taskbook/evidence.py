"""The records behind a figure: which counted in a month and group, and what each added by the measure itself."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xiuhua.city.models import District
from xiuhua.foundation.indicators import Indicator
from xiuhua.lake.engines import Engine
from xiuhua.taskbook.groups import DISTRICT

# The column that names a record, by what an indicator lets one drill to.
KEYS = {"case": "case"}
ALL, COUNTED, MISSED = "all", "counted", "missed"


@dataclass(frozen=True)
class Record:
    """One record: its key, when it counts, what it adds to the numerator (in the unit of the indicator)."""

    key: str
    at: datetime | date | None
    added: float


@dataclass(frozen=True)
class Records:
    """Some of the records, and the sums of all of them: what the figure would be today."""

    rows: list[Record]
    numerator: float
    denominator: int
    found: int


def has_records(indicator: Indicator) -> bool:
    """Whether single records of the indicator can be named."""
    return indicator.evidence.get("drill") in KEYS


def records(
    engine: Engine, district: District, indicator: Indicator, month: date, group: tuple[str, str], *, now: datetime,
    which: str = ALL, limit: int = 200, offset: int = 0,
) -> Records:  # fmt: skip
    """The records of a ``group`` (scope and code) in ``month``, as seen at ``now``; ``which`` all, counted or missed.

    ``found`` is how many there are of ``which``. Raises ``LookupError`` for an indicator that names no records, and for
    a scope that its rows do not have.
    """
    # Whoever serves pages need not hold what counts: it loads when somebody asks for records.
    from xiuhua.taskbook.measuring import Lens

    scope, code = group
    lens = Lens(engine, district, [month], now, kinds=() if scope == DISTRICT else (scope,))
    look = lens.look()
    counted = indicator.measure(look)
    key = KEYS.get(indicator.evidence.get("drill", ""))
    if key is None or counted.at is None or key not in counted.rows.columns:
        raise LookupError(f"{indicator.key} names no single records")
    if scope != DISTRICT and scope not in counted.rows.columns:
        raise LookupError(f"{indicator.key} is not counted by {scope}")
    rows = counted.rows.mutate(at_=counted.at, added_=counted.numerator, base_=counted.denominator)
    start, end = look.edges[0], look.edges[1]
    rows = rows.filter(rows.at_ >= start, rows.at_ < end, rows.base_ > 0)
    if scope != DISTRICT:
        rows = rows.filter(rows[scope] == code)
    sums = engine.run(rows.aggregate(numerator=rows.added_.sum(), denominator=rows.base_.sum())).to_pylist()[0]
    if which != ALL:
        rows = rows.filter(rows.added_ > 0 if which == COUNTED else rows.added_ == 0)
    found = engine.run(rows.aggregate(n=rows.count())).to_pylist()[0]["n"]
    some = rows.order_by([rows.at_, rows[key]]).limit(limit, offset=offset).select(key, "at_", "added_")
    return Records(
        [_record(row, key, indicator.scale) for row in engine.run(some).to_pylist()],
        (sums["numerator"] or 0) / indicator.scale, int(sums["denominator"] or 0), int(found),
    )  # fmt: skip


def _record(row: dict[str, Any], key: str, scale: int) -> Record:
    return Record(str(row[key]), row["at_"], row["added_"] / scale)
