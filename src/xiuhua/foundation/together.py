"""Write several rows and an event of one change: on PostgreSQL in one statement, elsewhere one after another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection, models

from xiuhua.foundation import events, single
from xiuhua.foundation.models import Event
from xiuhua.foundation.statements import run


@dataclass(frozen=True)
class Update:
    """Columns (attribute name -> value) to set in the row ``pk`` of ``model``."""

    model: type[models.Model]
    pk: int
    columns: Mapping[str, Any]


def write(
    updates: Sequence[Update],
    rows: Sequence[models.Model],
    event: Event,
    many: Sequence[models.Model] = (),
) -> None:
    """Make ``updates``, insert ``rows``, which get their keys, and append ``event`` (``events.drawn_up``) to its chain.

    A row may refer to one before it that has no key yet. ``many`` are further rows of one table that refer to the same
    rows; their keys are not asked for. Belongs in a transaction. On PostgreSQL all parts see the database as it was
    before: no part may depend on what another writes, save for these keys.
    """
    if connection.vendor != "postgresql":
        for update in updates:
            single.update_one(update.model, update.pk, update.columns)
        for row in rows:
            _refer(row)
            single.insert_one(row)
        for row in many:
            _refer(row)
        single.insert_many(many)
        events.append(event)
        return
    statement = _Statement()
    for update in updates:
        if update.columns:
            statement.add(*single.updating(update.model, update.pk, update.columns))
    for row in rows:
        statement.insert(row)
    if many:
        statement.add(*single.inserting_many(many, statement.keys_of(many[0])))
    statement.append(event)
    for row in many:
        _refer(row)


def _refer(row: models.Model) -> None:
    """Give ``row`` the keys that rows inserted before it have got meanwhile."""
    for field in _references(type(row)):
        if getattr(row, field.attname) is None and field.is_cached(row):
            setattr(row, field.name, field.get_cached_value(row))


@cache
def _references(model: type[models.Model]) -> list["models.ForeignKey[Any, Any]"]:
    return [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]


class _Statement:
    """The parts of one statement: each a common table expression."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.values: list[Any] = []
        self.rows: list[models.Model] = []
        self.names: dict[int, str] = {}

    def add(self, sql: str, values: Sequence[Any]) -> str:
        """Add a part and return its name."""
        name = f"part{len(self.parts)}"
        self.parts.append(f"{name} AS ({sql})")
        self.values += values
        return name

    def insert(self, row: models.Model) -> None:
        """Insert ``row``; it may refer to one that was added before."""
        self.names[id(row)] = self.add(*single.inserting(row, self.keys_of(row)))
        self.rows.append(row)

    def keys_of(self, row: models.Model) -> dict[str, str]:
        """For each column of ``row`` that refers to a row of this statement: where its key comes from."""
        keys = {}
        for field in _references(type(row)):
            if getattr(row, field.attname) is None and field.is_cached(row):
                name = self.names.get(id(field.get_cached_value(row)))
                if name is not None:
                    keys[field.attname] = f"(SELECT id FROM {name})"  # noqa: S608 - a name of our own
        return keys

    def append(self, event: Event) -> None:
        """Append ``event``, send the statement, and give rows and event what the database gave them."""
        head, tail = events.canonical(event)
        sealed = "encode(sha256(convert_to(h.sealed || %s || (h.number + 1)::text || %s, 'UTF8')), 'hex')"
        keys = {"sequence": "h.number + 1", "previous": "h.sealed", "digest": sealed}
        sql, values = single.inserting(event, keys, {"digest": (head, tail)}, source="xiuhua_chain_head(%s) h")
        last = self.add(f'{sql}, "sequence", "previous", "digest"', [*values, event.chain])
        wanted = [f"{self.names[id(row)]}.id" for row in self.rows]
        wanted += [f"{last}.{name}" for name in ("id", "sequence", "previous", "digest")]
        sources = ", ".join([*(self.names[id(row)] for row in self.rows), last])
        text = f"WITH {', '.join(self.parts)} SELECT {', '.join(wanted)} FROM {sources}"  # noqa: S608 - names are our own
        found = run(text, self.values).fetchone()
        for row, key in zip(self.rows, found, strict=False):
            single.inserted(row, key)
            _refer(row)
        key, event.sequence, event.previous, event.digest = found[len(self.rows) :]
        single.inserted(event, key)
