"""How the phone page is answered: JSON, refusals as problem documents in words, never a page of sign-in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import ConfigDict, ValidationError

from xiuhua.casework.actions.patrol import PhotosMissing
from xiuhua.casework.actions.uploads import OutOfStep
from xiuhua.casework.pages.patrol.parts import PERMISSION, idle
from xiuhua.casework.refusals import CaseworkError, Conflict, Forbidden
from xiuhua.foundation.problems import Problem
from xiuhua.people.middleware import account_of
from xiuhua.people.permissions import refusal

LARGEST_BODY = 256 * 1024

type View = Callable[..., HttpResponse]


class Sent(Schema):
    """What the page sends: no field that is not known, no number that is none."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


def answering(*methods: str, permission: str | None = PERMISSION) -> Callable[[Callable[..., dict[str, Any]]], View]:
    """Answer ``methods`` for accounts with ``permission``, with what the view returns as JSON.

    None: for whoever has something to do on the page at all.
    """

    def decorate(view: Callable[..., dict[str, Any]]) -> View:
        @wraps(view)
        def answered(request: HttpRequest, **given: Any) -> HttpResponse:
            try:
                request.user = account_of(request)  # who may not is sent away by the next
                _admit(request, methods, permission)
                answer: HttpResponse = JsonResponse(view(request, **given))
            except Problem as problem:
                answer = problem.response()
            except OutOfStep as here:
                answer = JsonResponse({"received": here.received}, status=409)
            except PhotosMissing as missing:
                named = [{"field": str(key), "message": missing.reason} for key in missing.keys]
                answer = _problem(424, missing).response(named)
            except CaseworkError as refused:
                status = 409 if isinstance(refused, Conflict) else 403 if isinstance(refused, Forbidden) else 422
                answer = _problem(status, refused).response()
            patch_cache_control(answer, no_store=True, private=True)
            return answer

        return answered

    return decorate


def _problem(status: int, refused: CaseworkError) -> Problem:
    return Problem(status, _("Refused"), refused.reason, refused.remedy)


def _admit(request: HttpRequest, methods: tuple[str, ...], permission: str | None) -> None:
    if request.method not in methods:
        raise Problem(405, _("Not allowed"), _("This address answers other methods."), _("Reload the page."))
    if why := refusal(request.user, permission, None, partly=True) if permission else idle(request.user):
        known = request.user.is_authenticated
        raise Problem(
            403 if known else 401,
            _("Refused"),
            why,
            _("Sign in with the account of an inspector.") if known else _("Sign in again. Nothing is lost."),
        )


def body_of(request: HttpRequest, largest: int = LARGEST_BODY) -> bytes:
    """The body of the request. Raises ``Problem`` when it is too long, before it is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > largest:
        raise Problem(
            413, _("Too much"), _("This is more than can be sent at once."), _("Shorten the text and send again.")
        )
    return request.body


def read[S: Sent](schema: type[S], request: HttpRequest) -> S:
    """The JSON of the request. Raises ``Problem`` that names what cannot be read."""
    try:
        return schema.model_validate_json(body_of(request))
    except ValidationError as error:
        names = sorted({".".join(map(str, each["loc"])) for each in error.errors(include_input=False)} - {""})
        raise Problem(
            400,
            _("Bad request"),
            _("These inputs cannot be read: %(names)s.") % {"names": ", ".join(names)[:300] or "JSON"},
            _("Update the page and send again."),
        ) from None
