"""Indicators counted over the lake: one question for all that count the same rows by the same instant.

Sums come by month and dimension as whole numbers, so that those of towns add up to that of the district on any engine.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from xiuhua.foundation.indicators import Counted, Indicator, Look
from xiuhua.lake.engines import Engine

# What is summed of each indicator: numerator, denominator, how many rows count, squares of the numerator.
SUMS = {"numerator": pa.int64(), "denominator": pa.int64(), "n": pa.int64(), "squares": pa.float64()}
# What else is summed of one whose rows say how sure they are.
DESIGN = {"variance": pa.float64(), "df": pa.float64(), "alike": pa.float64(), "absent": pa.float64()}


@dataclass(frozen=True)
class Sums:
    """Of one indicator: rows of ``month`` (a number into the edges), the dimensions, and the sums."""

    indicator: Indicator
    dimensions: tuple[str, ...]
    table: pa.Table

    def by(self, dimension: str | None) -> pa.Table:
        """The sums by month and one dimension, or by month alone; rows of no group are left out."""
        keys = ["month", dimension] if dimension else ["month"]
        sums = [name for name in (*SUMS, *DESIGN) if name in self.table.column_names]
        found = self.table.select([*keys, *sums]).group_by(keys).aggregate([(name, "sum") for name in sums])
        found = found.rename_columns([name.removesuffix("_sum") for name in found.column_names])
        return found.filter(pc.is_valid(found[dimension])) if dimension else found


@dataclass(frozen=True)
class Amount:
    """What an indicator was of one group in one month; ``value`` as a ratio, None where the denominator is 0.

    The numerator is in the unit of the indicator; ``squares`` adds up squares of what single rows gave to it. The last
    four are those of a drawn sample: see ``foundation.indicators.Design``.
    """

    group: str
    month: int
    numerator: float
    denominator: int
    n: int
    squares: float
    variance: float = 0.0
    df: float = 0.0
    alike: float = 0.0
    absent: float = 0.0

    @property
    def value(self) -> float | None:
        """Numerator by denominator; none where a part of the whole is absent."""
        return self.numerator / self.denominator if self.denominator and not self.absent else None


def amounts(sums: Sums, dimension: str | None = None) -> list[Amount]:
    """The amounts of each group of ``dimension`` (of everything where None) by month, in order."""
    scale = sums.indicator.scale
    found = [
        Amount(
            row[dimension] if dimension else "", row["month"], row["numerator"] / scale, row["denominator"], row["n"],
            row["squares"] / scale**2, row.get("variance", 0.0) / scale**2,
            *(row.get(name, 0.0) for name in ("df", "alike", "absent")),
        )
        for row in sums.by(dimension).to_pylist()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.group, one.month))


def count(engine: Engine, chosen: Iterable[Indicator], look: Look, dimensions: Sequence[str] = ()) -> list[Sums]:
    """The sums of each of ``chosen`` by month and those of ``dimensions`` that its rows have."""
    together: dict[Any, list[tuple[Indicator, Counted]]] = {}
    for indicator in chosen:
        counted = indicator.measure(look)
        key = (counted.rows.op(), counted.at.op() if counted.at is not None else None)
        together.setdefault(key, []).append((indicator, counted))
    found = [one for members in together.values() for one in _asked(engine, members, look, dimensions)]
    return sorted(found, key=lambda one: one.indicator.key)


def _asked(
    engine: Engine, members: list[tuple[Indicator, Counted]], look: Look, dimensions: Sequence[str]
) -> list[Sums]:
    rows, at = members[0][1].rows, members[0][1].at
    kept = tuple(name for name in dimensions if name in rows.columns)
    answer = engine.run(question(members, look, kept))
    found = []
    for number, (indicator, counted) in enumerate(members):
        columns = {name: answer[name] for name in ("month", *kept)}
        # A sum of nothing but 0.0 is a decimal on Spark.
        kinds = SUMS if counted.design is None else SUMS | DESIGN
        columns |= {name: answer[f"{name}_{number}"].cast(kind) for name, kind in kinds.items()}
        table = pa.table(columns)
        found.append(Sums(indicator, kept, table.filter(pc.greater(table["n"], 0)) if at is not None else table))
    return found


def question(members: list[tuple[Indicator, Counted]], look: Look, dimensions: Sequence[str]) -> Any:
    """The expression that answers for all ``members``, which share rows and instant."""
    rows, at = members[0][1].rows, members[0][1].at
    columns: dict[str, Any] = {} if at is None else {"month": month_of(at, look.edges)}
    for number, (_indicator, counted) in enumerate(members):
        columns[f"numerator_{number}"] = counted.numerator
        columns[f"denominator_{number}"] = counted.denominator
        columns[f"n_{number}"] = (counted.denominator > 0).cast("int64") if counted.n is None else counted.n
        columns[f"squares_{number}"] = 0.0 if counted.squares is None else counted.squares
        if counted.design is not None:
            columns |= {f"{name}_{number}": getattr(counted.design, name) for name in DESIGN}
    found = rows if at is None else rows.filter(at >= instant(look.edges[0]), at < instant(look.edges[-1]))
    found = found.mutate(**columns)
    sums: dict[str, Any] = {
        name: value
        for number in range(len(members))
        for name, value in (
            (f"numerator_{number}", found[f"numerator_{number}"].sum().cast("int64")),
            (f"denominator_{number}", found[f"denominator_{number}"].sum().cast("int64")),
            (f"n_{number}", found[f"n_{number}"].sum().cast("int64")),
            (f"squares_{number}", found[f"squares_{number}"].cast("float64").sum()),
        )
    }
    sums = sums | {
        f"{name}_{number}": found[f"{name}_{number}"].cast("float64").sum()
        for number, (_indicator, counted) in enumerate(members)
        if counted.design is not None
        for name in DESIGN
    }
    return found.group_by(["month", *dimensions]).aggregate(**sums)


def month_of(at: Any, edges: Sequence[datetime]) -> Any:
    """The number of the month in which an instant or a day of the district lies, by halving.

    What lies outside the edges has no meaning: filter it out.
    """
    return _halved(at, edges, 0, len(edges) - 1).cast("int64")


def _halved(at: Any, edges: Sequence[datetime], first: int, last: int) -> Any:
    if last - first == 1:
        return ibis.literal(first)
    middle = (first + last) // 2
    return ibis.ifelse(
        at < _like(at, edges[middle]), _halved(at, edges, first, middle), _halved(at, edges, middle, last)
    )


def _like(at: Any, edge: datetime) -> Any:
    return ibis.literal(edge.date()) if at.type().is_date() else instant(edge)


def instant(at: datetime) -> Any:
    """The instant as an expression."""
    return ibis.literal(at, type="timestamp('UTC', 6)")
