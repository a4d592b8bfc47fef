"""Several requests of the phone in one: photos and what shows them, each taken in and answered by itself.

A packet begins with a line of JSON, ``{"parts": [{"method": "PUT", "address": "/patrol/api/photos/...?offset=0&...",
"length": 1234}, ...]}``; after it follow the bodies of the parts, one after another without anything between. The
answer is ``{"answers": [{"status": 200, "said": {...}}, ...]}``, in the same order: what each part would have been
answered if it had been sent alone. So a refused part stops no other, and a packet may be sent again.
"""

import copy
import json
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.urls import resolve, reverse
from django.utils.translation import gettext as _
from pydantic import Field, ValidationError

from xiuhua.casework.pages.patrol.answering import Sent, View, answering, body_of
from xiuhua.casework.pages.patrol.parts import EMPTY, parts
from xiuhua.foundation.problems import Problem, bad_request

# What a phone on a quick network sends at once, whole; small enough to be held in memory by every thread.
LARGEST, MOST_PARTS = 4 * 1024 * 1024, 100
_OWN = ("casework:patrol-photo", "casework:patrol-check", "casework:patrol-report")


class SentPart(Sent):
    """One request: its method, its address with what is asked, and how many bytes its body has."""

    method: Literal["PUT", "POST"]
    address: str = Field(max_length=500)
    length: int = Field(ge=0, le=LARGEST)


class SentHead(Sent):
    """The first line of a packet."""

    parts: list[SentPart] = Field(min_length=1, max_length=MOST_PARTS)


@answering("POST", permission=None)
def packet(request: HttpRequest) -> dict[str, Any]:
    """Take in the parts in their order. Raises ``Problem`` for a packet that cannot be read; then nothing is taken."""
    return {"answers": [_answer(view, inner, key) for view, inner, key in list(_requests(request))]}


def _answer(view: View, inner: HttpRequest, key: UUID) -> dict[str, Any]:
    answer = view(inner, key=key)
    return {"status": answer.status_code, "said": json.loads(answer.content)}


def _requests(request: HttpRequest) -> Iterator[tuple[View, HttpRequest, UUID]]:
    """For each part what answers it, the request as it would have come alone, and the key in its address."""
    body = body_of(request, LARGEST)
    line = body.find(b"\n")
    try:
        head = SentHead.model_validate_json(body[: max(line, 0)])
    except ValidationError:
        raise _unreadable() from None
    begin = line + 1
    if begin + sum(part.length for part in head.parts) != len(body):
        raise _unreadable()
    for part in head.parts:
        view, key, query = _addressed(part.address)
        inner = copy.copy(request)  # with its session and account, which are not asked for again
        inner.method, inner.GET = part.method, QueryDict(query)
        inner.META = {**request.META, "CONTENT_LENGTH": str(part.length), "QUERY_STRING": query}
        inner._body = body[begin : begin + part.length]  # noqa: SLF001 - as if it were read
        begin += part.length
        yield view, inner, key


def _addressed(address: str) -> tuple[View, UUID, str]:
    way = urlsplit(address)
    begin, _slash, key = way.path.rpartition("/")
    try:
        return _views()[f"{begin}/"], UUID(key), way.query
    except (KeyError, ValueError):
        raise _unreadable() from None


@cache
def _views() -> dict[str, View]:
    """What a packet may hold, by the address without the key."""
    addresses = [reverse(name, args=[EMPTY]) for name in (*_OWN, *(part.address for part in parts()))]
    return {address.removesuffix(EMPTY): resolve(address).func for address in addresses}


def _unreadable() -> Problem:
    return bad_request(_("This packet cannot be read."), _("Update the page and send again."))
