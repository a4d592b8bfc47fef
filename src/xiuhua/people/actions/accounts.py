"""Make accounts and open or close them; each change leaves an event on the chain of the account."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from xiuhua.foundation.events import record
from xiuhua.people.api_keys import forget
from xiuhua.people.models import Organisation, User


def chain(user: User) -> str:
    """The event chain of an account."""
    return f"people.user:{user.pk}"


@transaction.atomic
def create_user(
    username: str,
    password: str,
    *,
    actor: str,
    display_name: str = "",
    organisation: Organisation | None = None,
    language: str = "",
    superuser: bool = False,
) -> User:
    """Make an account that signs in with a password; a superuser also enters the back office.

    Raises ValidationError, with a message for each field, if the username is taken or malformed or the
    password is too weak.
    """
    user = User(
        username=username, display_name=display_name, organisation=organisation, language=language,
        is_superuser=superuser, is_staff=superuser,
    )  # fmt: skip
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save()
    record(
        chain=chain(user), verb="user.created", actor=actor, subject=chain(user),
        after=_state(user),
    )  # fmt: skip
    return user


def record_signup(user: User, *, via: str) -> None:
    """Write the event of an account that a person made alone, ``via`` a password or an identity provider."""
    record(
        chain=chain(user), verb="user.signed_up", actor=user.username, subject=chain(user),
        after={"username": user.username, "via": via},
    )  # fmt: skip


@transaction.atomic
def set_profile(user: User, *, display_name: str, language: str) -> None:
    """Change how the person is called and the language of the pages.

    The event says that the name changed, not to what: events are never erased, names of persons may have to be.
    Raises ValidationError for a name too long or a language that the pages do not have.
    """
    old = (user.display_name, user.language)
    if old == (display_name, language):
        return
    user.display_name, user.language = display_name, language
    user.clean_fields(exclude={f.name for f in User._meta.fields} - {"display_name", "language"})
    user.save(update_fields=["display_name", "language"])
    record(
        chain=chain(user), verb="user.profile_changed", actor=user.username, subject=chain(user),
        before={"language": old[1]}, after={"language": language, "name_changed": old[0] != display_name},
    )  # fmt: skip


@transaction.atomic
def set_password(user: User, password: str, *, actor: str) -> None:
    """Give the account a new password, for a person who lost theirs.

    Raises ValidationError if the password is too weak.
    """
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    record_password_set(user, actor=actor)


@transaction.atomic
def save(user: User, *, actor: str) -> None:
    """Save what the back office changed of an account, or a new one, with its event."""
    stored = User.objects.select_for_update().filter(pk=user.pk).first()
    before = _state(stored) if stored else None
    user.is_staff = user.is_superuser  # who enters the back office is who looks after the installation
    user.save()
    transaction.on_commit(forget)
    after = _state(user)
    if before != after:
        verb = "user.changed" if stored else "user.created"
        record(chain=chain(user), verb=verb, actor=actor, subject=chain(user), before=before, after=after)


def _state(user: User) -> dict[str, Any]:
    """What an event says of an account: nothing that a person may ask to have erased."""
    return {
        "username": user.username,
        "organisation": user.organisation.code if user.organisation else "",
        "active": user.is_active,
        "superuser": user.is_superuser,
        "language": user.language,
    }


@transaction.atomic
def delete(user: User, *, actor: str) -> None:
    """Erase an account and its assignments, for a person who asks for it; to stop one, close it instead."""
    name, before = chain(user), {"username": user.username}
    user.delete()
    transaction.on_commit(forget)
    record(chain=name, verb="user.erased", actor=actor, subject=name, before=before)


def record_password_set(user: User, *, actor: str) -> None:
    """Write the event of a password that the back office has set; the event does not hold it."""
    record(chain=chain(user), verb="user.password_set", actor=actor, subject=chain(user))


@transaction.atomic
def set_active(user: User, *, active: bool, actor: str) -> None:
    """Close an account, or open it again. A closed account can neither sign in nor act."""
    if user.is_active == active:
        return
    user.is_active = active
    user.save(update_fields=["is_active"])
    transaction.on_commit(forget)
    record(
        chain=chain(user), verb="user.opened" if active else "user.closed", actor=actor, subject=chain(user),
        before={"active": not active}, after={"active": active},
    )  # fmt: skip


@transaction.atomic
def set_organisation(user: User, organisation: Organisation | None, *, actor: str) -> None:
    """Move an account to another organisation, or to none."""
    old, new = (o.code if o else "" for o in (user.organisation, organisation))
    if user.organisation == organisation:
        return
    user.organisation = organisation
    user.save(update_fields=["organisation"])
    transaction.on_commit(forget)
    record(
        chain=chain(user), verb="user.moved", actor=actor, subject=chain(user),
        before={"organisation": old}, after={"organisation": new},
    )  # fmt: skip
