"""Facts of inspection: complete, by changed range, nobody in them, no visit before its day is over."""

from datetime import date, datetime, time, timedelta

import pyarrow as pa
import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from inspection.quality_town import MONTH, check_of, drawn_month, frame_of, inspector, plan_of, visit_of
from xiuhua.foundation.facts import facts
from xiuhua.inspection.models import Check, Finding, Plan, Visit
from xiuhua.inspection.weights import minutes_in_use, weight_of

pytestmark = pytest.mark.django_db


def read(name, since=None, until=None):
    fact = facts()[name]
    table = pa.Table.from_batches(fact.read(since, until), schema=fact.schema)
    table.validate(full=True)
    for field in fact.schema:
        assert field.nullable or not table[field.name].null_count, field.name
    keys = list(zip(*(table[key].to_pylist() for key in fact.key), strict=True))
    assert len(set(keys)) == len(keys)
    return table


def test_every_visit_check_and_finding_of_both_districts_is_a_fact_once(two_districts):
    for district in two_districts:
        drawn_month(district, [inspector(district, "1")])
    assert len(read("inspection_visit")) == Visit.objects.count() == 24
    assert len(read("inspection")) == Check.objects.count()
    assert len(read("inspection_item")) == Finding.objects.count()
    assert set(read("inspection")["district"].to_pylist()) == {each.code for each in two_districts}


def test_a_check_tells_what_its_draw_stands_for(two_districts):
    _plan, made = drawn_month(two_districts[0], [inspector(two_districts[0], "1")])
    row = read("inspection").to_pylist()[0]
    # 300 m in use from 06:00 to 10:00, drawn with half a draw expected.
    assert (row["weight"], row["size"], row["expected_draws"]) == (300 * 240 / 0.5, 300, 0.5)
    assert (row["month"], row["stratum"], row["part"], row["standard"]) == (MONTH, "s1", "panel", "carriageway@2022")
    assert (row["passed"], row["valid"], row["flags"], row["repeats"]) == (True, True, 0, None)
    visit = read("inspection_visit").to_pylist()[0]
    assert (visit["weight"], visit["made"]) == (row["weight"], True)
    again = visit_of(made[0].visit.plan, made[0].frame, MONTH, part="repeat", repeats=made[0].visit)
    check_of(again, inspector(two_districts[0], "2"))
    assert str(made[0].key) in read("inspection")["repeats"].to_pylist()


def test_checks_of_one_walk_belong_together_and_days_of_one_person_do_not(two_districts):
    district = two_districts[0]
    one, other = inspector(district, "1"), inspector(district, "2")
    drawn_month(district, [one, other], walks=4, each=2)
    walks = read("inspection")["walk"].to_pylist()
    assert [walks.count(walk) for walk in walks] == [2] * 8
    told = " ".join(str(read(name).to_pylist()) for name in ("inspection", "inspection_visit", "inspection_item"))
    for word in ("检查员", one.username, "secret-seed"):
        assert word not in told


def test_no_visit_is_told_before_its_day_is_over_nor_of_a_draft(two_districts):
    district, today = two_districts[0], timezone.localdate()
    plan = plan_of(district, today.replace(day=1))
    for days in (-2, 0, 1, 9):
        visit_of(plan, frame_of(district), today + timedelta(days=days))
    # The clock of the district may be a day ahead of that of the test.
    days = read("inspection_visit")["day"].to_pylist()
    assert today - timedelta(days=2) in days
    assert max(days) <= today
    assert today + timedelta(days=1) not in days
    for state in ("draft", "dropped"):
        Plan.objects.update(state=state)
        assert len(read("inspection_visit")) == 0


def test_what_changed_is_read_again_and_nothing_else(two_districts):
    district = two_districts[0]
    _plan, made = drawn_month(district, [inspector(district, "1")])
    last = made[-1].received_at
    assert len(read("inspection", last)) == len(read("inspection_item", last)) == 4
    assert len(read("inspection", None, last)) == 8
    assert len(read("inspection_visit", last + timedelta(days=5))) == 0
    # A check that arrives late brings its visit again.
    Check.objects.filter(pk=made[0].pk).update(received_at=last + timedelta(days=9))
    late = read("inspection_visit", last + timedelta(days=8))["visit"].to_pylist()
    assert late == [str(made[0].visit.key)]


def test_minutes_in_use():
    assert minutes_in_use(time(6), time(10), time(6), time(22)) == 240
    assert minutes_in_use(time(20), time(0), time(6), time(22)) == 120
    assert minutes_in_use(time(0), time(0), time(0), time(0)) == 1440
    assert minutes_in_use(time(0), time(4), time(18), time(2)) == 120
    assert minutes_in_use(time(2), time(4), time(6), time(22)) == 1
    with pytest.raises(ValueError, match="drawn"):
        weight_of(300, time(6), time(10), time(6), time(22), 0)


@given(st.times(), st.times(), st.times(), st.times())
def test_minutes_are_never_more_than_the_band(begins, ends, opens, closes):
    day = date(2026, 1, 1)
    begin, end = datetime.combine(day, begins), datetime.combine(day, ends)
    if ends.hour == ends.minute == 0:
        end += timedelta(days=1)
    if end > begin:
        found = minutes_in_use(begins, ends, opens, closes)
        assert 1 <= found <= max((end - begin).total_seconds() / 60 + 1, 1)
