"""Which column of a file feeds which field: what the person says, the same name, or a known synonym."""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from xiuhua.interop.exchange.findings import FileRefusedError

SYNONYMS = Path(__file__).parent / "synonyms.yaml"
PLACES = ("lon", "lat", "wkt")
# Written by our own export for the reader of the file; nothing to load.
OURS = ("notice",)
UNIT = re.compile(r"[（(\[].*?[)）\]]")


@dataclass(frozen=True)
class Mapping:
    """``columns`` gives the column for each field; ``ignored`` lists the columns that feed none."""

    columns: dict[str, str]
    ignored: list[str] = field(default_factory=list)


@cache
def synonyms() -> dict[str, Any]:
    """The contents of synonyms.yaml."""
    loaded: dict[str, Any] = yaml.safe_load(SYNONYMS.read_text(encoding="utf-8"))
    return loaded


def folded(name: str) -> str:
    """``name`` without case, width, spaces, separators and a unit in brackets."""
    text = UNIT.sub("", unicodedata.normalize("NFKC", name)).casefold()
    return re.sub(r"[\s_\-.]", "", text)


def choose_columns(
    names: list[str],
    fields: list[str],
    said: list[tuple[str, str]],
    places: tuple[str, ...] = (),
    classifying: frozenset[str] = frozenset(),
) -> Mapping:
    """Map the columns ``names`` to ``fields``.

    ``said`` are (column, field) pairs of the person; a pair with an empty field sets the column aside.
    ``places`` are columns already used for the geometry; ``classifying`` are columns whose values mostly repeat, which
    cannot be codes of objects whatever their name. Raises FileRefusedError for names that do not exist.
    """
    chosen, aside = _said_columns(names, fields, said)
    free = [name for name in names if name not in aside and name not in chosen.values()]
    for candidates in ({wanted: [wanted] for wanted in fields}, synonyms()["columns"]):
        by_folded = {folded(name): name for name in reversed(free)}
        for wanted in fields:
            for candidate in candidates.get(wanted, []):
                name = by_folded.get(folded(candidate), "")
                if wanted not in chosen and name in free and not (wanted == "code" and name in classifying):
                    chosen[wanted] = name
                    free.remove(name)
    used = set(chosen.values()) | set(places)
    return Mapping(chosen, [name for name in names if name not in used and name not in OURS])


def _said_columns(names: list[str], fields: list[str], said: list[tuple[str, str]]) -> tuple[dict[str, str], set[str]]:
    """What the person says: the column for each field, and the columns set aside."""
    chosen: dict[str, str] = {}
    aside = set()
    for column, wanted in said:
        if column not in names:
            raise FileRefusedError("column_absent", column=column, columns=", ".join(names))
        if not wanted:
            aside.add(column)
        elif wanted in fields:
            chosen[wanted] = column
        elif wanted not in PLACES:
            raise FileRefusedError("field_absent", field=wanted, fields=", ".join(fields))
    return chosen, aside
