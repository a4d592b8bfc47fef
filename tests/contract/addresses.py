"""Every address of the site, from its URL configuration, with something put in for each of its parts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import get_resolver
from django.urls.resolvers import RegexPattern, URLPattern
from django.utils.regex_helper import normalize

_PART = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Address:
    """One route: its name (the route itself where it has none) and the route in pieces."""

    name: str
    route: str
    pieces: tuple[object, ...]

    def path(self, values: Mapping[str, str]) -> str:
        """The path with ``values`` for its parts. Raises ``KeyError`` for a part that nobody thought of."""
        return "/" + "".join(_filled(piece, values) for piece in self.pieces)


def addresses() -> list[Address]:
    """All of them, in order; the back office of Django is one address, since one door guards it."""
    return [each for each in _walk(get_resolver().url_patterns, (), ()) if not each.route.startswith("back-office/")]


def back_office() -> list[Address]:
    """The addresses of the back office."""
    return [each for each in _walk(get_resolver().url_patterns, (), ()) if each.route.startswith("back-office/")]


def _walk(patterns: list, pieces: tuple, names: tuple) -> Iterator[Address]:
    for each in patterns:
        here = (*pieces, each.pattern)
        if isinstance(each, URLPattern):
            route = "".join(map(str, here))
            yield Address(":".join((*names, each.name)) if each.name else route, route, here)
        else:
            yield from _walk(each.url_patterns, here, (*names, each.namespace) if each.namespace else names)


def _filled(piece: object, values: Mapping[str, str]) -> str:
    if isinstance(piece, RegexPattern):
        template, parts = normalize(str(piece))[0]
        return template % {name: values[name] for name in parts}
    return _PART.sub(lambda found: values[found[1]], str(piece))
