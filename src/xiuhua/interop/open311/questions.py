"""Questions of a service, as attributes of a service definition, and attributes that came as answers.

| JSON Schema of the question | datatype |
|---|---|
| ``string``, at most 200 characters or with another form | ``string`` |
| ``string``, longer | ``text`` |
| ``string`` with the format ``date`` or ``date-time`` | ``datetime`` |
| ``number``, ``integer`` | ``number`` |
| with ``enum``; ``boolean`` (keys ``true`` and ``false``) | ``singlevaluelist`` |
| ``array`` whose ``items`` have ``enum`` | ``multivaluelist`` |
| ``array`` of anything else | ``text``, one answer a line |
| ``null``: nothing is asked, the title is to be read | ``string``, ``variable`` false |

``title`` and ``title_en``, ``description`` and ``description_en``, ``enum_zh`` and ``enum_en`` are what people read.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiuhua.casework.questions import answered
from xiuhua.interop.open311 import dates
from xiuhua.interop.open311.faults import Fault

SHORT = 200
TYPES = ("realtime", "batch", "blackbox")

type Schema = Mapping[str, Any]


def answer_type(schema: Schema) -> str:
    """How a report is answered: with its number (``realtime``), with a token (``batch``), with neither."""
    named = str(schema.get("open311_type", "realtime"))
    return named if named in TYPES else "realtime"


def attributes(schema: Schema) -> list[dict[str, Any]]:
    """The attributes of the questions, in their order; empty when nothing is asked."""
    return [
        _attribute(code, question, number, required=code in (schema.get("required") or ()))
        for number, (code, question) in enumerate(ordered(schema), 1)
    ]


def answers(
    schema: Schema, given: Mapping[str, Sequence[str]], zone: ZoneInfo
) -> tuple[dict[str, Any], dict[str, str], list[Fault]]:
    """The answers typed, those to questions that nobody asked, and what is wrong, each with its code."""
    asked = dict(ordered(schema))
    taken: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for code, values in given.items():
        if code not in asked or asked[code].get("type") == "null":
            continue
        try:
            taken[code] = _taken(asked[code], [value for value in values if value.strip()], zone)
        except ValueError as problem:
            wrong[code] = str(problem)
    plain = {**schema, "properties": {code: one for code, one in asked.items() if one.get("type") != "null"}}
    typed, problems = answered(plain, {code: value for code, value in taken.items() if value is not None})
    problems = {code: problem for code, problem in problems.items() if code not in wrong} | wrong
    faults = [Fault("attribute", f"attribute[{code}]: {problem}") for code, problem in problems.items()]
    unasked = {code: "\n".join(values) for code, values in given.items() if code not in asked and any(values)}
    return typed, unasked, faults


def ordered(schema: Schema) -> list[tuple[str, Schema]]:
    """The questions in their order; those that name none come last, as they are written."""
    properties: Mapping[str, Schema] = schema.get("properties") or {}
    return sorted(properties.items(), key=lambda item: _place(item[1].get("order")))


def _place(order: Any) -> float:
    return float(order) if isinstance(order, (int, float)) else float("inf")


def _attribute(code: str, question: Schema, order: int, *, required: bool) -> dict[str, Any]:
    datatype, listed = _datatype(question), _listed(question)
    variable = question.get("type") != "null"
    title = _read(question, "title") or code
    more = _read(question, "description")
    return {
        "variable": variable,
        "code": code,
        "datatype": datatype,
        "required": required and variable,
        "datatype_description": _help(question, datatype) if variable else None,
        "order": order,
        "description": f"{title} {more}" if more else title,
        "values": listed,
    }


def _datatype(question: Schema) -> str:
    kind = question.get("type", "string")
    if kind == "array":
        return "multivaluelist" if (question.get("items") or {}).get("enum") else "text"
    if question.get("enum") or kind == "boolean":
        return "singlevaluelist"
    if kind in {"number", "integer"}:
        return "number"
    if question.get("format") in {"date", "date-time"}:
        return "datetime"
    return "text" if kind == "string" and int(question.get("maxLength", 2000)) > SHORT else "string"


def _listed(question: Schema) -> list[dict[str, str]]:
    """The values of a list, each once, with the name that people read."""
    if question.get("type") == "boolean" and not question.get("enum"):
        return [{"key": "true", "name": _("yes")}, {"key": "false", "name": _("no")}]
    source: Schema = (question.get("items") or {}) if question.get("type") == "array" else question
    keys = [str(value).lower() if isinstance(value, bool) else str(value) for value in source.get("enum") or ()]
    english = (get_language() or "").startswith("en")
    names = source.get("enum_en" if english else "enum_zh") or source.get("enum_zh") or ()
    named = {key: str(names[n]) if n < len(names) else key for n, key in enumerate(keys)}
    return [{"key": key, "name": name} for key, name in named.items()]


def _read(question: Schema, name: str) -> str:
    english = (get_language() or "").startswith("en")
    return str((question.get(f"{name}_en") if english else "") or question.get(name) or "")


def _help(question: Schema, datatype: str) -> str:
    """How to answer, in words."""
    if datatype == "number":
        number = _("A whole number") if question.get("type") == "integer" else _("A number")
        least, most = question.get("minimum", "…"), question.get("maximum", "…")
        bounded = "minimum" in question or "maximum" in question
        text = _("%(number)s from %(least)s to %(most)s") if bounded else "%(number)s"
        return text % {"number": number, "least": least, "most": most}
    day = question.get("format") == "date"
    helps = {
        "datetime": _("A day like 2026-03-01") if day else _("A time like 2026-03-01T08:00:00Z"),
        "multivaluelist": _("One or several of the list"),
        "singlevaluelist": _("One of the list"),
    }
    if question.get("type") == "array":
        helps["text"] = _("One answer a line")
    return helps.get(datatype) or _("At most %(count)s characters") % {"count": question.get("maxLength", 2000)}


def _taken(question: Schema, values: list[str], zone: ZoneInfo) -> Any:
    """What was sent for one question, in the form that ``casework.questions`` reads; None for nothing."""
    if not values:
        return None
    if question.get("type") == "array":
        listed = bool((question.get("items") or {}).get("enum"))
        return list(dict.fromkeys(values)) if listed else [line for value in values for line in value.splitlines()]
    if len(set(values)) > 1:
        raise ValueError(_("Give only one value."))
    value = values[0]
    form = question.get("format")
    if form not in {"date", "date-time"}:
        return value
    try:
        at = dates.parse(value, zone)
    except ValueError:
        raise ValueError(_("Write the time like 2026-03-01T08:00:00+08:00.")) from None
    return at.astimezone(zone).date().isoformat() if form == "date" else at.isoformat()
