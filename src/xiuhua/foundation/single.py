"""Find, insert or update rows at the cost of its statement alone: for what every request reads and writes.

The SQL of a question and of an insert is worked out once a process. Values go through the fields, as the querysets
and ``save`` send them; there are no signals and no validation.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.query import get_related_populators

from xiuhua.foundation import statements
from xiuhua.foundation.lately import Lately
from xiuhua.foundation.rows import Column, Columns, adapted, object_of, twin_of, value_of, with_adapters, written

# How many answers of a question are kept as objects (find_same).
_REMEMBERED = 2000
# Rows by the question that they answer and its values.
_lately: Lately[tuple[str, tuple[Any, ...]], Any] = Lately(most=_REMEMBERED)


def find_one[M: models.Model](model: type[M], *also: str, **wanted: Any) -> M | None:
    """The row of ``model`` whose columns equal ``wanted``, or None; the rows that ``also`` names come with it.

    None stands for NULL; ``set__key`` is the column ``key`` of the row ``set``, which must come along. The columns
    should be unique together: of several rows any may come. A value that the column cannot hold finds nothing.
    """
    return find_with(model, also, "", **wanted)[0]


def find_with[M: models.Model](model: type[M], also: tuple[str, ...], more: str, **wanted: Any) -> tuple[M | None, Any]:
    """``find_one``, and the value of the expression ``more`` in SQL, asked in the same question."""
    plan, row = _asked(model, also, more, wanted)
    if row is None:
        return None, None
    return plan.object(row), row[-1] if more else None  # type: ignore[return-value]


def find_every[M: models.Model](model: type[M], *also: str, **wanted: Any) -> list[M]:
    """Every row of ``model`` whose columns equal ``wanted``, as ``find_one`` finds one; in no order."""
    plan, values = _valued(model, also, "", wanted)
    return [plan.object(row) for row in statements.run(plan.sql, values).fetchall()] if values is not None else []  # type: ignore[misc]


def find_values(
    model: type[models.Model], names: tuple[str, ...], condition: str, *wanted: tuple[str, Any]
) -> list[tuple[Any, ...]]:
    """The columns ``names`` of every row of ``model`` for which ``condition``, in SQL, holds; in no order.

    ``wanted`` gives for each place of the condition the column with which a value is compared, and the value.
    """
    db, known = statements.database(), _fields(model)
    sql, converters = _columns(model, names, condition, db.vendor)
    values = [known[name].get_db_prep_value(value, db) for name, value in wanted]
    found = [list(row) for row in statements.run(sql, values).fetchall()]
    for row in found:
        for place, (convert, expression) in converters.items():
            for each in convert:
                row[place] = each(row[place], expression, db)
    return [tuple(row) for row in found]


@cache
def _columns(
    model: type[models.Model], names: tuple[str, ...], condition: str, _vendor: str
) -> tuple[str, dict[int, Any]]:
    compiler = model._default_manager.order_by().query.get_compiler(connection=connection)
    fields = [_fields(model)[name] for name in names]
    quote, table = connection.ops.quote_name, model._meta.db_table
    columns = ", ".join(quote(_column(field)) for field in fields)
    sql = f"SELECT {columns} FROM {quote(table)} WHERE {condition}"  # noqa: S608 - names come from the model
    return sql, compiler.get_converters([field.get_col(table) for field in fields])


def find_same[M: models.Model](model: type[M], *also: str, **wanted: Any) -> M | None:
    """``find_one`` for rows that are asked for again and again and seldom change.

    The objects are made once for each answer that the database gave, and copied. The database is asked each time, by
    a server once in the time of ``remember``.
    """
    plan, row = _asked(model, also, "", wanted, same=True)
    return None if row is None else twin_of(plan.once(tuple(row)))  # type: ignore[return-value]


def find_every_same[M: models.Model](model: type[M], *also: str, **wanted: Any) -> list[M]:
    """``find_every`` for rows that are asked for again and again and seldom change, as ``find_same`` finds one."""
    plan, values = _valued(model, also, "", wanted)
    if values is None:
        return []
    asked = (f"every {plan.sql}", tuple(values))
    rows = _lately.get(asked)
    if rows is None:
        rows = [tuple(row) for row in statements.run(plan.sql, values).fetchall()]
        _lately.put(asked, rows)
    return [twin_of(plan.once(row)) for row in rows]  # type: ignore[misc]


def remember(seconds: float) -> None:
    """Let this process answer ``find_same`` and ``find_every_same`` from up to so many seconds ago, without asking.

    What is changed meanwhile, by whatever process, may go unseen so much longer.
    """
    _lately.remember(seconds)


def _asked(
    model: type[models.Model], also: tuple[str, ...], more: str, wanted: Mapping[str, Any], *, same: bool = False
) -> tuple["_Plan", Any]:
    """The plan of a question, and the row that answers it; with ``same`` perhaps from memory."""
    plan, values = _valued(model, also, more, wanted)
    if values is None:
        return plan, None
    asked = (plan.sql, tuple(values)) if same else None
    row = _lately.get(asked) if asked else None
    if row is None:
        row = statements.run(plan.sql, values).fetchone()
        if asked and row is not None:
            _lately.put(asked, row)
    return plan, row


def _valued(
    model: type[models.Model], also: tuple[str, ...], more: str, wanted: Mapping[str, Any]
) -> tuple["_Plan", list[Any] | None]:
    """The plan of a question, and its values; None where one fits no column."""
    db = statements.database()
    plan = _plan(model, also, tuple((name, value is None) for name, value in wanted.items()), more, db.vendor)
    try:
        return plan, [column.get_db_prep_value(wanted[name], db) for name, column in plan.conditions]
    except (TypeError, ValueError):
        return plan, None


@dataclass(frozen=True)
class Planned[M: models.Model]:
    """A queryset worked out: its SQL, the values that it was made with, and how an answer becomes objects."""

    values: tuple[Any, ...]
    plan: "_Plan"

    def rows(self, values: Sequence[Any]) -> list[M]:
        """The objects, asked for with ``values`` in place of its own."""
        return [cast("M", self.plan.object(row)) for row in statements.run(self.plan.sql, values).fetchall()]


def planned[M: models.Model](rows: "models.QuerySet[M]") -> Planned[M]:
    """Work a queryset out once, for many requests that differ in values alone; what is prefetched is left out."""
    compiler = rows.query.get_compiler(connection=connection)
    sql, values = compiler.as_sql()
    return Planned(values, _of_compiler(compiler, sql, ()))


@dataclass(frozen=True)
class _Plan:
    """A question in SQL and how its answer becomes an object, as a queryset would make it."""

    sql: str
    conditions: tuple[tuple[str, Column], ...]
    model: type[models.Model]
    names: list[str]
    first: slice
    populators: list[Any]
    converters: dict[int, Any]
    annotations: dict[str, int]
    made: dict[tuple[Any, ...], models.Model] = dataclasses.field(default_factory=dict)

    def once(self, row: tuple[Any, ...]) -> models.Model:
        """``object``, made only the first time that the database answers so."""
        found = self.made.get(row)
        if found is None:
            if len(self.made) >= _REMEMBERED:
                self.made.clear()
            found = self.made[row] = self.object(row)
        return found

    def object(self, row: Any) -> models.Model:
        """The object of one row, with those that come with it."""
        values, db = list(row), statements.database()
        for place, (convert, expression) in self.converters.items():
            for each in convert:
                values[place] = each(values[place], expression, db)
        found = object_of(self.model, db.alias, self.names, values[self.first])
        for populator in self.populators:
            populator.populate(values, found)
        for name, place in self.annotations.items():
            setattr(found, name, values[place])
        return found


@cache
def _plan(
    model: type[models.Model],
    also: tuple[str, ...],
    wanted: tuple[tuple[str, bool], ...],
    more: str,
    _vendor: str,
) -> _Plan:
    rows = model._default_manager.order_by()
    compiler = (rows.select_related(*also) if also else rows).query.get_compiler(connection=connection)
    sql, _params = compiler.as_sql()
    targets = {name: _target(model, name) for name, _null in wanted}
    conditions = " AND ".join(f"{targets[name][0]} {'IS NULL' if null else '= %s'}" for name, null in wanted)
    with_more = sql.replace(" FROM ", f", {more} FROM ", 1) if more else sql
    conditioned = tuple((name, targets[name][1]) for name, null in wanted if not null)
    return _of_compiler(compiler, f"{with_more} WHERE {conditions}", conditioned)


def _of_compiler(compiler: Any, sql: str, conditions: tuple[tuple[str, Column], ...]) -> _Plan:
    info = compiler.klass_info
    places = info["select_fields"]
    return _Plan(
        sql, conditions, info["model"],
        [compiler.select[place][0].target.attname for place in places], slice(places[0], places[-1] + 1),
        get_related_populators(info, compiler.select, connection.alias, models.FETCH_ONE),
        compiler.get_converters([part[0] for part in compiler.select]), compiler.annotation_col_map or {},
    )  # fmt: skip


def _target(model: type[models.Model], name: str) -> tuple[str, Column]:
    """The column ``name`` in SQL, and its field. A table that comes along is named as Django names it first."""
    *way, last = name.split("__")
    for step in way:
        model = model._meta.get_field(step).related_model  # type: ignore[assignment]
    field = _fields(model)[last]
    quote = connection.ops.quote_name
    return f"{quote(model._meta.db_table)}.{quote(_column(field))}", field


def insert_one(row: models.Model) -> None:
    """Insert ``row``, which has no key yet, and set its key."""
    inserted(row, statements.run(*inserting(row)).fetchone()[0])


def insert_many(rows: Sequence[models.Model]) -> None:
    """Insert rows of one table in one statement; their keys are not asked for."""
    if rows:
        statements.run(*inserting_many(rows))


def inserting_many(rows: Sequence[models.Model], instead: Mapping[str, str] = {}) -> tuple[str, list[Any]]:
    """The statement that inserts ``rows`` of one table, and its values; ``instead`` as in ``inserting``."""
    db = statements.database()
    sql, fields = _insert(type(rows[0]), tuple(instead.items()), "", db.vendor)
    head, _values, tail = sql.partition(" VALUES ")
    marks = tail.rpartition(" RETURNING ")[0]
    fields = tuple(column for column in fields if column[0].attname not in instead)
    values = [value for row in rows for value in written(fields, row, db)]
    return f"{head} VALUES {', '.join([marks] * len(rows))}", values


def inserting(
    row: models.Model,
    instead: Mapping[str, str] = {},
    with_values: Mapping[str, Sequence[Any]] = {},
    *,
    source: str = "",
) -> tuple[str, list[Any]]:
    """The statement that inserts ``row`` and gives back its key, and its values.

    ``instead`` of the value of a column an expression in SQL is written, ``with_values`` of its own; ``source`` is
    what the expressions are read from.
    """
    db = statements.database()
    sql, fields = _insert(type(row), tuple(instead.items()), source, db.vendor)
    if not instead:
        return sql, written(fields, row, db)
    values, held = list[Any](), vars(row)
    for column in fields:
        name = column[0].attname
        if name in instead:
            values += with_values.get(name, ())
        else:
            values.append(value_of(*column, held, row, db))
    return sql, values


def inserted(row: models.Model, key: Any) -> None:
    """Note that ``row`` is in the database as ``key``."""
    row.pk = key
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001 - as save does


def update_one(model: type[models.Model], pk: int | str, columns: Mapping[str, Any]) -> None:
    """Set ``columns`` (attribute name -> value, foreign keys as ids) of the row ``pk``. Nothing to set is fine."""
    if columns:
        statements.run(*updating(model, pk, columns))


def updating(model: type[models.Model], pk: int | str, columns: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """The statement that sets ``columns``, at least one, and its values."""
    db = statements.database()
    sql, fields = _update(model, tuple(columns), db.vendor)
    return sql, [*adapted(fields, columns.values(), db), pk]


@cache
def _update(model: type[models.Model], names: tuple[str, ...], _vendor: str) -> tuple[str, Columns]:
    known = _fields(model)
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(_column(_key(model)))
    parts = ", ".join(f"{quote(_column(known[name]))} = %s" for name in names)
    sql = f"UPDATE {table} SET {parts} WHERE {key} = %s"  # noqa: S608 - names come from the model
    return sql, with_adapters((known[name] for name in names), connection)


@cache
def _insert(
    model: type[models.Model], instead: tuple[tuple[str, str], ...], source: str, _vendor: str
) -> tuple[str, Columns]:
    fields = tuple(field for field in _fields(model).values() if not field.primary_key)
    quote = connection.ops.quote_name
    names = ", ".join(quote(_column(field)) for field in fields)
    marks = ", ".join(dict(instead).get(field.attname, "%s") for field in fields)
    table, key = quote(model._meta.db_table), quote(_column(_key(model)))
    given = f"SELECT {marks} FROM {source}" if source else f"VALUES ({marks})"  # noqa: S608 - names come from the model
    return f"INSERT INTO {table} ({names}) {given} RETURNING {key}", with_adapters(fields, connection)


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
