import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from xiuhua.foundation import adapters
from xiuhua.foundation.actions.outbox import (
    LEASE,
    LONGEST_WAIT,
    MAX_ATTEMPTS,
    Delivered,
    deliver_due,
    put,
    retry,
    wait_after,
)
from xiuhua.foundation.adapters import PermanentError
from xiuhua.foundation.models import Event, OutboxDelivery, OutboxMessage

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
State = OutboxDelivery.State


class Recorder:
    """An adapter that keeps what it sends, or fails as it is told."""

    def __init__(self):
        self.sent, self.error = [], None

    def check(self, address):
        if address == "nowhere":
            raise ValueError("nothing lives at nowhere: give another address")

    def send(self, message, address):
        if self.error:
            raise self.error
        self.sent.append((message.key, address))


@pytest.fixture
def way(monkeypatch):
    monkeypatch.setattr(adapters, "_adapters", dict(adapters._adapters))
    recorder = Recorder()
    adapters.register("test", recorder)
    return recorder


def send(key="k", targets=("test:a",), at=NOW, **payload):
    with transaction.atomic():
        return put("case.closed", payload or {"n": 1}, key=key, targets=targets, at=at)


def test_a_message_goes_once_to_each_target(way):
    send(targets=["test:a", "test:b", "test:a"])
    assert deliver_due(NOW) == Delivered(done=2)
    assert way.sent == [("k", "a"), ("k", "b")]
    assert deliver_due(NOW + timedelta(days=1)) == Delivered()


def test_putting_the_same_again_adds_only_new_targets(way):
    first = send()
    deliver_due(NOW)
    assert send(targets=["test:a", "test:b"]) == first
    deliver_due(NOW)
    assert way.sent == [("k", "a"), ("k", "b")]
    with pytest.raises(ValueError, match="k"):
        send(n=2)


def test_a_message_is_undone_with_its_change(way):
    with transaction.atomic():
        put("t", {}, key="k", targets=["test:a"])
        transaction.set_rollback(True)
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("target", ["test:nowhere", "pigeon:a", "test", "file:../etc", "file:", "email:nobody"])
def test_a_target_nothing_can_be_sent_to_is_refused_at_the_door(way, target):
    with pytest.raises(ValueError):
        send(targets=[target])
    assert not OutboxMessage.objects.exists()


def test_a_failure_waits_longer_each_time_and_is_given_up_in_the_end(way):
    way.error = ConnectionError("no route")
    send()
    now, waits = NOW, []
    for _ in range(MAX_ATTEMPTS):
        assert deliver_due(now).done == 0
        row = OutboxDelivery.objects.get()
        waits.append(row.next_at - now)
        assert deliver_due(row.next_at - timedelta(seconds=1)) == Delivered()
        now = row.next_at
    assert waits[:-1] == [wait_after(n) for n in range(1, MAX_ATTEMPTS)]
    assert (row.state, row.attempts, row.last_error) == (State.DEAD, MAX_ATTEMPTS, "ConnectionError: no route")
    assert deliver_due(now + timedelta(days=30)) == Delivered()


def test_waits_double_up_to_the_longest():
    assert [wait_after(n) // timedelta(minutes=1) for n in (1, 2, 3, 9)] == [1, 2, 4, 256]
    assert wait_after(20) == LONGEST_WAIT


def test_what_cannot_be_mended_is_given_up_at_once_and_can_be_tried_again(way):
    way.error = PermanentError("no such account")
    send()
    assert deliver_due(NOW) == Delivered(dead=1)
    way.error = None
    row = retry(OutboxDelivery.objects.get(), actor="engineer", at=NOW)
    assert (row.state, row.attempts) == (State.WAITING, 0)
    assert deliver_due(NOW) == Delivered(done=1)
    assert Event.objects.get().before["last_error"] == "no such account"
    with pytest.raises(ValueError, match=str(row.pk)):
        retry(row, actor="engineer")


def test_one_bad_target_does_not_hold_up_the_others(way, monkeypatch):
    send("one", ["test:a"])
    send("two", ["test:b"])
    monkeypatch.setattr(way, "send", lambda _message, address: 1 / (address == "b"))
    assert deliver_due(NOW) == Delivered(done=1, failed=1)


def test_a_round_ends_when_its_time_is_used_up(way):
    for number in range(3):
        send(f"k{number}")
    assert deliver_due(NOW, budget=timedelta()) == Delivered(done=1)
    assert deliver_due(NOW, limit=1) == Delivered(done=1)
    assert deliver_due(NOW) == Delivered(done=1)


def test_a_sender_that_died_loses_its_claim(way):
    send()
    OutboxDelivery.objects.update(state=State.SENDING, attempts=1, locked_until=NOW + LEASE)
    assert deliver_due(NOW) == Delivered()
    assert deliver_due(NOW + LEASE) == Delivered(done=1)


def test_a_message_that_kills_its_sender_is_given_up(way):
    send()
    OutboxDelivery.objects.update(state=State.SENDING, attempts=MAX_ATTEMPTS, locked_until=NOW)
    assert deliver_due(NOW) == Delivered(dead=1)
    assert way.sent == []


def test_a_sender_that_lost_its_claim_writes_nothing(way, monkeypatch):
    send()

    def slow(message, address):
        OutboxDelivery.objects.update(attempts=2, locked_until=NOW + LEASE)  # another sender took over meanwhile

    monkeypatch.setattr(way, "send", slow)
    deliver_due(NOW, limit=1)
    assert OutboxDelivery.objects.get().state == State.SENDING


def test_the_file_adapter_writes_a_line_for_each_message(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    send("one", ["file:bureau"], text="井盖破")
    send("two", ["file:bureau"])
    deliver_due(NOW)
    lines = (tmp_path / "outbox" / "bureau" / "2026-03-02.jsonl").read_text(encoding="utf-8").splitlines()
    assert [(row["key"], row["payload"]) for row in map(json.loads, lines)] == [
        ("one", {"text": "井盖破"}),
        ("two", {"n": 1}),
    ]


def test_the_email_adapter_sends_mail():
    send("one", ["email:desk@example.org"], subject="已结案\nBcc: x@example.org", text="井盖已修复")
    send("two", ["email:desk@example.org"])
    assert deliver_due(NOW) == Delivered(done=1, dead=1)
    (sent,) = mail.outbox
    assert (sent.subject, sent.body, sent.to) == ("已结案 Bcc: x@example.org", "井盖已修复", ["desk@example.org"])


@pytest.mark.django_db(transaction=True)
def test_put_needs_a_transaction(way):
    with pytest.raises(TransactionManagementError, match="belongs in the transaction"):
        put("t", {}, key="k", targets=["test:a"])


@pytest.mark.django_db(transaction=True)
def test_many_senders_send_each_message_once(way):
    if connection.vendor != "postgresql":
        pytest.skip("the test database of SQLite lies in memory, where writers cannot wait; it has one writer anyway")
    for number in range(40):
        send(f"k{number}")
    start = Barrier(4)

    def sender(_):
        try:
            start.wait(timeout=10)
            return deliver_due(NOW).done
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(sender, range(4))) == 40
    assert sorted(way.sent) == sorted((f"k{number}", "a") for number in range(40))
