"""Scoring a month: what counts for whom, what is kept, and that every kept number comes out again."""

import copy
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taskbook.scored import CLOSED, HOURS, IN_TIME, MONTH, RULES, make_book, put, put_month
from xiuhua.city.models import Area
from xiuhua.foundation.indicators import indicators
from xiuhua.foundation.models import Event
from xiuhua.people.models import Assignment, Organisation, User
from xiuhua.taskbook.actions.score import MismatchError, score_month, verify
from xiuhua.taskbook.models import Forecast, Goal, Project, Score, Value
from xiuhua.taskbook.refusals import Forbidden, Refused
from xiuhua.taskbook.score_queries import alarms, what_if

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def book(district):
    return make_book(district)


def scored(book, month=MONTH):
    score_month(book, month, actor="test")
    return {(row.scope, row.code): row for row in Score.objects.filter(book=book, month=month)}


def test_the_points_of_a_town_are_those_of_a_pocket_calculator(book, district):
    town, other = put_month(district, town=(914, 880), other=(960, 940))
    found = scored(book)
    # 91.4 %: 3.6 off 50; 88 %: 2 off 30; 30 hours: 6 / 2 = 3 off 20.
    assert found["town", town].points == pytest.approx(46.4 + 28 + 17)
    assert found["town", other].points == pytest.approx(50 + 30 + 17)
    assert {row.full for row in found.values()} == {100}
    first = found["town", town].parts[0]
    assert first["sentence_en"] == "91.4 % is 3.6 below 95 %: 3.6 / 1 x 1 = 3.6 points off 50, leaves 46.4."
    assert (first["numerator"], first["denominator"], first["n"]) == (914, 1000, 1000)
    assert found["town", town].low <= found["town", town].points <= found["town", town].high


def test_the_district_is_a_ratio_of_sums_and_not_an_average_of_ratios(book, district):
    first, second = f"{district.code}001", f"{district.code}002"
    # Simpson: 90 of 100 and 10 of 1000; averaged 45.5 %, together 9.1 %.
    for code, scope, good, of in ((first, "town", 90, 100), (second, "town", 10, 1000), ("", "district", 100, 1100)):
        put(district, CLOSED, scope, code, good, of)
        put(district, IN_TIME, scope, code, good, of)
    row = scored(book)["district", ""]
    assert row.parts[1]["value"] == pytest.approx(100 * 100 / 1100)
    averaged = copy.deepcopy(row.parts)
    averaged[1]["value"] = (90 + 1) / 2
    row.parts = averaged
    with pytest.raises(MismatchError, match=r"closing-rate: value is 45.5, computed again 9.09"):
        verify(row)


def test_a_goal_without_a_value_is_grey_and_the_score_says_so(book, district):
    town, _other = put_month(district)
    Value.objects.filter(indicator=HOURS, scope="town", code=town).delete()
    Value.objects.filter(indicator=CLOSED, scope="town", code=town).update(
        value=None, low=None, high=None, denominator=0, missing="no_denominator"
    )
    row = scored(book)["town", town]
    assert row.points == 45
    assert row.full == 50
    assert row.parts[1]["points"] is None
    assert (
        row.parts[1]["sentence_en"] == "No value (there was nothing to be counted): left out, 30 points fewer are full."
    )
    assert row.parts[2]["missing"] == "no_data"
    verify(row)


def test_a_value_that_rests_on_too_few_records_is_grey(book, district):
    town, _other = put_month(district)
    Value.objects.filter(indicator=IN_TIME, scope="town", code=town).delete()
    put(district, IN_TIME, "town", town, 9, 9)
    row = scored(book)["town", town]
    assert (row.full, row.parts[0]["points"], row.parts[0]["n"]) == (50, None, 9)
    assert row.parts[0]["sentence_en"] == "No value (there are too few: 9): left out, 50 points fewer are full."
    verify(row)


def test_with_less_than_half_of_its_points_measured_a_town_has_no_score_and_no_place(book, district):
    town, other = put_month(district)
    Value.objects.filter(indicator=IN_TIME, scope="town", code=town).delete()
    found = scored(book)
    # 30 and 20 of 100 are half: just enough.
    assert (found["town", town].points, found["town", town].full, found["town", town].band) == (47, 50, "same")
    Value.objects.filter(indicator=CLOSED, scope="town", code=town).delete()
    found = scored(book)
    assert (found["town", town].points, found["town", town].low, found["town", town].band) == (None, None, "")
    assert found["town", other].band == ""
    verify(found["town", town])


def test_a_missing_month_is_told_for_every_goal(book, district):
    put_month(district, month=date(2026, 2, 1))
    found = scored(book)
    assert set(found) == {("district", ""), ("unit", f"{district.code}-gov")}
    assert {part["missing"] for part in found["district", ""].parts} == {"no_data"}
    assert found["district", ""].points is None


@pytest.mark.parametrize(("rule", "value", "carried"), [("carry", 90.0, "2026-01"), ("zero", 0.0, "zero")])
def test_what_is_missing_is_carried_on_or_zero_only_where_the_indicator_says_so(
    rule, value, carried, book, district, monkeypatch
):
    put_month(district)
    town = f"{district.code}001"
    Value.objects.filter(indicator=IN_TIME, scope="town", code=town).update(
        value=None, low=None, high=None, numerator=0, denominator=0, missing="no_data"
    )
    put(district, IN_TIME, "town", town, 90, 100, month=date(2026, 1, 1))
    monkeypatch.setitem(vars(indicators()[IN_TIME]), "on_missing", rule)
    row = scored(book)["town", town]
    assert (row.parts[0]["value"], row.parts[0]["carried"]) == (value, carried)
    assert ("by rule" if rule == "zero" else "is that of 2026-01") in row.parts[0]["sentence_en"]
    verify(row)


def test_a_unit_is_scored_by_its_own_values_and_by_those_of_the_district_for_what_it_leads(book, district):
    put_month(district)
    office = f"{district.code}-001"
    put(district, IN_TIME, "unit", office, 70, 100)
    found = scored(book)
    assert [part["goal"] for part in found["unit", office].parts] == ["handling-on-time"]
    assert found["unit", office].points == 25
    lead = found["unit", f"{district.code}-gov"]
    assert {part["of"] for part in lead.parts} == {"district"}
    assert lead.points == found["district", ""].points
    verify(lead)


def test_a_town_that_was_split_is_scored_until_then_and_its_parts_from_then_on(book, district, make_area):
    town, other = put_month(district)
    put_month(district, month=date(2026, 4, 1))
    Area.objects.filter(district=district, code=town).update(valid_to=date(2026, 4, 1))
    part = make_area(district, "town", "990001901", (120.0, 31.6, 120.05, 31.8), valid_from=date(2026, 4, 1))
    put(district, IN_TIME, "town", part.code, 90, 100, month=date(2026, 4, 1))
    assert {code for scope, code in scored(book) if scope == "town"} == {town, other}
    april = scored(book, date(2026, 4, 1))
    assert {code for scope, code in april if scope == "town"} == {part.code, other}
    assert april["town", part.code].parts[1]["missing"] == "no_data"


def test_finished_projects_count_for_a_goal_of_projects(book, district):
    put_month(district)
    unit = Organisation.objects.get(code=f"{district.code}-gov")
    Goal.objects.create(
        book=book, key="rooms", project_kind="room", name_zh="会客厅", lead=unit, order=9, unit="个",
        score={"full_at": 4, "step": 1, "deduct": 5, "weight": 20},
    )  # fmt: skip
    for number, done in enumerate([date(2026, 1, 5), date(2026, 3, 31), date(2026, 4, 1), None]):
        Project.objects.create(book=book, key=f"p{number}", kind="room", unit=unit, done_on=done, name_zh=f"p{number}")
    row = scored(book)["district", ""]
    assert (row.parts[3]["value"], row.parts[3]["points"], row.parts[3]["unit"]) == (2, 10, "个")
    verify(row)


def test_to_score_again_replaces_and_leaves_an_event(book, district):
    put_month(district)
    first = scored(book)
    Value.objects.filter(indicator=IN_TIME, scope="district").update(numerator=1900, value=0.95)
    second = scored(book)
    assert len(first) == len(second) == Score.objects.count()
    events = Event.objects.filter(verb="scores.computed").order_by("sequence")
    assert [event.chain for event in events] == [f"taskbook:{district.code}"] * 2
    assert events[0].after["digest"] != events[1].after["digest"]
    assert Forecast.objects.filter(goal__book=book, month=MONTH, scope="district").count() == 3


@pytest.mark.parametrize(
    ("month", "rules", "words"),
    [
        (date(2028, 3, 1), RULES, "is for 2026 to 2027: 2028 has no targets"),
        (date(2026, 3, 2), RULES, "2026-03-02 is no month"),
        (MONTH, {IN_TIME: {"full_at": 95, "floor": 60, "weight": 50}}, "floor 60 is not below the cap 50"),
        (MONTH, {IN_TIME: {"full_at": 950, "weight": 50}}, "950 lies outside what the indicator can be, 0 to 100"),
        (MONTH, {IN_TIME: {"full_at": 95, "weight": 5, "direction": "down"}}, "The rule says down, the indicator up"),
        (MONTH, {}, "both a score rule and something to measure"),
    ],
)
def test_what_cannot_be_scored_says_why(month, rules, words, district):
    book = make_book(district, rules)
    put_month(district)
    with pytest.raises(Refused, match=words):
        score_month(book, month, actor="test")
    assert not Score.objects.exists()


def test_an_indicator_that_nobody_offers_is_grey(district):
    book = make_book(district, {**RULES, "gone": {"full_at": 95, "weight": 5}})
    put_month(district)
    part = scored(book)["district", ""].parts[3]
    assert (part["missing"], part["value"]) == ("no_indicator", None)


@pytest.mark.parametrize(("role", "fits"), [("assessor", True), ("engineer", True), ("leader", False), ("town", False)])
def test_who_may_score(role, fits, book, district):
    put_month(district)
    user = User.objects.create_user("someone")
    Assignment.objects.create(user=user, role=role, district_code=district.code)
    if fits:
        assert score_month(book, MONTH, actor=user).scores == 4
    else:
        with pytest.raises(Forbidden, match="Score a month"):
            score_month(book, MONTH, actor=user)


def test_two_districts_do_not_meet(two_districts):
    for district in two_districts:
        put_month(district)
    found = scored(make_book(two_districts[1]))
    assert {code for scope, code in found if scope == "town"} == {"990002001", "990002002"}


def test_towns_that_cannot_be_told_apart_share_a_band_and_others_do_not(book, district):
    first, second = put_month(district, town=(900, 900), other=(905, 900))
    found = scored(book)
    assert [
        (found["town", code].best_rank, found["town", code].worst_rank, found["town", code].band)
        for code in (first, second)
    ] == [(1, 2, "same")] * 2
    Value.objects.all().delete()
    put_month(district, town=(700, 900), other=(905, 900))
    found = scored(book)
    assert [(found["town", code].best_rank, found["town", code].band) for code in (first, second)] == [
        (2, "below"),
        (1, "above"),
    ]


def test_a_score_at_which_everybody_stands_raises_the_alarm(book, district):
    put_month(district, town=(999, 999), other=(1000, 1000))
    rows = list(scored(book).values())
    assert {alarm.goal for alarm in alarms(rows) if alarm.scope == "town"} == {"handling-on-time", "closing-rate"}


def test_what_would_move_a_town_most(book, district):
    town, _other = put_month(district, town=(850, 880), other=(930, 940))
    found = what_if(scored(book)["town", town])
    assert [lever.goal for lever in found] == ["handling-on-time", "handling-time", "closing-rate"]
    steps = {step.kind: (step.gain, step.records) for step in found[0].steps}
    assert steps["target"] == (10.0, 100)
    assert steps["best"] == (8.0, 80)


PAIRS = st.tuples(st.integers(0, 500), st.integers(0, 500)).map(sorted)
settings_here = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


@settings_here
@given(PAIRS, PAIRS, st.data())
def test_every_number_comes_again_from_what_was_kept_and_none_can_be_changed(book, district, one, other, data):
    Value.objects.all().delete()
    put(district, IN_TIME, "district", "", *one)
    put(district, CLOSED, "district", "", *other)
    score_month(book, MONTH, actor="test")
    row = Score.objects.get(book=book, month=MONTH, scope="district")
    verify(row)
    place = data.draw(st.integers(0, 1))
    name = data.draw(st.sampled_from(["value", "points", "numerator", "full"]))
    if row.parts[place]["value"] is None:
        return
    row.parts[place][name] += 1
    with pytest.raises(MismatchError):
        verify(row)


@pytest.mark.parametrize("name", ["points", "full", "low", "high"])
def test_a_changed_sum_is_found(name, book, district):
    put_month(district)
    row = scored(book)["district", ""]
    setattr(row, name, getattr(row, name) + 0.001)
    with pytest.raises(MismatchError, match=name):
        verify(row)


def test_a_changed_rule_or_sentence_is_found(book, district):
    put_month(district)
    row = scored(book)["district", ""]
    kept = copy.deepcopy(row.parts)
    row.parts[0]["rule"]["full_at"] = 90
    with pytest.raises(MismatchError):
        verify(row)
    row.parts = kept
    row.parts[0]["sentence_zh"] = "满分。"
    with pytest.raises(MismatchError, match="sentence"):
        verify(row)
