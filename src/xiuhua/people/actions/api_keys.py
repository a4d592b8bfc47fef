"""Issue and revoke API keys; each leaves an event on the chain of the account, which never holds the key."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.foundation.events import record
from xiuhua.people.actions.accounts import chain
from xiuhua.people.api_keys import forget, make
from xiuhua.people.models import ApiKey, User

MOST = 50


@transaction.atomic
def issue(user: User, name: str, *, actor: str, expires_at: datetime | None = None) -> str:
    """Make a key for ``user`` and return it: it is shown this once and cannot be found again.

    Raises ValidationError for a missing or too long name, a time that has passed, a closed account, or too many keys.
    """
    now, name = timezone.now(), name.strip()
    if not user.is_active:
        raise ValidationError({"name": _("The account is closed. Open it first.")})
    if not name:
        raise ValidationError({"name": _("Name what the key is for.")})
    if expires_at is not None and expires_at <= now:
        raise ValidationError({"days": _("The key would have expired already. Choose a later day.")})
    if user.api_keys.filter(revoked_at=None).count() >= MOST:
        raise ValidationError({"name": _("The account has %(count)s keys. Revoke one first.") % {"count": MOST}})
    key, prefix, digest = make()
    row = ApiKey(user=user, name=name, prefix=prefix, digest=digest, created_at=now, expires_at=expires_at)
    row.clean_fields(exclude={"used_at", "expires_at", "revoked_at"})
    row.save()
    record(
        chain=chain(user), verb="api_key.issued", actor=actor, subject=chain(user),
        after={"key": row.pk, "prefix": prefix, "expires_at": expires_at}, at=now,
    )  # fmt: skip
    return key


@transaction.atomic
def revoke(key: ApiKey, *, actor: str) -> None:
    """Let the key open nothing any more. Revoked once is revoked for ever."""
    now = timezone.now()
    if not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
        return
    key.revoked_at = now
    transaction.on_commit(forget)
    record(
        chain=chain(key.user), verb="api_key.revoked", actor=actor, subject=chain(key.user),
        before={"key": key.pk, "prefix": key.prefix}, at=now,
    )  # fmt: skip
