"""Instants as whole numbers, the same on every engine."""

from typing import Any


def epoch_seconds(instant: Any) -> Any:
    """Whole seconds since 1970 of an instant in UTC, cut off.

    Cut first: of half a second and more DuckDB makes the next one, Spark does not.
    """
    return instant.truncate("s").epoch_seconds()


def epoch_days(instant: Any, *, offset_s: int = 0) -> Any:
    """Whole days since 1970 on a clock that is ``offset_s`` seconds before UTC (China: 28,800)."""
    return ((epoch_seconds(instant) + offset_s) / 86_400).floor().cast("int64")
