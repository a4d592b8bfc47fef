"""A leader publishes a month on the page of months; what is in the way is told there."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from taskbook.scored import CLOSED, MONTH, NOW, declare, make_book, put_month
from xiuhua.people.models import Assignment, User
from xiuhua.taskbook.actions.closing import publish_month
from xiuhua.taskbook.actions.revising import Learned, revise
from xiuhua.taskbook.actions.score import score_month
from xiuhua.taskbook.gathering import values_of
from xiuhua.taskbook.models import Closing, Value
from xiuhua.taskbook.parts import Reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(two_districts):
    declare(two_districts[0], 2026)
    made = make_book(two_districts[0])
    put_month(two_districts[0])
    score_month(made, MONTH, actor="test")
    return made


def signed_in(role):
    client = Client(headers={"accept-language": "en"})
    if role:
        user = User.objects.create_user(role)
        Assignment.objects.create(user=user, role=role, district_code="990001")
        client.force_login(user)
    return client


def page(client):
    return client.get(reverse("taskbook:months", args=["990001"])).content.decode()


def publish(client, **typed):
    return client.post(reverse("taskbook:publish", args=["990001"]), typed)


def test_a_leader_publishes_a_scored_month(book):
    client = signed_in("leader")
    assert '<option value="2026-03">' in page(client)
    answer = publish(client, month="2026-03", note="首期")
    assert (answer.status_code, answer.url) == (302, reverse("taskbook:months", args=["990001"]))
    closing = Closing.objects.get()
    assert (closing.month, closing.actor, closing.note) == (MONTH, "leader", "首期")
    shown = page(client)
    assert "2026-03 is published" in shown
    assert "No month waits" in shown


def test_what_is_in_the_way_is_told_with_what_was_typed(book):
    Value.objects.filter(indicator=CLOSED, scope="district").delete()
    client = signed_in("assessor")
    answer = publish(client, month="2026-03", note="首期")
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "closing_rate has no value for the district and does not say why" in said
    assert "measure and score the month again" in said
    assert '<option value="2026-03" selected>' in said
    assert "首期</textarea>" in said
    assert not Closing.objects.exists()


@pytest.mark.parametrize("month", ["", "2026-13", "x", "2026-03\x00"])
def test_nonsense_is_answered(month, book):
    assert publish(signed_in("leader"), month=month, note="x" * 3000).status_code == 422


def test_months_that_run_are_not_offered(book, two_districts):
    future = date(2027, 3, 1)
    put_month(two_districts[0], month=future)
    score_month(book, future, actor="test")
    assert "2027-03" not in page(signed_in("leader"))


@pytest.mark.parametrize(("role", "status"), [("engineer", 403), ("town", 403), ("", 302)])
def test_others_see_no_form_and_are_refused(role, status, book):
    client = signed_in(role)
    assert "Publish a month" not in page(client)
    assert publish(client, month="2026-03").status_code == status
    assert not Closing.objects.exists()


def test_a_revision_is_told_in_the_unit_of_its_figure(book, two_districts):
    town = "990001001"
    publish_month(two_districts[0], MONTH, actor="test", at=NOW)
    was = values_of(two_districts[0], MONTH)[CLOSED, "town", town]
    now = Learned(CLOSED, "town", town, Reading(**{**vars(was), "numerator": 850, "value": 0.85}))
    revise(two_districts[0], MONTH, [now], actor="test", reason="补录")
    shown = page(signed_in("")).replace("\u202f", " ")
    assert "96.0 % (960 / 1,000)" in shown
    assert "85.0 % (850 / 1,000)" in shown
    assert "The score" in shown
    assert "92.00 / 100" in shown
    assert "87.00 / 100" in shown
    assert "sentence" not in shown
