"""Where the rows of a fact lie: one Parquet file a month or a day, replaced as a whole; pure files, no Django.

A partition is written beside the old one and put into its place in one step: whoever reads sees the old rows or the
new ones, and a writer that is killed leaves what was there. A row replaces the one with its key.
"""

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

NAME = "part-0.parquet"
# Rows of a group in a file: small enough to skip what a question does not ask for.
GROUP = 100_000
_PARTITION = re.compile(r"(?:month=(\d{4})-(\d{2})|day=(\d{4})-(\d{2})-(\d{2}))\Z")


@dataclass(frozen=True)
class Layout:
    """How a fact is cut: ``by`` is "month" or "day", ``column`` a date32 or a timestamp in UTC, ``key`` names a row."""

    root: Path
    fact: str
    by: str
    column: str
    key: tuple[str, ...]
    schema: pa.Schema

    @property
    def folder(self) -> Path:
        """Where the partitions lie."""
        return self.root / self.fact


def files(layout: Layout, since: date | None = None, until: date | None = None) -> list[Path]:
    """The files whose partition meets the days from ``since`` to ``until`` (both within), in order of time."""
    chosen = []
    for first, last, path in _partitions(layout):
        if (since is None or last >= since) and (until is None or first <= until):
            chosen.append(path)
    return chosen


def first_day(layout: Layout) -> date | None:
    """The first day of the first partition; None where there is none."""
    return next((first for first, _last, _path in _partitions(layout)), None)


def _partitions(layout: Layout) -> Iterator[tuple[date, date, Path]]:
    if not layout.folder.is_dir():
        return
    for folder in sorted(layout.folder.iterdir()):
        found = _PARTITION.match(folder.name)
        path = folder / NAME
        if found is None or not path.exists():
            continue
        year, month, *day = (int(part) for part in found.groups() if part)
        first = date(year, month, day[0] if day else 1)
        yield first, first if day else _last_of(first), path


def _last_of(first: date) -> date:
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def put(layout: Layout, batches: Iterable[pa.RecordBatch], *, whole: bool = False) -> tuple[int, list[str]]:
    """Put rows into their partitions; how many came, and which partitions were written anew.

    With ``whole`` the rows are all there are: what was there is not kept.

    Memory holds one batch and one partition at a time: rows wait in files of the temporary folder. Only one writer
    of a fact works at a time; a second one waits.
    """
    layout.folder.mkdir(parents=True, exist_ok=True)
    with _alone(layout), tempfile.TemporaryDirectory(dir=layout.folder, prefix=".new-") as spool:
        rows, names = _spooled(layout, batches, Path(spool))
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'; SET threads = 2")
            for name in names:
                _merge(layout, connection, name, Path(spool) / f"{name}.arrow", keep=not whole)
        if whole:
            for _first, _last, path in list(_partitions(layout)):
                if path.parent.name not in names:
                    shutil.rmtree(path.parent)
    return rows, names


@contextmanager
def _alone(layout: Layout) -> Iterator[None]:
    with (layout.folder / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for left in layout.folder.glob(".new-*"):  # of a writer that was killed
            shutil.rmtree(left, ignore_errors=True)
        yield


def _spooled(layout: Layout, batches: Iterable[pa.RecordBatch], spool: Path) -> tuple[int, list[str]]:
    """Sort the rows of ``batches`` by partition into one file each."""
    writers: dict[str, pa.RecordBatchFileWriter] = {}
    rows = 0
    try:
        for batch in batches:
            rows += batch.num_rows
            for name, part in _cut(layout, batch):
                if name not in writers:
                    writers[name] = pa.ipc.new_file(spool / f"{name}.arrow", layout.schema)
                writers[name].write_table(part)
    finally:
        for writer in writers.values():
            writer.close()
    return rows, sorted(writers)


def _cut(layout: Layout, batch: pa.RecordBatch) -> Iterator[tuple[str, pa.Table]]:
    table = pa.Table.from_batches([batch.cast(layout.schema)])
    names = pc.strftime(table[layout.column], f"{layout.by}={'%Y-%m' if layout.by == 'month' else '%Y-%m-%d'}")
    for name in pc.unique(names).to_pylist():
        yield name, table.filter(pc.equal(names, name))


def _merge(layout: Layout, connection: duckdb.DuckDBPyConnection, name: str, spooled: Path, *, keep: bool) -> None:
    """Write the partition ``name`` anew: what was there, less the keys that came again, and what came."""
    folder = layout.folder / name
    folder.mkdir(exist_ok=True)
    with pa.memory_map(str(spooled)) as source:
        fresh = pa.ipc.open_file(source).read_all()
    old = folder / NAME if keep and (folder / NAME).exists() else None
    merged = _without_repeats(layout, connection, fresh, old)
    beside = folder / f".{NAME}.new"
    pq.write_table(merged, beside, compression="zstd", row_group_size=GROUP, coerce_timestamps="us")
    with beside.open("rb") as written:
        os.fsync(written.fileno())
    beside.replace(folder / NAME)


def _without_repeats(
    layout: Layout, connection: duckdb.DuckDBPyConnection, fresh: pa.Table, old: Path | None
) -> pa.Table:
    key = ", ".join(f'"{name}"' for name in layout.key)
    columns = ", ".join(f'"{name}"' for name in layout.schema.names)
    connection.register("fresh", fresh)
    # Of rows with the same key in one batch the last stands, as if they had come one after the other.
    numbered = "SELECT *, row_number() OVER () AS came FROM fresh"
    last = f"row_number() OVER (PARTITION BY {key} ORDER BY came DESC) = 1"
    rows = f"SELECT {columns} FROM ({numbered}) QUALIFY {last}"  # noqa: S608 - names of our own columns
    if old is not None:
        connection.register("before", pq.read_table(old, schema=layout.schema))
        rows += f" UNION ALL SELECT {columns} FROM before ANTI JOIN fresh USING ({key})"  # noqa: S608
    try:
        return connection.sql(f"SELECT * FROM ({rows}) ORDER BY {key}").to_arrow_table().cast(layout.schema)  # noqa: S608
    finally:
        for name in ("fresh", "before")[: 1 + (old is not None)]:
            connection.unregister(name)
