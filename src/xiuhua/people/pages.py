"""Pages of the room: the own account, organisations, the permission matrix, accounts and their roles."""

from typing import Any

from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xiuhua.people.actions import accounts, assignments
from xiuhua.people.forms import GrantForm, OrganisationForm, ProfileForm, add_errors
from xiuhua.people.matrix import MATRIX
from xiuhua.people.models import Assignment, Organisation, User
from xiuhua.people.permissions import may, name, require
from xiuhua.people.queries import search_tree, tree, unit_chain, units_of, visible_users

PAGE_LENGTH = 50


def described(found: Any) -> list[dict[str, Any]]:
    """Assignments with the names that a reader needs and whether each holds today."""
    today = timezone.localdate()
    return [
        {
            "assignment": a,
            "role": name(MATRIX.roles[a.role]) if a.role in MATRIX.roles else a.role,
            "current": (a.valid_from or today) <= today <= (a.valid_to or today),
        }
        for a in found
    ]


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """The own account: name and language, roles, second factors."""
    user = _me(request)
    form = ProfileForm(request.POST or None, initial={"display_name": user.display_name, "language": user.language})
    if request.method == "POST" and form.is_valid():
        accounts.set_profile(user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("people:account")
    factors = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return render(
        request,
        "people/account.html",
        {
            "form": form,
            "held": described(user.assignments.order_by("district_code", "role")),
            "factors": [factor.get_type_display() for factor in factors],
            "secured": mfa_adapter().is_mfa_enabled(user),
        },
    )


@require_safe
@require("organisations.view")
def organisations(request: HttpRequest, district_code: str) -> HttpResponse:
    """The tree of a district's organisations, narrowed by a search."""
    text = request.GET.get("q", "").strip()
    nodes = search_tree(district_code, text) if text else tree(district_code)
    context = {"nodes": nodes, "q": text, "code": district_code, "may_see_users": _sees_users(request, district_code)}
    return render(request, "people/organisations.html", context)


@require_safe
@require("organisations.view")
def organisation(request: HttpRequest, district_code: str, code: str) -> HttpResponse:
    """One organisation: what it is, what stands above and below it, how to reach it."""
    found = get_object_or_404(Organisation, district_code=district_code, code=code)
    context = {
        "organisation": found,
        "above": unit_chain(found)[:0:-1],
        "children": found.children.order_by("code"),
        "code": district_code,
    }
    return render(request, "people/organisation.html", context)


@require_safe
def permissions(request: HttpRequest) -> HttpResponse:
    """The permission matrix, printed from its data."""
    rows = [
        {"permission": each, "label": name(each), "cells": [each.scopes.get(role, "") for role in MATRIX.roles]}
        for each in MATRIX.permissions.values()
    ]
    english = request.LANGUAGE_CODE == "en"
    roles = [
        {"name": name(role), "purpose": role.purpose_en if english else role.purpose_zh,
         "givers": [name(MATRIX.roles[key]) for key in MATRIX.roles if key in role.granted_by],
         "every_account": role.every_account}
        for role in MATRIX.roles.values()
    ]  # fmt: skip
    return render(request, "people/permissions.html", {"rows": rows, "roles": roles})


@require_safe
@require("people.view", partly=True)
def users(request: HttpRequest, district_code: str) -> HttpResponse:
    """The accounts of a district that the reader may see, by name and role."""
    text, role = request.GET.get("q", "").strip(), request.GET.get("role", "")
    found = visible_users(_me(request), district_code, exact=text).prefetch_related("assignments")
    if role in MATRIX.roles:
        found = found.filter(assignments__role=role, assignments__district_code=district_code)
    if text:
        found = found.filter(username__icontains=text) | found.filter(display_name__icontains=text)
    page = Paginator(found, PAGE_LENGTH).get_page(request.GET.get("page"))
    rows = [
        {"user": user, "held": described(a for a in user.assignments.all() if a.district_code == district_code)}
        for user in page
    ]
    roles = [(key, name(each)) for key, each in MATRIX.roles.items()]
    context = {"page": page, "rows": rows, "q": text, "role": role, "roles": roles, "code": district_code}
    return render(request, "people/users.html", context)


@require("people.view", partly=True)
def user(request: HttpRequest, district_code: str, pk: int) -> HttpResponse:
    """One account: its organisation and roles; a role can be given here."""
    person = _person(request, district_code, pk)
    form = GrantForm(request.POST or None, roles=_givable(request, person, district_code))
    if request.method == "POST" and form.is_valid():
        try:
            assignments.grant(person, district_code=district_code, actor=_me(request), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        except PermissionDenied as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The role has been given."))
            return redirect("people:user", district_code, pk)
    return render(request, "people/user.html", _user_context(request, person, district_code, form))


def _user_context(request: HttpRequest, person: User, district_code: str, form: GrantForm) -> dict[str, Any]:
    givable = _givable(request, person, district_code)
    held = described(person.assignments.filter(district_code=district_code).order_by("role"))
    for each in held:
        each["revocable"] = each["assignment"].role in givable
    manages = may(_me(request), "people.manage", district_code=district_code)
    return {
        "person": person,
        "held": held,
        "form": form if givable else None,
        "move": OrganisationForm(initial={"organisation": person.organisation_id}, district_code=district_code)
        if manages and givable
        else None,
        "areas": Organisation.objects.filter(district_code=district_code).exclude(area_code=""),
        "code": district_code,
    }


@require_POST
@require("people.manage", partly=True)
def revoke(request: HttpRequest, district_code: str, pk: int) -> HttpResponse:
    """Take a role back."""
    person = _person(request, district_code, pk)
    held = get_object_or_404(
        Assignment, pk=_number(request.POST.get("assignment")), user=person, district_code=district_code
    )
    assignments.revoke(held, actor=_me(request))
    messages.success(request, _("The role has been taken back."))
    return redirect("people:user", district_code, pk)


@require_POST
@require("people.manage")
def change(request: HttpRequest, district_code: str, pk: int) -> HttpResponse:
    """Close or open an account, or move it to another organisation."""
    person, actor = _person(request, district_code, pk), _me(request)
    if reason := assignments.refusal_to_change(actor, person):
        raise PermissionDenied(reason)
    if "active" in request.POST:
        accounts.set_active(person, active=request.POST["active"] == "1", actor=actor.username)
        messages.success(request, _("The account is open.") if person.is_active else _("The account is closed."))
        return redirect("people:user", district_code, pk)
    form = OrganisationForm(request.POST, district_code=district_code)
    if form.is_valid():
        accounts.set_organisation(person, form.cleaned_data["organisation"], actor=actor.username)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("There is no such organisation in this district. Choose one from the list."))
    return redirect("people:user", district_code, pk)


@require_safe
def no_mail(request: HttpRequest) -> HttpResponse:
    """Instead of the reset of a password by mail, where no mail server is set."""
    return render(request, "people/no_mail.html")


def _me(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied(_("Sign in and try again."))
    return request.user


def _person(request: HttpRequest, district_code: str, pk: int) -> User:
    """The account, among those that the reader may see; else 404."""
    me = _me(request)
    newcomer = User.objects.filter(pk=pk).values_list("username", flat=True).first() or ""
    found: User = get_object_or_404(visible_users(me, district_code, exact=newcomer), pk=pk)
    return found


def _givable(request: HttpRequest, person: User, district_code: str) -> list[str]:
    return assignments.givable_roles(_me(request), person, district_code=district_code)


def _sees_users(request: HttpRequest, district_code: str) -> bool:
    user = request.user
    return isinstance(user, User) and any(
        may(user, "people.view", district_code=district_code, unit_codes=units)
        for units in ((), units_of(user, district_code))
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0  # noqa: PLR2004
