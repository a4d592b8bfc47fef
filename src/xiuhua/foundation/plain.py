"""Values as plain JSON that SQLite and PostgreSQL give back unchanged, so that a digest over them holds for ever."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

_UNKEPT = re.compile("[\x00\ud800-\udfff]")
_INTEGRAL_FROM = 1e16  # from here on PostgreSQL gives a whole float back as an integer


def plain(value: Any) -> Any:
    """``value`` as plain JSON.

    Dates and times become ISO text (instants in UTC), decimals and UUIDs text, durations seconds, enums their
    value, tuples lists, whole floats from 1e16 on integers, and -0.0 becomes 0.0. Raises ``ValueError`` for NaN,
    infinities, NUL and lone surrogates in text, keys that are not text, and types that have no JSON form.
    """
    convert = _EXACT.get(type(value))
    if convert is not None:
        return convert(value)
    for types, convert in _FORMS:
        if isinstance(value, types):
            return convert(value)
    raise ValueError(f"a {type(value).__name__} has no JSON form: give text, numbers, dates, lists or mappings")


def moment(at: datetime) -> datetime:
    """``at`` in UTC. Raises ``ValueError`` when it has no zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no zone: give an aware datetime")
    return at.astimezone(UTC)


def kept_text(text: str, name: str = "text", limit: int | None = None) -> str:
    """``text`` where both databases keep it as it is; ``name`` says in the message what it is.

    Raises ``ValueError`` for more than ``limit`` characters (SQLite would take them), NUL and lone surrogates.
    """
    if limit is not None and len(text) > limit:
        raise ValueError(f"the {name} has at most {limit} characters: {text[:40]}... has {len(text)}")
    if not keepable(text):
        raise ValueError(f"the {name} cannot hold NUL or half a surrogate pair: {text[:40]!r}")
    return str(text)


def keepable(text: str) -> bool:
    """Whether both databases keep the text: neither NUL nor half a surrogate pair."""
    return _UNKEPT.search(text) is None


def _kept_float(value: float) -> float | int:
    if not math.isfinite(value):
        raise ValueError(f"{value} has no JSON form: leave the value out or give null")
    return int(value) if abs(value) >= _INTEGRAL_FROM else value or 0.0


def _mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    if wrong := [key for key in value if not isinstance(key, str)]:
        raise ValueError(f"keys must be text, not {wrong[0]!r}")
    return {kept_text(key, "key"): plain(item) for key, item in value.items()}


# The first form whose type fits is taken: an enum may be a str, a bool is an int, a datetime is a date.
_FORMS: list[tuple[type | tuple[type, ...], Callable[[Any], Any]]] = [
    ((type(None), bool), lambda value: value),
    (Enum, lambda value: plain(value.value)),
    (str, kept_text),
    (int, int),
    (float, _kept_float),
    (datetime, lambda value: moment(value).isoformat()),
    ((date, time), lambda value: value.isoformat()),
    (timedelta, lambda value: plain(value.total_seconds())),
    ((Decimal, UUID, Promise), str),
    ((list, tuple), lambda value: [plain(item) for item in value]),
    (dict, _mapping),
]
# What nearly every value is, found at once.
_EXACT: dict[type, Callable[[Any], Any]] = {
    type(None): lambda value: value,
    bool: bool,
    str: kept_text,
    int: int,
    float: _kept_float,
    datetime: lambda value: moment(value).isoformat(),
    UUID: str,
    list: lambda value: [plain(item) for item in value],
    dict: _mapping,
}
