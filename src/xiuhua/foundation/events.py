"""Write and verify event chains. Every state change writes its event in the same transaction."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from xiuhua.foundation.models import Event

GENESIS = "0" * 64


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
    object ("city.street:320206:S001"). ``before`` and ``after`` are JSON values of what changed.
    """
    with transaction.atomic():
        last = Event.objects.select_for_update().filter(chain=chain).order_by("-sequence").first()
        event = Event(
            chain=chain,
            sequence=(last.sequence + 1) if last else 1,
            at=at or timezone.now(),
            actor=actor,
            verb=verb,
            subject=subject,
            before=before,
            after=after,
            previous=last.digest if last else GENESIS,
        )
        event.digest = digest(event)
        event.save(force_insert=True)
    return event


def digest(event: Event) -> str:
    """SHA-256 over the previous digest and the canonical JSON of the event."""
    body = {
        "chain": event.chain,
        "sequence": event.sequence,
        "at": event.at.isoformat(),
        "actor": event.actor,
        "verb": event.verb,
        "subject": event.subject,
        "before": event.before,
        "after": event.after,
    }
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((event.previous + text).encode()).hexdigest()
