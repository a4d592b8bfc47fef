"""What is wrong with a file of standards in itself: keys, types, bounds, rules. Everything at once, with its place."""

from collections.abc import Iterator
from difflib import get_close_matches
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from xiuhua.foundation.placed.faults import Fault
from xiuhua.foundation.placed.reading import Path_, Read, unkept
from xiuhua.inspection.standard_files.inner import inner_faults, item_faults
from xiuhua.inspection.standard_files.schema import ITEM, SCHEMA, STANDARD, resolved

_VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker(["date"]))
_DECIMALS = 6  # which both formats hold exactly
# A draft is made part by part: its head, and each item.
_HEAD = {
    **STANDARD,
    "required": ["key", "version", "kind", "name_zh"],
    "properties": {name: said for name, said in STANDARD["properties"].items() if name not in {"items", "state"}},
}
_PARTS = {
    name: Draft202012Validator({**said, "$defs": SCHEMA["$defs"]}, format_checker=FormatChecker(["date"]))
    for name, said in (("head", _HEAD), ("item", ITEM))
}


def checked(read: Read) -> list[Fault]:
    """Bring ``read.data`` into the types of the schema and list everything that is wrong with it."""
    read.data = _fit(read, read.data, SCHEMA, ())
    errors = sorted(_VALIDATOR.iter_errors(read.data), key=lambda each: [str(part) for part in each.absolute_path])
    found = [*read.faults, *(fault for error in errors for fault in _told(read, error)), *_odd(read, read.data, ())]
    # What is of the wrong type already would only be said twice.
    return list(dict.fromkeys([*found, *inner_faults(read)] if not errors else found))


def part_faults(name: str, data: dict[str, Any]) -> list[Fault]:
    """What is wrong with the ``head`` of a standard or with one ``item`` that a person gave, by itself."""
    read = Read(data)
    errors = sorted(_PARTS[name].iter_errors(data), key=lambda each: [str(part) for part in each.absolute_path])
    found = [*(fault for error in errors for fault in _told(read, error)), *_odd(read, data, ())]
    if name == "item" and not found:
        found = [Fault("", field[-1], str(data.get(field[0], "")), *said) for field, *said in item_faults(data)]
    return found


def _fit(read: Read, value: Any, said: dict[str, Any], path: Path_) -> Any:
    """``value`` in the wanted type where no meaning changes: 3.0 is a whole 3, a version 2022 a text."""
    said = resolved(said)
    kind = said.get("type")
    if isinstance(value, dict):
        inner = said.get("properties", {})
        every = {key: _fit(read, each, inner.get(key, {}), (*path, key)) for key, each in value.items()}
        return {key: each for key, each in every.items() if each is not None and each != ""}
    if isinstance(value, list):
        return [_fit(read, each, said.get("items", {}), (*path, number)) for number, each in enumerate(value)]
    if kind == "string" and value is not None and not isinstance(value, str):
        return read.written.get(path, str(value))
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return value
    if kind == "integer" and float(value).is_integer():
        return int(value)
    return round(float(value), _DECIMALS) + 0.0 if kind == "number" else value


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
                remedy = _("Add it; it may not be empty.")
                yield Fault(read.place((*path, key)), key, "", _("This key is missing."), remedy)
        return
    value = "" if isinstance(error.instance, dict | list) else str(error.instance)[:80]
    names = [part for part in path if isinstance(part, str)]
    yield Fault(read.place(path), names[-1] if names else "", value, *_rule(error))


def _unknown_key(key: str, known: list[str]) -> tuple[str, str]:
    near = ", ".join(get_close_matches(key, known, 1, 0.5) or known)
    return _("There is no such key here; known are: %(keys)s.") % {"keys": near}, _("Correct the key or remove it.")


def _rule(error: ValidationError) -> tuple[str, str]:
    """What is wrong by the keyword of the schema that was not met, and what to do."""
    limit, check = error.validator_value, _("Check the value and its unit.")
    if error.validator == "type":
        kinds = {
            "string": _("a text"), "number": _("a number"), "integer": _("a whole number"), "array": _("a list"),
            "object": _("keys with values"), "boolean": _("true or false"),
        }  # fmt: skip
        return _("Here stands %(what)s.") % {"what": kinds[str(limit)]}, _("Write it so.")
    empty = _("This may not be empty."), _("Fill it in.")
    rules = {
        "enum": (_("This is not one of the choices."), _("Use one of: %(list)s.")),
        "format": (_("This is no day."), _("Write it as 2024-06-30.")),
        "pattern": _pattern(error),
        "maxLength": (_("The text is longer than %(limit)s characters."), _("Shorten it.")),
        "minLength": empty,
        "minItems": empty,
        "minimum": (_("The number is below %(limit)s."), check),
        "maximum": (_("The number is above %(limit)s."), check),
    }
    rule, remedy = rules[str(error.validator)]
    words = {"limit": limit, "list": ", ".join(limit) if isinstance(limit, list) else ""}
    return rule % words, remedy % words


def _pattern(error: ValidationError) -> tuple[str, str]:
    if "@" in str(error.validator_value):
        return _("A category is set@version:code."), _("Write it such as demo-events@1:0101.")
    return (
        _("A key or version has small letters, digits, hyphens and underscores and is short."),
        _("Write it such as road_section, and the name beside it."),
    )


def _odd(read: Read, value: Any, path: Path_) -> Iterator[Fault]:
    """Numbers that are none, and texts with signs that the databases cannot keep."""
    name = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _odd(read, inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _odd(read, inner, (*path, number))
    elif isinstance(value, float) and not isfinite(value):
        yield Fault(read.place(path), name, str(value), _("This is no number."), _("Write digits."))
    elif isinstance(value, str) and unkept(value):
        rule = _("The text holds signs that cannot be kept.")
        yield Fault(read.place(path), name, "", rule, _("Write it without control characters."))
