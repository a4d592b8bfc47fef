"""One row at a time: what comes back is what ``save`` would have kept."""

from datetime import UTC, date, datetime, time

import pytest
from django.db import IntegrityError

from xiuhua.foundation import lately
from xiuhua.foundation.models import CalendarDay, Event, Schedule, WorkCalendarVersion
from xiuhua.foundation.single import (
    find_every,
    find_every_same,
    find_one,
    find_same,
    find_values,
    insert_many,
    insert_one,
    remember,
    update_one,
)

AT = datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def event(**more):
    return Event(
        chain="c", sequence=1, at=AT, actor="甲", verb="v", subject="s", before=None,
        after={"数": [1, 2.5, None, "文"], "b": True}, previous="0" * 64, digest="1" * 64, **more,
    )  # fmt: skip


def test_a_row_is_kept_as_save_keeps_it():
    made = event()
    insert_one(made)
    saved = event()
    saved.sequence = 2
    saved.save()
    kept, other = Event.objects.get(pk=made.pk), Event.objects.get(pk=saved.pk)
    for field in Event._meta.concrete_fields:
        if field.attname not in {"id", "sequence"}:
            assert getattr(kept, field.attname) == getattr(other, field.attname) == getattr(made, field.attname)
    assert Event.objects.filter(before__isnull=True).count() == 2


def test_keys_and_dates_of_every_kind_go_through():
    version = WorkCalendarVersion(
        key="X", version=1, zone="Asia/Shanghai", periods=[["08:00", "12:00"]], weekend=[5], years=[2026], created_at=AT
    )
    insert_one(version)
    day = CalendarDay(calendar=version, date=date(2026, 3, 2), kind="holiday")
    insert_one(day)
    assert CalendarDay.objects.get().calendar == version
    assert CalendarDay.objects.get().date == date(2026, 3, 2)


def test_some_columns_are_set_and_the_others_stay():
    row = Schedule.objects.create(name="n", task="t", every_seconds=60, zone="UTC", next_at=AT)
    update_one(Schedule, row.pk, {"every_seconds": None, "daily_at": time(3, 30), "last_error": "坏"})
    update_one(Schedule, row.pk, {})
    row.refresh_from_db()
    assert (row.every_seconds, row.daily_at, row.last_error, row.task) == (None, time(3, 30), "坏", "t")


def test_a_rule_of_the_table_still_holds():
    insert_one(event())
    with pytest.raises(IntegrityError):
        insert_one(event())


def test_a_column_that_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        update_one(Schedule, "n", {"nothing": 1})


def test_a_row_is_found_as_a_queryset_finds_it(two_districts):
    from xiuhua.people.models import Organisation

    row = Organisation.objects.exclude(parent=None).first()
    found = find_one(Organisation, "parent", district_code=row.district_code, code=row.code)
    for field in Organisation._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(row, field.attname)
    assert "parent" in found._state.fields_cache
    assert found.parent == row.parent
    assert find_one(Organisation, code=row.parent.code).parent is None
    assert find_one(Organisation, "parent", code=row.parent.code).parent is None


def test_values_come_back_in_their_types():
    made = event()
    insert_one(made)
    found = find_one(Event, chain="c", sequence=1)
    assert (found.at, found.after, found.before) == (AT, {"数": [1, 2.5, None, "文"], "b": True}, None)
    Schedule.objects.create(name="s", task="t", daily_at=time(3, 4), zone="Asia/Shanghai", next_at=AT)
    assert find_one(Schedule, name="s").daily_at == time(3, 4)


def test_what_no_column_holds_is_not_found():
    insert_one(event())
    assert find_one(Event, chain="d") is None
    assert find_one(Event, sequence="no number") is None
    assert find_one(Event, chain=None) is None


@pytest.fixture
def clock(monkeypatch):
    """The clock that memory goes by, at whose second ``now[0]`` it is."""
    now = [100.0]
    monkeypatch.setattr(lately, "monotonic", lambda: now[0])
    yield now
    remember(0)


def _changed_meanwhile(clock, later):
    """What the task of a schedule is said to be, ``later`` seconds after it was asked for and then changed."""
    row = Schedule.objects.create(name="n", task="t", every_seconds=60, zone="UTC", next_at=AT)
    assert find_same(Schedule, name="n").task == "t"
    Schedule.objects.filter(pk=row.pk).update(task="changed")
    clock[0] += later
    assert find_one(Schedule, name="n").task == "changed"
    return find_same(Schedule, name="n").task


def test_the_database_is_asked_each_time(clock):
    assert _changed_meanwhile(clock, 0) == "changed"


@pytest.mark.parametrize(("later", "told"), [(0.9, "t"), (1.0, "changed")])
def test_a_server_remembers_for_a_moment(clock, later, told):
    remember(1.0)
    assert _changed_meanwhile(clock, later) == told


def test_what_was_not_there_is_looked_for_again(clock):
    remember(1.0)
    assert find_same(Schedule, name="n") is None
    Schedule.objects.create(name="n", task="t", every_seconds=60, zone="UTC", next_at=AT)
    assert find_same(Schedule, name="n").task == "t"


def test_who_changes_what_was_remembered_changes_a_copy(clock):
    remember(1.0)
    Schedule.objects.create(name="n", task="t", every_seconds=60, zone="UTC", next_at=AT)
    find_same(Schedule, name="n").task = "mine"
    assert find_same(Schedule, name="n").task == "t"


def test_many_rows_are_kept_and_found_as_one_is():
    calendar = WorkCalendarVersion.objects.create(
        key="X", version=1, zone="Asia/Shanghai", periods=[], weekend=[5], years=[2026], created_at=AT
    )
    days = [
        CalendarDay(calendar=calendar, date=date(2026, 3, number), kind="holiday", name_zh=f"第{number}天", name_en="")
        for number in range(1, 6)
    ]
    insert_many(days)
    insert_many([])
    found = find_every(CalendarDay, calendar_id=calendar.pk)
    assert sorted((row.date, row.name_zh) for row in found) == [(row.date, row.name_zh) for row in days]
    assert find_every(CalendarDay, calendar_id=calendar.pk + 1) == []
    assert find_every(CalendarDay, calendar_id="no number") == []


def test_columns_come_in_their_types_by_a_condition():
    insert_one(event())
    names = ("at", "after", "sequence")
    asked = ("chain = %s AND at BETWEEN %s AND %s", ("chain", "c"), ("at", AT), ("at", AT))
    assert find_values(Event, names, *asked) == list(Event.objects.values_list(*names))
    assert find_values(Event, names, "chain = %s", ("chain", "d")) == []


@pytest.mark.parametrize(("later", "told"), [(0.9, ["t"]), (1.0, ["changed"])])
def test_a_server_remembers_all_rows_of_an_answer_for_a_moment(clock, later, told):
    remember(1.0)
    row = Schedule.objects.create(name="n", task="t", every_seconds=60, zone="UTC", next_at=AT)
    assert [each.task for each in find_every_same(Schedule, name="n")] == ["t"]
    assert find_same(Schedule, name="n").task == "t", "the same question for one row is another one"
    Schedule.objects.filter(pk=row.pk).update(task="changed")
    clock[0] += later
    assert [each.task for each in find_every_same(Schedule, name="n")] == told
    assert find_every_same(Event, sequence="no number") == []
