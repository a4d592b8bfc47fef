"""Every indicator gives the same integers on DuckDB and on a Spark cluster of two workers, floats within 1e-9."""

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from django.db import connection
from tests.bench.indicators import END, START, cases, checks, district_of_seven_towns, positions

from xiuhua.foundation.indicators import indicators
from xiuhua.lake.engines import open_engine
from xiuhua.lake.engines.spark import missing
from xiuhua.lake.layouts import layout_of
from xiuhua.lake.measures import count
from xiuhua.lake.partitions import put
from xiuhua.taskbook.measuring import Lens
from xiuhua.taskbook.months import months_between

pytestmark = [
    pytest.mark.django_db, pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing()),
    pytest.mark.skipif(connection.vendor == "postgresql", reason="the lake is the same beside any database; once is enough"),
    # Spark leaves its sockets to the garbage and speaks to pandas and Arrow in words of before.
    pytest.mark.filterwarnings("default"),
]  # fmt: skip
CASES, MONTHS = 30_000, 4


def test_all_indicators_agree():
    district, random = district_of_seven_towns(), np.random.default_rng(3)
    months = months_between(START.date() + timedelta(days=1), (END - timedelta(days=1)).date())[-MONTHS:]
    for fact, rows in (("case", cases(random, CASES)), ("check", checks(random, CASES))):
        late = rows.filter(pc.greater_equal(rows["day"], pa.scalar(months[0])))
        put(layout_of(fact), late.to_batches(), whole=True)
    for day in range(40):
        positions(random, layout_of("ping"), END - timedelta(days=40 - day), 500)
    found = {}
    for kind, options in (("duckdb", {}), ("spark", {"master": "local-cluster[2,1,1024]"})):
        with open_engine(kind, **options) as engine:
            lens = Lens(engine, district, months, END, ("town", "unit"))
            found[kind] = {
                one.indicator.key: one for one in count(engine, indicators().values(), lens.look(), lens.kinds)
            }
    assert set(found["duckdb"]) == set(found["spark"]) == set(indicators())
    assert len(found["duckdb"]["closing_rate"].table) > 500
    for key, one in found["duckdb"].items():
        keys = [(name, "ascending") for name in ("month", *one.dimensions)]
        left, right = one.table.sort_by(keys), found["spark"][key].table.sort_by(keys)
        whole = [name for name in left.column_names if name != "squares"]
        assert left.select(whole).equals(right.select(whole).cast(left.select(whole).schema)), key
        np.testing.assert_allclose(left["squares"].to_numpy(), right["squares"].to_numpy(), rtol=1e-9)
