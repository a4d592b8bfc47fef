"""The demonstration's months: measured, scored, published when they are over, with a bulletin of the last."""

from datetime import UTC, date, datetime

import pytest

from casework.conftest import desk, desks  # noqa: F401 - fixtures
from taskbook.scored import CLOSED, make_book
from xiuhua.demo import scores
from xiuhua.demo.scores import score_months
from xiuhua.foundation.indicators import indicators
from xiuhua.people.models import Organisation
from xiuhua.taskbook.actions.score import verify
from xiuhua.taskbook.models import Closing, Score, Value

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def asked_for(settings, tmp_path, monkeypatch):
    """A lake of this test; a rate of three cases counts; which bulletins are asked for, without printing them."""
    settings.LAKE_DIR = tmp_path / "lake"
    monkeypatch.setitem(vars(indicators()[CLOSED]), "min_n", 1)
    months = []
    monkeypatch.setattr(scores, "make_bulletin", lambda _district, month, _actor: months.append(month))
    return months


def test_months_that_are_over_are_published_and_stay(desk, asked_for):  # noqa: F811
    lead = Organisation.objects.filter(district_code=desk.district.code).order_by("pk")[0].code
    make_book(desk.district, {CLOSED: {"full_at": 90, "step": 1, "deduct": 0.5, "weight": 30}}, lead=lead)
    for state in ("closed", "closed", "dispatched"):
        desk.at_state(state)
    assert score_months(desk.district, NOW, actor="t") == 2
    assert [f"{each.month:%Y-%m} {each.published_at:%d}" for each in Closing.objects.order_by("month")] == [
        "2026-03 05",
        "2026-04 05",
    ]
    assert sorted({f"{month:%m}" for month in Score.objects.values_list("month", flat=True)}) == ["03", "04", "05"]
    for row in Score.objects.all():
        verify(row)
    assert asked_for == [date(2026, 4, 1)]
    before = list(Value.objects.filter(month__lt="2026-05-01").order_by("pk").values())
    assert score_months(desk.district, NOW, actor="t") == 0
    assert list(Value.objects.filter(month__lt="2026-05-01").order_by("pk").values()) == before


def test_a_district_without_cases_has_nothing_to_score(two_districts):
    assert score_months(two_districts[0], NOW, actor="t") == 0
