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
    names: list[str], fields: list[str], said: list[tuple[str, str]], places: tuple[str, ...] = ()
) -> Mapping:
    """Map the columns ``names`` to ``fields``.

    ``said`` are (column, field) pairs of the person; a pair with an empty field sets the column aside.
    ``places`` are columns already used for the geometry. Raises FileRefusedError for names that do not exist.
    """
    chosen: dict[str, str] = {}
    aside = set()
    for column, wanted in said:
        if column not in names:
            raise FileRefusedError("column_absent", column=column, columns=", ".join(names))
        if not wanted:
            aside.add(column)
        elif wanted not in PLACES and wanted not in fields:
            raise FileRefusedError("field_absent", field=wanted, fields=", ".join(fields))
        elif wanted not in PLACES:
            chosen[wanted] = column
    free = [name for name in names if name not in aside and name not in chosen.values()]
    for wanted in fields:
        if wanted not in chosen and wanted in free:
            chosen[wanted] = wanted
            free.remove(wanted)
    by_folded = {folded(name): name for name in reversed(free)}
    for wanted in fields:
        for synonym in synonyms()["columns"].get(wanted, []):
            name = by_folded.get(folded(synonym))
            if wanted not in chosen and name in free:
                chosen[wanted] = name
                free.remove(name)
    used = set(chosen.values()) | set(places)
    return Mapping(chosen, [name for name in names if name not in used and name not in OURS])
