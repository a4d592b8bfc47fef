"""Indicators of inspection over the lake: the figures of the kernel, what counts and what does not, end to end."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from casework.conftest import desk, desks  # noqa: F401 - fixtures
from inspection.quality_town import (
    MONTH,
    NOW,
    check_of,
    drawn_month,
    frame_of,
    inspector,
    plan_of,
    visit_of,
)
from xiuhua.casework.models import Case
from xiuhua.foundation.indicators import indicators
from xiuhua.inspection.quality_queries import index_of
from xiuhua.lake.actions.write import write
from xiuhua.taskbook.actions.measure import measure
from xiuhua.taskbook.models import Value

pytestmark = pytest.mark.django_db
FACTS = ("inspection", "inspection_visit", "inspection_item", "case")
ROOM = [key for key, one in indicators().items() if one.room == "inspection"]


@pytest.fixture(autouse=True)
def lake_folder(settings, tmp_path):
    settings.LAKE_DIR = tmp_path / "lake"


@pytest.fixture
def district(two_districts):
    return two_districts[0]


def counted(district, *keys, months=(MONTH,), now=NOW):
    write(FACTS, now=now, anew=True)
    measure(district, list(months), actor="t", keys=keys, now=now)

    def value(key=keys[0], month=MONTH, town=""):
        scope, code = ("town", f"{district.code}{town}") if town else ("district", "")
        return Value.objects.get(district=district, indicator=key, month=month, scope=scope, code=code)

    return value


def two_towns(district, months=1):
    """Two towns, two strata each of different size, months with failures and without."""
    people = [inspector(district, name) for name in "123"]
    rng = np.random.default_rng(6)
    for number in range(months):
        month = date(2026, 3 - number, 1) if number < 3 else date(2025, 15 - number, 1)
        plan = plan_of(district, month)
        for town in ("001", "002"):
            for stratum, draws in (("a", 0.5), ("b", 0.2)):
                failing = set() if number == 0 and town == "002" else set(np.flatnonzero(rng.random(12) < 0.2))
                drawn_month(district, people, month, failing=failing, town=town, stratum=stratum, plan=plan)
                del draws
    return people


def test_the_lake_says_what_the_kernel_says(district):
    two_towns(district, months=4)
    months = [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1), MONTH]
    value = counted(district, "roads_clean_seen", "roads_clean_level", "carriageway_score", months=months)
    index = index_of(district, "road_section", MONTH, count=4)
    low, high = index.bounds()
    lower = index.district.lower(index.deff_before)
    town_low, _town_high = index.town_bounds()
    worth = index.by_town.n_eff(index.deff_before[:, None])
    for number, month in enumerate(months):
        found = value(month=month)
        assert found.value == pytest.approx(index.district.value[number], abs=1e-6)
        assert (found.low, found.high) == pytest.approx((low[number], high[number]), abs=1e-6)
        assert (found.n, found.interval) == (48, "korn_graubard")
        level = value("roads_clean_level", month)
        assert level.value == pytest.approx(lower[number], abs=1e-5)
        assert (level.low, level.interval, level.n) == (None, "demonstrated", 48)
        for place, town in enumerate(("001", "002")):
            found = value(month=month, town=town)
            assert found.value == pytest.approx(index.by_town.value[number, place], abs=1e-6)
            assert found.low == pytest.approx(town_low[number, place], abs=1e-6)
            assert found.n_eff == pytest.approx(worth[number, place], rel=1e-6)
    assert value("carriageway_score").value == pytest.approx(90)


def test_all_pass_gives_a_bound_and_no_certainty(district):
    drawn_month(district, [inspector(district, "1"), inspector(district, "2")], walks=5, each=12)
    found = counted(district, "roads_clean_seen", "roads_clean_level")()
    assert (found.value, found.high, found.n) == (1.0, 1.0, 60)
    assert found.n_eff == pytest.approx(60 / 2.5)
    assert 0.8 < found.low < 0.95
    assert Value.objects.get(indicator="roads_clean_level", scope="district").value == pytest.approx(
        0.05 ** (2.5 / 60), abs=1e-6
    )


def test_checks_led_by_complaints_do_not_change_the_index(district):
    people = [inspector(district, "1"), inspector(district, "2")]
    plan, made = drawn_month(district, people, failing={3})
    before = counted(district, "roads_clean_seen")()
    for part in ("complaint", "sequential", "repeat"):
        for _again in range(5):
            check_of(visit_of(plan, frame_of(district), MONTH, part=part), people[0], passed=False)
    # Nor does one that did not count, nor one of no plan.
    check_of(visit_of(plan, made[0].frame, MONTH + timedelta(days=9), draws=1e9), people[0], passed=False, valid=False)
    after = counted(district, "roads_clean_seen")()
    assert (after.numerator, after.n, after.low) == pytest.approx((before.numerator, before.n, before.low))


def test_towns_add_up_to_the_district_and_a_ratio_is_one_of_sums(district):
    people = [inspector(district, "1"), inspector(district, "2")]
    plan = plan_of(district)
    drawn_month(district, people, walks=2, each=2, plan=plan)
    for number in range(4):
        long = frame_of(district, "002", size=2700)
        visit = visit_of(plan, long, MONTH + timedelta(days=number % 2), draws=0.5)
        check_of(visit, people[number % 2], passed=False)
    value = counted(district, "roads_clean_seen")
    whole, one, other = value(), value(town="001"), value(town="002")
    assert (one.value, other.value) == (1, 0)
    # One kilometre all clean and nine all dirty: 10 %, not 50 %.
    assert whole.value == pytest.approx(0.1)
    assert whole.numerator == one.numerator + other.numerator
    assert whole.denominator == one.denominator + other.denominator


def test_what_nobody_looked_at_makes_town_and_district_grey(district):
    people = [inspector(district, "1"), inspector(district, "2")]
    plan, _made = drawn_month(district, people)
    visit_of(plan, frame_of(district, "002"), MONTH)
    value = counted(district, "roads_clean_seen", "roads_clean_level")
    assert value(town="001").value == 1
    for found in (value(), value(town="002"), value("roads_clean_level")):
        assert (found.value, found.low, found.missing, found.n_eff) == (None, None, "unseen", None)


def test_one_walk_alone_has_a_value_and_no_interval(district):
    drawn_month(district, [inspector(district, "1")], walks=1, each=12, failing={1})
    value = counted(district, "roads_clean_seen", "roads_clean_level")
    assert value().value == pytest.approx(11 / 12)
    assert (value().low, value().interval, value().n_eff) == (None, "none", None)
    assert value("roads_clean_level").missing == "unseen"


def test_checks_made_of_those_planned_and_agreement(district):
    people = [inspector(district, "1"), inspector(district, "2")]
    plan, made = drawn_month(district, people, failing={3})
    visit_of(plan, frame_of(district), MONTH)
    for number in (0, 3):
        again = visit_of(plan, made[number].frame, made[number].visit.day, part="repeat", repeats=made[number].visit)
        check_of(again, people[1], passed=True, minutes=10)
    value = counted(district, "checks_made", "inspectors_agree")
    assert (value().numerator, value().denominator, value().interval) == (14, 15, "none")
    assert (value("inspectors_agree").numerator, value("inspectors_agree").denominator) == (1, 2)


def test_failures_restored_in_time_count_open_overdue_ones(desk):  # noqa: F811
    district = desk.district
    people = [inspector(district, "1"), inspector(district, "2")]
    plan, _made = drawn_month(district, people)
    for state in ("closed", "closed", "handling"):
        case = desk.at_state(state)
        visit = visit_of(plan, frame_of(district), MONTH, stratum="s1")
        check_of(visit, people[0], passed=False, case=case)
    desk.at_state("handling")  # of nobody's check
    value = counted(district, "roads_restored_in_time", months=(MONTH,), now=datetime(2026, 4, 20, tzinfo=UTC))
    assert Case.objects.count() == 4
    assert (value().numerator, value().denominator, value().interval) == (2, 3, "wilson")


def test_each_statement_has_its_indicator():
    said = {}
    for key in ROOM:
        said.setdefault(indicators()[key].statement, set()).add(key)
    for kind in ("roads", "waters", "greens"):
        assert f"{kind}_clean_seen" in said["no_failure"]
        assert f"{kind}_clean_level" in said["level"]
        assert f"{kind}_restored_in_time" in said["restored"]


def test_a_month_without_a_plan_says_so(district):
    drawn_month(district, [inspector(district, "1"), inspector(district, "2")])
    value = counted(district, *ROOM, months=(MONTH, date(2026, 4, 1)))
    missing = value("roads_clean_seen", date(2026, 4, 1))
    assert (missing.value, missing.missing) == (None, "no_denominator")
    assert value("waters_clean_seen").missing == "no_denominator"
