"""The outbox: what the outside must hear is written with the change itself and sent afterwards, at least once.

A delivery is claimed in one short transaction, sent outside of any, and settled in another. A sender that dies
in between loses its claim after ``LEASE``; the delivery is then sent again. Failures wait longer each time
(1, 2, 4 ... minutes, at most 6 hours) and after ``MAX_ATTEMPTS`` the delivery is given up and waits for a person.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.foundation import events
from xiuhua.foundation.adapters import PermanentError, resolve
from xiuhua.foundation.models import OutboxDelivery, OutboxMessage
from xiuhua.foundation.plain import kept_text, plain

log = logging.getLogger(__name__)
State = OutboxDelivery.State

MAX_ATTEMPTS = 10
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
LEASE = timedelta(minutes=5)
BUDGET = timedelta(minutes=1)  # of one round; well below LEASE, which counts from the start of the round
_ERROR_LENGTH = 2000


def wait_after(attempts: int) -> timedelta:
    """How long to wait after the failure of attempt number ``attempts`` (from 1)."""
    return min(FIRST_WAIT * (1 << (attempts - 1)), LONGEST_WAIT)


def put(
    topic: str, payload: Mapping[str, Any], *, key: str, targets: Iterable[str], at: datetime | None = None
) -> OutboxMessage:
    """Write a message to each of ``targets`` (``"<adapter>:<address>"``) inside the caller's transaction.

    ``topic`` and ``key`` name the message for ever: putting the same again gives back the first and adds only new
    targets. Raises ``ValueError`` for a target nothing can be sent to, a payload that has no JSON form, or another
    payload under a known key; ``TransactionManagementError`` outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("put() belongs in the transaction of the change it tells of")
    wanted = sorted(set(targets))
    for target in wanted:
        resolve(kept_text(target, "target", 200))
    now = at or timezone.now()
    body = plain(dict(payload))
    message, created = OutboxMessage.objects.get_or_create(
        topic=kept_text(topic, "topic", 80),
        key=kept_text(key, "key of a message", 120),
        defaults={"payload": body, "created_at": now},
    )
    if not created and message.payload != body:
        raise ValueError(
            _("Message %(topic)s %(key)s was put before with another payload: give each message a key of its own.")
            % {"topic": topic, "key": key}
        )
    OutboxDelivery.objects.bulk_create(
        [OutboxDelivery(message=message, target=target, next_at=now) for target in wanted], ignore_conflicts=True
    )
    return message


@dataclass(frozen=True)
class Delivered:
    """What one round of sending came to."""

    done: int = 0
    failed: int = 0
    dead: int = 0


def deliver_due(now: datetime | None = None, limit: int = 500, budget: timedelta = BUDGET) -> Delivered:
    """Send what is due, one after another: at most ``limit`` deliveries, and none begun once ``budget`` is used up.

    Safe beside other senders. A slow receiver so holds up neither the tick nor the claims of this round.
    """
    now = now or timezone.now()
    until = monotonic() + budget.total_seconds()
    counts = {State.DONE: 0, State.WAITING: 0, State.DEAD: 0}
    for _round in range(limit):
        delivery = _claim(now)
        if delivery is None:
            break
        counts[_attempt(delivery, now)] += 1
        if monotonic() >= until:
            break
    return Delivered(counts[State.DONE], counts[State.WAITING], counts[State.DEAD])


def retry(delivery: OutboxDelivery, *, actor: str, at: datetime | None = None) -> OutboxDelivery:
    """Let a delivery that was given up be sent again from the start. Raises ``ValueError`` for any other state."""
    with transaction.atomic():
        row = OutboxDelivery.objects.select_for_update().get(pk=delivery.pk)
        if row.state != State.DEAD:
            raise ValueError(
                _("Delivery %(id)s is %(state)s: only one that was given up can be tried again.")
                % {"id": row.pk, "state": row.get_state_display()}
            )
        before = {"state": row.state, "attempts": row.attempts, "last_error": row.last_error}
        row.state, row.attempts, row.next_at = State.WAITING, 0, at or timezone.now()
        row.save(update_fields=["state", "attempts", "next_at"])
        events.record(
            chain=f"outbox:{row.pk}", verb="outbox.retried", actor=actor,
            subject=f"foundation.outboxdelivery:{row.pk}",
            before=before, after={"state": row.state, "attempts": 0, "target": row.target},
        )  # fmt: skip
    return row


def _claim(now: datetime) -> OutboxDelivery | None:
    """The delivery that has waited longest, now ours for ``LEASE``. Rows that others hold are passed over."""
    due = Q(state=State.WAITING, next_at__lte=now) | Q(state=State.SENDING, locked_until__lte=now)
    with transaction.atomic():
        rows = OutboxDelivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related("message")
        delivery = rows.filter(due).order_by("next_at", "pk").first()
        if delivery is not None:
            delivery.state, delivery.locked_until = State.SENDING, now + LEASE
            delivery.attempts += 1
            delivery.save(update_fields=["state", "locked_until", "attempts"])
    return delivery


def _attempt(delivery: OutboxDelivery, now: datetime) -> OutboxDelivery.State:
    """Send a claimed delivery and write down how it went. Returns the new state."""
    if delivery.attempts > MAX_ATTEMPTS:  # the last attempt took its sender with it
        return _settle(delivery, State.DEAD, now, _("The sender died while sending: look at its log."))
    try:
        adapter, address = resolve(delivery.target)
        adapter.send(delivery.message, address)
    except PermanentError as error:
        return _settle(delivery, State.DEAD, now, str(error))
    except Exception as error:  # whatever an adapter raises must not stop the other deliveries
        log.warning("outbox delivery %s to %s failed", delivery.pk, delivery.target, exc_info=True)
        state = State.WAITING if delivery.attempts < MAX_ATTEMPTS else State.DEAD
        return _settle(delivery, state, now, f"{type(error).__name__}: {error}")
    return _settle(delivery, State.DONE, now, "")


def _settle(delivery: OutboxDelivery, state: OutboxDelivery.State, now: datetime, error: str) -> OutboxDelivery.State:
    """Write the outcome, unless the claim was lost to another sender meanwhile."""
    ours = OutboxDelivery.objects.filter(pk=delivery.pk, state=State.SENDING, attempts=delivery.attempts)
    ours.update(
        state=state,
        locked_until=None,
        last_error=error.replace("\x00", "")[:_ERROR_LENGTH],
        next_at=now + wait_after(delivery.attempts) if state == State.WAITING else delivery.next_at,
        done_at=now if state == State.DONE else None,
    )
    return state
