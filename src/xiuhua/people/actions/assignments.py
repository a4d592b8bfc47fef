"""Give a role to an account and take it back; who may give which role comes from the matrix."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from xiuhua.foundation.events import record
from xiuhua.people.actions.accounts import chain
from xiuhua.people.actors import name_of
from xiuhua.people.api_keys import forget
from xiuhua.people.matrix import MATRIX
from xiuhua.people.models import Assignment, User
from xiuhua.people.permissions import Grant, grants, name
from xiuhua.people.queries import territories_below, units_of


@transaction.atomic
def grant(
    user: User,
    role: str,
    *,
    district_code: str,
    area_code: str = "",
    stage: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    actor: User | str,
) -> Assignment:
    """Let ``user`` play ``role`` in a district, bound to an area and a stage where they are given.

    Giving the same binding again changes its dates. An ``actor`` who is a User must be allowed to give this
    role to this person here; a str names the system (the command line, a load).
    Raises ValidationError for an unknown role or dates in the wrong order, PermissionDenied with the reason.
    """
    if role not in MATRIX.roles:
        known = ", ".join(f"{key} ({name(each)})" for key, each in MATRIX.roles.items())
        message = _("There is no role “%(role)s”. Choose one of: %(known)s.") % {"role": role, "known": known}
        raise ValidationError({"role": message})
    if valid_from and valid_to and valid_to < valid_from:
        raise ValidationError({"valid_to": _("The last day lies before the first day. Correct one of them.")})
    if isinstance(actor, User):
        reason = refusal_to_give(actor, user, role, district_code=district_code, area_code=area_code, stage=stage)
        if reason:
            raise PermissionDenied(reason)
    binding = {"user": user, "role": role, "district_code": district_code, "area_code": area_code, "stage": stage}
    known_one = Assignment.objects.select_for_update().filter(**binding).first()
    before = _state(known_one) if known_one else None
    assignment = known_one or Assignment(**binding)
    assignment.valid_from, assignment.valid_to = valid_from, valid_to
    assignment.full_clean(validate_unique=False, validate_constraints=False)
    after = _state(assignment)
    if before != after:
        assignment.save()
        _record(user, "role.granted", actor, before=before, after=after)
    return assignment


@transaction.atomic
def revoke(assignment: Assignment, *, actor: User | str) -> None:
    """Take a role back. The event keeps what it was. Raises PermissionDenied with the reason."""
    user = assignment.user
    if isinstance(actor, User):
        reason = refusal_to_give(
            actor, user, assignment.role,
            district_code=assignment.district_code, area_code=assignment.area_code, stage=assignment.stage,
        )  # fmt: skip
        if reason:
            raise PermissionDenied(reason)
    before = _state(assignment)
    assignment.delete()
    _record(user, "role.revoked", actor, before=before, after=None)


def givable_roles(actor: User, user: User, *, district_code: str) -> list[str]:
    """The roles that ``actor`` may give to ``user`` and take from them in the district."""
    return [] if _on_self(actor, user) else _roles_from(_covering(actor, user, district_code), superuser=_super(actor))


def refusal_to_give(
    actor: User, user: User, role: str, *, district_code: str, area_code: str = "", stage: str = ""
) -> str:
    """Why ``actor`` may not give this role, so bound, to ``user`` or take it from them; empty if they may."""
    if _on_self(actor, user):
        return _("Nobody changes their own roles. Ask another person who may.")
    if _super(actor):
        return ""
    covering = [g for g in _covering(actor, user, district_code) if g.role in MATRIX.roles[role].granted_by]
    if not covering:
        givers = " / ".join(name(MATRIX.roles[key]) for key in sorted(MATRIX.roles[role].granted_by))
        return _(
            "You may not give or take the role “%(role)s” for this person. It is given by: %(givers)s, "
            "each within the own scope."
        ) % {"role": name(MATRIX.roles[role]), "givers": givers}
    if any(_within(giver, actor, district_code, area_code, stage) for giver in covering):
        return ""
    return _("Your own role is bound to an area or a stage. Choose that same area or one below it, and that stage.")


def refusal_to_change(actor: User, user: User) -> str:
    """Why ``actor`` may not close or move this account; empty if they may.

    Whoever closes an account takes every role of it away, so they must be allowed to take each.
    """
    if _super(actor):
        return ""
    if user.is_superuser:
        return _("This account looks after the installation; only another such account may change it.")
    if _on_self(actor, user):
        return _("Nobody closes or moves their own account. Ask another person who may.")
    for held in user.assignments.all():
        reason = refusal_to_give(
            actor, user, held.role, district_code=held.district_code, area_code=held.area_code, stage=held.stage
        )
        if reason:
            return reason
    return ""


def _within(giver: Grant, actor: User, district_code: str, area_code: str, stage: str) -> bool:
    """Nobody gives away more than they hold."""
    if giver.stage and giver.stage != stage:
        return False
    return (
        not giver.area_code
        or area_code == giver.area_code
        or area_code in territories_below(district_code, actor.organisation)
    )


def _covering(actor: User, user: User, district_code: str) -> list[Grant]:
    units = units_of(user, district_code)
    found = grants(actor, "people.manage", district_code=district_code)
    return [g for g in found if g.covers((g.area_code,), g.stage, units, own=False)]


def _roles_from(covering: Iterable[Grant], *, superuser: bool) -> list[str]:
    held = {g.role for g in covering}
    return [key for key, role in MATRIX.roles.items() if superuser or held & role.granted_by]


def _super(actor: User) -> bool:
    return bool(actor.is_superuser and actor.is_active)


def _on_self(actor: User, user: User) -> bool:
    return actor.pk == user.pk and not _super(actor)


def _state(assignment: Assignment) -> dict[str, Any]:
    days = {key: getattr(assignment, key) for key in ("valid_from", "valid_to")}
    return {key: getattr(assignment, key) for key in ("role", "district_code", "area_code", "stage")} | {
        key: day.isoformat() if day else None for key, day in days.items()
    }


def _record(user: User, verb: str, actor: User | str, *, before: Any, after: Any) -> None:
    record(chain=chain(user), verb=verb, actor=name_of(actor), subject=chain(user), before=before, after=after)
    transaction.on_commit(forget)
