from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.foundation.clock import Clock, ClockError, DeadlineChange, recompute
from xiuhua.foundation.worktime import Unit, WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar(zone="Asia/Shanghai", years=frozenset({2026}), make_up_days=frozenset({date(2026, 3, 8)}))
UNITS = st.sampled_from(list(Unit))
MINUTES = st.lists(st.integers(0, 6000), max_size=6)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_a_suspension_moves_the_deadline_by_the_time_it_took():
    clock = Clock(local("2026-03-02T08:00"), 8, Unit.WORK_HOUR).pause(local("2026-03-02T11:00"))
    assert clock.paused
    assert clock.deadline(CALENDAR) is None
    assert clock.remaining(CALENDAR, local("2026-03-20T11:00")) == 5
    clock = clock.resume(local("2026-03-04T16:00"))
    assert clock.deadline(CALENDAR) == local("2026-03-05T11:00")
    assert clock.remaining(CALENDAR, local("2026-03-05T15:00")) == -2
    assert [span.length for span in clock.explain(CALENDAR)] == [timedelta(hours=h) for h in (3, 2, 3)]


def test_a_suspension_after_the_deadline_changes_nothing():
    clock = Clock(local("2026-03-02T08:00"), 1, Unit.URGENT_HOUR)
    assert clock.pause(local("2026-03-02T12:00")).deadline(CALENDAR) == local("2026-03-02T09:00")


def test_what_was_used_while_paused_can_be_explained():
    clock = Clock(local("2026-03-02T08:00"), 8, Unit.WORK_HOUR).pause(local("2026-03-02T11:00"))
    assert [span.length for span in clock.explain(CALENDAR)] == [timedelta(hours=3)]


def test_an_extension_adds_to_the_limit():
    clock = Clock(local("2026-03-02T08:00"), 1, Unit.WORK_DAY).extend(1)
    assert clock.deadline(CALENDAR) == local("2026-03-03T18:00")
    with pytest.raises(ClockError, match="negative"):
        clock.extend(-1)


def test_moves_out_of_order_are_refused():
    clock = Clock(local("2026-03-02T08:00"), 1, Unit.WORK_DAY)
    with pytest.raises(ClockError, match="is running"):
        clock.resume(local("2026-03-02T09:00"))
    with pytest.raises(ClockError, match="it runs only since"):
        clock.pause(local("2026-03-01T09:00"))
    paused = clock.pause(local("2026-03-02T09:00"))
    with pytest.raises(ClockError, match="stands still already"):
        paused.pause(local("2026-03-02T10:00"))
    with pytest.raises(ClockError, match="it stopped only at"):
        paused.resume(local("2026-03-02T08:30"))


def test_a_day_added_to_the_calendar_moves_only_the_deadlines_it_touches():
    new = WorkCalendar(zone="Asia/Shanghai", years=frozenset({2026}), holidays=frozenset({date(2026, 3, 3)}))
    clocks = {
        "over the new holiday": Clock(local("2026-03-02T17:00"), 1, Unit.WORK_DAY),
        "before it": Clock(local("2026-03-02T08:00"), 4, Unit.WORK_HOUR),
        "continuous": Clock(local("2026-03-02T17:00"), 2, Unit.NATURAL_DAY),
    }
    assert recompute(clocks, CALENDAR, new) == {
        "over the new holiday": DeadlineChange(local("2026-03-03T17:00"), local("2026-03-04T17:00"))
    }


def made(marks: list[int], amount: int, unit: Unit) -> Clock:
    """A clock stopped and started at the marks, in minutes after its start."""
    start = datetime(2026, 3, 2, tzinfo=UTC)
    clock = Clock(start, amount, unit)
    for mark in sorted(marks):
        at = start + timedelta(minutes=mark)
        clock = clock.resume(at) if clock.paused else clock.pause(at)
    return clock


@given(MINUTES, st.integers(0, 30), UNITS, st.integers(0, 20_000))
def test_nothing_is_left_exactly_from_the_deadline_on(marks, amount, unit, minutes):
    clock = made(marks, amount, unit)
    deadline = clock.deadline(CALENDAR)
    now = clock.start + timedelta(minutes=minutes)
    left = clock.remaining(CALENDAR, now)
    if deadline is None:
        assert left > 0 or (left == 0 and amount == 0)
    else:
        assert clock.remaining(CALENDAR, deadline) == 0
        assert left >= 0 if now <= deadline else left <= 0
        lengths = sum((span.length for span in clock.explain(CALENDAR)), timedelta())
        assert lengths == CALENDAR.length_of(amount, unit)


@given(MINUTES, st.integers(1, 30), UNITS)
def test_what_is_used_and_what_is_left_make_the_limit(marks, amount, unit):
    clock = made(marks, amount, unit)
    now = clock.start + timedelta(days=20)
    assert clock.used(CALENDAR, now) + clock.remaining(CALENDAR, now) == Fraction(amount)
