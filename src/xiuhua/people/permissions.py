"""What a person may do, where: the questions that pages, endpoints and actions ask of the matrix."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja.errors import HttpError

from xiuhua.foundation.statements import run
from xiuhua.people.matrix import MATRIX, Permission, Role
from xiuhua.people.models import Assignment, User

type Person = User | AnonymousUser
type Place = str | Callable[[HttpRequest], str] | None


@dataclass(frozen=True)
class Grant:
    """One way in which a person has a permission in a district; empty means unbound."""

    role: str
    scope: str  # any | area | unit | own
    area_code: str = ""
    stage: str = ""
    unit_code: str = ""

    def covers(self, area_codes: Collection[str], stage: str, unit_codes: Collection[str], *, own: bool) -> bool:
        """Whether the object with these areas, stage, units and ownership lies within this grant."""
        if stage and self.stage and stage != self.stage:
            return False
        if self.scope == "area":
            return not self.area_code or self.area_code in area_codes
        if self.scope == "unit":
            return bool(self.unit_code) and self.unit_code in unit_codes
        return self.scope == "any" or own


EVERYTHING = Grant(role="", scope="any")


def grants(user: Person, permission: str, *, district_code: str) -> list[Grant]:
    """Every way in which the person has the permission in the district today; empty if in none.

    A list can be narrowed by them in one query instead of asking ``may`` row by row.
    """
    return grants_of(user, (permission,), district_code=district_code)[permission]


def grants_of(user: Person, permissions: Collection[str], *, district_code: str) -> dict[str, list[Grant]]:
    """``grants`` of several permissions, asked for at once."""
    rules = {key: MATRIX.permission(key) for key in permissions}
    found: dict[str, list[Grant]] = {key: [EVERYTHING] if rule.public else [] for key, rule in rules.items()}
    wanted = {key: rule for key, rule in rules.items() if not rule.public}
    if not wanted or not isinstance(user, User) or not user.is_active:
        return found
    if user.is_superuser:
        return {key: [EVERYTHING] for key in permissions}
    by_unit = any("unit" in rule.scopes.values() for rule in wanted.values())
    unit = _unit(user, district_code) if by_unit else ""
    held = _held(user, district_code)
    for key, rule in wanted.items():
        found[key] = [
            Grant(role, rule.scopes[role], area, stage, unit) for role, area, stage in held if role in rule.scopes
        ] + [
            Grant(role, rule.scopes[role], unit_code=unit)
            for role, said in MATRIX.roles.items()
            if said.every_account and role in rule.scopes
        ]
    return found


def _held(user: User, district_code: str) -> list[tuple[str, str, str]]:
    """Role, area and stage of the person's assignments that hold today. Plain SQL: every request asks for them."""
    _recall(user)
    if user.assigned is not None:
        return [
            (role or "", area or "", stage or "")
            for district, role, area, stage in _today(user.assigned)
            if district == district_code
        ]
    today = connection.ops.adapt_datefield_value(timezone.localdate())
    sql = """
        SELECT role, area_code, stage FROM people_assignment
        WHERE user_id = %s AND district_code = %s
        AND (valid_from IS NULL OR valid_from <= %s) AND (valid_to IS NULL OR valid_to >= %s)
    """
    return run(sql, [user.pk, district_code, today, today]).fetchall()


def _recall(user: User) -> None:
    """Read every assignment of the account of a request, with its organisation, once. Plain SQL as in ``_held``."""
    if not user.remembers or user.assigned is not None:
        return
    sql = """
        SELECT o.district_code, o.code, a.district_code, a.role, a.area_code, a.stage, a.valid_from, a.valid_to
        FROM people_user u LEFT JOIN people_organisation o ON o.id = u.organisation_id
        LEFT JOIN people_assignment a ON a.user_id = u.id WHERE u.id = %s ORDER BY a.id
    """
    user.assigned = []
    for district, unit, *said in run(sql, [user.pk]).fetchall():
        user.unit_read = (district or "", unit or "")
        if said[0] is not None:
            user.assigned.append([None if each is None else str(each) for each in said])


def _today(assigned: list[list[str | None]]) -> list[list[str | None]]:
    """District, role, area and stage of those that hold today."""
    day = timezone.localdate().isoformat()
    return [
        said for *said, first, last in assigned if (first is None or first <= day) and (last is None or last >= day)
    ]


def holders(role: str, district_code: str) -> list[tuple[int, str, int | None]]:
    """Account, area and organisation of each assignment of ``role`` that holds today; open accounts only. Plain SQL."""
    today = connection.ops.adapt_datefield_value(timezone.localdate())
    sql = """
        SELECT a.user_id, a.area_code, u.organisation_id
        FROM people_assignment a JOIN people_user u ON u.id = a.user_id
        WHERE a.role = %s AND a.district_code = %s AND u.is_active
        AND (a.valid_from IS NULL OR a.valid_from <= %s) AND (a.valid_to IS NULL OR a.valid_to >= %s)
        ORDER BY a.id
    """
    return run(sql, [role, district_code, today, today]).fetchall()


def _unit(user: User, district_code: str) -> str:
    """The code of the person's organisation in this district; empty if it has none here."""
    _recall(user)
    if user.unit_read is not None:
        return user.unit_read[1] if user.unit_read[0] == district_code else ""
    organisation = user.organisation
    return organisation.code if organisation and organisation.district_code == district_code else ""


def may(
    user: Person,
    permission: str,
    *,
    district_code: str,
    area_codes: Collection[str] = (),
    stage: str = "",
    unit_codes: Collection[str] = (),
    own: bool = False,
) -> bool:
    """Whether the person may do this to an object of the district.

    ``area_codes`` are all areas that contain the object, coarse to fine; ``unit_codes`` the unit that it
    belongs to and those above it; ``own`` whether it is the person's own; ``stage`` the stage that it is at.
    Without ``area_codes`` the question is about the whole district, so a bound assignment does not suffice.
    An assignment bound to a stage counts at that stage, and wherever the object has no stages.
    Raises MatrixError for an unknown permission.
    """
    found = grants(user, permission, district_code=district_code)
    return any(grant.covers(area_codes, stage, unit_codes, own=own) for grant in found)


def valid_assignments() -> Any:
    """The assignments that hold today, in the zone of the installation; both end days count."""
    today = timezone.localdate()
    return Assignment.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=today), Q(valid_to=None) | Q(valid_to__gte=today)
    )


def districts_of(user: Person) -> list[str]:
    """The codes of the districts in which the person has assignments today."""
    if not isinstance(user, User):
        return []
    _recall(user)
    if user.assigned is not None:
        return sorted({district or "" for district, *_said in _today(user.assigned)})
    return sorted(set(valid_assignments().filter(user=user).values_list("district_code", flat=True)))


def refusal(user: Person, permission: str, district_code: str | None, *, partly: bool = False) -> str:
    """Why the person may not do this in the district (None: in any district); empty if they may.

    With ``partly`` it is enough to have the permission for some of the district: the caller then
    narrows to what the person's grants cover.
    """
    codes = [district_code] if district_code is not None else [*districts_of(user), ""]
    for code in codes:
        found = grants(user, permission, district_code=code)
        if found and (partly or any(grant.covers((), "", (), own=False) for grant in found)):
            return ""
    return _reason(user, MATRIX.permission(permission), district_code)


def _reason(user: Person, rule: Permission, district_code: str | None) -> str:
    english = (get_language() or "").startswith("en")
    what = rule.en if english else rule.zh
    if not user.is_authenticated:
        return _("“%(what)s” needs an account. Sign in and try again.") % {"what": what}
    roles = " / ".join(name(MATRIX.roles[role]) for role in rule.scopes)
    where = _(" in district %(code)s") % {"code": district_code} if district_code else ""
    return _(
        "Your account may not do this%(where)s: “%(what)s”. It belongs to these roles: %(roles)s. "
        "Ask the engineer of the district to give you one of them."
    ) % {"where": where, "what": what, "roles": roles}


def name(entry: Role | Permission) -> str:
    """The name of a role or permission in the language of the page."""
    return entry.en if (get_language() or "").startswith("en") else entry.zh


def require[**P, R](
    permission: str, *, district: Place = "district_code", partly: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R | HttpResponseBase]]:
    """Guard a page: the anonymous go to sign-in, others without the permission get 403 with the reason.

    ``district`` names the argument of the view that holds the district's code, or is a function of the
    request that gives it; None asks for the permission in any district. ``partly``: see ``refusal``.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R | HttpResponseBase]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | HttpResponseBase:
            request = _request(args)
            reason = refusal(request.user, permission, _district(args, kwargs, district), partly=partly)
            if reason and not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if reason:
                raise PermissionDenied(reason)
            return view(*args, **kwargs)

        return guarded

    return decorate


def guard[**P, R](
    permission: str, *, district: Place = "district_code", partly: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Guard an endpoint of the JSON interface: 401 or 403 with the reason as ``detail``. See ``require``."""

    def decorate(operation: Callable[P, R]) -> Callable[P, R]:
        @wraps(operation)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            user = _request(args).user
            if reason := refusal(user, permission, _district(args, kwargs, district), partly=partly):
                raise HttpError(403 if user.is_authenticated else 401, reason)
            return operation(*args, **kwargs)

        return guarded

    return decorate


def _request(args: tuple[Any, ...]) -> HttpRequest:
    request: HttpRequest = args[0]
    return request


def _district(args: tuple[Any, ...], kwargs: dict[str, Any], place: Place) -> str | None:
    if callable(place):
        return place(_request(args))
    return None if place is None else str(kwargs[place])
