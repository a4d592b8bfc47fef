from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from xiuhua.foundation.actions.calendars import declare_year, define
from xiuhua.foundation.models import Event, OutboxDelivery, OutboxMessage, Schedule

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
OFFICE = "/back-office/foundation/"


@pytest.fixture
def engineer(client):
    user = get_user_model().objects.create_superuser("engineer", password="only-for-tests")
    client.force_login(user)
    return client


@pytest.fixture
def dead(db):
    message = OutboxMessage.objects.create(topic="t", key="k", payload={}, created_at=NOW)
    return OutboxDelivery.objects.create(message=message, target="file:a", next_at=NOW, state="dead", attempts=3)


def test_history_can_be_read_and_not_changed(engineer, dead):
    define("EAST", zone="Asia/Shanghai", actor="e")
    row = declare_year("EAST", 2026, [], actor="e", source="")
    for name, pk in (("event", Event.objects.first().pk), ("workcalendarversion", row.pk),
                     ("outboxmessage", dead.message.pk), ("outboxdelivery", dead.pk)):  # fmt: skip
        assert engineer.get(f"{OFFICE}{name}/").status_code == 200
        assert engineer.get(f"{OFFICE}{name}/{pk}/change/").status_code == 200
        for path in ("add/", f"{pk}/delete/"):
            assert engineer.get(f"{OFFICE}{name}/{path}").status_code == 403
        assert engineer.post(f"{OFFICE}{name}/{pk}/change/", {}).status_code == 403


def test_a_schedule_is_set_through_its_action(engineer):
    form = {"name": "often", "task": "plugins.sample_tasks.succeed", "every_seconds": 60, "daily_at": "", "zone": "UTC", "enabled": "on"}  # fmt: skip
    assert engineer.post(f"{OFFICE}schedule/add/", form).status_code == 302
    assert Schedule.objects.get().next_at is not None
    assert Event.objects.get().actor == "engineer"
    assert engineer.post(f"{OFFICE}schedule/often/change/", {**form, "every_seconds": 90}).status_code == 302
    assert Schedule.objects.get().every_seconds == 90
    assert Event.objects.count() == 2


@pytest.mark.parametrize(
    "wrong", [{"daily_at": "04:00"}, {"task": "nowhere.at_all"}, {"zone": "Mars"}, {"every_seconds": ""}]
)
def test_a_wrong_schedule_is_answered_at_the_form(engineer, wrong):
    form = {"name": "often", "task": "plugins.sample_tasks.succeed", "every_seconds": 60, "daily_at": "", "zone": "UTC"}
    answer = engineer.post(f"{OFFICE}schedule/add/", {**form, **wrong})
    assert answer.status_code == 200
    assert answer.context["errors"]
    assert not Schedule.objects.exists()


def test_a_delivery_that_was_given_up_is_tried_again(engineer, dead):
    data = {"action": "try_again", "_selected_action": [dead.pk]}
    assert engineer.post(f"{OFFICE}outboxdelivery/", data).status_code == 302
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == ("waiting", 0)


def test_who_may_only_read_cannot_send_again(client, dead):
    reader = get_user_model().objects.create_user("reader", password="only-for-tests", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_outboxdelivery"))
    client.force_login(reader)
    client.post(f"{OFFICE}outboxdelivery/", {"action": "try_again", "_selected_action": [dead.pk]})
    dead.refresh_from_db()
    assert dead.state == "dead"
