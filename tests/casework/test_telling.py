"""What the outside hears: one message a step for all who listen, in the transaction of the move."""

import pytest
from django.urls import reverse

from xiuhua.casework.actions import telling
from xiuhua.foundation.models import OutboxDelivery, OutboxMessage


@pytest.fixture
def listeners(monkeypatch):
    """The listeners of this test alone."""
    mine = []
    monkeypatch.setattr(telling, "_listeners", mine)
    return mine


def test_nobody_listens_nothing_is_put(desk, listeners):
    desk.at_state("dispatched")
    assert not OutboxMessage.objects.exists()


def test_every_listener_names_targets_and_each_hears_once(desk, listeners):
    telling.listen(lambda _case, _step: ["file:cases"])
    telling.listen(lambda _case, step: ["file:cases", "file:others"] if step.move == "dispatch" else [])
    case = desk.at_state("dispatched")
    message = OutboxMessage.objects.get(topic="case.dispatch")
    assert message.key == f"{case.number}#{case.version}"
    assert message.payload["from"] == "filed"
    assert message.payload["to"] == "dispatched"
    assert OutboxDelivery.objects.filter(message=message).count() == 2
    assert OutboxMessage.objects.filter(topic="case.file").count() == 1


def test_an_address_that_is_none_holds_no_case_up(desk, listeners, caplog):
    telling.listen(lambda _case, _step: ["file:no/folder", "pigeon:coop", "file:cases"])
    assert desk.at_state("filed").state == "filed"
    assert set(OutboxDelivery.objects.values_list("target", flat=True)) == {"file:cases"}
    assert "pigeon" in caplog.text


def test_a_listener_is_counted_once(listeners):
    def hear(case, step):
        return []

    telling.listen(hear)
    telling.listen(hear)
    assert listeners == [hear]


@pytest.mark.parametrize("table", ["standard", "case", "check", "petition"])
def test_the_back_office_shows_and_changes_nothing(desk, client, table):
    case = desk.at_state("check_closing")
    second = desk.make(desk.at_state("dispatched"), "ask_extension", "lead", reason="量大")
    boss = desk.people["engineer"]
    boss.is_staff = boss.is_superuser = True
    boss.save()
    client.force_login(boss)
    rows = {"standard": desk.standard, "case": case, "check": case.checks.get(), "petition": second.petitions.get()}
    assert client.get(reverse(f"admin:casework_{table}_changelist")).status_code == 200
    page = client.get(reverse(f"admin:casework_{table}_change", args=[rows[table].pk]))
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert client.get(reverse(f"admin:casework_{table}_add")).status_code == 403
