"""What is wrong with a book in itself: keys, types, years, double keys. Everything at once, each with its place."""

from collections.abc import Iterator
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from xiuhua.foundation.placed.faults import Fault
from xiuhua.foundation.placed.reading import Read, unkept
from xiuhua.taskbook.book_file.fitting import fitted
from xiuhua.taskbook.book_file.inner import inner_faults
from xiuhua.taskbook.book_file.nearest import nearest
from xiuhua.taskbook.book_file.schema import SCHEMA

_VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker(["date"]))


def checked(read: Read) -> list[Fault]:
    """Bring ``read.data`` into the types of the schema and list everything that is wrong with it."""
    read.data = fitted(read)
    found = [*read.faults, *_schema_faults(read), *_odd_values(read, read.data, ()), *inner_faults(read)]
    return list(dict.fromkeys(found))


def _schema_faults(read: Read) -> Iterator[Fault]:
    for error in sorted(_VALIDATOR.iter_errors(read.data), key=lambda each: [str(part) for part in each.absolute_path]):
        yield from _told(read, error)


def _told(read: Read, error: ValidationError) -> Iterator[Fault]:
    path = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        for key in error.instance:
            if key not in known:
                yield Fault(read.place((*path, key)), str(key), "", *_unknown_key(str(key), known))
        return
    if error.validator == "required":
        for key in error.validator_value:
            if key not in error.instance:
                yield Fault(read.place((*path, key)), key, "", *_missing(key))
        return
    value = "" if isinstance(error.instance, dict | list) else str(error.instance)[:80]
    yield Fault(read.place(path), _name(path), value, *_rule(error))


def _unknown_key(key: str, known: list[str]) -> tuple[str, str]:
    if near := nearest(key, known):
        return _("There is no such key; the nearest is “%(near)s”.") % {"near": near}, _(
            "Correct the key or remove it."
        )
    return (
        _("There is no such key here; known are: %(keys)s.") % {"keys": ", ".join(known)},
        _("Use one of these keys or remove the line."),
    )


def _missing(key: str) -> tuple[str, str]:
    if key == "lead":
        return _("The goal has no owner."), _("Name the unit that leads it, by its code.")
    return _("This key is missing."), _("Add it; it may not be empty.")


def _rule(error: ValidationError) -> tuple[str, str]:
    """What is wrong by the keyword of the schema that was not met, and what to do."""
    limit = error.validator_value
    if error.schema.get("format") == "date" and error.validator in {"format", "pattern"}:
        return _("This is no day from 1990 to 2099."), _("Write it as 2024-06-30.")
    if error.validator == "type":
        kinds = {
            "string": _("a text"), "number": _("a number"), "integer": _("a whole number"), "array": _("a list"),
            "object": _("keys with values"),
        }  # fmt: skip
        wanted = kinds[limit[0] if isinstance(limit, list) else str(limit)]
        return _("Here stands %(what)s.") % {"what": wanted}, _("Write it so.")
    check = _("Check the value and its unit.")
    empty = _("This may not be empty."), _("Fill it in.")
    rules = {
        "enum": (_("This is not one of the choices."), _("Use one of: %(list)s.")),
        "pattern": (
            _("A key has up to 40 small letters, digits and hyphens."),
            _("Write it such as clean-roads, and the name beside it."),
        ),
        "maxLength": (_("The text is longer than %(limit)s characters."), _("Shorten it.")),
        "minLength": empty,
        "minItems": empty,
        "maxItems": (_("A band has two numbers, its lower and its upper end."), check),
        "uniqueItems": (_("Something stands twice in the list."), _("Name each once.")),
        "minimum": (_("The number is below %(limit)s."), check),
        "exclusiveMinimum": (_("The number must be above %(limit)s."), check),
        "maximum": (_("The number is above %(limit)s."), check),
    }
    rule, remedy = rules[str(error.validator)]
    words = {"limit": limit, "list": ", ".join(limit) if isinstance(limit, list) else ""}
    return rule % words, remedy % words


def _name(path: tuple[Any, ...]) -> str:
    names = [part for part in path if isinstance(part, str)]
    return names[-1] if names else ""


def _odd_values(read: Read, value: Any, path: tuple[Any, ...]) -> Iterator[Fault]:
    """Numbers that are none, and texts with signs that the databases cannot keep."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _odd_values(read, inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _odd_values(read, inner, (*path, number))
    elif isinstance(value, float) and not isfinite(value):
        yield Fault(read.place(path), _name(path), str(value), _("This is no number."), _("Write digits."))
    elif isinstance(value, str) and unkept(value):
        rule = _("The text holds signs that cannot be kept.")
        yield Fault(read.place(path), _name(path), "", rule, _("Write it without control characters."))
