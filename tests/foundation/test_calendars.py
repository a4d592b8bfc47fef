from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from xiuhua.foundation import events
from xiuhua.foundation.actions.calendars import add_day, declare_year, declare_years, define
from xiuhua.foundation.calendar_files import HOLIDAY, WORKDAY, Day, from_chinesecalendar, read
from xiuhua.foundation.models import CalendarDay, Event, WorkCalendarVersion
from xiuhua.foundation.queries import UnknownCalendarError, calendar, calendars_running_out
from xiuhua.foundation.worktime import CalendarError, UndeclaredYearError, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def east():
    define("EAST", zone="Asia/Shanghai", actor="engineer")
    return declare_year(
        "EAST", 2026, [Day(date(2026, 5, 1), HOLIDAY, "劳动节", "Labour Day")], actor="e", source="notice"
    )


@pytest.fixture
def west():
    define("WEST", zone="Europe/Berlin", actor="engineer", periods=((time(7), time(15)),), weekend=[6])
    return declare_year("WEST", 2026, [], actor="e", source="")


def test_a_day_added_makes_a_new_version_and_leaves_the_old(east):
    new = add_day("EAST", Day(date(2026, 5, 9), WORKDAY, "调休"), actor="engineer")
    assert new.version == east.version + 1
    assert not calendar("EAST", east.version).is_work_day(date(2026, 5, 9))
    assert calendar("EAST").is_work_day(date(2026, 5, 9))
    assert not calendar("EAST").is_work_day(date(2026, 5, 1))
    assert events.verify("calendar:EAST").breaks == []
    last = Event.objects.filter(chain="calendar:EAST").last()
    assert last.verb == "calendar.day_added"
    assert [day["date"] for day in last.after["days"]] == ["2026-05-09"]
    assert last.before["days"] == []


def test_a_day_said_again_takes_the_place_of_the_first(east):
    add_day("EAST", Day(date(2026, 5, 1), WORKDAY), actor="engineer")
    assert calendar("EAST").is_work_day(date(2026, 5, 1))


def test_saying_the_same_again_makes_no_version(east):
    assert (
        declare_year("EAST", 2026, [Day(date(2026, 5, 1), HOLIDAY, "劳动节", "Labour Day")], actor="e", source="n")
        == east
    )
    assert define("EAST", zone="Asia/Shanghai", actor="e") == east
    assert WorkCalendarVersion.objects.count() == 2
    assert Event.objects.count() == 2


def test_a_year_declared_again_is_replaced(east):
    declare_years("EAST", {2026: [Day(date(2026, 5, 4), HOLIDAY)], 2027: []}, actor="e", source="")
    assert calendar("EAST").holidays == {date(2026, 5, 4)}
    assert calendar("EAST").years == {2026, 2027}


def test_calendars_do_not_know_one_another(east, west):
    start = datetime(2026, 3, 6, 9, tzinfo=UTC)  # Friday 17:00 in the east, 10:00 in the west
    assert calendar("EAST").add(start, 2, Unit.WORK_HOUR) == datetime(2026, 3, 9, 1, tzinfo=UTC)
    assert calendar("WEST").add(start, 2, Unit.WORK_HOUR) == datetime(2026, 3, 6, 11, tzinfo=UTC)


def test_new_rules_keep_the_declared_years(east):
    define("EAST", zone="Asia/Shanghai", actor="e", periods=((time(9), time(17)),), work_day_hours=7)
    found = calendar("EAST")
    assert (found.years, found.work_day_hours) == ({2026}, 7)
    assert found.periods == ((time(9), time(17)),)


def test_a_calendar_is_built_once(east, django_assert_num_queries):
    first = calendar("EAST")
    with django_assert_num_queries(1):
        assert calendar("EAST") is first


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda: define("A B", zone="Asia/Shanghai", actor="e"), "short word"),
        (lambda: define("A" * 50, zone="Asia/Shanghai", actor="e"), "at most 40"),
        (lambda: define("A", zone="Mars", actor="e"), "Zone Mars"),
        (lambda: add_day("EAST", Day(date(2028, 1, 1), HOLIDAY), actor="e"), "2028, which is not declared"),
        (lambda: declare_year("EAST", 2027, [Day(date(2026, 1, 1), HOLIDAY)], actor="e", source=""), "2027"),
        (lambda: declare_year("EAST", 2027, [Day(date(2027, 1, 1), k) for k in (HOLIDAY, WORKDAY)], actor="e", source=""),
         "2027"),
    ],
)  # fmt: skip
def test_wrong_changes_are_refused_and_leave_nothing(east, change, words):
    with pytest.raises(CalendarError, match=words):
        change()
    assert (WorkCalendarVersion.objects.count(), CalendarDay.objects.count(), Event.objects.count()) == (2, 1, 2)


def test_an_unknown_calendar_is_refused(east):
    for wrong in (("NORTH", None), ("EAST", 9)):
        with pytest.raises(UnknownCalendarError, match="xiuhua calendar declare"):
            calendar(*wrong)
    with pytest.raises(UnknownCalendarError):
        add_day("NORTH", Day(date(2026, 1, 1), HOLIDAY), actor="e")


def test_a_calendar_about_to_run_out_is_seen(east, west):
    declare_year("WEST", 2027, [], actor="e", source="")
    assert calendars_running_out(datetime(2026, 11, 1, tzinfo=UTC)) == {}
    assert calendars_running_out(datetime(2026, 12, 1, tzinfo=UTC)) == {"EAST": 2027}


def test_the_package_knows_the_festival_and_its_make_up_days():
    define("EAST", zone="Asia/Shanghai", actor="e")
    declare_years("EAST", from_chinesecalendar([2025, 2026]), actor="e", source="chinesecalendar")
    found = calendar("EAST")
    # Sunday and Saturdays that the notices of both years turn into working days
    for day in (date(2025, 9, 28), date(2025, 10, 11), date(2026, 2, 14), date(2026, 2, 28)):
        assert found.is_work_day(day)
    assert not found.is_work_day(date(2026, 2, 17))
    start = datetime(2026, 2, 14, 17, 30, tzinfo=SHANGHAI)
    assert found.add(start, 1, Unit.WORK_HOUR) == datetime(2026, 2, 24, 8, 30, tzinfo=SHANGHAI)
    with pytest.raises(UndeclaredYearError, match="2024"):
        found.is_work_day(date(2024, 10, 1))
    with pytest.raises(ValueError, match="not 1999"):
        from_chinesecalendar([1999])


def test_a_csv_and_a_yaml_file_say_the_same(tmp_path):
    table, listed = tmp_path / "a.csv", tmp_path / "a.yaml"
    table.write_text(
        "﻿date,kind,name_zh,name_en\n2027-01-01,holiday,元旦,New Year\n2027-01-03,workday,,\n", encoding="utf-8"
    )
    listed.write_text(
        "- {date: 2027-01-01, kind: holiday, name_zh: 元旦, name_en: New Year}\n- {date: '2027-01-03', kind: workday}\n",
        encoding="utf-8",
    )
    expected = {
        2027: [Day(date(2027, 1, 1), HOLIDAY, "元旦", "New Year"), Day(date(2027, 1, 3), WORKDAY)],
        2028: [],
    }
    assert read(table, [2027, 2028]) == read(listed, [2027, 2028]) == (expected, [])


def test_refused_rows_say_what_to_do(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(
        "date,kind,name_zh\n2027-13-01,holiday,\n2027-01-01,party,\n2027-01-02,holiday,\n2027-01-02,workday,\n"
        f"2026-01-02,holiday,\n2027-01-05,holiday,{'长' * 81}\n",
        encoding="utf-8",
    )
    years, rejections = read(file, [2027])
    assert years == {2027: [Day(date(2027, 1, 2), HOLIDAY)]}
    assert [(r.row, r.field, r.value[:10]) for r in rejections] == [
        (1, "date", "2027-13-01"), (2, "kind", "party"), (4, "date", "2027-01-02"), (5, "date", "2026-01-02"),
        (6, "name_zh", "长" * 10),
    ]  # fmt: skip
    assert all(r.rule and r.remedy for r in rejections)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", b"", "neither .csv nor .yaml"),
        ("a.csv", b"day;kind\n", "no column date"),
        ("a.csv", "date,kind\n元旦".encode("gbk"), "not UTF-8"),
        ("a.yaml", b"date: 2027-01-01", "must be a list"),
        ("a.yaml", b"- [", "not valid YAML"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused(tmp_path, name, content, words):
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(ValueError, match=words):
        read(file)
