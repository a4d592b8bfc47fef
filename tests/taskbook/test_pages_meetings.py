"""Meetings by their forms: what is kept, what is refused with what was typed, who may."""

from datetime import date

import pytest
from django.urls import reverse

from plugins.small_book import furnish
from xiuhua.people.models import Assignment, User
from xiuhua.taskbook.models import Commitment, Meeting, Review

pytestmark = pytest.mark.django_db
HERE = "990001"
CLOSED = {"held_on": "2024-10-08", "title": "十月调度会"}


@pytest.fixture
def book(two_districts):
    return furnish(two_districts[0], published=24)


@pytest.fixture
def sign_in(client, two_districts):
    def signed(role):
        user = User.objects.create_user(role, password="not-a-secret-of-anyone")
        Assignment.objects.create(user=user, role=role, district_code=HERE)
        client.force_login(user)

    return signed


def send(client, name, *args, follow=True, **data):
    return client.post(
        reverse(f"taskbook:{name}", args=[HERE, *args]), data, headers={"accept-language": "en"}, follow=follow
    )


def late():
    return Commitment.objects.get(measure="每周复查返工案件")


def test_the_agenda_has_goals_off_course_and_commitments_that_are_due(client, book, sign_in):
    sign_in("leader")
    page = client.get(reverse("taskbook:meetings", args=[HERE]), headers={"accept-language": "en"}).content.decode()
    assert page.index("Rework</a>") < page.index("First response</a>") < page.index("Satisfaction of residents</a>")
    assert "Cases closed in time" not in page
    assert "每周复查返工案件" in page


def test_a_meeting_is_opened_goes_through_what_is_due_and_is_closed(client, book, sign_in):
    sign_in("leader")
    opened = send(client, "meeting-open", title="十一月调度会", held_on="2024-11-20", chair=f"{HERE}-gov")
    meeting = Meeting.objects.get(title="十一月调度会")
    assert opened.redirect_chain[-1][0] == f"/taskbook/{HERE}/meetings/{meeting.pk}/"
    refused = send(client, "meeting-minutes", meeting.pk, minutes="逐项调度", close="1", expected_version="1")
    assert refused.status_code == 422
    assert "have not been gone through" in refused.content.decode()
    assert ">逐项调度</textarea>" in refused.content.decode()  # what was typed stands there again
    kept = send(
        client, "meeting-review", meeting.pk, late().pk, state="done", proof="案件 990001-000001", done_on="2024-11-18",
        expected_version=late().version,
    )  # fmt: skip
    assert "Kept what the meeting said" in kept.content.decode()
    assert late().state == "done"
    closed = send(client, "meeting-minutes", meeting.pk, minutes="逐项调度", close="1", expected_version="1")
    assert "The meeting is closed." in closed.content.decode()
    assert "textarea" not in closed.content.decode()
    meeting.refresh_from_db()
    assert meeting.closed_at
    assert meeting.minutes == "逐项调度"


def test_a_date_moves_with_a_note_only_and_what_was_typed_is_kept(client, book, sign_in):
    sign_in("leader")
    meeting, one = Meeting.objects.get(**CLOSED), late()
    given = {"state": "open", "due": "2024-12-20", "expected_version": one.version}
    refused = send(client, "meeting-review", meeting.pk, one.pk, **given)
    assert refused.status_code == 422
    assert "a note that says why" in refused.content.decode()
    assert 'value="2024-12-20"' in refused.content.decode()
    assert late().due == date(2024, 11, 15)
    send(client, "meeting-review", meeting.pk, one.pk, **given, note="设备未到货")
    assert late().due == date(2024, 12, 20)
    assert Review.objects.get().due_before == date(2024, 11, 15)
    page = client.get(reverse("taskbook:meeting", args=[HERE, meeting.pk])).content.decode()
    assert "<del>2024-11-15</del>" in page
    assert "设备未到货" in page


def test_who_was_second_is_told(client, book, sign_in):
    sign_in("leader")
    meeting, one = Meeting.objects.get(**CLOSED), late()
    given = {"state": "done", "proof": "照片", "done_on": "2024-11-10", "expected_version": one.version}
    assert send(client, "meeting-review", meeting.pk, one.pk, **given).status_code == 200
    assert send(client, "meeting-review", meeting.pk, one.pk, **given).status_code == 409


def test_a_commitment_is_promised_in_a_meeting(client, book, sign_in):
    sign_in("leader")
    meeting = Meeting.objects.get(**CLOSED)
    given = {"goal": "rework", "unit": f"{HERE}-gov", "measure": "增设复核岗", "due": "2199-12-31"}
    assert "The commitment is made." in send(client, "meeting-promise", meeting.pk, **given).content.decode()
    made = Commitment.objects.get(measure="增设复核岗")
    assert (made.meeting, made.goal.key) == (meeting, "rework")
    wrong = send(client, "meeting-promise", meeting.pk, **{**given, "unit": "nobody", "measure": "写错单位"})
    assert wrong.status_code == 422
    assert "There is no unit nobody in this district." in wrong.content.decode()
    assert "写错单位" in wrong.content.decode()
    assert send(client, "meeting-promise", meeting.pk, **{**given, "due": "soon"}).status_code == 422


@pytest.mark.parametrize("role", ["dispatcher", "engineer"])
def test_who_may_not_review_sees_no_form_and_is_refused(client, book, sign_in, role):
    sign_in(role)
    meeting = Meeting.objects.get(**CLOSED)
    page = client.get(reverse("taskbook:meeting", args=[HERE, meeting.pk])).content.decode()
    assert "review-form" not in page
    assert send(client, "meeting-review", meeting.pk, late().pk, state="dropped", note="x").status_code == 403
    assert late().state == "open"


def test_a_meeting_of_another_district_is_not_found(client, two_districts, book, sign_in):
    sign_in("leader")
    other = furnish(two_districts[1])
    meeting = Meeting.objects.get(book=other)
    assert client.get(reverse("taskbook:meeting", args=[HERE, meeting.pk])).status_code == 404
    mine = Meeting.objects.get(book=book)
    theirs = Commitment.objects.filter(goal__book=other).first()
    assert send(client, "meeting-review", mine.pk, theirs.pk, state="done", proof="x").status_code == 404
