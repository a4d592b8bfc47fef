"""From cases to a published score and its revision: measured over the lake, scored, frozen, measured again."""

from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner
from django.utils import timezone

from casework.conftest import desk, desks  # noqa: F401 - fixtures
from taskbook.scored import CLOSED, make_book
from xiuhua.casework.models import Case
from xiuhua.foundation.indicators import indicators
from xiuhua.lake.actions.write import write
from xiuhua.people.models import Organisation
from xiuhua.taskbook.actions.closing import publish_month
from xiuhua.taskbook.actions.measure import measure
from xiuhua.taskbook.actions.revising import latest
from xiuhua.taskbook.actions.score import score_month, verify
from xiuhua.taskbook.commands import taskbook
from xiuhua.taskbook.models import Book, Goal, Revision, Score, Value
from xiuhua.taskbook.tasks import score_open_months

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
MARCH = date(2026, 3, 1)
NOW = datetime(2026, 4, 20, tzinfo=UTC)


@pytest.fixture
def published(desk, monkeypatch):  # noqa: F811 - the fixture
    """Two of three cases closed; March scored and published."""
    monkeypatch.setitem(vars(indicators()[CLOSED]), "min_n", 1)
    lead = Organisation.objects.filter(district_code=desk.district.code).order_by("pk")[0].code
    book = make_book(desk.district, {CLOSED: {"full_at": 90, "step": 1, "deduct": 0.5, "weight": 30}}, lead=lead)
    for state in ("closed", "closed", "dispatched"):
        desk.at_state(state)
    write(now=NOW)
    measure(desk.district, [MARCH], actor="t", now=NOW)
    score_month(book, MARCH, actor="t")
    publish_month(desk.district, MARCH, actor="t", at=NOW)
    return desk


def revised(desk, *arguments):  # noqa: F811
    month = ["--district", desk.district.code, "--month", "2026-03", "--reason", "补录"]
    return CliRunner().invoke(taskbook, ["revise", *month, *arguments]).output


def test_a_figure_is_traced_from_the_score_down_to_the_cases(published):
    row = Score.objects.get(scope="town", code=f"{published.district.code}001")
    part = row.parts[0]
    cases = Case.objects.filter(town__code=row.code)
    assert (part["numerator"], part["denominator"]) == (cases.filter(state="closed").count(), cases.count()) == (2, 3)
    assert row.points == pytest.approx(30 - (90 - 200 / 3) / 2)
    verify(row)


def test_what_is_learned_later_is_a_revision_beside_the_published_numbers(published):
    before = {row.pk: row.points for row in Score.objects.all()}
    published.at_state("closed")
    write(now=NOW, anew=True)
    assert "value closing_rate district : 0.66" in revised(published)
    assert {row.pk: row.points for row in Score.objects.all()} == before
    assert Value.objects.get(indicator=CLOSED, scope="district").denominator == 3
    district = Score.objects.get(scope="district")
    assert latest(district)["points"] == pytest.approx(30 - 15 / 2)
    assert {row.reason for row in Revision.objects.all()} == {"补录"}
    # Nothing new was learned since.
    assert "0 revisions written" in revised(published)


def test_another_formula_does_not_reach_a_published_month(published, monkeypatch):
    monkeypatch.setitem(vars(indicators()[CLOSED]), "version", 99)
    published.at_state("closed")
    write(now=NOW, anew=True)
    said = revised(published)
    assert "The month keeps the formula of: closing_rate" in said
    assert not Revision.objects.filter(key=CLOSED).exists()


def test_a_month_that_is_not_published_is_not_revised(desk):  # noqa: F811
    assert "2026-03 is not published" in revised(desk)


def test_the_nightly_job_scores_the_months_that_are_open(published, monkeypatch):
    book = Book.objects.get()
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    # January, February and April are scored, grey as they are; March is published and stays.
    assert score_open_months.call() > 0
    assert sorted({month.month for month in Score.objects.filter(book=book).values_list("month", flat=True)}) == [
        1,
        2,
        3,
        4,
    ]
    Goal.objects.update(score={"full_at": 90, "floor": 50, "weight": 30})
    assert score_open_months.call() == 0
