"""The fact and the indicators of living rooms: accepted at the end of a month, by whom."""

from datetime import UTC, date, datetime, timedelta

import pytest

from inspection.rooms_desk import MONDAY, Desk, fresh
from xiuhua.foundation.indicators import indicators
from xiuhua.inspection.actions import rooms
from xiuhua.inspection.rooms_facts import living_room_facts
from xiuhua.lake.actions.write import write
from xiuhua.taskbook.actions.measure import measure
from xiuhua.taskbook.models import Value

pytestmark = pytest.mark.django_db
KEYS = ("living_rooms_accepted", "living_rooms_city")
MONTHS = [date(2024, month, 1) for month in (4, 5, 6, 7)]
NOW = datetime(2024, 8, 2, tzinfo=UTC)


@pytest.fixture
def desk(two_districts, settings, tmp_path):
    settings.LAKE_DIR = tmp_path / "lake"
    return Desk(two_districts[0])


def accepted(desk, name, days, at=MONDAY):
    """A room that was accepted some days after, without its checks: they are tested elsewhere."""
    room = desk.testing(at, name_zh=name)
    room.tests.update(state="passed", checks=35)
    return rooms.accept(fresh(room), level="district", actor=desk.people["assessor"], at=at + timedelta(days=days))


def test_a_month_counts_rooms_that_are_accepted_on_its_last_day(desk):
    stays, raised, gone = (accepted(desk, name, days) for name, days in (("甲", 0), ("乙", 1), ("丙", 2)))
    desk.testing(name_zh="丁")
    rooms.raise_level(raised, reason="市批复", actor=desk.people["leader"], at=MONDAY + timedelta(days=40))
    rooms.withdraw(gone, reason="占道", actor=desk.people["leader"], at=datetime(2024, 6, 30, 4, tzinfo=UTC))
    write(["living_room"], now=NOW)
    measure(desk.district, MONTHS, actor="t", keys=KEYS, now=NOW)
    found = {
        key: [Value.objects.get(indicator=key, month=month, scope="district").value for month in MONTHS] for key in KEYS
    }
    assert found == {"living_rooms_accepted": [0, 3, 2, 2], "living_rooms_city": [0, 0, 1, 1]}
    assert {value.scope for value in Value.objects.all()} == {"district"}
    assert stays.level == "district"


def test_the_fact_has_a_row_for_each_time_and_no_persons(desk):
    room = accepted(desk, "甲", 0)
    rooms.withdraw(room, reason="占道", actor=desk.people["leader"], at=MONDAY + timedelta(days=3))
    [batch] = living_room_facts()
    assert batch.num_rows == 1
    row = batch.to_pylist()[0]
    assert (row["room"], row["spell"], row["level"], row["ended_by"]) == ("R001", 1, "district", "withdraw")
    assert (row["day"], row["ended_on"]) == (date(2024, 5, 6), date(2024, 5, 9))
    assert {"leader", "assessor", "占道"}.isdisjoint(map(str, row.values()))


def test_the_indicators_say_what_they_are_in_both_languages():
    for key in KEYS:
        one = indicators()[key]
        assert (one.kind, one.direction, one.dimensions) == ("count", "up", ())
        assert set(one.zh) >= {"numerator", "denominator", "formula", "missing", "no_interval", "owner", "source"}
