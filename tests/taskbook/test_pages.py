"""The pages of the task book: what they show to whom, from how many queries, and what they say when there is nothing."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from plugins.small_book import LAST, before, furnish
from xiuhua.people.models import Assignment, Organisation, User
from xiuhua.taskbook.models import Book, Forecast, Goal, Target, Value

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
HERE, THERE = "990001", "990002"


@pytest.fixture
def books(two_districts):
    return [furnish(district) for district in two_districts]


@pytest.fixture
def leader(client, two_districts):
    user = User.objects.create_user("leader", password="not-a-secret-of-anyone")
    for district in two_districts:
        Assignment.objects.create(user=user, role="leader", district_code=district.code)
    client.force_login(user)
    return user


def read(client, name, *args, status=200, language="en", **query):
    response = client.get(reverse(f"taskbook:{name}", args=args), query, headers={"accept-language": language})
    assert response.status_code == status
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode()


def test_the_book_says_owner_value_light_word_and_p_of_each_goal(client, books, leader):
    page = read(client, "book", HERE, year="2024", month="2024-11")
    for goal in Goal.objects.filter(book=books[0]):
        assert goal.name_en in page
        assert (goal.lead.name_zh if goal.lead else "nobody answers for it") in page
    for word in ("On course", "Uncertain", "Off course", "Too little evidence"):
        assert word in page
    assert "91 %" in page
    assert "the interval is wider than the way from baseline to target" in page
    assert page.count('class="spark"') == page.count('class="gauge"') - 1 == 4  # projects have no months
    assert f"/taskbook/{THERE}/" not in page


def test_every_drawing_has_its_words(client, books, leader):
    page = read(client, "book", HERE, year="2024", month="2024-11")
    assert 'aria-label="now 93.0\u202f%, interval 89.3–95.8\u202f%, baseline 82.0\u202f%, target 95.0\u202f%"' in page
    assert "23 months from 2022-12 to 2024-11: lowest" in page


def test_only_published_months_are_public(client, books, leader):
    assert "As it stood in 2024-11." in read(client, "book", HERE, year="2024", month="2024-11")
    client.logout()
    page = read(client, "book", HERE, year="2024", month="2024-11")
    assert "As it stood in 2024-07." in page
    assert "not published yet" not in page
    assert "P</abbr>" not in page  # both forecasts are of later months
    rows = list(csv.DictReader(io.StringIO(read(client, "indicator-csv", HERE, "rework_rate").removeprefix("\ufeff"))))
    assert {row["month"] for row in rows} == {f"{before(LAST, back):%Y-%m}" for back in range(4, 24)}


def test_the_newest_published_month_is_shown_until_another_is_asked_for(client, books, leader):
    page = read(client, "book", HERE)
    assert "As it stood in 2024-07." in page
    assert '<option value="2024-11"' in page
    assert "2024-07" in read(client, "indicator", HERE, "rework_rate").split("Data until")[0]


def test_a_draft_is_for_those_inside(client, two_districts, leader):
    furnish(two_districts[0], issued=False)
    assert "Book of fine care" in read(client, "book", HERE)
    client.logout()
    assert "No task book is issued for this district yet." in read(client, "book", HERE)


def test_without_a_book_or_values_the_page_says_what_makes_them(client, two_districts, leader):
    assert "xiuhua taskbook" in read(client, "book", HERE)
    Book.objects.create(
        district=two_districts[0], key="b", name_zh="书", first_year=2024, last_year=2024, state="issued"
    )
    assert "This book has no goals yet." in read(client, "book", HERE)
    assert "xiuhua taskbook measure" in read(client, "indicator", HERE, "rework_rate")


@pytest.mark.parametrize(
    ("query", "wanted", "unwanted"),
    [
        ({"group": "clean"}, "living rooms", "Cases closed in time"),
        ({"light": "red"}, "Rework", "Cases closed in time"),
        ({"unit": f"{HERE}-002"}, "First response", "Cases closed in time"),
        ({"light": "red", "group": "clean"}, "No goal fits these filters.", "Rework"),
    ],
)
def test_filters_narrow_the_book(client, books, leader, query, wanted, unwanted):
    page = read(client, "book", HERE, year="2024", month="2024-11", **query)
    assert wanted in page
    assert unwanted not in page


def test_sixty_goals_of_three_years_take_few_queries(client, two_districts, leader, django_assert_max_num_queries):
    book = furnish(two_districts[0], months=36, published=36)
    lead = Organisation.objects.filter(district_code=HERE).first()
    models = list(Value.objects.filter(scope="district", indicator="rework_rate"))
    for number in range(56):
        goal = Goal.objects.create(
            book=book, key=f"g{number}", name_zh=f"目标{number}", indicator=f"x{number}", lead=lead, unit="%"
        )
        Target.objects.create(goal=goal, year=2024, value=95)
        Forecast.objects.create(
            goal=goal, scope="district", month=LAST, year=2024, method="m", probability=0.5, light="yellow"
        )
        for value in models:
            value.pk, value.indicator = None, f"x{number}"
        Value.objects.bulk_create(models)
    read(client, "book", HERE, year="2024", month="2024-11")
    with django_assert_max_num_queries(MOST_QUERIES):
        page = read(client, "book", HERE, year="2024", month="2024-11")
    assert page.count('<th scope="row">') == 61


def test_an_indicator_shows_groups_months_and_what_it_means(client, books, leader):
    page = read(client, "indicator", HERE, "rework_rate", month="2024-11")
    assert "Rework rate" in page
    assert "sent back / fell due x 100" in page
    assert "Rework</a>" in page  # the goal that it measures
    assert "nothing to count in this month" in page
    town = read(client, "indicator", HERE, "rework_rate", month="2024-10", scope="town", code=f"{HERE}001")
    assert 'value="2024-10" selected' in town
    assert "back to the whole district" in town


def test_the_file_of_an_indicator_has_everything_that_belongs_to_a_value(client, books, leader):
    rows = list(csv.DictReader(io.StringIO(read(client, "indicator-csv", HERE, "rework_rate").removeprefix("\ufeff"))))
    assert len(rows) == Value.objects.filter(district__code=HERE, indicator="rework_rate").count()
    gone = [row for row in rows if row["month"] == "2024-09"]
    assert gone
    assert all(row["value"] == "" and row["missing"] == "no_denominator" and row["n"] == "0" for row in gone)
    row = next(row for row in rows if row["scope"] == "district" and row["month"] == "2024-11")
    kept = Value.objects.get(district__code=HERE, indicator="rework_rate", scope="district", month=date(2024, 11, 1))
    assert float(row["value"]) == pytest.approx(kept.value * 100)
    assert float(row["numerator"]) / float(row["denominator"]) == pytest.approx(kept.value)
    assert row["data_until"] == "2024-11-30T15:59:00+00:00"
    assert row["published"] == "no"


def test_the_map_gets_every_town_with_its_shade(client, books, leader):
    Value.objects.filter(indicator="rework_rate", code=f"{HERE}002").delete()
    answer = client.get(
        reverse("taskbook:indicator-areas", args=[HERE, "rework_rate"]), {"scope": "town", "month": "2024-11"}
    ).json()
    shades = {each["properties"]["code"]: each["properties"]["shade"] for each in answer["features"]}
    assert shades[f"{HERE}002"] == 0
    assert shades[f"{HERE}001"] > 0


def test_a_goal_says_what_was_promised(client, books, leader):
    page = read(client, "goal", HERE, "rework", year="2024", month="2024-11")
    for text in ("As counted from the cases", "3.0\u202f%", "每周复查返工案件", "late", "first 2024-10-31", "mean12"):
        assert text in page


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ({"full_at": [4, 6], "weight": 5}, "4; 6"),
        ({"tiers": [{"at": 95, "points": 5}, {"at": 90, "points": 3}]}, "from 95 on 5; from 90 on 3"),
        ({}, "What was promised"),
    ],
)
def test_a_rule_of_any_form_is_told(client, books, leader, rule, text):
    Goal.objects.filter(key="rework").update(score=rule)
    assert text in read(client, "goal", HERE, "rework")


def test_a_name_in_the_file_is_no_formula(client, books, leader, two_districts):
    Organisation.objects.filter(code=f"{HERE}-001").update(name_zh="=1+1", name_en="")
    assert "'=1+1" in read(client, "indicator-csv", HERE, "rework_rate", scope="unit")


@pytest.mark.parametrize(
    ("name", "args", "query"),
    [
        ("book", ("990009",), {}), ("book", (HERE,), {"book": "nowhere"}), ("goal", (HERE, "nothing"), {}),
        ("indicator", (HERE, "nothing"), {}), ("indicator-csv", (HERE, "nothing"), {}),
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client, books, name, args, query):
    read(client, name, *args, status=404, **query)


@pytest.mark.parametrize(
    "query",
    [
        {"year": "x\x00"},
        {"year": "９９９９"},
        {"month": "2024-13"},
        {"scope": "\x00"},
        {"code": "'"},
        {"light": "\x00"},
    ],
)
def test_nonsense_in_the_address_breaks_nothing(client, books, query):
    read(client, "book", HERE, **query)
    read(client, "indicator", HERE, "rework_rate", **query)


def test_the_pages_speak_chinese(client, books, leader):
    page = read(client, "book", HERE, year="2024", month="2024-11", language="zh-hans")
    for text in ("任务书", "案件按期结案", "证据不足", "可望达成"):
        assert text in page
