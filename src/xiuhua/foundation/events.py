"""Write and verify event chains. Every state change writes its event in the same transaction."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.foundation.models import Event
from xiuhua.foundation.plain import kept_text, moment, plain
from xiuhua.foundation.single import insert_one
from xiuhua.foundation.statements import run

GENESIS = "0" * 64
_LOCK = "pg_advisory_xact_lock(hashtextextended(%s, 0))"
_HEAD = "SELECT sequence, digest FROM foundation_event WHERE chain = %s ORDER BY sequence DESC LIMIT 1"
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode
_LIMITS = {field.name: field.max_length for field in Event._meta.fields if isinstance(field, CharField)}


def record(
    *,
    chain: str,
    verb: str,
    actor: str,
    subject: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> Event:
    """Append one event to ``chain`` inside the caller's transaction.

    ``chain`` groups what must be ordered (one case, one layer of one district); ``subject`` names the
    object ("city.street:320206:S001"). ``before`` and ``after`` are JSON values of what changed (see ``plain.plain``).
    Writers of one chain wait for one another until the transaction ends; who writes several chains in one
    transaction should take them in sorted order. Raises ``ValueError`` for what cannot be kept as it is.
    """
    event = drawn_up(chain=chain, verb=verb, actor=actor, subject=subject, before=before, after=after, at=at)
    # What cannot be kept was refused, so a savepoint in the caller's transaction would guard nothing.
    with transaction.atomic(savepoint=False):
        append(event)
    return event


def drawn_up(
    *,
    chain: str,
    verb: str,
    actor: str,
    subject: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> Event:
    """An event that has no place in its chain yet. Raises ``ValueError`` for what cannot be kept as it is."""
    event = Event(
        chain=chain,
        at=moment(at or timezone.now()),
        actor=actor,
        verb=verb,
        subject=subject,
        before=plain(before),
        after=plain(after),
    )
    for name, limit in _LIMITS.items():
        kept_text(getattr(event, name), f"{name} of an event", limit)
    return event


def append(event: Event) -> None:
    """Give an event that was drawn up its place in its chain, and keep it. Inside a transaction."""
    last, event.previous = _take(event.chain)
    event.sequence = last + 1
    event.digest = digest(event)
    insert_one(event)


def _take(chain: str) -> tuple[int, str]:
    """Lock ``chain`` and give number and digest of its last event. Plain SQL, since every change asks."""
    _in_transaction()
    asked = "SELECT number, sealed FROM xiuhua_chain_head(%s)" if connection.vendor == "postgresql" else _HEAD
    found: tuple[int, str] | None = run(asked, [chain]).fetchone()
    return found or (0, GENESIS)


def lock(*chains: str) -> None:
    """Make other writers of ``chains`` wait until this transaction ends; they are taken in this order.

    PostgreSQL: an advisory lock, which also works for a chain that has no row yet; locking the last row would not
    do, since a waiting writer gets back the row that was last when it began to wait. SQLite has one writer at a
    time already. Raises ``TransactionManagementError`` outside a transaction.
    """
    _in_transaction()
    if chains and connection.vendor == "postgresql":
        run(f"SELECT {', '.join([_LOCK] * len(chains))}", [_lock_name(chain) for chain in chains])


def _in_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("lock() needs a transaction: the lock lasts as long as it does")


def _lock_name(chain: str) -> str:
    return f"event chain {chain}"


def digest(event: Event) -> str:
    """SHA-256 over the previous digest and the canonical JSON of the event."""
    head, tail = canonical(event)
    return hashlib.sha256(f"{event.previous}{head}{event.sequence}{tail}".encode()).hexdigest()


def canonical(event: Event) -> tuple[str, str]:
    """What stands before and after the number of the event in its JSON: keys in order, no spaces."""
    head = {
        "actor": event.actor,
        "after": event.after,
        "at": moment(event.at).isoformat(),
        "before": event.before,
        "chain": event.chain,
    }
    text = _CANONICAL(head)[:-1]
    return f'{text},"sequence":', f',"subject":{_CANONICAL(event.subject)},"verb":{_CANONICAL(event.verb)}}}'


@dataclass(frozen=True)
class Break:
    """The first event of a chain that does not fit: ``why`` says what is wrong with it."""

    chain: str
    sequence: int
    why: str


@dataclass(frozen=True)
class Verification:
    """What ``verify`` saw: how many chains and events, and for each broken chain its first break."""

    chains: int
    events: int
    breaks: list[Break]


def verify(chain: str | None = None) -> Verification:
    """Read every event (of ``chain``) in order and check numbers, links and digests.

    Streams: memory does not grow with the history. A chain cut off at its end still verifies; a copy of its last
    digest elsewhere (``heads``) shows that.
    """
    chains = events = 0
    breaks: list[Break] = []
    last: Event | None = None
    for event in _in_order(chain):
        if last is None or event.chain != last.chain:
            last, chains = None, chains + 1
        events += 1
        broken = bool(breaks) and breaks[-1].chain == event.chain
        if not broken and (why := _fault(event, last)):
            breaks.append(Break(event.chain, event.sequence, why))
        last = event
    return Verification(chains, events, breaks)


def heads() -> Iterator[tuple[str, int, str]]:
    """Chain, last number and last digest of every chain: what to keep elsewhere as proof of the whole history."""
    last: Event | None = None
    for event in _in_order(None):
        if last is not None and event.chain != last.chain:
            yield last.chain, last.sequence, last.digest
        last = event
    if last is not None:
        yield last.chain, last.sequence, last.digest


def _in_order(chain: str | None) -> Iterator[Event]:
    events = Event.objects.order_by("chain", "sequence")
    return (events if chain is None else events.filter(chain=chain)).iterator(chunk_size=2000)


def _fault(event: Event, last: Event | None) -> str:
    expected = last.sequence + 1 if last else 1
    if event.sequence != expected:
        text = _("its number is %(number)s where %(expected)s should follow: an event is missing")
        return text % {"number": event.sequence, "expected": expected}
    if event.previous != (last.digest if last else GENESIS):
        return _("it does not point to the event before it: one of the two was exchanged")
    if event.digest != digest(event):
        return _("its content does not match its digest: it was changed after it was written")
    return ""
