"""Facts that rooms offer for counting: what one row means, its columns with units, and how changed rows are read.

Rooms declare their facts (``register``) in a module that they name with ``offer``; it is imported when somebody asks,
so that pages that count nothing do not load Arrow.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

import pyarrow as pa

# Reads the rows of whatever changed from the first instant up to, not including, the second; None: without bound.
type Read = Callable[[datetime | None, datetime | None], Iterator[pa.RecordBatch]]

_modules: list[str] = []
_facts: dict[str, "Fact"] = {}


class FactError(ValueError):
    """A fact that contradicts itself."""


@dataclass(frozen=True)
class Fact:
    """One kind of row: ``grain`` says what a row is, ``key`` names it, ``partition`` is the column of its day.

    A row that is read again replaces the one with its key: reading the same range twice changes nothing. The day of a
    row never changes. Facts hold no data of persons: no names, accounts, contacts or free texts.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    partition: str
    schema: pa.Schema
    read: Read


def column(name: str, kind: pa.DataType, doc: str, *, unit: str = "", nullable: bool = False) -> pa.Field:
    """A column of a fact with what it says and in which unit."""
    return pa.field(name, kind, nullable=nullable, metadata={"doc": doc, "unit": unit})


def register(fact: Fact) -> None:
    """Declare a fact. Raises ``FactError`` where key or partition is no column, or a column does not say what it is."""
    if fact.name in _facts and _facts[fact.name] != fact:
        raise FactError(f"fact {fact.name} is declared twice")
    names = set(fact.schema.names)
    if missing := {*fact.key, fact.partition} - names:
        raise FactError(f"fact {fact.name} has no column {min(missing)}")
    if fact.schema.field(fact.partition).type != pa.date32():
        raise FactError(f"the partition of fact {fact.name} must be a day")
    for one in fact.schema:
        if not (one.metadata or {}).get(b"doc"):
            raise FactError(f"column {one.name} of fact {fact.name} does not say what it is")
    _facts[fact.name] = fact


def offer(module: str) -> None:
    """Let ``module`` declare its facts when somebody asks for them."""
    if module not in _modules:
        _modules.append(module)


def facts() -> dict[str, Fact]:
    """Every fact by its name."""
    for module in _modules:
        import_module(module)
    return dict(_facts)
