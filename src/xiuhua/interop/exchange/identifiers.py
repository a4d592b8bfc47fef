"""The structure of official identifiers, as identifiers.yaml describes it. Doubts, never refusals.

Real registers hold older and wider codes beside the standard ones, so a code that does not fit is reported and taken.
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from xiuhua.interop.exchange.findings import Finding, finding

STRUCTURES = Path(__file__).parent / "identifiers.yaml"


@cache
def structures() -> dict[str, list[dict[str, Any]]]:
    """The contents of identifiers.yaml."""
    loaded: dict[str, list[dict[str, Any]]] = yaml.safe_load(STRUCTURES.read_text(encoding="utf-8"))
    return loaded


def structure_for(layer: str, kind: str) -> dict[str, Any] | None:
    """The structure that codes of ``layer`` (and of the ``kind`` of its objects) should have, if any."""
    return next((s for s in structures().get(layer, []) if s.get("kind", kind) == kind), None)


def category_in(layer: str, code: str) -> str:
    """The category that stands in an identifier of ``layer``; "" when the code is not built that way."""
    structure = structure_for(layer, "")
    if not structure or "category" not in structure or not _fits(code, structure):
        return ""
    start, end = structure["category"]
    return code[start:end]


def doubts(layer: str, row: int, values: dict[str, Any], district: str) -> list[Finding]:
    """What is odd about the code of one object: its structure, its district, its category."""
    code = str(values.get("code", ""))
    structure = structure_for(layer, str(values.get("kind", "")))
    if structure is None:
        return []
    if not _fits(code, structure):
        parts = "+".join(str(part) for part in structure["parts"])
        return [finding(row, "code", code, "identifier_structure", digits=sum(structure["parts"]), parts=parts)]
    found = []
    digits = structure["district"]
    if code[:digits] != district[:digits]:
        found.append(finding(row, "code", code, "identifier_district", district=district))
    category = str(values.get("category", "")).rpartition(":")[2]
    if "category" in structure and category and category != category_in(layer, code):
        found.append(finding(row, "code", code, "identifier_category", category=category))
    return found


def _fits(code: str, structure: dict[str, Any]) -> bool:
    return len(code) == sum(structure["parts"]) and code.isascii() and code.isdigit()
