"""Indicators of casework: what counts and what does not, published tables recomputed, and the engine's own cases."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.conftest import MONDAY
from xiuhua.casework.commands import casework
from xiuhua.casework.counting import Period, counted, period_of, table_of
from xiuhua.casework.facts import CASE
from xiuhua.casework.indicators import AGAIN_M, MEASURES
from xiuhua.foundation.geometry import metres_per_degree
from xiuhua.foundation.indicators import Look, indicators, shown
from xiuhua.lake.engines.embedded import MemoryEngine
from xiuhua.lake.measures import amounts, count

START = datetime(2026, 1, 1, tzinfo=UTC)
PERIOD = Period(START, datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


def day(number: float) -> datetime:
    return START + timedelta(days=number - 1)


def case(**columns):
    """A case reported on the 5th, due on the 10th, fixed in time and closed."""
    made = {
        "case": "1", "day": date(2026, 1, 5), "district": "990001", "town": "t", "community": None, "grid": None,
        "category": "events@1:0101", "kind": "event", "limit": 8, "limit_unit": "work_hour", "urgent": False,
        "state": "closed", "source": "web", "unit": "clean", "lon": 120.0, "lat": 31.7, "reported_at": day(5),
        "answered_at": day(5) + timedelta(minutes=5), "decided_at": day(5) + timedelta(minutes=5),
        "filed_at": day(5) + timedelta(minutes=5), "dispatched_at": day(5) + timedelta(minutes=9),
        "handed_back_at": day(8), "closed_at": day(9), "deadline": day(10), "closing_reason": "fixed",
        "overdue": False, "exempt": False, "hard": False, "extensions": 0, "suspensions": 0, "reworks": 0,
        "refusals": 0, "reopenings": 0, "appeals": 0, "redispatches": 0, "me_too": 0, "score": None, "version": 9,
        "changed_at": day(9),
    }  # fmt: skip
    made |= columns
    state = made["state"]
    made["open"] = state not in {"closed", "rejected", "merged"}
    made["clock"] = state in {"dispatched", "handling"}
    return made


OPEN = {"state": "handling", "handed_back_at": None, "closed_at": None, "closing_reason": ""}
LATE = {"overdue": True, "handed_back_at": day(12), "closed_at": day(13)}
UNFIXED = {"closing_reason": "long_term"}


CASEWORK = [one for one in indicators().values() if one.room == "casework"]
EAST, NORTH = metres_per_degree(31.7)


@pytest.fixture(scope="module")
def engine():
    with closing(MemoryEngine({})) as opened:
        yield opened


def sums_of(engine, table, period, chosen, by=None):
    engine.connection.register("case", table)
    look = Look(engine.backend.table, period.now, (period.start, period.end), EAST, NORTH)
    found = {one.indicator.key: amounts(one, by) for one in count(engine, chosen, look, [by] if by else [])}
    engine.connection.unregister("case")
    return found


@pytest.fixture
def value(engine):
    def counted_of(key, rows, period=PERIOD):
        table = pa.Table.from_pylist(rows, schema=CASE)
        found = sums_of(engine, table, period, [indicators()[key]])[key]
        if not found:
            return None, 0, 0
        assert found[0].n == found[0].denominator
        return shown(found[0].value, indicators()[key].unit), found[0].numerator, found[0].denominator

    return counted_of


def test_an_open_overdue_case_lowers_the_rates_and_one_not_due_yet_does_not(value):
    rows = [case(), case(), case(**LATE), case(**OPEN)]
    assert value("handling_on_time", rows) == (50.0, 2, 4)
    assert value("closing_rate", rows) == (75.0, 3, 4)
    assert value("closing_on_time", rows) == (50.0, 2, 4)
    assert value("overdue_rate", rows) == (50.0, 2, 4)  # also before the timer has written it down
    early = Period(PERIOD.start, PERIOD.end, day(9.5))
    assert value("handling_on_time", rows, early) == (None, 0, 0)


def test_a_case_closed_without_a_fix_is_not_fixed_whatever_its_reason_says(value):
    rows = [case(), case(**UNFIXED), case(closing_reason="vanished"), case(closing_reason="not_ours")]
    assert value("fixed_rate", rows) == (25.0, 1, 4)
    assert value("closing_rate", rows) == (25.0, 1, 4)
    assert value("closing_on_time", rows) == (25.0, 1, 4)
    assert value("handling_on_time", rows) == (25.0, 1, 4)
    assert value("completion_rate", rows) == (25.0, 1, 4)


def test_a_granted_appeal_exempts_suspension_defers_and_hard_cases_stay(value):
    assert value("handling_on_time", [case(**LATE, exempt=True), case(**LATE)]) == (50.0, 1, 2)
    deferred = case(**(OPEN | {"state": "suspended", "deadline": None}))
    assert value("closing_rate", [case(), deferred]) == (100.0, 1, 1)
    assert value("closing_rate", [case(), case(**OPEN, hard=True)]) == (50.0, 1, 2)


def test_merged_and_rejected_cases_are_nobodys_work(value):
    merged, rejected = case(**(OPEN | {"state": "merged"})), case(**(OPEN | {"state": "rejected", "filed_at": None}))
    for key in ("handling_on_time", "closing_rate", "completion_rate", "overdue_rate"):
        assert value(key, [case(), merged, rejected])[2] == 1
    assert value("filing_rate", [case(), rejected, merged]) == (50.0, 1, 2)


def test_the_desk_has_fifteen_minutes_and_whoever_waits_longer_counts(value):
    slow = {"answered_at": day(5) + timedelta(minutes=16), "filed_at": day(5) + timedelta(minutes=16)}
    waiting = case(**(OPEN | {"state": "reported", "answered_at": None, "decided_at": None, "filed_at": None,
                              "dispatched_at": None, "deadline": None}))  # fmt: skip
    rows = [case(), case(**slow, dispatched_at=day(5) + timedelta(minutes=40)), waiting]
    assert value("filing_on_time", rows) == (pytest.approx(100 / 3), 1, 3)
    assert value("dispatch_on_time", rows) == (50.0, 1, 2)
    just_in = Period(PERIOD.start, PERIOD.end, waiting["reported_at"] + timedelta(minutes=14))
    assert value("filing_on_time", [waiting], just_in)[2] == 0
    assert value("first_response", [case(), case(**slow)])[0] == pytest.approx(10.5)


def test_the_smaller_ones(value):
    assert value("dispatch_correct", [case(), case(refusals=1), case(redispatches=1)])[0] == pytest.approx(100 / 3)
    assert value("extension_rate", [case(), case(extensions=2)]) == (50.0, 1, 2)
    assert value("rework_rate", [case(), case(reworks=3)]) == (50.0, 1, 2)
    assert value("urgent_closing_rate", [case(), case(urgent=True), case(urgent=True, **OPEN)]) == (50.0, 1, 2)
    assert value("reopening_rate", [case(), case(reopenings=1), case(reopenings=1, **OPEN)])[0] == pytest.approx(
        200 / 3
    )
    assert value("satisfaction", [case(), case(score=5), case(score=2)]) == (3.5, 7, 2)
    assert value("handling_time", [case()])[0] == pytest.approx(71.85)


# Printed results: (should close, closed, percent) of a district in January 2026 and of one of its fields; a bulletin.
@pytest.mark.parametrize(
    ("due", "closed", "printed"), [(13_838, 13_704, 99.03), (210, 117, 55.71), (6_423, 6_302, 98.11)]
)
def test_published_closing_rates_are_reproduced(engine, due, closed, printed):
    table = pa.Table.from_pylist([case(), case(**OPEN)], schema=CASE).take([0] * closed + [1] * (due - closed))
    found = sums_of(engine, table, PERIOD, [indicators()["closing_rate"]])["closing_rate"][0]
    assert (found.numerator, found.denominator, found.n) == (closed, due, due)
    assert found.value * 100 == pytest.approx(printed, abs=0.01)


def test_recurrence_counts_the_same_category_within_fifty_metres_and_thirty_days_of_closing(value):
    metre = 1 / 94_700  # of longitude at this latitude
    fixed = case(case="fixed")

    def again(days=10.0, metres=30.0, **more):
        return case(case="again", reported_at=fixed["closed_at"] + timedelta(days=days),
                    lon=120.0 + metres * metre, **(OPEN | more))  # fmt: skip

    assert value("recurrence_rate", [fixed, again()]) == (100.0, 1, 1)
    assert value("recurrence_rate", [fixed, again(), again(days=20)]) == (100.0, 1, 1)
    for other in (
        again(days=31), again(days=-1), again(metres=AGAIN_M + 2), again(category="events@1:0102"),
        again(state="merged"), again(state="rejected"),
    ):  # fmt: skip
        assert value("recurrence_rate", [fixed, other]) == (0.0, 0, 1)
    assert value("recurrence_rate", [case(**UNFIXED), again()]) == (None, 0, 0)
    soon = Period(PERIOD.start, PERIOD.end, fixed["closed_at"] + timedelta(days=29))
    assert value("recurrence_rate", [fixed, again()], soon) == (None, 0, 0)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.floats(0, 400), st.floats(0, 400), st.integers(1, 40), st.integers(0, 20)),
        max_size=25,
    )
)
def test_recurrence_in_squares_agrees_with_comparing_each_with_each(engine, drawn):
    rows = [
        case(case=str(number), category=f"e@1:{code}", lon=120 + x / 94_700, lat=31.7 + y / 110_900,
             reported_at=day(reported), closed_at=day(reported + lasted))
        for number, (code, x, y, reported, lasted) in enumerate(drawn)
    ]  # fmt: skip
    counting = [row for row in rows if START <= row["closed_at"] < PERIOD.end]
    expected = [
        any(
            other["category"] == one["category"]
            and timedelta(0) < other["reported_at"] - one["closed_at"] <= timedelta(days=30)
            and ((one["lon"] - other["lon"]) * EAST) ** 2 + ((one["lat"] - other["lat"]) * NORTH) ** 2 <= AGAIN_M**2
            for other in rows if other is not one
        )
        for one in counting
    ]  # fmt: skip
    table = pa.Table.from_pylist(rows, schema=CASE)
    found = sums_of(engine, table, PERIOD, [indicators()["recurrence_rate"]])["recurrence_rate"]
    assert [(one.numerator, one.denominator) for one in found] == ([(sum(expected), len(counting))] if counting else [])


def test_every_value_is_a_ratio_of_sums_over_any_split_of_the_cases(engine):
    rows = [case(case=str(number), unit=f"u{number % 3}", overdue=number % 4 == 0, score=number % 5 + 1,
                 reworks=number % 2) for number in range(30)]  # fmt: skip
    table = pa.Table.from_pylist(rows, schema=CASE)
    whole, parts = (sums_of(engine, table, PERIOD, CASEWORK, by) for by in (None, "unit"))
    assert set(whole) == set(parts) == set(MEASURES)
    assert [one.group for one in parts["closing_rate"]] == ["u0", "u1", "u2"]
    for key, (all_of_it,) in ((key, found) for key, found in whole.items() if found):
        assert sum(part.numerator for part in parts[key]) == pytest.approx(all_of_it.numerator)
        assert sum(part.denominator for part in parts[key]) == all_of_it.denominator
        assert sum(part.n for part in parts[key]) == all_of_it.n
    assert not whole["urgent_closing_rate"]


def test_no_case_at_all_is_no_value_and_no_error(engine):
    assert not any(sums_of(engine, CASE.empty_table(), PERIOD, CASEWORK).values())


def test_cases_that_went_through_the_engine_count_by_unit_town_and_month(desk):
    for state in ("closed", "closed", "dispatched", "reported", "rejected", "suspended"):
        desk.at_state(state)
    now = MONDAY + timedelta(days=20)
    period = period_of(desk.district, date(2026, 3, 1), date(2026, 4, 30), now)
    table = table_of(desk.district, period)
    assert len(table) == 6
    by_unit = {i.key: values for i, values in counted(desk.district, table, period, by="unit")}
    clean = by_unit["closing_rate"][0]
    assert (clean.group, clean.numerator, clean.denominator) == ("clean", 2, 3)
    by_month = {i.key: values for i, values in counted(desk.district, table, period, by="month", keys=["closing_rate"])}
    assert [(v.group, v.denominator) for v in by_month["closing_rate"]] == [("2026-03", 3), ("2026-04", 0)]
    towns = {i.key: [v.group for v in values] for i, values in counted(desk.district, table, period, by="town")}
    assert towns["closing_rate"] == [f"{desk.district.code}001"]


def test_the_command_prints_and_refuses_in_words(desks):
    desks[0].at_state("closed")
    ran = CliRunner().invoke(casework, ["indicators"])
    assert ran.exit_code == 1
    assert "--district" in ran.output
    code = desks[0].district.code
    ran = CliRunner().invoke(casework, ["indicators", "--district", code, "--from", "2026-03-01", "--to", "2026-03-31",
                                        "--by", "unit"])  # fmt: skip
    assert ran.exit_code == 0, ran.output
    assert "closing_rate" in ran.output
    assert "clean" in ran.output
    assert CliRunner().invoke(casework, ["indicators", "--key", "nonsense"]).exit_code == 1
    backwards = ["indicators", "--district", code, "--from", "2026-03-02", "--to", "2026-03-01"]
    assert CliRunner().invoke(casework, backwards).exit_code == 1
