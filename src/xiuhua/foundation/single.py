"""Insert or update one row at the cost of its statement alone: for what every move of the platform writes.

The SQL of an insert is worked out once a process. Values go through the fields, as ``save`` sends them; there are
no signals and no validation.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db import connection, models

type Column = models.Field[Any, Any]


def insert_one(row: models.Model) -> None:
    """Insert ``row``, which has no key yet, and set its key."""
    sql, fields = _insert(type(row))
    with connection.cursor() as cursor:
        cursor.execute(sql, [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields])
        row.pk = cursor.fetchone()[0]


def update_one(model: type[models.Model], pk: int | str, columns: Mapping[str, Any]) -> None:
    """Set ``columns`` (attribute name -> value, foreign keys as ids) of the row ``pk``. Nothing to set is fine."""
    if not columns:
        return
    known = _fields(model)
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(_column(_key(model)))
    parts = ", ".join(f"{quote(_column(known[name]))} = %s" for name in columns)
    values = [known[name].get_db_prep_save(value, connection) for name, value in columns.items()]
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {parts} WHERE {key} = %s", [*values, pk])  # noqa: S608 - names come from the model


@cache
def _insert(model: type[models.Model]) -> tuple[str, tuple[Column, ...]]:
    fields = tuple(field for field in _fields(model).values() if not field.primary_key)
    quote = connection.ops.quote_name
    names = ", ".join(quote(_column(field)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table, key = quote(model._meta.db_table), quote(_column(_key(model)))
    return f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING {key}", fields  # noqa: S608 - names come from the model


@cache
def _fields(model: type[models.Model]) -> dict[str, Column]:
    return {field.attname: field for field in model._meta.concrete_fields}


def _column(field: Column) -> str:
    return field.column or field.attname


def _key(model: type[models.Model]) -> Column:
    key = model._meta.pk
    if key is None:
        raise TypeError(f"{model.__name__} has no key")
    return key
