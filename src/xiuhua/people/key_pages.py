"""The API keys of the own account: list, issue, revoke."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from xiuhua.people.actions import api_keys
from xiuhua.people.api_keys import holds
from xiuhua.people.forms import KeyForm, add_errors
from xiuhua.people.models import ApiKey, User


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """The keys of the reader; a new one is shown in the answer to the form, and never again."""
    user = _me(request)
    form, issued = KeyForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data["days"]
        ends = timezone.now() + timedelta(days=int(days)) if days else None
        try:
            issued = api_keys.issue(user, form.cleaned_data["name"], actor=user.username, expires_at=ends)
        except ValidationError as error:
            add_errors(form, error)
        else:
            form = KeyForm()
    now = timezone.now()
    rows = [
        {"key": key, "holds": holds(key, now), "expired": key.expires_at is not None and key.expires_at <= now}
        for key in user.api_keys.select_related("user")
    ]
    return render(request, "people/keys.html", {"form": form, "issued": issued, "rows": rows})


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke one key of the reader."""
    user = _me(request)
    key = get_object_or_404(ApiKey.objects.filter(user=user), pk=pk)
    api_keys.revoke(key, actor=user.username)
    messages.success(request, _("The key opens nothing any more."))
    return redirect("people:keys")


def _me(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise TypeError("the page is for accounts")
    return user
