"""Insert and update many rows at the speed of the database: COPY on PostgreSQL, executemany on SQLite."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from django.db import connection, models, transaction

CHUNK = 5_000


def insert(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert ``rows`` (values in the order of ``fields``, foreign keys as ids). Returns how many.

    Runs inside the caller's transaction or one of its own. Values are database values: no defaults, no
    validation, no signals. Dates and times are adapted.
    """
    columns = [_column(model, name) for name in fields]
    table = connection.ops.quote_name(model._meta.db_table)
    listed = ", ".join(connection.ops.quote_name(column) for column in columns)
    count = 0
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
                    count += 1
            return count
        marks = ", ".join(["%s"] * len(columns))
        sql = f"INSERT INTO {table} ({listed}) VALUES ({marks})"  # noqa: S608 - names come from the model
        adapt = _adapter(model, fields)
        for chunk in _chunks(rows):
            cursor.executemany(sql, [adapt(row) for row in chunk])
            count += len(chunk)
    return count


def update(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Set ``fields`` of the rows whose primary key is the last value of each item. Returns how many were sent."""
    table = connection.ops.quote_name(model._meta.db_table)
    parts = [f"{connection.ops.quote_name(_column(model, name))} = %s" for name in fields]
    key = connection.ops.quote_name(_column(model, model._meta.pk.name))
    sql = f"UPDATE {table} SET {', '.join(parts)} WHERE {key} = %s"  # noqa: S608 - names come from the model
    count = 0
    with transaction.atomic(), connection.cursor() as cursor:
        adapt = _adapter(model, fields)
        for chunk in _chunks(rows):
            cursor.executemany(sql, [adapt(row) for row in chunk])
            count += len(chunk)
    return count


def _column(model: type[models.Model], name: str) -> str:
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field) or field.column is None:
        raise TypeError(f"{model.__name__}.{name} is no column")
    return field.column


def _chunks(rows: Iterable[Sequence[Any]]) -> Iterable[list[Sequence[Any]]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def _adapter(model: type[models.Model], fields: Sequence[str]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """A function that makes a row fit for the driver: SQLite's cannot take dates and times."""
    timed = [
        place
        for place, name in enumerate(fields)
        if isinstance(model._meta.get_field(name), (models.DateField, models.TimeField))
    ]
    if connection.vendor == "postgresql" or not timed:
        return lambda row: row

    def adapt(row: Sequence[Any]) -> Sequence[Any]:
        if all(row[place] is None for place in timed):
            return row
        adapted = list(row)
        for place in timed:
            if row[place] is not None:
                adapted[place] = _adapt(row[place])
        return adapted

    return adapt


def _adapt(value: date | datetime | time) -> Any:
    """SQLite keeps dates and times as text; Python's own adapters for that are deprecated."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, time):
        return connection.ops.adapt_timefield_value(value)
    return connection.ops.adapt_datefield_value(value)


def values(model: type[models.Model], fields: Sequence[str], **filters: Any) -> Iterable[tuple[Any, ...]]:
    """Stream ``fields`` of the rows that match, without building objects or filling the query cache."""
    return model._default_manager.filter(**filters).order_by("pk").values_list(*fields).iterator(chunk_size=CHUNK)
