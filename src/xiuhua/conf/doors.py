"""Two ways in: pages with all that a browser needs, and a shorter one for programs that send their API key."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler


class ProgramHandler(WSGIHandler):
    """Answers programs: no session, no CSRF token, no messages, none of what they would never use."""

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002 - as Django declares it
        """Load the middleware for programs; happens once, before the first request."""
        for_pages = settings.MIDDLEWARE
        settings.MIDDLEWARE = settings.PROGRAM_MIDDLEWARE
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = for_pages


class Doors:
    """The application: requests to the JSON interface that carry a key take the shorter way."""

    def __init__(self, pages: WSGIHandler) -> None:
        self.pages, self.programs = pages, ProgramHandler()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        with_key = environ.get("HTTP_AUTHORIZATION", "")[:7].lower() == "bearer "
        if with_key and environ.get("PATH_INFO", "").startswith("/api/"):
            return self.programs(environ, start_response)
        return self.pages(environ, start_response)
