"""The filing standards and the services of the demonstration, loaded through the actions of casework."""

from collections.abc import Iterator
from typing import Any

from xiuhua.casework.actions.services import put_service
from xiuhua.casework.actions.standards import load_standards
from xiuhua.city.models import Code, CodeSet
from xiuhua.demo.plan import Row, read_yaml

UNITS = {"uh": "urgent_hour", "wh": "work_hour", "wd": "work_day", "nd": "natural_day"}
_LETTER = {"events": "E", "components": "C"}
_TYPES = {"one": "string", "some": "array", "flag": "boolean", "number": "integer", "day": "string", "text": "string"}


class CatalogueError(Exception):
    """A standard or a service that does not fit the code sets: a fault of the drawing, never of the user."""


def load_catalogue(*, actor: str) -> tuple[int, int]:
    """Load every standard and service; loading them again changes nothing. Returns how many there are of each."""
    sets = {part: _code_set(part) for part in _LETTER}
    rows = list(standard_rows())
    report = load_standards(list(sets.values()), rows, actor=actor, source="xiuhua demo")
    if report.rejected:
        raise CatalogueError(f"{len(report.rejected)} standards refused, first {report.rejected[0]}")
    count = 0
    for part, entries in read_yaml("services.yaml").items():
        codes = {code.code: code for code in Code.objects.filter(code_set=sets[part]).select_related("code_set")}
        for code, entry in entries.items():
            put_service(
                codes[code], actor=actor, description_zh=entry["zh"], description_en=entry["en"],
                keywords=entry["keywords"], questions=schema(entry.get("ask", [])),
            )  # fmt: skip
            count += 1
    return len(rows), count


def standard_rows() -> Iterator[dict[str, str]]:
    """Every standard of ``standards.yaml`` as ``load_standards`` takes it."""
    for part, entries in read_yaml("standards.yaml").items():
        for code, lines in entries.items():
            for condition, limit, unit, closing in lines:
                yield {
                    "category": f"{_LETTER[part]}{code}", "condition": condition, "limit": str(limit),
                    "unit": UNITS[unit], "close_action": closing,
                }  # fmt: skip


def schema(questions: list[list[Any]]) -> Row:
    """The questions of a service as a JSON Schema; {} for none."""
    if not questions:
        return {}
    properties = {line[0].rstrip("*"): {**_question(*line[1:]), "order": n} for n, line in enumerate(questions, 1)}
    required = [line[0].rstrip("*") for line in questions if line[0].endswith("*")]
    return {"type": "object", "properties": properties, "required": required}


def _question(kind: str, zh: str, en: str, further: Any = None) -> Row:
    asked: Row = {"type": _TYPES[kind], "title": zh, "title_en": en}
    if kind in {"one", "some"}:
        listed = {
            "enum": list(further), "enum_zh": [names[0] for names in further.values()],
            "enum_en": [names[1] for names in further.values()],
        }  # fmt: skip
        return asked | (listed if kind == "one" else {"items": {"type": "string", **listed}})
    if kind == "number":
        return asked | {"minimum": further[0], "maximum": further[1]}
    return asked | ({"format": "date"} if kind == "day" else {"maxLength": 200} if kind == "text" else {})


def _code_set(part: str) -> CodeSet:
    data = read_yaml("codes.yaml")[part]
    return CodeSet.objects.get(key=data["key"], version=data["version"])
