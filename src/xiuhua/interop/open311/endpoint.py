"""What every address below /open311/ has in common: the form of answers, refusals and accidents, open reading."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from xiuhua.interop.open311.documents import TYPES, written
from xiuhua.interop.open311.faults import Faulty, fault
from xiuhua.people.api_keys import TooOften

log = logging.getLogger(__name__)

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True)
class Answer:
    """What is answered: the name of the outermost XML element, the content, and since when it is so."""

    root: str
    body: Any
    changed_at: datetime | None = None


type Operation = Callable[..., Answer]
type View = Callable[..., HttpResponse]


def endpoint(*, get: Operation | None = None, post: Operation | None = None) -> View:
    """A page of the interface: ``get`` and ``post`` take the request and what the address names.

    Whatever goes wrong is answered as an array of errors in the form asked for, also what the framework refuses.
    """
    operations = {"GET": get, "HEAD": get, "POST": post}
    allowed = [method for method, operation in operations.items() if operation] + ["OPTIONS"]

    @csrf_exempt
    def view(request: HttpRequest, form: str, **named: Any) -> HttpResponse:
        try:
            return _answered(request, form, operations.get(request.method or ""), allowed, named)
        except Faulty as found:
            response = refused(form, found)
            if found.status == 405:  # noqa: PLR2004 - method not allowed
                response["Allow"] = ", ".join(allowed)
        except TooOften as often:
            text = _(
                "This api_key was used more often than it may be. Wait %(seconds)s seconds, then go on more slowly."
            )
            response = refused(form, fault("limit", text % {"seconds": often.seconds}))
            response["Retry-After"] = str(often.seconds)
        except RequestDataTooBig:
            response = refused(
                form, fault("too_large", _("The request is too large. Send less text or smaller files."))
            )
        except (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError):
            response = refused(form, fault("unreadable", _("The request cannot be read. Encode the form as UTF-8.")))
        except Exception:
            log.exception("Open311 %s %s failed", request.method, request.path)
            response = refused(form, fault("server", _("Something failed on our side. Try again in a minute.")))
        return _open(request, response)

    return view


def _answered(
    request: HttpRequest, form: str, operation: Operation | None, allowed: list[str], named: dict[str, Any]
) -> HttpResponse:
    if request.method == "OPTIONS":
        methods = {"Allow": ", ".join(allowed), "Access-Control-Allow-Methods": "GET, HEAD"}
        return HttpResponse(status=204, headers={**methods, "Access-Control-Allow-Origin": "*"})
    if operation is None:
        raise fault("method", _("This address knows only: %(list)s.") % {"list": ", ".join(allowed)})
    if (
        request.method == "POST"
        and request.content_type not in FORMS
        and request.headers.get("Content-Length", "0") != "0"
    ):
        raise fault("content_type", _("Send a form: %(list)s.") % {"list": ", ".join(FORMS)})
    answer = operation(request, **named)
    response = HttpResponse(written(answer.root, answer.body, form), content_type=TYPES[form])
    return _open(request, _conditional(request, response, answer) if answer.changed_at else response)


def _conditional(request: HttpRequest, response: HttpResponse, answer: Answer) -> HttpResponse:
    """The answer with its validators, or 304 where the client has it."""
    etag = f'"{sha256(response.content).hexdigest()[:32]}"'
    moment = (answer.changed_at or datetime.now(UTC)).timestamp()
    response["ETag"], response["Last-Modified"] = etag, http_date(moment)
    response["Cache-Control"] = "no-cache"
    return get_conditional_response(request, etag, int(moment), response) or response


def _open(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let pages of other sites read."""
    if request.method in {"GET", "HEAD"}:
        response["Access-Control-Allow-Origin"] = "*"
    return response


def refused(form: str, found: Faulty) -> HttpResponse:
    """The array of errors."""
    errors = [{"code": each.code, "description": each.description} for each in found.faults]
    return HttpResponse(written("errors", errors, form), content_type=TYPES[form], status=found.status)


@csrf_exempt
def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """404 for every address below /open311/ that nothing else answers."""
    text = _("There is no such address. Begin at /open311/discovery.xml or /open311/discovery.json.")
    return _open(request, refused("json" if rest.endswith(".json") else "xml", fault("route", text)))
