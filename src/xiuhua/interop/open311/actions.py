"""What the interface itself writes down: since when the services are as they are, which updates came in."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from xiuhua.casework.models import Case
from xiuhua.foundation import events
from xiuhua.foundation.models import Event, LayerVersion
from xiuhua.people.models import User

KEY = "open311:services"


def mark_services(state: int) -> datetime:
    """Write down that the services are in ``state`` from now on; when they are already, since when they are."""
    with transaction.atomic():
        events.lock(KEY)
        row = LayerVersion.objects.filter(key=KEY).first()
        if row is not None and row.version == state:
            return row.changed_at
        now = timezone.now().replace(microsecond=0)
        # Two changes within a second are two changes.
        at = max(now, row.changed_at + timedelta(seconds=1)) if row else now
        LayerVersion.objects.update_or_create(key=KEY, defaults={"version": state})
        LayerVersion.objects.filter(key=KEY).update(changed_at=at)
    return at.astimezone(UTC)


def update_chain(user: User) -> str:
    """The chain of the updates that came in under the keys of an account."""
    return f"open311:updates:{user.pk}"


def known_update(user: User, update_id: str) -> Event | None:
    """The update that this account sent under this number before. Inside a transaction; waits for one on its way."""
    events.lock(update_chain(user))
    return Event.objects.filter(subject=f"open311.update:{user.pk}:{update_id}", chain=update_chain(user)).first()


def note_update(user: User, update_id: str, case: Case, *, step: int, said: dict[str, Any], at: datetime) -> None:
    """Write down which step an update became, so that it is made once. Inside the transaction of the step."""
    events.record(
        chain=update_chain(user), verb="open311.update", actor=user.username,
        subject=f"open311.update:{user.pk}:{update_id}", after={"case": case.number, "step": step, **said}, at=at,
    )  # fmt: skip
