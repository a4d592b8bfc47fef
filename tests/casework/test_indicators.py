"""Indicators of casework: what counts and what does not, published tables recomputed, and the engine's own cases."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.conftest import MONDAY
from xiuhua.casework.commands import casework
from xiuhua.casework.counting import counted, period_of, table_of
from xiuhua.casework.facts import CASE
from xiuhua.casework.indicator_pages import pages
from xiuhua.casework.indicators import AGAIN_M, KERNELS, described
from xiuhua.foundation.indicators import Groups, Period, indicators, values

START = datetime(2026, 1, 1, tzinfo=UTC)
PERIOD = Period(START, datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
DOCS = Path(__file__).parents[2] / "docs" / "indicators"


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


def value(key, rows, period=PERIOD):
    table = pa.Table.from_pylist(rows, schema=CASE)
    found = values(indicators()[key], table, period)[0]
    return found.value, found.numerator, found.denominator


def test_an_open_overdue_case_lowers_the_rates_and_one_not_due_yet_does_not():
    rows = [case(), case(), case(**LATE), case(**OPEN)]
    assert value("handling_on_time", rows) == (50.0, 2, 4)
    assert value("closing_rate", rows) == (75.0, 3, 4)
    assert value("closing_on_time", rows) == (50.0, 2, 4)
    assert value("overdue_rate", rows) == (50.0, 2, 4)  # also before the timer has written it down
    early = Period(PERIOD.start, PERIOD.end, day(9.5))
    assert value("handling_on_time", rows, early) == (None, 0, 0)


def test_a_case_closed_without_a_fix_is_not_fixed_whatever_its_reason_says():
    rows = [case(), case(**UNFIXED), case(closing_reason="vanished"), case(closing_reason="not_ours")]
    assert value("fixed_rate", rows) == (25.0, 1, 4)
    assert value("closing_rate", rows) == (25.0, 1, 4)
    assert value("closing_on_time", rows) == (25.0, 1, 4)
    assert value("handling_on_time", rows) == (25.0, 1, 4)
    assert value("completion_rate", rows) == (25.0, 1, 4)


def test_a_granted_appeal_exempts_suspension_defers_and_hard_cases_stay():
    assert value("handling_on_time", [case(**LATE, exempt=True), case(**LATE)]) == (50.0, 1, 2)
    deferred = case(**(OPEN | {"state": "suspended", "deadline": None}))
    assert value("closing_rate", [case(), deferred]) == (100.0, 1, 1)
    assert value("closing_rate", [case(), case(**OPEN, hard=True)]) == (50.0, 1, 2)


def test_merged_and_rejected_cases_are_nobodys_work():
    merged, rejected = case(**(OPEN | {"state": "merged"})), case(**(OPEN | {"state": "rejected", "filed_at": None}))
    for key in ("handling_on_time", "closing_rate", "completion_rate", "overdue_rate"):
        assert value(key, [case(), merged, rejected])[2] == 1
    assert value("filing_rate", [case(), rejected, merged]) == (50.0, 1, 2)


def test_the_desk_has_fifteen_minutes_and_whoever_waits_longer_counts():
    slow = {"answered_at": day(5) + timedelta(minutes=16), "filed_at": day(5) + timedelta(minutes=16)}
    waiting = case(**(OPEN | {"state": "reported", "answered_at": None, "decided_at": None, "filed_at": None,
                              "dispatched_at": None, "deadline": None}))  # fmt: skip
    rows = [case(), case(**slow, dispatched_at=day(5) + timedelta(minutes=40)), waiting]
    assert value("filing_on_time", rows) == (pytest.approx(100 / 3), 1, 3)
    assert value("dispatch_on_time", rows) == (50.0, 1, 2)
    just_in = Period(PERIOD.start, PERIOD.end, waiting["reported_at"] + timedelta(minutes=14))
    assert value("filing_on_time", [waiting], just_in)[2] == 0
    assert value("first_response", [case(), case(**slow)])[0] == pytest.approx(10.5)


def test_the_smaller_ones():
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
def test_published_closing_rates_are_reproduced(due, closed, printed):
    table = pa.Table.from_pylist([case(), case(**OPEN)], schema=CASE).take([0] * closed + [1] * (due - closed))
    found = values(indicators()["closing_rate"], table, PERIOD)[0]
    assert (found.numerator, found.denominator, found.n) == (closed, due, due)
    assert found.value == pytest.approx(printed, abs=0.01)


def test_recurrence_counts_the_same_category_within_fifty_metres_and_thirty_days_of_closing():
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


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.floats(0, 400), st.floats(0, 400), st.integers(1, 40), st.integers(0, 20)),
        max_size=25,
    )
)
def test_recurrence_in_squares_agrees_with_comparing_each_with_each(drawn):
    rows = [
        case(case=str(number), category=f"e@1:{code}", lon=120 + x / 94_700, lat=31.7 + y / 110_900,
             reported_at=day(reported), closed_at=day(reported + lasted))
        for number, (code, x, y, reported, lasted) in enumerate(drawn)
    ]  # fmt: skip
    from xiuhua.casework.indicators import _plane

    if not rows:
        return
    table = pa.Table.from_pylist(rows, schema=CASE)
    east, north = _plane(table)
    expected = [
        START <= one["closed_at"] < PERIOD.end and one["closed_at"] + timedelta(days=30) <= PERIOD.now and any(
            other["category"] == one["category"]
            and timedelta(0) < other["reported_at"] - one["closed_at"] <= timedelta(days=30)
            and (east[i] - east[j]) ** 2 + (north[i] - north[j]) ** 2 <= AGAIN_M**2
            for j, other in enumerate(rows) if i != j
        )
        for i, one in enumerate(rows)
    ]  # fmt: skip
    numerator, _denominator = KERNELS["recurrence_rate"](table, PERIOD)
    assert numerator.astype(bool).tolist() == expected


def test_every_value_is_a_ratio_of_sums_over_any_split_of_the_cases():
    rows = [case(unit=f"u{number % 3}", overdue=number % 4 == 0, score=number % 5 + 1, reworks=number % 2)
            for number in range(30)]  # fmt: skip
    table = pa.Table.from_pylist(rows, schema=CASE)
    groups = Groups.of(table["unit"].to_pylist())
    for indicator in indicators().values():
        whole = values(indicator, table, PERIOD)[0]
        parts = values(indicator, table, PERIOD, groups)
        assert sum(part.numerator for part in parts) == pytest.approx(whole.numerator)
        assert sum(part.denominator for part in parts) == whole.denominator
        assert sum(part.n for part in parts) == whole.n


def test_no_case_at_all_is_no_value_and_no_error():
    table = CASE.empty_table()
    for indicator in indicators().values():
        found = values(indicator, table, PERIOD)[0]
        assert (found.value, found.numerator, found.denominator, found.n) == (None, 0, 0, 0), indicator.key


def test_cases_that_went_through_the_engine_count_by_unit_town_and_month(desk):
    for state in ("closed", "closed", "dispatched", "reported", "rejected", "suspended"):
        desk.at_state(state)
    now = MONDAY + timedelta(days=20)
    period = period_of(desk.district, date(2026, 3, 1), date(2026, 4, 30), now)
    table, zone = table_of(desk.district, period), ZoneInfo("Asia/Shanghai")
    assert len(table) == 6
    by_unit = {i.key: values for i, values in counted(table, period, zone, by="unit")}
    clean = by_unit["closing_rate"][0]
    assert (clean.group, clean.numerator, clean.denominator) == ("clean", 2, 3)
    by_month = {i.key: values for i, values in counted(table, period, zone, by="month", keys=["closing_rate"])}
    assert [(v.group, v.denominator) for v in by_month["closing_rate"]] == [("2026-03", 3), ("2026-04", 0)]
    towns = {i.key: [v.group for v in values] for i, values in counted(table, period, zone, by="town")}
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


def test_each_indicator_has_its_function_its_words_and_its_page(tmp_path):
    assert set(described()) == set(KERNELS)
    for indicator in indicators().values():
        assert indicator.missing
        assert indicator.name_zh != indicator.name_en
    written = dict(pages())
    assert {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")} == written
    assert CliRunner().invoke(casework, ["indicator-pages", str(tmp_path)]).exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == set(written)
