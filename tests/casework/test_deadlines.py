"""The clock of a case: holidays, make-up days, pauses, colours, explanations."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.conftest import MONDAY, hours
from xiuhua.casework import deadlines
from xiuhua.casework.models import Case
from xiuhua.casework.refusals import Refused
from xiuhua.city.models import District
from xiuhua.foundation.clock import Clock
from xiuhua.foundation.worktime import Span, Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def dispatched(desk, at: datetime, limit: int, unit: str) -> Case:
    desk.standard.limit, desk.standard.unit = limit, unit
    desk.standard.save()
    case = desk.make(desk.case(at), "file", "dispatcher", at=at, standard=desk.standard.pk)
    return desk.make(case, "dispatch", "dispatcher", at=at, unit="clean")


@pytest.mark.parametrize(("at", "limit", "unit", "deadline"), [
    # 6 April 2026 is off: from Friday 3 April 16:00 two hours run on Friday and two on Tuesday the 7th.
    (local(4, 3, 16), 4, "work_hour", local(4, 7, 10)),
    (local(4, 3, 16), 4, "urgent_hour", local(4, 3, 20)),
    (local(4, 3, 16), 1, "work_day", local(4, 7, 16)),
    (local(4, 3, 16), 1, "natural_day", local(4, 4, 16)),
    # Labour Day 1-5 May; Saturday 9 May is a make-up working day.
    (local(4, 30, 17), 2, "work_hour", local(5, 6, 9)),
    (local(5, 8, 17), 2, "work_hour", local(5, 9, 9)),
    (local(5, 9, 17), 2, "work_hour", local(5, 11, 9)),
    # Filed at night and at noon: the limit runs from the next period.
    (local(3, 2, 22), 1, "work_hour", local(3, 3, 9)),
    (local(3, 2, 12, 30), 1, "work_hour", local(3, 2, 15)),
])  # fmt: skip
def test_limits_run_over_holidays_and_make_up_days(desk, at, limit, unit, deadline):
    case = dispatched(desk, at, limit, unit)
    assert case.deadline == deadline
    assert case.state_due == deadline


def test_the_explanation_names_the_stretches(desk):
    case = dispatched(desk, local(3, 2, 14), 8, "work_hour")
    calendar = deadlines.calendar_of(desk.district)
    with translation.override("en"):
        text = deadlines.explain(case, calendar)
        assert text == "8 work hours: Mon 14:00-18:00 and Tue 08:00-12:00"
    long = dispatched(desk, local(3, 2, 8), 15, "work_day")
    with translation.override("en"):
        text = deadlines.explain(long, calendar)
        assert text.startswith("15 work days: Mon 03-02 08:00-12:00")
        assert "30 stretches" in text
        assert text.endswith("last Fri 03-20 14:00-18:00")
    urgent = dispatched(desk, local(3, 2, 23), 2, "urgent_hour")
    with translation.override("en"):
        assert deadlines.explain(urgent, calendar) == "2 urgent hours: Mon 23:00 - Tue 03-03 01:00"


def test_without_a_clock_there_is_nothing_to_explain(desk):
    case, calendar = desk.case(), deadlines.calendar_of(desk.district)
    assert deadlines.explain(case, calendar) == ""
    assert deadlines.left(case, calendar, MONDAY) is None
    assert deadlines.spans_text([], SHANGHAI)


@pytest.mark.parametrize(("hour", "minute", "colour", "english"), [
    (8, 0, "green", "4 work hours left"),
    (9, 59, "green", "2 work hours left"),
    (10, 0, "amber", "2 work hours left"),
    (11, 12, "red", "0.8 work hours left"),
    (12, 0, "red", "the time is up"),
    (14, 30, "overdue", "0.5 work hours over"),
])  # fmt: skip
def test_what_is_left_has_a_colour(desk, hour, minute, colour, english):
    case = dispatched(desk, local(3, 2, 8), 4, "work_hour")
    calendar = deadlines.calendar_of(desk.district)
    left = deadlines.left(case, calendar, local(3, 2, hour, minute))
    assert left is not None
    assert (left.colour, left.paused) == (colour, False)
    with translation.override("en"):
        assert left.text == english


def test_colours_are_data_in_order():
    shares = [share for share, _name in deadlines.COLOURS]
    assert all(one < other for one, other in pairwise(shares))
    assert deadlines.colour(Fraction(5), 4) == "green"


def test_a_district_without_a_calendar_is_told_what_to_do(desk):
    District.objects.filter(pk=desk.district.pk).update(calendar="NONE")
    case = desk.at_state("filed")
    with pytest.raises(Refused, match="NONE"):
        desk.make(case, "dispatch", "dispatcher", unit="clean")


def test_a_year_nobody_declared_is_shown_not_guessed(desk):
    case = desk.at_state("dispatched")
    calendar = deadlines.calendar_of(desk.district)
    assert deadlines.left(case, calendar, datetime(2099, 1, 1, tzinfo=UTC)) is None
    case.clock_started = datetime(2099, 1, 1, tzinfo=UTC)
    assert "2099" in deadlines.explain(case, calendar)


def test_a_clock_survives_its_columns(desk):
    case = desk.at_state("dispatched")
    clock = deadlines.clock_of(case)
    assert clock is not None
    paused = clock.pause(MONDAY + hours(1)).resume(MONDAY + hours(2)).pause(MONDAY + hours(3))
    deadlines.put_clock(case, paused, deadlines.calendar_of(desk.district))
    case.save()
    assert deadlines.clock_of(Case.objects.get(pk=case.pk)) == paused
    assert Case.objects.get(pk=case.pk).deadline is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    limit=st.integers(1, 60),
    unit=st.sampled_from(list(Unit)),
    start=st.integers(0, 60 * 24 * 120),
    gaps=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), max_size=4),
)
def test_pauses_only_ever_move_the_deadline_later(desk, limit, unit, start, gaps):
    calendar = deadlines.calendar_of(desk.district)
    clock = Clock(MONDAY + timedelta(minutes=start), limit, unit)
    last, at = clock.deadline(calendar), clock.start
    for run, pause in gaps:
        at += timedelta(minutes=run)
        clock = clock.pause(at)
        at += timedelta(minutes=pause)
        clock = clock.resume(at)
        deadline = clock.deadline(calendar)
        assert deadline >= last
        assert clock.used(calendar, deadline) <= limit
        assert clock.used(calendar, at) >= 0
        last = deadline
    assert sum((calendar.between(s.start, s.end, unit) for s in clock.explain(calendar)), Fraction(0)) == limit


@given(st.fractions(0, 1000), st.sampled_from(list(Unit)))
def test_amounts_can_be_said_in_both_languages(units, unit):
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert str(int(units)) in deadlines.amount_text(units, unit)


def test_a_stretch_in_words():
    span = Span(MONDAY, MONDAY + hours(4))
    with translation.override("en"):
        assert deadlines.spans_text([span], SHANGHAI) == "Mon 08:00-12:00"
