"""DuckDB inside the process: enough for a district, and nothing to install."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from xiuhua.lake.layouts import layout_of
from xiuhua.lake.partitions import files


class DuckDBEngine:
    """Answers expressions with DuckDB; ``memory`` as "2GB" and ``threads`` bound what it may take."""

    kind = "duckdb"

    def __init__(self, root: Path, *, memory: str = "2GB", threads: int = 2) -> None:
        self.root = root
        self.connection = duckdb.connect(config={"memory_limit": memory, "threads": threads})
        # No extension, no home folder, no time of this machine: answers depend on the files alone.
        self.connection.execute("SET TimeZone = 'UTC'; SET autoinstall_known_extensions = false")
        self.connection.execute("SET autoload_known_extensions = false; SET preserve_insertion_order = false")
        self.connection.execute("SET enable_progress_bar = false")
        self.backend = ibis.duckdb.from_connection(self.connection)
        self._empty = 0

    def table(self, fact: str, since: date | None = None, until: date | None = None) -> Any:
        """See ``Engine``."""
        layout = layout_of(fact, self.root)
        found = files(layout, since, until)
        if found:
            # What the folders are called is no column: a fact may have one of that name.
            return self.backend.read_parquet([str(path) for path in found], hive_partitioning=False)
        self._empty += 1
        name = f"empty_{fact}_{self._empty}"
        self.connection.register(name, layout.schema.empty_table())
        return self.backend.table(name)

    def put(self, name: str, table: pa.Table) -> Any:
        """See ``Engine``."""
        self.connection.register(name, table)
        return self.backend.table(name)

    def run(self, expr: Any) -> pa.Table:
        """See ``Engine``."""
        return expr.to_pyarrow()

    def close(self) -> None:
        """Let go of memory and files."""
        self.connection.close()


class MemoryEngine(DuckDBEngine):
    """Answers over facts that lie in memory, given by name: to count what is not in the lake yet."""

    def __init__(self, tables: Mapping[str, pa.Table], **options: Any) -> None:
        super().__init__(Path(), **options)
        self.tables = {name: self.put(name, table) for name, table in tables.items()}

    def table(self, fact: str, since: date | None = None, until: date | None = None) -> Any:
        """See ``Engine``; everything that was given, whatever the days."""
        return self.tables[fact]
