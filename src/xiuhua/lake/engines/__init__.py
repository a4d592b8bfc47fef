"""One interface to ask the lake: the same ibis expression on DuckDB in the process and on Spark elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

__all__ = ["Engine", "EngineError", "open_engine"]


class EngineError(RuntimeError):
    """An engine that cannot be had; the text says what is missing."""


class Engine(Protocol):
    """What answers expressions over facts."""

    kind: str

    def table(self, fact: str, since: date | None = None, until: date | None = None) -> Any:
        """The rows of a fact as an ibis table, read only from partitions that meet the days; both are within."""

    def put(self, name: str, table: pa.Table) -> Any:
        """A table of memory as an ibis table, to be joined with facts; the last one of a name stands."""

    def run(self, expr: Any) -> pa.Table:
        """The answer of an ibis expression, timestamps in microseconds."""


@contextmanager
def open_engine(kind: str = "duckdb", root: Path | None = None, **options: Any) -> Iterator[Engine]:
    """An engine over the lake at ``root`` (the setting LAKE_DIR where None is given). Raises ``EngineError``."""
    from xiuhua.lake.layouts import lake_folder

    folder = root or lake_folder()
    if kind == "duckdb":
        from xiuhua.lake.engines.embedded import DuckDBEngine

        engine: Any = DuckDBEngine(folder, **options)
    elif kind == "spark":
        from xiuhua.lake.engines.spark import SparkEngine

        engine = SparkEngine(folder, **options)
    else:
        raise EngineError(f"there is no engine {kind}: choose duckdb or spark")
    try:
        yield engine
    finally:
        engine.close()
