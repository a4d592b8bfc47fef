"""What casework needs of the demonstration: standards, services with questions, people at every unit, years."""

from datetime import UTC, date, datetime

import jsonschema
import pytest

from xiuhua.casework.models import Service, Standard
from xiuhua.casework.questions import answered
from xiuhua.city.models import Code, Duty
from xiuhua.demo import load as demo_load
from xiuhua.demo.catalogue import load_catalogue, schema
from xiuhua.demo.staff import make_staff, members
from xiuhua.demo.years import declare_missing
from xiuhua.foundation import queries
from xiuhua.foundation.actions.calendars import declare_years, define
from xiuhua.foundation.models import Event
from xiuhua.foundation.worktime import Unit
from xiuhua.people.models import Assignment, User


@pytest.fixture
def catalogue(db):
    for kind, part in (("component", "components"), ("event", "events")):
        demo_load._load_codes(kind, demo_load.read_yaml("codes.yaml")[part])
    return load_catalogue(actor="t")


def test_every_category_can_be_filed_and_again_changes_nothing(catalogue):
    standards, services = catalogue
    assert (Standard.objects.count(), Service.objects.count()) == (standards, services)
    assert not Code.objects.filter(standards=None).exists()
    assert {Unit(unit) for unit in Standard.objects.values_list("unit", flat=True)} == set(Unit)
    before = Event.objects.count()
    assert load_catalogue(actor="t") == catalogue
    assert Event.objects.count() == before


def test_every_service_says_what_it_is_in_both_languages_and_asks_a_valid_schema(catalogue):
    asking = 0
    for service in Service.objects.select_related("category"):
        assert service.description_zh
        assert service.description_en.isascii()
        assert service.keywords
        if not service.questions:
            continue
        asking += 1
        jsonschema.Draft202012Validator.check_schema(service.questions)
        for question in service.questions["properties"].values():
            assert question["title"]
            assert question["title_en"].isascii()
            listed = question.get("items", question)
            assert len(listed.get("enum", [])) == len(listed.get("enum_zh", [])) == len(listed.get("enum_en", []))
    assert asking > 15


def test_a_question_of_each_type_takes_its_answers():
    asked = schema([
        ["what*", "one", "是什么", "What", {"a": ["甲", "A"], "b": ["乙", "B"]}],
        ["kinds", "some", "哪些", "Which", {"a": ["甲", "A"], "b": ["乙", "B"]}],
        ["here", "flag", "在吗", "Here"],
        ["count", "number", "多少", "How many", [1, 9]],
        ["since", "day", "哪天", "Since"],
    ])  # fmt: skip
    given = {"what": "a", "kinds": ["a", "b"], "here": "yes", "count": "3", "since": "2026-03-01"}
    values, problems = answered(asked, given)
    assert not problems
    assert values == {"what": "a", "kinds": ["a", "b"], "here": True, "count": 3, "since": "2026-03-01"}
    assert set(answered(asked, {"count": "10"})[1]) == {"what", "count"}


def test_every_unit_with_a_duty_has_a_lead_and_handlers_and_every_town_inspectors(db, drawing):
    district = demo_load.load_drawing(drawing, 1)
    made = make_staff(district.code, drawing.areas.rows, "abcd-efgh-jkmn", actor="t")
    assert made == User.objects.count() == len(list(members(drawing.areas.rows)))
    for unit in set(Duty.objects.values_list("unit__code", flat=True)):
        roles = set(Assignment.objects.filter(user__organisation__code=unit).values_list("role", flat=True))
        assert "handler" in roles
        assert roles & {"unit_lead", "town"}
    towns = [row["code"] for row in drawing.areas.rows if row["kind"] == "town"]
    for town in towns:
        drawn = Assignment.objects.filter(role="inspector", area_code=town)
        assert drawn.count() == 3
        assert drawn.values("user__organisation").distinct().count() == 2
    assert User.objects.first().check_password("abcd-efgh-jkmn")
    before = Assignment.objects.count()
    assert make_staff(district.code, drawing.areas.rows, "other-pass-word", actor="t") == made
    assert Assignment.objects.count() == before
    assert User.objects.last().check_password("other-pass-word")


def test_years_that_nobody_declared_get_the_fixed_holidays(db):
    define("CN", zone="Asia/Shanghai", actor="t")
    declare_years("CN", {2030: []}, actor="t", source="known")
    assert declare_missing("CN", datetime(2030, 6, 1, tzinfo=UTC), actor="t") == [2028, 2029, 2031]
    calendar = queries.calendar("CN")
    assert not calendar.is_work_day(date(2031, 5, 1))
    assert calendar.is_work_day(date(2030, 5, 1))  # what was declared stays as it was
    assert declare_missing("CN", datetime(2030, 6, 1, tzinfo=UTC), actor="t") == []
