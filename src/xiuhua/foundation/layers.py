"""Versions of map layers: writers bump, caches compare."""

import time
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F

from xiuhua.foundation.models import LayerVersion


class Stamp(NamedTuple):
    """One state of a layer. The time tells apart two states of one number, of which one was rolled back."""

    version: int
    changed_at: datetime


# What this process saw last, and when: (stamp, monotonic seconds). Committed states only.
_seen: dict[str, tuple[Stamp | None, float]] = {}


class _Forget:
    """Called when a change is committed; until then it stands among what the transaction will do, and says so."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __call__(self) -> None:
        _seen.pop(self.key, None)


def bump(key: str) -> None:
    """Mark layer ``key`` (``"<district code>:<layer>"``) as changed, inside the caller's transaction."""
    row, created = LayerVersion.objects.get_or_create(key=key)
    if not created:
        row.version = F("version") + 1
        row.save()
    transaction.on_commit(_Forget(key))


def version(key: str) -> int:
    """The current version of layer ``key``; 0 when nothing was ever loaded."""
    return LayerVersion.objects.filter(key=key).values_list("version", flat=True).first() or 0


def stamp(key: str, max_age: float) -> Stamp | None:
    """The state of layer ``key``, at most ``max_age`` seconds old; None when nothing was ever loaded.

    A transaction that has changed the layer itself asks the database every time, and the answer, which may yet be
    rolled back, stays with the caller.
    """
    if connection.in_atomic_block and _changed_here(key):
        return _read(key)
    now = time.monotonic()
    seen = _seen.get(key)
    if seen is None or now - seen[1] >= max_age:
        seen = _seen[key] = (_read(key), now)
    return seen[0]


def _changed_here(key: str) -> bool:
    """Whether the open transaction has changed the layer; what was rolled back to a savepoint is no longer there."""
    return any(isinstance(entry[1], _Forget) and entry[1].key == key for entry in connection.run_on_commit)


def forget() -> None:
    """Ask the database anew for every layer: for a process whose database was exchanged under it."""
    _seen.clear()


def _read(key: str) -> Stamp | None:
    """The stamp as the database has it; plain SQL, since whoever asks a cache inside a transaction asks for it."""
    with connection.cursor() as cursor:
        cursor.execute('SELECT version, changed_at FROM foundation_layerversion WHERE "key" = %s', [key])
        row = cursor.fetchone()
    if row is None:
        return None
    version, changed_at = row
    if isinstance(changed_at, str):  # SQLite keeps instants as text, in UTC
        changed_at = datetime.fromisoformat(changed_at).replace(tzinfo=UTC)
    return Stamp(version, changed_at)
