"""What cannot be done to a case, as a problem document."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI

from xiuhua.casework.pages.resident.limits import TooMany
from xiuhua.casework.refusals import CaseworkError, Conflict, Forbidden, Missing, Refused
from xiuhua.foundation.problems import Problem, ProblemOut

# The statuses that endpoints may answer with, for their descriptions.
READ: dict[int, Any] = {400: ProblemOut, 401: ProblemOut, 404: ProblemOut, 422: ProblemOut}
GUARDED: dict[int, Any] = {**READ, 403: ProblemOut}
WRITTEN: dict[int, Any] = {**GUARDED, 409: ProblemOut, 413: ProblemOut, 429: ProblemOut}


def status_of(error: CaseworkError) -> int:
    """The HTTP status of a refusal."""
    if isinstance(error, Conflict):
        return 409
    if isinstance(error, Forbidden):
        return 403
    return 404 if isinstance(error, Missing) else 422


def refused(_request: HttpRequest, error: CaseworkError) -> HttpResponse:
    """The answer to what was refused: why, and what can be done instead."""
    titles = {409: _("Somebody was first"), 403: _("Not allowed"), 404: _("Not found"), 422: _("Not possible")}
    status = status_of(error)
    return Problem(status, titles[status], error.reason, error.remedy).response()


def too_many(_request: HttpRequest, often: TooMany) -> HttpResponse:
    """The answer to who did something too often without an account."""
    return Problem(
        429, _("Too many at once from this address"), _("This address has done this too often for now."),
        _("Wait an hour, or use an API key: with an account this limit does not count."),
        retry_after=often.seconds,
    ).response()  # fmt: skip


def handle(api: NinjaAPI) -> None:
    """Let ``api`` answer what casework refuses."""
    api.exception_handler(CaseworkError)(refused)
    api.exception_handler(Refused)(refused)
    api.exception_handler(TooMany)(too_many)
