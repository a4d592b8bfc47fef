"""Pages for what went wrong: each says what happened and what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from xiuhua.foundation.uploads import TooMuch


def _page(request: HttpRequest, status: int, title: str, remedy: str) -> HttpResponse:
    return render(request, "web/error.html", {"status": status, "title": title, "remedy": remedy}, status=status)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the address or the form could not be read; 413: too much was sent at once."""
    if isinstance(exception, TooMuch):
        return _page(request, 413, _("Too much was sent at once"), str(exception))
    return _page(
        request, 400, _("The request could not be read"), _("Go back, reload the page and send the form again.")
    )


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the reader may not do this; the room that refused says why."""
    reason = str(exception or "") or _(
        "Sign in with an account whose role covers this area, or ask your administrator for the role."
    )
    return _page(request, 403, _("You may not do this here"), reason)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form's security token is missing or old."""
    return _page(
        request,
        403,
        _("The form has expired"),
        _("Go back, reload the page and send the form again. Cookies must be allowed for this site."),
    )


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing is here."""
    return _page(
        request, 404, _("Nothing is at this address"), _("Check the address, or find the object by its name or code.")
    )


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. Drawn without the shell's data when even that fails."""
    title, remedy = _("Something failed on our side"), _("Nothing you entered was half saved. Try again in a minute.")
    try:
        return _page(request, 500, title, remedy)
    except Exception:  # noqa: BLE001 - the page of last resort must come, whatever broke the other
        return HttpResponse(render_to_string("web/plain_error.html", {"title": title, "remedy": remedy}), status=500)
