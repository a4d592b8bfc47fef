"""The same expressions give the same integers on DuckDB and on a Spark cluster of two workers."""

from datetime import UTC, datetime

import ibis
import numpy as np
import pyarrow as pa
import pytest

from xiuhua.lake.engines import open_engine
from xiuhua.lake.engines.spark import missing
from xiuhua.lake.instants import epoch_days, epoch_seconds
from xiuhua.lake.layouts import layout_of
from xiuhua.lake.partitions import put
from xiuhua.lake.streams import PING

pytestmark = [
    pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing()),
    # Spark leaves its sockets to the garbage and speaks to pandas and Arrow in words of before.
    pytest.mark.filterwarnings("default"),
]  # fmt: skip
ROWS = 100_000


def draw():
    random = np.random.default_rng(7)
    seconds = np.sort(random.integers(0, 3 * 86_400, ROWS))
    base = int(datetime(2026, 2, 28, tzinfo=UTC).timestamp() * 1_000_000)
    return pa.table({
        "district": pa.array(np.where(random.random(ROWS) < 0.5, "990001", "990002")),
        "vehicle": pa.array([f"v{n}" for n in random.integers(0, 40, ROWS)]),
        "at": pa.array(base + seconds * 1_000_000 + random.integers(0, 1_000_000, ROWS), pa.timestamp("us", tz="UTC")),
        "lon_e7": pa.array(random.integers(1_200_000_000, 1_202_000_000, ROWS), pa.int32()),
        "lat_e7": pa.array(random.integers(316_000_000, 318_000_000, ROWS), pa.int32()),
        "speed_cms": pa.array(random.integers(0, 2000, ROWS), pa.int32()),
        "heading_cdeg": pa.array(random.integers(0, 36_000, ROWS), pa.int32(), mask=random.random(ROWS) < 0.1),
        "working": pa.array(random.random(ROWS) < 0.4),
    }, schema=PING.schema)  # fmt: skip


def heavy(table):
    """Passes by vehicle: a new one after a silence of ten minutes; metres, seconds and mean speed of each day."""
    window = ibis.window(group_by="vehicle", order_by=["at", "lon_e7", "lat_e7"])
    second = epoch_seconds(table.at)
    steps = table.mutate(second=second, gap=(second - second.lag().over(window)).fill_null(0))
    day = epoch_days(steps.at)
    return (
        steps.mutate(day=day, begins=ibis.ifelse(steps.gap > 600, 1, 0))
        .group_by(["district", "vehicle", "day"])
        .aggregate(
            n=lambda t: t.count(), working=lambda t: t.working.cast("int64").sum(), passes=lambda t: t.begins.sum(),
            speed=lambda t: t.speed_cms.sum(), mean=lambda t: t.speed_cms.mean(),
            fastest=lambda t: t.speed_cms.max(), turned=lambda t: t.heading_cdeg.count(), last=lambda t: t.at.max(),
        )
        .order_by(["district", "vehicle", "day"])
    )  # fmt: skip


def test_spark_and_duckdb_agree(lake_folder):
    put(layout_of("ping"), draw().to_batches())
    since, until = datetime(2026, 2, 28, tzinfo=UTC).date(), datetime(2026, 3, 1, tzinfo=UTC).date()
    answers = []
    for kind, options in (("duckdb", {}), ("spark", {"master": "local-cluster[2,1,1024]", "memory": "1g"})):
        with open_engine(kind, **options) as engine:
            answers.append(engine.run(heavy(engine.table("ping", since, until))))
            assert len(engine.run(engine.table("case").limit(5))) == 0
    here, there = answers
    assert here.num_rows == there.num_rows > 100
    for name in ("district", "vehicle", "day", "n", "working", "passes", "speed", "fastest", "turned"):
        assert here[name].to_pylist() == there[name].to_pylist(), name
    assert [t.replace(tzinfo=UTC) for t in here["last"].to_pylist()] == [
        t.replace(tzinfo=UTC) for t in there["last"].to_pylist()
    ]
    np.testing.assert_allclose(here["mean"].to_numpy(), there["mean"].to_numpy(), rtol=1e-9)
    assert sum(here["n"].to_pylist()) < ROWS
