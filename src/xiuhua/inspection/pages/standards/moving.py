"""What becomes of a standard: put in force, retired, copied into a new version, thrown away."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xiuhua.casework.refusals import Refused
from xiuhua.inspection.actions.standard_door import PERMISSION
from xiuhua.inspection.actions.standard_drafts import copy_version, drop_draft
from xiuhua.inspection.actions.standards import put_in_force, retire
from xiuhua.inspection.pages.standards.editing import INVALID, address, say, user_of
from xiuhua.inspection.pages.standards.forms import VersionForm
from xiuhua.inspection.pages.standards.reading import show
from xiuhua.inspection.pages.standards.seen import standard_or_404
from xiuhua.people.permissions import require


def _done(request: HttpRequest, act: Callable[[], object], done: str, back: str) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return HttpResponseRedirect(back)


@require_POST
@require(PERMISSION, district=None)
def force(request: HttpRequest, standard_key: str, standard_version: str) -> HttpResponse:
    """Put a draft in force."""
    row = standard_or_404(request, standard_key, standard_version)
    done = _("The standard is in force. It never changes from now on.")
    return _done(request, lambda: put_in_force(row, actor=user_of(request)), done, address(row))


@require_POST
@require(PERMISSION, district=None)
def end(request: HttpRequest, standard_key: str, standard_version: str) -> HttpResponse:
    """Retire what is in force."""
    row = standard_or_404(request, standard_key, standard_version)
    done = _("The standard is retired. Checks that were made by it keep it.")
    return _done(request, lambda: retire(row, actor=user_of(request)), done, address(row))


@require_POST
@require(PERMISSION, district=None)
def drop(request: HttpRequest, standard_key: str, standard_version: str) -> HttpResponse:
    """Throw a draft away."""
    row = standard_or_404(request, standard_key, standard_version)
    try:
        drop_draft(row, actor=user_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(address(row))
    messages.success(request, _("The draft is thrown away."))
    return HttpResponseRedirect(reverse("inspection:standards"))


@require_POST
@require(PERMISSION, district=None)
def copy(request: HttpRequest, standard_key: str, standard_version: str) -> HttpResponse:
    """Copy a version into a draft of another."""
    row = standard_or_404(request, standard_key, standard_version)
    form = VersionForm(request.POST)
    if form.is_valid():
        try:
            made = copy_version(row, form.cleaned_data["version"], actor=user_of(request))
        except Refused as refused:
            say(form, refused)
        else:
            messages.success(request, _("The new version is a draft. Change it, then put it in force."))
            return HttpResponseRedirect(address(made))
    return show(request, row, copying=form, status=INVALID)
