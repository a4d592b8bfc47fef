"""Own numbers, comparison, projects, published months: places as sets, sentences, reasons, pace."""

from datetime import date

import pytest
from django.urls import reverse

from plugins.small_book import LAST, furnish, values_of
from xiuhua.city.models import Area
from xiuhua.people.models import Assignment, User
from xiuhua.taskbook.models import Revision, Score, Value
from xiuhua.taskbook.pages.comparing import Compared, comparison, place_text, placed

pytestmark = pytest.mark.django_db
HERE = "990001"


@pytest.fixture
def book(two_districts):
    return furnish(two_districts[0])


@pytest.fixture
def leader(client, two_districts):
    user = User.objects.create_user("leader", password="not-a-secret-of-anyone")
    Assignment.objects.create(user=user, role="leader", district_code=HERE)
    client.force_login(user)
    return user


def read(client, name, *args, status=200, **query):
    response = client.get(reverse(f"taskbook:{name}", args=[HERE, *args]), query, headers={"accept-language": "en"})
    assert response.status_code == status
    return response.content.decode()


def test_a_town_sees_how_its_score_was_computed(client, book, leader):
    page = read(client, "area", "town", f"{HERE}001", month="2024-11")
    for text in (
        "92 % is 3 below 95 %: leaves 17.", "17.00 / 20", "any place of 2", "Not separable", "92.0\u202f%", "220.8 / 240 · n = 240",
        "nothing to count in this month", "No value: left out.", "Every figure of the month", "1:abc",
    ):  # fmt: skip
        assert text in page, text
    assert page.index("Cases closed in time</a>") < page.index("Satisfaction of residents</a>")  # what cost most first


def test_a_town_sees_what_would_move_its_score_most(client, book, leader):
    page = read(client, "area", "town", f"{HERE}001", month="2024-11")
    part = page[page.index("What would move this score most") :]
    assert "3.00 points short of full" in part
    assert part.index("to the target") < part.index("to the best of the others")  # what gains most first
    assert "+3.00" in part
    assert "8 records more" in part  # 3 % of 240, rounded up
    best = read(client, "area", "town", f"{HERE}002", month="2024-11")
    assert "to the best of the others" not in best


def test_only_those_scored_by_the_same_goals_are_compared(client, book, leader):
    other = Score.objects.get(scope="town", code=f"{HERE}002", month=LAST)
    other.parts, other.best_rank, other.worst_rank, other.band = other.parts[:1], None, None, ""
    other.save()
    page = read(client, "comparison", month="2024-11")
    assert "Scored by goals of their own: compared with nobody" in page
    assert "any place of" not in page


def test_scores_are_compared_as_shares_of_the_full_points(client, book, leader):
    page = read(client, "comparison", month="2024-11")
    assert "85.0\u202f%" in page
    assert "17.0 / 20" in page
    assert page.index(f"{HERE}002/?month") < page.index(f"{HERE}001/?month")  # the better share first


def test_a_unit_sees_its_commitments_and_goals(client, book, leader):
    page = read(client, "unit", f"{HERE}-001")
    assert "每周复查返工案件" in page
    assert "增派巡查人员" not in page  # of another unit
    assert "Goals that it leads" in page
    read(client, "unit", "nobody", status=404)
    read(client, "area", "town", "nobody", status=404)


def test_the_public_sees_published_scores_only(client, book):
    assert "not published yet" not in read(client, "area", "town", f"{HERE}001", month="2024-11")
    assert "2024-07" in read(client, "comparison")
    assert "2024-11" not in read(client, "comparison")


def test_without_scores_the_page_says_which_command_makes_them(client, book, leader):
    Score.objects.all().delete()
    assert "xiuhua taskbook score --district" in read(client, "comparison", month="2024-11")
    assert "There is no score for this month" in read(client, "area", "town", f"{HERE}001", month="2024-11")


def test_towns_that_overlap_are_said_to_be_not_separable(client, book, leader):
    page = read(client, "comparison", indicator="closing_on_time", month="2024-11")
    assert "2 are not separable by these data" in page
    assert "any place of 2" in page
    assert "Clearly" not in page.split("How to read this page")[0]


def test_towns_that_do_not_overlap_have_places_of_their_own(client, book, leader, two_districts):
    far = Area.objects.get(code=f"{HERE}002", kind="town")
    Value.objects.filter(indicator="closing_on_time", code=far.code).delete()
    Value.objects.bulk_create(values_of(two_districts[0], "closing_on_time", "town", far.code, -0.4, 3))
    page = read(client, "comparison", indicator="closing_on_time", month="2024-11")
    assert "place 1 of 2, separated from all others" in page
    assert "↑ Clearly above" in page
    assert "↓ Clearly below" in page


def test_places_are_sets_and_those_without_an_interval_have_none():
    rows = [Compared(str(n), str(n), 50.0 + n, 49.0 + n, 51.0 + n, 0, 0, "") for n in range(6)]
    rows.append(Compared("x", "x", 99.0, None, None, 0, 0, ""))
    found = {row.code: row for row in placed(rows, falling=False)}
    assert found["x"].best == 0
    assert found["5"].best == 1 < found["5"].worst
    assert place_text(found["x"], 6) == ""
    drawn = comparison(list(found.values()), None, (None, None), falling=False)
    assert drawn.rows[0][0].code == "x"
    assert drawn.placed == 6
    falling = {row.code: row for row in placed(rows, falling=True)}
    assert falling["0"].best == 1
    assert falling["5"].worst == 6


def test_a_figure_that_tells_nobody_apart_says_so():
    rows = [
        Compared(str(n), str(n), value, value - 1, value + 1, 0, 0, "")
        for n, value in enumerate((99.95, 100.0, 99.97, 97.0))
    ]
    assert comparison(rows, None, (None, None), falling=False).saturated
    assert not comparison(rows, None, (None, None), falling=True).saturated


def test_projects_show_pace_steps_and_who_accepted(client, book):
    page = read(client, "projects")
    for text in ("4 / 20", "accepted by the city", "accepted by the district", "late, was due 2023-06-01", "✓"):
        assert text in page, text
    assert 'aria-label="4 done, 6 should be done by today, 6 in all"' in page
    points = client.get(reverse("taskbook:project-points", args=[HERE])).json()["features"]
    assert [each["properties"]["state"] for each in points] == ["done"] * 4 + ["late"] * 2


def test_published_months_show_what_was_revised_and_why(client, book):
    page = read(client, "months")
    assert page.count("2024-11-30") >= 20
    assert "补录返工案件" in page
    assert "6.1" in page
    assert "6.4" in page
    Revision.objects.all().delete()
    assert "Nothing that was published had to be revised." in read(client, "months")


@pytest.mark.parametrize("query", [{"indicator": "nothing"}, {"book": "nothing"}])
def test_what_is_not_there_is_not_found(client, book, query):
    read(client, "comparison", status=404, **query)


@pytest.mark.parametrize(
    "query", [{"scope": "\x00"}, {"month": "9999-99"}, {"scope": "grid", "indicator": "rework_rate"}]
)
def test_nonsense_in_the_address_breaks_nothing(client, book, leader, query):
    read(client, "comparison", **query)
    read(client, "area", "town", f"{HERE}001", **query)
    assert date(2024, 11, 1) == LAST
