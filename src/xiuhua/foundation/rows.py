"""Rows of the database as objects and objects as rows, without what Django's general way asks of each value.

The values are the same as those of ``from_db`` and ``save``; tests hold both to that. Whatever is not of the kinds
named here goes Django's way.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.base import ModelState
from django.db.models.signals import post_init, pre_init

type Column = models.Field[Any, Any]
# What becomes of a value of exactly this type on its way to the database; None leaves it as it is.
type Adapters = dict[type, Callable[[Any], Any] | None]
type Columns = tuple[tuple[Column, Adapters], ...]

# Fields whose values of this type go to the database as they are.
_AS_THEY_ARE: dict[type[Column], type] = {
    models.CharField: str, models.TextField: str, models.EmailField: str, models.SlugField: str, models.URLField: str,
    models.FloatField: float, models.BooleanField: bool,
}  # fmt: skip
_WHOLE = (
    models.SmallIntegerField, models.IntegerField, models.BigIntegerField,
    models.PositiveSmallIntegerField, models.PositiveIntegerField, models.PositiveBigIntegerField,
)  # fmt: skip
_KEYS = (models.AutoField, models.BigAutoField)


def object_of[M: models.Model](model: type[M], alias: str, names: Sequence[str], values: Sequence[Any]) -> M:
    """The object of a row, ``values`` of the columns ``names`` in the database ``alias``, as ``from_db`` makes it."""
    if len(names) != len(model._meta.concrete_fields) or _watched(model):
        return model.from_db(alias, names, values)
    row = model.__new__(model)
    state = ModelState()
    state.adding, state.db = False, alias
    held = vars(row)
    held["_state"] = state
    held.update(zip(names, values, strict=True))
    return row


@cache
def _watched(model: type[models.Model]) -> bool:
    """Whether somebody wants to see objects of the model made: a signal, or a way of its own to make them."""
    own = model.__init__ is not models.Model.__init__ or "from_db" in vars(model)
    return own or pre_init.has_listeners(model) or post_init.has_listeners(model)


def twin_of[M: models.Model](row: M) -> M:
    """A copy of ``row`` and of the rows that came with it, to which its holder may do as it likes."""
    twin = row.__class__.__new__(row.__class__)
    state = ModelState()
    held = vars(row)
    state.adding, state.db = False, held["_state"].db
    known = held["_state"].fields_cache
    state.fields_cache = {name: twin_of(one) if isinstance(one, models.Model) else one for name, one in known.items()}
    vars(twin).update(held, _state=state)
    return twin


def written(columns: Columns, row: models.Model, db: BaseDatabaseWrapper) -> list[Any]:
    """The values of ``columns`` of a new ``row`` as ``save`` sends them."""
    held = vars(row)
    return [value_of(field, adapters, held, row, db) for field, adapters in columns]


def value_of(
    field: Column, adapters: Adapters, held: Mapping[str, Any], row: models.Model, db: BaseDatabaseWrapper
) -> Any:
    """The value of one column of a new ``row``, whose attributes are ``held``, as ``save`` sends it."""
    value = held.get(field.attname, held)
    kind = type(value)
    if kind in adapters:
        adapt = adapters[kind]
        return value if adapt is None else adapt(value)
    return field.get_db_prep_save(field.pre_save(row, add=True), db)


def adapted(columns: Columns, values: Iterable[Any], db: BaseDatabaseWrapper) -> list[Any]:
    """``values`` of ``columns``, in their order, as ``save`` sends them."""
    found = []
    for (field, adapters), value in zip(columns, values, strict=True):
        kind = type(value)
        if kind in adapters:
            adapt = adapters[kind]
            found.append(value if adapt is None else adapt(value))
        else:
            found.append(field.get_db_prep_save(value, db))
    return found


def with_adapters(fields: Iterable[Column], db: BaseDatabaseWrapper) -> Columns:
    """Columns with what becomes of their values; worked out once, for whatever connection of the same kind."""
    return tuple((field, adapters_of(field, db)) for field in fields)


def adapters_of(field: Column, db: BaseDatabaseWrapper) -> Adapters:
    """How values of ``field`` are adapted where Django's way comes down to little; empty where it does more."""
    kind = type(field)
    if kind is models.DateTimeField:
        return _adapters_of_moments(field, db)
    as_they_are = _AS_THEY_ARE.get(kind)
    if kind in _WHOLE:
        # PostgreSQL is told of which size a number is.
        sized: dict[str, Callable[[int], Any]] = getattr(db.ops, "integerfield_type_map", {})
        return {int: sized.get(field.get_internal_type()), type(None): None}
    if isinstance(field, models.ForeignKey) and kind is models.ForeignKey and type(field.target_field) in _KEYS:
        as_they_are = int
    return {as_they_are: None, type(None): None} if as_they_are else {}


def _adapters_of_moments(field: Column, db: BaseDatabaseWrapper) -> Adapters:
    if field.auto_now or field.auto_now_add or db.timezone is not UTC:  # type: ignore[attr-defined]
        return {}
    if db.vendor == "postgresql":
        return {datetime: lambda at: at if at.tzinfo else field.get_db_prep_save(at, db), type(None): None}

    def text(at: datetime) -> str:
        return at.replace(tzinfo=None).isoformat(" ") if at.tzinfo is UTC else field.get_db_prep_save(at, db)

    return {datetime: text, type(None): None}
