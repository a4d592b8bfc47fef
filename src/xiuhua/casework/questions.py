"""Questions of a category: what was answered, checked against the JSON Schema of the service.

The part of JSON Schema that a form can ask: an object whose properties are text, numbers, yes or no, dates, one of a
list, or several of a list.
"""

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

LONGEST = 2000


def answered(schema: Mapping[str, Any], given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers in the types of the schema, and what is wrong with them by question.

    Text as forms send it ("3", "true") is read as what the schema asks for. An empty answer is none.
    """
    properties: Mapping[str, Any] = schema.get("properties") or {}
    values: dict[str, Any] = {}
    problems = {name: _("There is no such question: leave it out.") for name in given if name not in properties}
    for name, question in properties.items():
        value = given.get(name)
        if value is None or (isinstance(value, str) and not value.strip()) or value == []:
            if name in (schema.get("required") or ()):
                problems[name] = _("This question must be answered.")
            continue
        try:
            values[name] = _value(question, value)
        except _Wrong as wrong:
            problems[name] = str(wrong)
    return values, problems


class _Wrong(Exception):  # noqa: N818 - an answer that does not fit, told to a person
    pass


def _value(question: Mapping[str, Any], value: Any) -> Any:
    read: Callable[[Mapping[str, Any], Any], Any] = _READERS.get(str(question.get("type", "string")), _text)
    return read(question, value)


def _text(question: Mapping[str, Any], value: Any) -> str:
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        raise _Wrong(_("Answer with a text."))
    text = str(value).strip()
    _one_of(question, text)
    longest = int(question.get("maxLength", LONGEST))
    if len(text) > longest:
        raise _Wrong(_("Answer with at most %(count)s characters.") % {"count": longest})
    if len(text) < int(question.get("minLength", 0)):
        raise _Wrong(_("Answer with at least %(count)s characters.") % {"count": question["minLength"]})
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise _Wrong(_("Answer with readable characters."))
    parse = _DATES.get(str(question.get("format", "")))
    if parse:
        try:
            parse(text)
        except ValueError:
            raise _Wrong(_("Write the date like 2026-03-01.")) from None
    return text


def _number(question: Mapping[str, Any], value: Any) -> float | int:
    whole = question.get("type") == "integer"
    number = _finite(value)
    if number is None or (whole and number != int(number)):
        raise _Wrong(_("Answer with a whole number.") if whole else _("Answer with a number."))
    if number < question.get("minimum", number) or number > question.get("maximum", number):
        least, most = question.get("minimum", "…"), question.get("maximum", "…")
        raise _Wrong(_("Answer with a number from %(least)s to %(most)s.") % {"least": least, "most": most})
    result = int(number) if whole else number
    _one_of(question, result)
    return result


def _finite(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _yes_or_no(question: Mapping[str, Any], value: Any) -> bool:
    known = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
    text = str(value).strip().casefold()
    if text not in known:
        raise _Wrong(_("Answer yes or no."))
    return known[text]


def _several(question: Mapping[str, Any], value: Any) -> list[Any]:
    values = list(value) if isinstance(value, (list, tuple)) else [value]
    if len(values) > LONGEST // 10:
        raise _Wrong(_("These are too many answers."))
    return [_value(question.get("items") or {}, each) for each in values]


def _one_of(question: Mapping[str, Any], value: Any) -> None:
    allowed = question.get("enum")
    if allowed and value not in allowed:
        raise _Wrong(_("Choose one of: %(list)s.") % {"list": ", ".join(map(str, allowed[:20]))})


_DATES: dict[str, Callable[[str], object]] = {"date": date.fromisoformat, "date-time": datetime.fromisoformat}
_READERS: dict[str, Callable[[Mapping[str, Any], Any], Any]] = {
    "number": _number,
    "integer": _number,
    "boolean": _yes_or_no,
    "array": _several,
}
