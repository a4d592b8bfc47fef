"""Several rows and an event in one go: keys, references, and a chain that verifies."""

from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from xiuhua.city.models import District
from xiuhua.foundation import events
from xiuhua.foundation.models import CalendarDay, Event, WorkCalendarVersion
from xiuhua.foundation.together import Update, write


@pytest.mark.django_db(transaction=True)
def test_rows_refer_to_one_another_and_the_event_verifies(two_districts):
    old = two_districts[0]
    first = District(code="990009", name_zh="新区", name_en="New")
    second = District(code="990010", name_zh="邻区", name_en="Next")
    event = events.drawn_up(
        chain="sample:1",
        verb="sample.made",
        actor="tester",
        subject="city.district:990009",
        after={"文": [1, 0.5, None]},
    )
    events.record(chain="sample:1", verb="sample.begun", actor="tester", subject="city.district:990009")
    with transaction.atomic():
        write([Update(District, old.pk, {"name_en": "Changed"})], [first, second], event)
    assert District.objects.get(code="990009").pk == first.pk
    assert District.objects.get(code="990010").pk == second.pk
    assert District.objects.get(pk=old.pk).name_en == "Changed"
    kept = Event.objects.get(chain="sample:1", sequence=2)
    assert (kept.pk, kept.digest, kept.previous) == (event.pk, event.digest, event.previous)
    assert events.verify("sample:1").breaks == []


@pytest.mark.django_db(transaction=True)
def test_many_rows_refer_to_one_that_has_no_key_yet():
    calendar = WorkCalendarVersion(
        key="X", version=1, zone="Asia/Shanghai", periods=[], weekend=[5], years=[2026],
        created_at=datetime(2026, 3, 2, tzinfo=UTC),
    )  # fmt: skip
    days = [
        CalendarDay(calendar=calendar, date=date(2026, 3, n), kind="holiday", name_zh=f"第{n}天") for n in (1, 2, 3)
    ]
    event = events.drawn_up(chain="sample:2", verb="sample.made", actor="tester", subject="x")
    with transaction.atomic():
        events.lock("sample:2", "sample:3")
        write([], [calendar], event, many=days)
    assert {day.calendar_id for day in days} == {calendar.pk}
    kept = CalendarDay.objects.filter(calendar=calendar).order_by("pk").values_list("name_zh", flat=True)
    assert list(kept) == ["第1天", "第2天", "第3天"]
    assert events.verify("sample:2").breaks == []
