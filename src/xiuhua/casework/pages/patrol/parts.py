"""Parts of the phone page that other rooms bring: a tab, a module, styles, data of the day, words, an address.

A room calls ``add_part`` once, in ``ready`` of its app. Its module exports ``view(app, rest)``, which draws what the
address ``#<key>/<rest>`` names, and ``open(app)``, how many things are still to be done. What it puts into the queue
has the kind ``<key>`` and goes to the address of the part, as reports go to theirs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from xiuhua.people.models import User
from xiuhua.people.permissions import Person, refusal

# What an account needs for cases: to check and to report them.
PERMISSION = "case.check"
EMPTY = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Part:
    """What a room adds. ``icon`` is the path of its tab in a box of 24 x 24; static files by their names.

    ``permission`` is what an account needs for it; ``day`` gives what the phone keeps of the day under the key, with
    addresses of pictures to keep in ``pictures``; ``address`` names the URL, with a UUID, that takes what is sent.
    """

    key: str
    permission: str
    label: Callable[[], str]
    icon: str
    script: str
    styles: Sequence[str]
    modules: Sequence[str]
    words: Callable[[], dict[str, str]]
    day: Callable[[User], dict[str, Any]]
    address: str

    @property
    def assets(self) -> list[str]:
        """Every static file of the part, to be kept for times without network."""
        return [self.script, *self.styles, *self.modules]


_parts: list[Part] = []


def add_part(part: Part) -> None:
    """Show ``part`` to accounts that have its permission."""
    if part not in _parts:
        _parts.append(part)


def parts() -> list[Part]:
    """Every part, whoever may see it: what the page consists of."""
    return list(_parts)


def parts_for(request: HttpRequest) -> list[Part]:
    """The parts that the account may use."""
    return [part for part in _parts if not refusal(request.user, part.permission, None, partly=True)]


def needed() -> list[str]:
    """The permissions with any of which there is something to do on the page."""
    return list(dict.fromkeys((PERMISSION, *(part.permission for part in _parts))))


def idle(user: Person) -> str:
    """Why there is nothing to do here for the account: neither cases nor a part of another room; empty if there is."""
    first = ""
    for permission in needed():
        why = refusal(user, permission, None, partly=True)
        if not why:
            return ""
        first = first or why
    return first


def offered(part: Part) -> dict[str, Any]:
    """What the page must know of a part."""
    return {"key": part.key, "script": static(part.script), "address": reverse(part.address, args=[EMPTY])}
