"""Whether a JSON Schema can be asked as questions by a form: what is wrong with it, where, and what to do.

The part that is known here is that of ``questions.answered``: an object of texts, numbers, yes or no, one of a list,
several of a list, dates; with Chinese and English names (see ``asking``).
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

TYPES = ("string", "integer", "number", "boolean", "array")
FORMATS = ("date", "date-time")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
MOST, LONGEST_LIST, LONGEST_TEXT = 20, 100, 200
TEXTS = ("title", "title_en", "description", "description_en")
BOUNDS = ("minimum", "maximum", "minLength", "maxLength", "order")
KNOWN = {"type", "enum", "enum_zh", "enum_en", "items", "format", *TEXTS, *BOUNDS}


def read(text: str) -> tuple[dict[str, Any], list[str]]:
    """The schema that ``text`` holds and what is wrong with it; nothing at all is a schema without questions."""
    if not text.strip():
        return {}, []
    try:
        schema = json.loads(text)
    except json.JSONDecodeError as error:
        return {}, [
            _("This is not JSON: line %(line)s, column %(column)s, %(what)s.")
            % {"line": error.lineno, "column": error.colno, "what": error.msg}
        ]
    except RecursionError:
        return {}, [_("This is nested too deeply.")]
    if not isinstance(schema, dict):
        return {}, [_("The outermost must be an object, written in { }.")]
    return schema, problems(schema)


def problems(schema: Mapping[str, Any]) -> list[str]:
    """What is wrong with ``schema``, each with the question that it is about; empty when nothing is."""
    if not schema:
        return []
    asked = schema.get("properties")
    if schema.get("type", "object") != "object" or not isinstance(asked, Mapping):
        return [_('Write {"type": "object", "properties": {...}}, with one entry of properties for each question.')]
    found = [_("“%(key)s” is not known here: leave it out.") % {"key": key} for key in _unknown(schema)]
    if len(asked) > MOST:
        found.append(_("At most %(count)s questions: nobody answers more.") % {"count": MOST})
    required = schema.get("required", [])
    if not isinstance(required, list) or any(name not in asked for name in required):
        found.append(_("“required” must list names of questions."))
    for name, question in asked.items():
        found += [f"{name}: {said}" for said in _of_question(name, question)]
    return found


def _unknown(schema: Mapping[str, Any]) -> list[str]:
    return [key for key in schema if key not in {"type", "properties", "required", "$schema", "additionalProperties"}]


def _of_question(name: str, question: Any) -> Iterable[str]:
    if not NAME.fullmatch(name):
        yield _("a name has up to 40 letters, digits, - and _, and begins with a letter")
    if not isinstance(question, Mapping):
        yield _("must be an object, written in { }")
        return
    if question.get("type") not in TYPES:
        yield _("type must be one of %(types)s") % {"types": ", ".join(TYPES)}
    if not str(question.get("title") or "").strip():
        yield _("needs a title, which is what the question says in Chinese")
    yield from _of_texts(question)
    yield from _of_bounds(question)
    yield from _of_answers(question)
    if "format" in question and question["format"] not in FORMATS:
        yield _("format must be one of %(formats)s") % {"formats": ", ".join(FORMATS)}


def _of_texts(question: Mapping[str, Any]) -> Iterable[str]:
    for key in TEXTS:
        text = question.get(key, "")
        if not isinstance(text, str) or len(text) > LONGEST_TEXT:
            yield _("%(key)s must be a text of at most %(count)s characters") % {"key": key, "count": LONGEST_TEXT}
    for key in question:
        if key not in KNOWN:
            yield _("“%(key)s” is not known here: leave it out.") % {"key": key}


def _of_answers(question: Mapping[str, Any]) -> Iterable[str]:
    if question.get("type") == "array":
        items = question.get("items")
        if not isinstance(items, Mapping) or "enum" not in items:
            yield _('an array needs items with an enum, such as {"type": "string", "enum": [...]}')
        else:
            yield from _of_list(items)
    elif "enum" in question:
        yield from _of_list(question)


def _of_bounds(question: Mapping[str, Any]) -> Iterable[str]:
    numbers = {}
    for key in BOUNDS:
        value = question.get(key)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            yield _("%(key)s must be a number") % {"key": key}
        elif key.endswith("Length") and (not isinstance(value, int) or value < 0):
            yield _("%(key)s must be a whole number from 0") % {"key": key}
        else:
            numbers[key] = value
    for low, high in (("minimum", "maximum"), ("minLength", "maxLength")):
        if low in numbers and high in numbers and numbers[low] > numbers[high]:
            yield _("%(low)s is larger than %(high)s: no answer would fit") % {"low": low, "high": high}


def _of_list(listed: Mapping[str, Any]) -> Iterable[str]:
    values = listed.get("enum")
    if not isinstance(values, list) or not 0 < len(values) <= LONGEST_LIST:
        yield _("enum must list from 1 to %(count)s answers") % {"count": LONGEST_LIST}
        return
    if any(not isinstance(value, (str, int, float)) or isinstance(value, bool) for value in values):
        yield _("the answers of enum must be texts or numbers")
    elif len({str(value) for value in values}) < len(values):
        yield _("enum lists an answer twice")
    for key in ("enum_zh", "enum_en"):
        names = listed.get(key)
        if names is None:
            continue
        if not isinstance(names, list) or len(names) != len(values) or any(not isinstance(each, str) for each in names):
            yield _("%(key)s must name each answer of enum, in the same order") % {"key": key}
