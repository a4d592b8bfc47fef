"""The keys of a file of standards, from ``standards.schema.json``: what each may hold, and its column in a workbook."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCHEMA: dict[str, Any] = json.loads(Path(__file__).with_name("standards.schema.json").read_text(encoding="utf-8"))
STANDARD, ITEM = SCHEMA["$defs"]["standard"], SCHEMA["$defs"]["item"]


@dataclass(frozen=True)
class Column:
    """One key as a column; ``name`` is dotted where it lies inside another (rule.pass, words.5.zh)."""

    name: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    kind: str  # text | number | integer | flag | date
    required: bool
    choices: tuple[str, ...]

    @property
    def path(self) -> tuple[str, ...]:
        """The keys that lead to it."""
        return tuple(self.name.split("."))

    @property
    def headings(self) -> tuple[str, str, str]:
        """Under which headings the column is known."""
        return self.zh, self.en, self.name


@dataclass(frozen=True)
class Sheet:
    """Standards or items as a sheet; a row of items begins with key and version of its standard."""

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]


def resolved(said: dict[str, Any]) -> dict[str, Any]:
    """What the schema says, a reference followed."""
    return SCHEMA["$defs"][said["$ref"].rpartition("/")[2]] if "$ref" in said else said


def _columns(said: dict[str, Any], prefix: str = "", word: str = "", *, needed: bool = True) -> Iterator[Column]:
    for name, raw in said["properties"].items():
        inner = resolved(raw)
        if inner["type"] == "object":
            grade = name if prefix == "words." else word
            yield from _columns(inner, f"{prefix}{name}.", grade, needed=needed and name in said.get("required", ()))
        elif inner["type"] != "array":
            kind = {"string": "text", "boolean": "flag"}.get(inner["type"], inner["type"])
            yield Column(
                f"{prefix}{name}", f"{word}{inner['title']}", f"{word} {inner['x-title-en']}".strip(),
                inner["x-description-zh"], inner["description"], "date" if inner.get("format") == "date" else kind,
                needed and name in said.get("required", ()), tuple(inner.get("enum", ())),
            )  # fmt: skip


def _sheets() -> dict[str, Sheet]:
    standard, item = tuple(_columns(STANDARD)), tuple(_columns(ITEM))
    # Which standard an item belongs to; its own columns of the same names carry their own headings.
    owner = tuple(
        Column(f"standard.{each.name}", each.zh, each.en, each.about_zh, each.about_en, each.kind, True, ())
        for each in standard
        if each.name in {"key", "version"}
    )
    return {
        "standards": Sheet("standards", STANDARD["title"], STANDARD["x-title-en"], standard),
        "items": Sheet("items", ITEM["title"], ITEM["x-title-en"], (*owner, *item)),
    }


# The two sheets of a workbook.
SHEETS = _sheets()
