"""What the interface itself writes: since when the services are as they are, which updates came in, their photos."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.tasks import task
from django.utils import timezone

from xiuhua.casework.actions.media import fetch
from xiuhua.casework.actions.photos import store
from xiuhua.casework.models import Case, Photo
from xiuhua.casework.refusals import Refused
from xiuhua.foundation import events
from xiuhua.foundation.jobs import Policy, set_policy
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


@task()
def fetch_photo(case_id: int, user_id: int, url: str) -> dict[str, str]:
    """Fetch the photo that an update names, as one of the case after the work; the same address gives one photo.

    Fails, and is tried again, while the other side cannot be reached.
    """
    case = Case.objects.select_related("district").get(pk=case_id)
    key = uuid5(NAMESPACE_URL, f"{case.number} {url}")
    if Photo.objects.filter(key=key).exists():
        return {"photo": str(key)}
    try:
        store(fetch(url), stage=Photo.Stage.AFTER, case=case, user=User.objects.get(pk=user_id), key=key)
    except Refused as refused:
        return {"refused": str(refused)}
    return {"photo": str(key)}


set_policy(fetch_photo.module_path, Policy(limit=timedelta(minutes=5)))
