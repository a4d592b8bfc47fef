"""The questions of a category as a form asks them: labels, choices, what was answered, what is wrong with it.

The JSON Schema of a service holds text for two languages: ``title`` and ``title_en``, ``description`` and
``description_en``, and beside ``enum`` its names in ``enum_zh`` and ``enum_en``; ``order`` puts questions in a row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xiuhua.city.models import local

PREFIX = "answer-"


@dataclass(frozen=True)
class Choice:
    """One of the answers to choose from."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Question:
    """A question ready to be shown. ``kind``: text, number, date, datetime, yes, one or some."""

    name: str
    label: str
    hint: str
    kind: str
    required: bool
    value: str
    choices: Sequence[Choice]
    error: str
    limits: Mapping[str, Any]

    @property
    def field(self) -> str:
        """The name of its field in the form."""
        return PREFIX + self.name


def questions_of(
    schema: Mapping[str, Any], given: Mapping[str, Any] | None = None, problems: Mapping[str, str] | None = None
) -> list[Question]:
    """The questions of ``schema`` in their order, with what was ``given`` and what is wrong with it."""
    given, problems = given or {}, problems or {}
    properties: Mapping[str, Mapping[str, Any]] = schema.get("properties") or {}
    required = schema.get("required") or ()
    ordered = sorted(properties.items(), key=lambda pair: _order(pair[1]))
    return [
        _question(name, asked, given.get(name), required=name in required, error=problems.get(name, ""))
        for name, asked in ordered
    ]


def given_in(schema: Mapping[str, Any], form: Any) -> dict[str, Any]:
    """The answers that a form (a ``QueryDict``) holds for the questions of ``schema``."""
    found: dict[str, Any] = {}
    for name, asked in (schema.get("properties") or {}).items():
        values = form.getlist(PREFIX + name)
        found[name] = values if asked.get("type") == "array" else (values[0] if values else "")
    return found


def _order(asked: Mapping[str, Any]) -> float:
    order = asked.get("order")
    return order if isinstance(order, int | float) else float("inf")


def _question(name: str, asked: Mapping[str, Any], value: Any, *, required: bool, error: str) -> Question:
    kind = _kind(asked)
    listed = asked.get("items") or {} if kind == "some" else asked
    chosen = {str(each) for each in value} if isinstance(value, (list, tuple)) else {str(value)}
    limits = {
        attribute: asked[key]
        for key, attribute in (("minimum", "min"), ("maximum", "max"), ("maxLength", "maxlength"))
        if key in asked
    }
    return Question(
        name=name,
        label=local(str(asked.get("title") or name), str(asked.get("title_en") or "")),
        hint=local(str(asked.get("description") or ""), str(asked.get("description_en") or "")),
        kind=kind, required=required,
        value="" if value is None or isinstance(value, (list, tuple)) else str(value),
        choices=_choices(listed, chosen), error=error, limits=limits,
    )  # fmt: skip


def _kind(asked: Mapping[str, Any]) -> str:
    kinds = {"integer": "number", "number": "number", "boolean": "yes", "array": "some"}
    if kind := kinds.get(str(asked.get("type"))):
        return kind
    if asked.get("enum"):
        return "one"
    return {"date": "date", "date-time": "datetime"}.get(str(asked.get("format")), "text")


def _choices(listed: Mapping[str, Any], chosen: set[str]) -> list[Choice]:
    values = list(listed.get("enum") or ())
    zh, en = list(listed.get("enum_zh") or ()), list(listed.get("enum_en") or ())
    return [
        Choice(str(value), local(_named(zh, place, value), _named(en, place, "")), str(value) in chosen)
        for place, value in enumerate(values)
    ]


def _named(names: Sequence[Any], place: int, otherwise: Any) -> str:
    return str(names[place] if place < len(names) and names[place] else otherwise)
