"""Addresses that no page has: what a database cannot be asked for must not come as far as a query."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponseBase


class KeepableAddress:
    """Middleware: an address with a NUL names nothing (404). PostgreSQL refuses such a text with an error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer of the page. Raises Http404, which Django turns into the page of that name."""
        if "\x00" in request.path_info:
            raise Http404
        return self.get_response(request)
