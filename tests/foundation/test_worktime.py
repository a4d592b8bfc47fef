from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.foundation.worktime import CalendarError, UndeclaredYearError, Unit, WorkCalendar, first_instant

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


def days(month: int, first: int, last: int, year: int = 2026) -> set[date]:
    return {date(year, month, day) for day in range(first, last + 1)}


# The published arrangement of 2026: the Spring Festival runs 15 to 23 February, 14 and 28 February are worked.
EAST = WorkCalendar(
    key="EAST",
    zone="Asia/Shanghai",
    years=frozenset({2025, 2026}),
    holidays=frozenset(days(1, 1, 3) | days(2, 15, 23) | days(5, 1, 5) | days(10, 1, 7)),
    make_up_days=frozenset({date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 10, 10)}),
)
# Another district: a zone that changes its clock, periods over the change, one weekend day, a 6-hour work day.
WEST = WorkCalendar(
    key="WEST",
    zone="Europe/Berlin",
    periods=((time(0), time(2, 30)), (time(9), time(13)), (time(22), time(0))),
    weekend=frozenset({0}),
    years=frozenset({2025, 2026}),
    holidays=frozenset({date(2026, 1, 1)}),
    make_up_days=frozenset({date(2026, 3, 30)}),
    work_day_hours=6,
)
CALENDARS = st.sampled_from([EAST, WEST])
UNITS = st.sampled_from(list(Unit))
WORK_UNITS = st.sampled_from([Unit.WORK_HOUR, Unit.WORK_DAY])
BEGIN = datetime(2025, 1, 2, tzinfo=UTC)
INSTANTS = st.timedeltas(timedelta(), timedelta(days=600)).map(lambda passed: BEGIN + passed)
AMOUNTS = st.integers(0, 20) | st.integers(0, 1200).map(lambda minutes: Fraction(minutes, 60))


def local(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        ("2026-03-02T14:00", 8, Unit.WORK_HOUR, "2026-03-03T12:00"),
        ("2026-03-02T11:00", 2, Unit.WORK_HOUR, "2026-03-02T15:00"),
        ("2026-03-02T12:30", 1, Unit.WORK_HOUR, "2026-03-02T15:00"),  # in the break: from the next period
        ("2026-03-02T08:00", 4, Unit.WORK_HOUR, "2026-03-02T12:00"),  # used up at noon: stays at noon
        ("2026-03-06T18:00", 1, Unit.WORK_DAY, "2026-03-09T18:00"),  # Friday evening, over the weekend
        ("2026-03-02T09:30", 1, Unit.WORK_DAY, "2026-03-03T09:30"),
        ("2026-02-13T17:00", 2, Unit.WORK_HOUR, "2026-02-14T09:00"),  # the Saturday before the festival is worked
        ("2026-02-14T18:00", 1, Unit.WORK_HOUR, "2026-02-24T09:00"),  # nine days of festival
        ("2026-01-04T08:00", 8, Unit.WORK_HOUR, "2026-01-04T18:00"),  # a make-up Sunday
        ("2025-12-31T17:00", 2, Unit.WORK_HOUR, "2026-01-04T09:00"),  # over the year's end
        ("2026-02-14T23:00", 4, Unit.URGENT_HOUR, "2026-02-15T03:00"),
        ("2026-02-14T23:00", 2, Unit.NATURAL_DAY, "2026-02-16T23:00"),
    ],
)
def test_a_limit_ends_when_the_rules_say(start, amount, unit, end):
    assert EAST.add(local(start), amount, unit) == local(end)


def test_the_stretches_of_a_limit_can_be_printed():
    spans = EAST.explain(local("2026-03-02T14:00"), 8, Unit.WORK_HOUR)
    assert [(s.start.astimezone(SHANGHAI).strftime("%a %H:%M"), s.end.astimezone(SHANGHAI).strftime("%a %H:%M"))
            for s in spans] == [("Mon 14:00", "Mon 18:00"), ("Tue 08:00", "Tue 12:00")]  # fmt: skip


def test_an_overdue_limit_has_a_negative_rest():
    assert EAST.between(local("2026-03-03T09:30"), local("2026-03-02T17:00"), Unit.WORK_HOUR) == Fraction(-5, 2)


def test_the_urgent_day_is_a_natural_day():
    assert Unit("urgent_day") is Unit.NATURAL_DAY is Unit.URGENT_DAY
    with pytest.raises(ValueError, match="fortnight"):
        Unit("fortnight")


@pytest.mark.parametrize("moment", ["2026-03-02T08:00", "2026-03-02T11:59", "2026-02-14T14:00"])
def test_work_time_holds_its_start(moment):
    assert EAST.is_work_time(local(moment))


@pytest.mark.parametrize("moment", ["2026-03-02T12:00", "2026-03-02T07:59", "2026-02-16T09:00", "2026-03-07T09:00"])
def test_work_time_leaves_out_its_end_and_days_off(moment):
    assert not EAST.is_work_time(local(moment))


def test_an_undeclared_year_is_refused_with_the_remedy():
    with pytest.raises(UndeclaredYearError, match=r"EAST does not declare 2027.*xiuhua calendar load EAST") as caught:
        EAST.add(local("2026-12-31T17:00"), 2, Unit.WORK_HOUR)
    assert caught.value.year == 2027
    assert EAST.add(local("2026-12-31T17:00"), 1, Unit.WORK_HOUR) == local("2026-12-31T18:00")
    assert EAST.stretches(local("2026-12-31T17:00"), local("2026-12-31T23:00"), Unit.WORK_HOUR)
    assert EAST.add(local("2026-12-31T17:00"), 2, Unit.URGENT_HOUR) == local("2026-12-31T19:00")
    with pytest.raises(UndeclaredYearError, match="2024"):
        EAST.is_work_day(date(2024, 5, 6))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"zone": "Moon/Base"}, "Zone Moon/Base is unknown"),
        ({"zone": "../etc"}, "is unknown"),
        ({"periods": ()}, "at least one"),
        ({"periods": ((time(12), time(8)),)}, "must end after they start"),
        ({"periods": ((time(8), time(12)), (time(11), time(14)))}, "in order and apart"),
        ({"weekend": frozenset({7})}, "no day of the week number 8"),
        ({"work_day_hours": 0}, "at least 1 work hour"),
        ({"years": frozenset()}, "not declared"),
        ({"make_up_days": frozenset({date(2026, 5, 1)})}, "both a day off and"),
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused(change, words):
    base = {"zone": "Asia/Shanghai", "years": frozenset({2026}), "holidays": frozenset({date(2026, 5, 1)})}
    with pytest.raises(CalendarError, match=words):
        WorkCalendar(**{**base, **change})


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="no zone"):
        EAST.add(local("2026-03-02T09:00").replace(tzinfo=None), 1, Unit.WORK_HOUR)
    with pytest.raises(ValueError, match="negative"):
        EAST.add(local("2026-03-02T09:00"), -1, Unit.WORK_HOUR)


def test_the_clock_of_a_zone_jumps_and_repeats():
    assert first_instant(date(2026, 3, 29), time(2, 30), BERLIN) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert first_instant(date(2026, 10, 25), time(2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    # 00:00 to 02:30 lasts two hours on the day of the jump, two and a half on the day of the repetition.
    assert WEST.day_spans(date(2026, 3, 29))[0].length == timedelta(hours=2)
    assert WEST.day_spans(date(2026, 10, 25))[0].length == timedelta(hours=2, minutes=30)


def work_minutes(calendar: WorkCalendar, start: datetime, minutes: int) -> list[bool]:
    """The oracle: walk minute by minute, keep the highest wall time of the day, compare it with the periods."""
    zone = ZoneInfo(calendar.zone)
    found, day, highest = [], None, time(0)
    moment = start - timedelta(hours=26)
    while moment < start + timedelta(minutes=minutes):
        wall = moment.astimezone(zone)
        highest = max(highest, wall.time()) if wall.date() == day else wall.time()
        day = wall.date()
        works = day in calendar.make_up_days or (day not in calendar.holidays and day.weekday() not in calendar.weekend)
        inside = any(a <= highest and (highest < b or b == time(0)) for a, b in calendar.periods)
        if moment >= start:
            found.append(works and inside)
        moment += timedelta(minutes=1)
    return found


SPECIAL = [
    datetime.fromisoformat(f"{text}+00:00")
    for text in ("2025-12-31T12:00", "2026-01-03T09:00", "2026-02-13T03:00", "2026-02-23T12:00", "2026-10-09T20:00")
]
CLOCK_CHANGES = [
    datetime.fromisoformat(f"{text}T12:00+00:00") for text in ("2025-03-29", "2025-10-25", "2026-03-28", "2026-03-29")
]


@given(CALENDARS, st.sampled_from(SPECIAL + CLOCK_CHANGES) | INSTANTS, st.integers(0, 600), st.integers(1, 4000))
def test_counting_agrees_with_walking_minute_by_minute(calendar, moment, shift, minutes):
    start = (moment + timedelta(minutes=shift)).replace(second=0, microsecond=0)
    walked = work_minutes(calendar, start, minutes)
    end = start + timedelta(minutes=minutes)
    assert calendar.between(start, end, Unit.WORK_HOUR) == Fraction(sum(walked), 60)
    assert calendar.is_work_time(start) is walked[0]
    if total := sum(walked):
        last = max(i for i, works in enumerate(walked) if works)
        assert calendar.add(start, Fraction(total, 60), Unit.WORK_HOUR) == start + timedelta(minutes=last + 1)


@given(CALENDARS, INSTANTS, AMOUNTS, AMOUNTS, UNITS)
def test_adding_twice_is_adding_the_sum(calendar, start, one, two, unit):
    assert calendar.add(calendar.add(start, one, unit), two, unit) == calendar.add(start, one + two, unit)


@given(CALENDARS, INSTANTS, AMOUNTS, UNITS)
def test_what_is_left_at_the_start_is_the_limit(calendar, start, amount, unit):
    deadline = calendar.add(start, amount, unit)
    assert calendar.between(start, deadline, unit) == amount
    assert calendar.between(deadline, start, unit) == -amount


@given(CALENDARS, INSTANTS, INSTANTS, AMOUNTS, AMOUNTS, UNITS)
def test_later_starts_and_larger_limits_never_end_earlier(calendar, one, two, small, large, unit):
    one, two = sorted([one, two])
    small, large = sorted([small, large])
    assert calendar.add(one, small, unit) <= calendar.add(one, large, unit)
    # A limit of zero is used up at its start, wherever that lies.
    assert calendar.add(one, small, unit) <= calendar.add(two, small, unit)


@given(CALENDARS, INSTANTS, INSTANTS, INSTANTS, UNITS)
def test_time_between_is_additive(calendar, one, two, three, unit):
    parts = calendar.between(one, two, unit) + calendar.between(two, three, unit)
    assert parts == calendar.between(one, three, unit)


@given(CALENDARS, INSTANTS, AMOUNTS, UNITS)
def test_the_stretches_add_up_to_the_limit(calendar, start, amount, unit):
    spans = calendar.explain(start, amount, unit)
    assert sum((span.length for span in spans), timedelta()) == calendar.length_of(amount, unit)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    if amount:
        assert spans[-1].end == calendar.add(start, amount, unit)


@given(CALENDARS, INSTANTS, st.integers(1, 20), WORK_UNITS)
def test_a_deadline_in_work_time_lies_at_or_in_a_period(calendar, start, amount, unit):
    deadline = calendar.add(start, amount, unit)
    assert calendar.is_work_time(deadline - timedelta(microseconds=1))
