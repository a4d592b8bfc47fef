"""Parts of addresses: what a database cannot be asked for must not come as far as a query."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class TextConverter(StringConverter):
    """``<text:name>``: like ``<str:name>`` without NUL. Nothing has such a name, and PostgreSQL fails at it."""

    regex = r"[^/\x00]+"


def register_parts() -> None:
    """Let addresses use ``<text:name>``."""
    register_converter(TextConverter, "text")
