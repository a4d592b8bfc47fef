"""Partitions: a row replaces the one with its key, only what is touched is written, readers never see half."""

import threading
from datetime import UTC, date, datetime, timedelta

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiuhua.lake.partitions import Layout, files, put

SCHEMA = pa.schema([
    pa.field("id", pa.string(), nullable=False), pa.field("day", pa.date32(), nullable=False),
    pa.field("value", pa.int64(), nullable=False),
])  # fmt: skip


def layout(root):
    return Layout(root, "thing", "month", "day", ("id",), SCHEMA)


def batch(*rows):
    ids, days, values = zip(*rows, strict=True)
    return pa.RecordBatch.from_arrays([pa.array(ids), pa.array(days, pa.date32()), pa.array(values)], schema=SCHEMA)


def read(here):
    return {row["id"]: row["value"] for path in files(here) for row in pq.read_table(path).to_pylist()}


def test_rows_go_to_the_file_of_their_month(tmp_path):
    here = layout(tmp_path)
    rows, names = put(
        here, [batch(("a", date(2025, 1, 31), 1), ("b", date(2025, 2, 1), 2)), batch(("c", date(2024, 12, 5), 3))]
    )
    assert (rows, names) == (3, ["month=2024-12", "month=2025-01", "month=2025-02"])
    assert [path.parent.name for path in files(here, date(2025, 1, 15), date(2025, 2, 3))] == names[1:]
    assert [path.parent.name for path in files(here, until=date(2024, 12, 31))] == names[:1]


def test_late_rows_write_only_their_partition(tmp_path):
    here = layout(tmp_path)
    put(here, [batch(("a", date(2025, 1, 1), 1), ("b", date(2025, 2, 1), 2))])
    before = [path.stat().st_mtime_ns for path in files(here)]
    _rows, names = put(here, [batch(("z", date(2025, 1, 9), 9))])
    after = [path.stat().st_mtime_ns for path in files(here)]
    assert names == ["month=2025-01"]
    assert before[1] == after[1]
    assert read(here) == {"a": 1, "b": 2, "z": 9}


def test_what_a_killed_writer_left_is_cleared_and_hurts_nobody(tmp_path):
    here = layout(tmp_path)
    put(here, [batch(("a", date(2025, 1, 1), 1))])
    left = here.folder / ".new-of-somebody"
    left.mkdir()
    (left / "month=2025-01.arrow").write_bytes(b"half")
    (here.folder / "month=2025-01" / ".part-0.parquet.new").write_bytes(b"half")
    assert read(here) == {"a": 1}
    put(here, [batch(("b", date(2025, 1, 1), 2))])
    assert not left.exists()
    assert read(here) == {"a": 1, "b": 2}


def test_what_fails_in_the_middle_changes_nothing(tmp_path):
    here = layout(tmp_path)
    put(here, [batch(("a", date(2025, 1, 1), 1))])

    def broken():
        yield batch(("a", date(2025, 1, 1), 5))
        raise OSError("the database went away")

    with pytest.raises(OSError, match="went away"):
        put(here, broken())
    assert read(here) == {"a": 1}


def test_all_rows_anew_leave_nothing_of_before(tmp_path):
    here = layout(tmp_path)
    put(here, [batch(("a", date(2025, 1, 1), 1), ("b", date(2025, 3, 1), 1))])
    put(here, [batch(("c", date(2025, 1, 1), 1))], whole=True)
    assert read(here) == {"c": 1}


def test_two_writers_at_once_both_write(tmp_path):
    here = layout(tmp_path)
    jobs = [threading.Thread(target=put, args=(here, [batch((f"r{n}", date(2025, 1, 1), n))])) for n in range(4)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert read(here) == {f"r{n}": n for n in range(4)}


def test_times_are_microseconds_in_utc_and_open_as_they_are(tmp_path):
    schema = pa.schema([pa.field("v", pa.string()), pa.field("at", pa.timestamp("us", tz="UTC"))])
    here = Layout(tmp_path, "ping", "day", "at", ("v", "at"), schema)
    noon = datetime(2025, 3, 1, 23, 59, 59, 123456, tzinfo=UTC)
    put(
        here,
        [
            pa.RecordBatch.from_arrays(
                [pa.array(["x", "x"]), pa.array([noon, noon + timedelta(seconds=1)], schema.field("at").type)],
                schema=schema,
            )
        ],
    )
    paths = files(here)
    assert [path.parent.name for path in paths] == ["day=2025-03-01", "day=2025-03-02"]
    assert pq.read_schema(paths[0]).field("at").type == pa.timestamp("us", tz="UTC")
    rows = duckdb.sql(f"SELECT epoch_us(\"at\") FROM read_parquet('{paths[0]}')").fetchall()
    assert rows == [(int(noon.timestamp()) * 1_000_000 + 123456,)]
    pandas = pytest.importorskip("pandas")
    assert pandas.read_parquet(paths[0])["at"].iloc[0].microsecond == 123456


CHANGES = st.lists(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 99)), min_size=1, max_size=6), min_size=1, max_size=5
)


@settings(max_examples=15, deadline=None)
@given(CHANGES)
def test_putting_again_changes_nothing_and_the_last_row_of_a_key_stands(tmp_path_factory, changes):
    here, truth = layout(tmp_path_factory.mktemp("lake")), {}
    for change in changes:
        rows = [(f"k{key}", date(2025, 1 + key % 3, 1), value) for key, value in change]
        truth |= {name: value for name, _day, value in rows}
        for _again in range(2):
            put(here, [batch(*rows)])
    assert read(here) == truth
