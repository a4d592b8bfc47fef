"""Forecasts that are written with the scores: for whom, from which months, in which light."""

from datetime import UTC, date, datetime

import pytest

from taskbook.scored import CLOSED, IN_TIME, MONTH, RULES, make_book, put, put_month
from xiuhua.taskbook.actions.score import score_month
from xiuhua.taskbook.models import Forecast, Goal, Project, Target, Value
from xiuhua.taskbook.months import month_after

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(district):
    return make_book(district, {IN_TIME: RULES[IN_TIME]})


def year_of(district, shares, *, until=MONTH, code="", scope="district", **more):
    """Values of the months that end with ``until``, the last share last; 2,000 cases each."""
    for back, share in enumerate(reversed(shares)):
        put(district, IN_TIME, scope, code, round(2000 * share), 2000, month=month_after(until, -back), **more)


def foreseen(book, month=MONTH, scope="district", code=""):
    score_month(book, month, actor="test")
    return Forecast.objects.get(goal__book=book, month=month, scope=scope, code=code)


def test_a_target_that_was_always_reached_is_green_and_one_never_reached_is_red(book, district):
    year_of(district, [0.97, 0.965, 0.975, 0.97, 0.968, 0.972] * 2)
    row = foreseen(book)
    assert (row.light, row.reason, row.method, row.year) == ("green", "", "mean12", 2026)
    assert row.expected == pytest.approx(97, abs=0.1)
    assert row.low < row.expected < row.high
    Value.objects.all().delete()
    year_of(district, [0.87, 0.865, 0.875, 0.87, 0.868, 0.872] * 2)
    row = foreseen(book)
    assert (row.light, row.probability < 0.2) == ("red", True)


def test_too_few_months_are_grey(book, district):
    year_of(district, [0.97, 0.96, 0.98])
    row = foreseen(book)
    assert (row.light, row.reason, row.probability, row.expected) == ("grey", "no_forecast", None, None)


def test_late_data_are_grey(book, district):
    year_of(district, [0.97, 0.96] * 6, data_until=datetime(2026, 3, 31, 15, 0, tzinfo=UTC))
    assert foreseen(book).reason == "late_data"


def test_a_year_without_a_target_is_grey(book, district):
    Target.objects.all().delete()
    year_of(district, [0.97, 0.96] * 6)
    row = foreseen(book)
    assert (row.light, row.reason) == ("grey", "no_target")
    assert row.expected is not None


def test_a_goal_without_an_owner_is_grey(book, district):
    Goal.objects.update(lead=None)
    year_of(district, [0.97, 0.96] * 6)
    assert foreseen(book).reason == "no_owner"


def test_in_december_the_value_is_there(book, district):
    december = date(2026, 12, 1)
    year_of(district, [0.96], until=december, data_until=datetime(2027, 1, 2, tzinfo=UTC))
    row = foreseen(book, december)
    assert (row.method, row.expected, row.probability, row.light) == ("measured", 96.0, 1.0, "green")


def test_each_town_has_a_forecast_of_its_own(book, district):
    town = f"{district.code}001"
    year_of(district, [0.97, 0.96] * 6)
    year_of(district, [0.80, 0.81] * 6, scope="town", code=town)
    score_month(book, MONTH, actor="test")
    lights = dict(Forecast.objects.filter(month=MONTH).values_list("code", "light"))
    assert lights == {"": "green", town: "red"}


def test_a_district_without_any_value_has_a_grey_forecast(book, district):
    put(district, CLOSED, "district", "", 1, 2)
    row = foreseen(book)
    assert (row.light, row.reason) == ("grey", "too_few")


def test_projects_by_the_pace_of_those_that_were_finished(book, district):
    put_month(district)
    goal = Goal.objects.create(
        book=book, key="rooms", project_kind="room", name_zh="会客厅", lead=Goal.objects.get(book=book).lead, order=9,
    )  # fmt: skip
    Target.objects.create(goal=goal, year=2026, value=5)
    for number in range(6):
        done = date(2026, 2, 10 + number) if number < 4 else None
        Project.objects.create(
            book=book, key=f"p{number}", kind="room", unit=goal.lead, name_zh="x", started_on=date(2025, 11, 1 + number),
            done_on=done,
        )  # fmt: skip
    score_month(book, MONTH, actor="test")
    row = Forecast.objects.get(goal=goal, month=MONTH)
    assert row.method == "pace"
    assert 4 <= row.expected <= 6
    assert row.light in {"green", "yellow"}
    assert Forecast.objects.filter(goal=goal).count() == 1
