"""What "100 %" means, chosen in a task book: the goal is measured, scored and shown by the statement that it makes."""

import pytest
from django.utils import translation

from inspection.quality_town import MONTH, NOW, drawn_month, inspector
from taskbook.scored import make_book
from taskbook.small_book import BOOK, furnish
from taskbook.small_book import NOW as BOOK_NOW
from xiuhua.lake.actions.write import write
from xiuhua.taskbook.actions.load import load_book
from xiuhua.taskbook.actions.measure import measure
from xiuhua.taskbook.actions.score import score_month
from xiuhua.taskbook.book_file.yaml_in import read_yaml
from xiuhua.taskbook.models import Closing, Goal, Score
from xiuhua.taskbook.refusals import BookRefused

pytestmark = pytest.mark.django_db
RULE = {"step": 1, "deduct": 0.5, "weight": 10, "source": "test", "version": "1"}


@pytest.fixture
def district(two_districts, settings, tmp_path):
    settings.LAKE_DIR = tmp_path / "lake"
    with translation.override("en"):
        yield two_districts[0]


def loaded(district, statement, indicator):
    text = BOOK.replace("    indicator: closing_on_time\n", f"    indicator: {indicator}\n    statement: {statement}\n")
    assert text != BOOK
    return load_book(read_yaml(text.encode()), district, actor="t", at=BOOK_NOW)


def test_a_goal_says_what_its_indicator_says(district):
    furnish(district)
    with pytest.raises(BookRefused) as answer:
        loaded(district, "level", "roads_clean_seen")
    (fault,) = answer.value.faults
    assert (fault.field, fault.value) == ("statement", "level")
    assert "roads_clean_level" in fault.remedy
    with pytest.raises(BookRefused):
        loaded(district, "restored", "closing_on_time")
    loaded(district, "level", "roads_clean_level")
    assert Goal.objects.get(key="closing").statement == "level"


def test_a_month_is_scored_and_shown_by_the_statement(district, client):
    """48 of 48 passed: no failure was seen, and a level well below 100 % is demonstrated; only the first is full."""
    rules = {"roads_clean_seen": {"full_at": 100, **RULE}, "roads_clean_level": {"full_at": 95, **RULE}}
    book = make_book(district, rules)
    for goal, statement in zip(book.goals.order_by("order"), ("no_failure", "level"), strict=True):
        goal.statement = statement
        goal.save()
    drawn_month(district, [inspector(district, "1"), inspector(district, "2")], walks=4, each=12)
    write(("inspection", "inspection_visit"), now=NOW)
    measure(district, [MONTH], actor="t", keys=list(rules), now=NOW)
    score_month(book, MONTH, actor="t")
    seen, level = Score.objects.get(scope="district", month=MONTH).parts
    assert (seen["value"], seen["points"]) == (100, 10)
    demonstrated = 100 * 0.05 ** (2.5 / 48)
    assert level["points"] == pytest.approx(10 - (95 - demonstrated) * 0.5, abs=1e-3)
    Closing.objects.create(district=district, month=MONTH, published_at=NOW, actor="t")
    for key, words in (
        ("roads-clean-seen", "100 % speaks of what was looked at"),
        ("roads-clean-level", "59 independent checks without a failure show 95 %"),
    ):
        address = f"/taskbook/{district.code}/goals/{key}/"
        answer = client.get(address, {"month": "2026-03", "year": "2026"}, headers={"accept-language": "en"})
        assert words in answer.content.decode()
    page = client.get(
        f"/taskbook/{district.code}/indicators/roads_clean_level/", headers={"accept-language": "en"}
    ).content.decode()
    assert "the value itself is the lower bound" in page
