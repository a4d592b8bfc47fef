"""Published months: what stands in the way, that nothing in them changes, and revisions with their reason."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from taskbook.scored import CLOSED, HOURS, IN_TIME, MONTH, NOW, declare, make_book, put, put_month
from xiuhua.foundation.events import verify as verify_chain
from xiuhua.foundation.models import Event
from xiuhua.people.models import Assignment, User
from xiuhua.taskbook.actions.closing import publish_month
from xiuhua.taskbook.actions.revising import Learned, latest, revise
from xiuhua.taskbook.actions.score import score_month, verify
from xiuhua.taskbook.freezing import Frozen
from xiuhua.taskbook.gathering import values_of
from xiuhua.taskbook.models import Book, Closing, Goal, Revision, Score, Value
from xiuhua.taskbook.parts import Reading, none
from xiuhua.taskbook.refusals import Forbidden, Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def district(two_districts):
    declare(two_districts[0], 2026)
    return two_districts[0]


@pytest.fixture
def book(district):
    made = make_book(district)
    put_month(district)
    score_month(made, MONTH, actor="test")
    return made


def publish(district, **more):
    return publish_month(district, MONTH, actor="test", at=NOW, **more)


def test_a_published_month_is_frozen(book, district):
    before = list(Score.objects.order_by("pk").values())
    closing = publish(district, note="首期")
    assert (closing.month, closing.note) == (MONTH, "首期")
    with pytest.raises(Frozen, match="2026-03 was published on 2026-04-05"):
        score_month(book, MONTH, actor="test")
    with pytest.raises(Frozen):
        publish(district)
    assert list(Score.objects.order_by("pk").values()) == before
    event = Event.objects.get(verb="month.published")
    assert event.after["scores"] == len(before)
    assert not verify_chain(event.chain).breaks


def test_other_rules_do_not_reach_a_published_month(book, district):
    publish(district)
    Goal.objects.filter(book=book, indicator=IN_TIME).update(score={"full_at": 99, "step": 1, "weight": 50})
    with pytest.raises(
        Frozen, match=r"with other rules than the book has now.*from the first month that is not published"
    ):
        score_month(book, MONTH, actor="test")


def refused(district, words, **more):
    with pytest.raises(Refused, match=words):
        publish_month(district, MONTH, **{"actor": "test", "at": NOW, **more})
    assert not Closing.objects.exists()


def test_a_month_that_is_not_over(book, district):
    # The month ends at midnight in Shanghai, which is 16:00 UTC.
    refused(district, "2026-03 is not over", at=datetime(2026, 3, 31, 15, 59, tzinfo=UTC))
    publish_month(district, MONTH, actor="test", at=datetime(2026, 3, 31, 16, 0, tzinfo=UTC))


def test_a_year_without_a_calendar(two_districts):
    district = two_districts[1]
    made = make_book(district)
    put_month(district)
    score_month(made, MONTH, actor="test")
    refused(district, "no work calendar CN")
    declare(district, 2025)
    refused(district, "The work calendar CN does not declare 2026.*Declare it with `xiuhua calendar load`")
    declare(district, 2026)
    assert publish(district)


def test_what_is_missing_without_saying_so(book, district):
    Value.objects.filter(indicator=CLOSED, scope="district").delete()
    Value.objects.filter(indicator=HOURS, scope="district").update(value=None, missing="")
    score_month(book, MONTH, actor="test")
    refused(district, f"{CLOSED} has no value for the district and does not say why. {HOURS} has no value")
    put(district, CLOSED, "district", "", 0, 0)
    Value.objects.filter(indicator=HOURS, scope="district").update(missing="no_data", numerator=0, denominator=0)
    score_month(book, MONTH, actor="test")
    assert publish(district)


def test_data_that_end_before_the_month_does(book, district):
    late = datetime(2026, 3, 31, 15, 0, tzinfo=UTC)
    Value.objects.filter(indicator=CLOSED, scope="district").update(data_until=late)
    refused(district, f"The data of {CLOSED} end at 2026-03-31 15:00 UTC, before the month does")


def test_a_book_that_was_not_scored_or_whose_values_have_changed_since(book, district):
    put_month(district, month=date(2026, 2, 1))
    with pytest.raises(Refused, match="was not scored"):
        publish_month(district, date(2026, 2, 1), actor="test", at=NOW)
    Value.objects.filter(indicator=CLOSED, scope="district").update(numerator=1000, value=0.5, low=0.4, high=0.6)
    refused(district, "have changed since it was scored")


def test_a_rule_that_changed_since(book, district):
    goal = Goal.objects.get(book=book, indicator=IN_TIME)
    goal.score["full_at"] = 99
    goal.save()
    refused(district, "Values or rules of the book “Task book” have changed")


def test_no_issued_book(book, district):
    Book.objects.update(state="draft")
    refused(district, "No issued task book of Sample 1 covers 2026")


@pytest.mark.parametrize(("role", "fits"), [("assessor", True), ("leader", True), ("engineer", False)])
def test_who_may_publish(role, fits, book, district):
    user = User.objects.create_user("someone")
    Assignment.objects.create(user=user, role=role, district_code=district.code)
    if fits:
        assert publish_month(district, MONTH, actor=user, at=NOW).actor == "someone"
    else:
        with pytest.raises(Forbidden):
            publish_month(district, MONTH, actor=user, at=NOW)


def learned(district, key, scope, code, **more):
    """What is known now of a value, with some columns changed."""
    was = values_of(district, MONTH)[key, scope, code]
    return Learned(key, scope, code, Reading(**{**vars(was), **more}))


def test_published_score_with_changed_inputs_a_revision_and_not_an_overwrite(book, district):
    publish(district)
    town = f"{district.code}001"
    rows, values = list(Score.objects.order_by("pk").values()), list(Value.objects.order_by("pk").values())
    found = learned(district, IN_TIME, "town", town, numerator=850, value=0.85, low=0.82, high=0.87)
    made = revise(district, MONTH, [found], actor="test", reason="补录 50 件")
    assert list(Score.objects.order_by("pk").values()) == rows
    assert list(Value.objects.order_by("pk").values()) == values
    assert [(row.subject, row.key, row.scope, row.code) for row in made] == [
        ("value", IN_TIME, "town", town), ("score", "book", "town", town),
    ]  # fmt: skip
    value, score = made
    assert (value.before["numerator"], value.after["numerator"], value.reason) == (900, 850, "补录 50 件")
    assert score.before["points"] - score.after["points"] == pytest.approx(5)
    assert score.after["parts"][0]["sentence_en"].startswith("85 % is 10 below 95 %")
    again = Score.objects.get(scope="town", code=town)
    assert latest(again)["points"] == score.after["points"]
    verify(again)
    # The same truth again is nothing new; what it was before is a revision again.
    assert revise(district, MONTH, [found], actor="test", reason="again") == []
    back = learned(district, IN_TIME, "town", town)
    assert [row.subject for row in revise(district, MONTH, [back], actor="test", reason="更正")] == ["value", "score"]
    assert Revision.objects.count() == 4
    assert Event.objects.filter(verb="month.revised").count() == 2


def test_a_revised_score_keeps_the_rule_it_was_published_with(book, district):
    publish(district)
    goal = Goal.objects.get(book=book, indicator=IN_TIME)
    goal.score |= {"full_at": 99, "weight": 90}
    goal.save()
    town = f"{district.code}001"
    found = learned(district, IN_TIME, "town", town, numerator=850, value=0.85)
    score = revise(district, MONTH, [found], actor="test", reason="x")[1]
    assert (score.after["full"], score.after["parts"][0]["rule"]["full_at"]) == (100, 95)


def test_a_revision_of_the_district_reaches_the_unit_that_leads(book, district):
    publish(district)
    found = learned(district, IN_TIME, "district", "", numerator=1000, value=0.5, low=0.48, high=0.52)
    made = revise(district, MONTH, [found], actor="test", reason="x")
    assert {(row.scope, row.code) for row in made if row.subject == "score"} == {
        ("district", ""), ("unit", f"{district.code}-gov"),
    }  # fmt: skip


def test_a_value_that_is_found_to_be_unknown_turns_grey(book, district):
    publish(district)
    town = f"{district.code}001"
    unknown = Learned(IN_TIME, "town", town, Reading(**{**vars(none("late_data")), "version": 2}))
    score = revise(district, MONTH, [unknown], actor="test", reason="x")[1]
    assert (score.after["full"], score.after["parts"][0]["points"]) == (50, None)


def test_another_formula_in_a_frozen_month_is_refused(book, district):
    publish(district)
    found = learned(district, IN_TIME, "district", "", version=3)
    with pytest.raises(Refused, match="now version 3 of its formula; 2026-03 was published with version 2"):
        revise(district, MONTH, [found], actor="test", reason="x")
    assert not Revision.objects.exists()


def test_what_a_revision_needs(book, district):
    found = learned(district, IN_TIME, "district", "", numerator=1)
    with pytest.raises(Refused, match="2026-03 is not published"):
        revise(district, MONTH, [found], actor="test", reason="x")
    publish(district)
    with pytest.raises(Refused, match="needs"):
        revise(district, MONTH, [found], actor="test", reason="  ")
    stranger = Learned(IN_TIME, "town", "elsewhere", found.reading)
    with pytest.raises(Refused, match="was not published in 2026-03"):
        revise(district, MONTH, [stranger], actor="test", reason="x")
    user = User.objects.create_user("someone")
    with pytest.raises(Forbidden):
        revise(district, MONTH, [found], actor=user, reason="x")


def test_the_month_of_another_district_stays_open(book, two_districts):
    publish(two_districts[0])
    other = make_book(two_districts[1])
    put_month(two_districts[1])
    assert score_month(other, MONTH, actor="test", at=timezone.now() + timedelta(days=1)).scores == 4
