"""The keys of a book file, from ``book.schema.json``: what a key may hold, its headings, how sheets show it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCHEMA: dict[str, Any] = json.loads(Path(__file__).with_name("book.schema.json").read_text(encoding="utf-8"))
_PROJECT = SCHEMA["$defs"]["project"]["properties"]
# Levels that accept a project, from near to far.
ACCEPTING: tuple[str, ...] = tuple(_PROJECT["accepted_by"]["enum"])


@dataclass(frozen=True)
class Column:
    """One key as a column; ``name`` is dotted where it lies inside another (score.step)."""

    name: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    # text, number, integer, date, list (of texts), range (a number or two) or tiers (values and their points)
    kind: str
    required: bool
    choices: tuple[str, ...]

    @property
    def headings(self) -> tuple[str, str, str]:
        """Under which headings the column is known."""
        return self.zh, self.en, self.name


@dataclass(frozen=True)
class Sheet:
    """One kind of thing as a sheet. ``inside`` names the sheet whose things hold these; ``identity`` its key."""

    name: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    inside: str
    identity: str
    columns: tuple[Column, ...]


def _columns(properties: dict[str, Any], required: list[str], prefix: str = "") -> Iterator[Column]:
    for name, said in properties.items():
        if said["type"] == "object":
            yield from _columns(said["properties"], [], f"{name}.")
        elif said["type"] != "array" or "title" in said:
            yield Column(
                f"{prefix}{name}", said["title"], said["x-title-en"], said["x-description-zh"], said["description"],
                _kind(said), name in required, tuple(said.get("enum", ())),
            )  # fmt: skip


def _kind(said: dict[str, Any]) -> str:
    if said.get("format") == "date":
        return "date"
    if isinstance(said["type"], list):
        return "range"
    if said["type"] == "array" and said["items"]["type"] == "object":
        return "tiers"
    return {"string": "text", "array": "list"}.get(said["type"], str(said["type"]))


def _owner(zh: str, en: str, kind: str) -> Column:
    about_zh, about_en = f"所属{zh[:2]}的编号", f"Key of the {kind} that it belongs to"
    return Column(kind, zh, en, about_zh, about_en, "text", required=True, choices=())


def _sheet(name: str, said: dict[str, Any], inside: str, identity: str, *owner: Column) -> Sheet:
    columns = (*owner, *_columns(said["properties"], said["required"]))
    return Sheet(
        name,
        said["title"],
        said["x-title-en"],
        said["x-description-zh"],
        said["description"],
        inside,
        identity,
        columns,
    )


def _sheets() -> dict[str, Sheet]:
    defs = SCHEMA["$defs"]
    goal, project = _owner("目标编号", "Goal", "goal"), _owner("项目编号", "Project", "project")
    every = (
        _sheet("book", SCHEMA, "", "key"),
        _sheet("groups", defs["group"], "", "key"),
        _sheet("goals", defs["goal"], "", "key"),
        _sheet("targets", defs["target"], "goals", "year", goal),
        _sheet("commitments", defs["commitment"], "goals", "key", goal),
        _sheet("projects", defs["project"], "", "key"),
        _sheet("milestones", defs["milestone"], "projects", "key", project),
    )
    return {sheet.name: sheet for sheet in every}


# The sheets in the order of a workbook; "book" holds keys and values, the others a row for each thing.
SHEETS = _sheets()
# The key that names the thing to which a row of an inner sheet belongs.
OWNER = {"targets": "goal", "commitments": "goal", "milestones": "project"}
