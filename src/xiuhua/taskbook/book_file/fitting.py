"""Bring what was read into the types of the schema where no meaning changes: 95.0 is a whole 95, a code 007 a text."""

from math import isfinite
from typing import Any

from xiuhua.foundation.placed.reading import Path_, Read
from xiuhua.taskbook.book_file.schema import SCHEMA

# Numbers are kept to six decimals, which both formats hold exactly; of a degree that is a tenth of a metre.
DECIMALS = 6


def fitted(read: Read) -> dict[str, Any]:
    """``read.data`` with values of the wanted types and without keys that hold nothing; wrong ones stay as they are."""
    found: dict[str, Any] = _fit(read, read.data, SCHEMA, ())
    return found


def _fit(read: Read, value: Any, said: dict[str, Any], path: Path_) -> Any:
    if "$ref" in said:
        said = SCHEMA["$defs"][said["$ref"].rpartition("/")[2]]
    kind = said.get("type")
    if isinstance(value, dict):
        inner = said.get("properties", {})
        every = {key: _fit(read, each, inner.get(key, {}), (*path, key)) for key, each in value.items()}
        return {key: each for key, each in every.items() if each is not None and each != ""}
    if isinstance(value, list):
        return [_fit(read, each, said.get("items", {}), (*path, number)) for number, each in enumerate(value)]
    if kind == "string" and value is not None and not isinstance(value, str):
        return read.written.get(path, str(value))
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return value
    if kind == "integer" and float(value).is_integer():
        return int(value)
    return round(float(value), DECIMALS) + 0.0 if kind == "number" or isinstance(kind, list) else value
