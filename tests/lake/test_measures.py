"""Counting over the lake: months on the clock of a district, ratios of sums, what belongs to no group."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiuhua.foundation.indicators import Counted, Indicator, Look
from xiuhua.lake.engines.embedded import MemoryEngine
from xiuhua.lake.measures import amounts, count, month_of

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
ROWS = pa.schema(
    [("at", pa.timestamp("us", tz="UTC")), ("good", pa.int64()), ("all", pa.int64()), ("town", pa.string())]
)


def edges(zone, *months):
    return tuple(datetime(2026, month, 1, tzinfo=zone) for month in months)


def share(look):
    rows = look.table("rows")
    return Counted(rows, rows.at, rows.good, rows.all)


def indicator(key="share", measure=share, **more):
    return Indicator(key, "room", 1, "比", "Share", "%", "up", "share", ("rows",), "good", "all", "good / all", "none",
                     "us", "desk", date(2026, 1, 1), measure, estimator="wilson", **more)  # fmt: skip


def counted(rows, look_edges, by=None, chosen=None, dimensions=("town",)):
    with closing(MemoryEngine({"rows": pa.Table.from_pylist(rows, schema=ROWS)})) as engine:
        look = Look(engine.table, datetime(2026, 12, 1, tzinfo=UTC), look_edges)
        return [amounts(one, by) for one in count(engine, chosen or [indicator()], look, dimensions)]


def row(at, good, everything, town="a"):
    return {"at": at, "good": good, "all": everything, "town": town}


def test_the_district_is_the_ratio_of_sums_not_the_mean_of_the_ratios_of_its_towns():
    at = datetime(2026, 1, 5, tzinfo=UTC)
    rows = [row(at, 1, 1, "a"), *[row(at, 0, 1, "b")] * 9]
    (whole,), (towns,) = counted(rows, edges(SHANGHAI, 1, 2)), counted(rows, edges(SHANGHAI, 1, 2), "town")
    assert [one.value for one in towns] == [1.0, 0.0]
    assert whole[0].value == 0.1 != sum(one.value for one in towns) / 2
    assert (whole[0].numerator, whole[0].denominator, whole[0].n) == (1, 10, 10)


def test_a_month_begins_at_midnight_of_the_district():
    rows = [
        row(datetime(2026, 1, 31, 15, 59, 59, 999_999, tzinfo=UTC), 1, 1),
        row(datetime(2026, 1, 31, 16, tzinfo=UTC), 0, 1),
    ]
    (found,) = counted(rows, edges(SHANGHAI, 1, 2, 3))
    assert [(one.month, one.numerator) for one in found] == [(0, 1), (1, 0)]


def test_what_lies_outside_counts_nowhere_and_nothing_at_all_is_no_amount():
    rows = [row(datetime(2025, 12, 1, tzinfo=UTC), 1, 1), row(datetime(2026, 3, 5, tzinfo=UTC), 1, 1), row(None, 1, 1)]
    assert counted(rows, edges(SHANGHAI, 1, 2)) == [[]]
    assert counted([], edges(SHANGHAI, 1, 2)) == [[]]
    assert counted([row(datetime(2026, 1, 5, tzinfo=UTC), 0, 0)], edges(SHANGHAI, 1, 2)) == [[]]


def test_rows_of_no_town_count_for_the_district_alone():
    rows = [row(datetime(2026, 1, 5, tzinfo=UTC), 1, 1, None), row(datetime(2026, 1, 5, tzinfo=UTC), 1, 1)]
    (whole,), (towns,) = counted(rows, edges(SHANGHAI, 1, 2)), counted(rows, edges(SHANGHAI, 1, 2), "town")
    assert whole[0].denominator == 2
    assert [(one.group, one.denominator) for one in towns] == [("a", 1)]


def test_a_scale_turns_seconds_into_minutes_and_squares_follow():
    def seconds(look):
        rows = look.table("rows")
        return Counted(rows, rows.at, rows.good, rows.all, rows.good.cast("float64") ** 2)

    rows = [row(datetime(2026, 1, 5, tzinfo=UTC), 120, 1), row(datetime(2026, 1, 6, tzinfo=UTC), 60, 1)]
    (found,) = counted(rows, edges(SHANGHAI, 1, 2), chosen=[indicator(measure=seconds, scale=60)])
    assert (found[0].numerator, found[0].value, found[0].squares) == (3, 1.5, 5)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 360 * 86_400 - 1), min_size=1, max_size=30), st.sampled_from([SHANGHAI, BERLIN]))
def test_months_are_those_of_the_calendar_in_any_zone(seconds, zone):
    start = datetime(2026, 1, 1, tzinfo=zone)
    instants = [start.astimezone(UTC) + timedelta(seconds=one) for one in seconds]
    table = pa.table({"at": pa.array(instants, pa.timestamp("us", tz="UTC"))})
    limits = (*edges(zone, *range(1, 13)), datetime(2027, 1, 1, tzinfo=zone))
    with closing(MemoryEngine({"rows": table})) as engine:
        rows = engine.table("rows")
        found = engine.run(rows.select("at", month=month_of(rows.at, limits)))
    assert all(
        month == at.astimezone(zone).month - 1
        for at, month in zip(found["at"].to_pylist(), found["month"].to_pylist(), strict=True)
    )


def test_a_measure_of_months_of_its_own_says_how_many_its_rows_stand_for():
    def stock(look):
        rows = look.table("rows").mutate(month=ibis.literal(0, type="int64"))
        return Counted(rows, None, rows.good, rows.all, n=rows.all)

    (found,) = counted([row(None, 3, 5)], edges(SHANGHAI, 1, 2), chosen=[indicator(measure=stock)])
    assert (found[0].numerator, found[0].n) == (3, 5)


def test_indicators_of_the_same_rows_are_asked_in_one_question(monkeypatch):
    asked = []
    monkeypatch.setattr(MemoryEngine, "run", lambda _self, expr: asked.append(1) or expr.to_pyarrow())
    counted(
        [row(datetime(2026, 1, 5, tzinfo=UTC), 1, 1)], edges(SHANGHAI, 1, 2), chosen=[indicator(), indicator("other")]
    )
    assert len(asked) == 1


def test_an_unknown_dimension_is_left_out():
    found = counted([row(datetime(2026, 1, 5, tzinfo=UTC), 1, 1)], edges(SHANGHAI, 1, 2), dimensions=("grid",))
    assert found[0][0].denominator == 1
    with pytest.raises(KeyError):
        counted([row(datetime(2026, 1, 5, tzinfo=UTC), 1, 1)], edges(SHANGHAI, 1, 2), "grid")
