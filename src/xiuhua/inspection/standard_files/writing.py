"""Standards as nested data, as files hold them: what is empty is left out."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Field, Model

from xiuhua.inspection.models import Item, Standard
from xiuhua.inspection.standard_files.schema import ITEM, STANDARD

# The keys of a standard but for its items and its state, and those of an item: columns of the same names keep them.
HEAD = tuple(name for name in STANDARD["properties"] if name not in {"items", "state"})
ITEM_KEYS = tuple(ITEM["properties"])
# What is meant when nothing is written.
_USUAL = (("weight", 1.0), ("photo_needed", False))


def nested(standards: Iterable[Standard]) -> dict[str, Any]:
    """The standards with their items, keys in the order of the schema. A retired one is written as a draft."""
    return {"standards": [standard_data(standard) for standard in standards]}


def standard_data(standard: Standard) -> dict[str, Any]:
    """One standard as a file has it."""
    found: dict[str, Any] = {name: getattr(standard, name) for name in STANDARD["properties"] if name != "items"}
    found["state"] = "in_force" if standard.state == Standard.State.IN_FORCE else "draft"
    for name in ("valid_from", "valid_to"):
        found[name] = found[name].isoformat() if found[name] else None
    found["items"] = [item_data(item) for item in standard.items.all()]
    return {key: value for key, value in found.items() if value not in (None, "", {})}


def item_data(item: Item) -> dict[str, Any]:
    """One item as a file has it."""
    found = {name: getattr(item, name) for name in ITEM["properties"]}
    return {key: value for key, value in found.items() if value not in (None, "", {}) and (key, value) not in _USUAL}


def head_columns(data: Mapping[str, Any]) -> dict[str, Any]:
    """The head of a standard as columns; what ``data`` leaves out has the default of the table."""
    found = {name: data[name] if name in data else _default(Standard, name) for name in HEAD}
    for name in ("valid_from", "valid_to"):
        found[name] = date.fromisoformat(found[name]) if found[name] else None
    return found


def item_columns(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same of an item."""
    return {name: data[name] if name in data else _default(Item, name) for name in ITEM_KEYS}


def _default(model: type[Model], name: str) -> Any:
    column = model._meta.get_field(name)
    return column.get_default() if isinstance(column, Field) else None


def says(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a standard says, whichever state it is in and whether what is usual was written out: to compare two."""
    return {**head_columns(data), "items": [item_columns(item) for item in data["items"]]}
