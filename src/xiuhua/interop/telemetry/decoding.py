"""From what a machine sent to a table of the stream, or to what is wrong with it, row by row."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext as _

from xiuhua.lake.streams import Stream

LARGEST_ROWS, LARGEST_BYTES = 50_000, 8 << 20
# The door knows it.
DISTRICT = "district"
# How many faults are told of at once.
_TOLD = 50
_INTEGERS = {pa.int32(): 31, pa.int64(): 63}


@dataclass(frozen=True)
class Fault:
    """One value that cannot be taken: ``row`` counts from 0, -1 is the batch as a whole."""

    row: int
    column: str
    message: str


class Faulty(ValueError):  # noqa: N818 - a refusal, not a fault
    """A batch that cannot be taken, with what is wrong; nothing of it was kept."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults[0].message)
        self.faults = faults


def from_arrow(stream: Stream, district: str, content: bytes) -> pa.Table:
    """The table of an Arrow IPC stream. Raises ``Faulty``."""
    try:
        with pa.ipc.open_stream(content) as reader:
            table = reader.read_all()
    except (pa.ArrowException, OSError) as error:
        raise Faulty([Fault(-1, "", _("This is no Arrow IPC stream: %(error)s") % {"error": error})]) from None
    _columns(stream, table.schema.names)
    _size(table.num_rows)
    table = table.append_column(stream.schema.field(DISTRICT), pa.array([district] * table.num_rows, pa.string()))
    for name in stream.schema.names:
        if name not in table.schema.names:
            field = stream.schema.field(name)
            table = table.append_column(field, pa.nulls(table.num_rows, field.type))
    try:
        taken = table.select(stream.schema.names).cast(stream.schema, safe=True)
        taken.validate(full=True)
    except (pa.ArrowException, ValueError) as error:
        message = _("The columns do not fit the stream: %(error)s") % {"error": error}
        raise Faulty([Fault(-1, "", message)]) from None
    _nulls(stream, taken)
    return taken


def from_json(stream: Stream, district: str, content: bytes) -> pa.Table:
    """The table of ``{"rows": [{column: value}]}``; instants are ISO 8601 with a zone. Raises ``Faulty``."""
    try:
        given = json.loads(content)
    except (ValueError, RecursionError):
        raise Faulty([Fault(-1, "", _("This is no JSON."))]) from None
    rows = given.get("rows") if isinstance(given, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Faulty([Fault(-1, "rows", _("Send an object with “rows”, a list of objects."))])
    _size(len(rows))
    faults: list[Fault] = []
    columns: dict[str, list[Any]] = {field.name: [] for field in _sent(stream)}
    for number, row in enumerate(rows):
        faults += [Fault(number, name[:60], _unknown(stream)) for name in sorted(row.keys() - columns.keys())]
        for field in _sent(stream):
            value, wrong = _value(field, row.get(field.name))
            columns[field.name].append(value)
            if wrong:
                faults.append(Fault(number, field.name, wrong))
        if len(faults) >= _TOLD:
            break
    if faults:
        raise Faulty(faults[:_TOLD])
    columns[DISTRICT] = [district] * len(rows)
    arrays = [pa.array(columns[field.name], field.type) for field in stream.schema]
    return pa.Table.from_arrays(arrays, schema=stream.schema)


def _sent(stream: Stream) -> list[pa.Field]:
    """The columns that are sent."""
    return [field for field in stream.schema if field.name != DISTRICT]


def _columns(stream: Stream, names: list[str]) -> None:
    sent = [field.name for field in _sent(stream)]
    if unknown := sorted(set(names) - set(sent)):
        raise Faulty([Fault(-1, name[:60], _unknown(stream)) for name in unknown])
    wanted = [field.name for field in _sent(stream) if not field.nullable and field.name not in names]
    if wanted:
        raise Faulty([Fault(-1, name, _("This column is missing.")) for name in wanted])


def _unknown(stream: Stream) -> str:
    names = ", ".join(field.name for field in _sent(stream))
    return _("The stream has no such column; it has: %(names)s.") % {"names": names}


def _size(rows: int) -> None:
    if not 0 < rows <= LARGEST_ROWS:
        message = _("A batch has 1 to %(most)s rows, this one %(rows)s: cut it.") % {"most": LARGEST_ROWS, "rows": rows}
        raise Faulty([Fault(-1, "", message)])


def _nulls(stream: Stream, table: pa.Table) -> None:
    faults = [
        Fault(-1, field.name, _("This column must not be empty."))
        for field in stream.schema
        if not field.nullable and table[field.name].null_count
    ]
    if faults:
        raise Faulty(faults)


def _value(field: pa.Field, value: Any) -> tuple[Any, str]:
    """The value of one cell as the column holds it, and what is wrong with it."""
    if value is None:
        return None, "" if field.nullable else _("This value is missing.")
    if bits := _INTEGERS.get(field.type):
        good = isinstance(value, int) and not isinstance(value, bool) and -(2**bits) <= value < 2**bits
        return value, "" if good else _("This must be a whole number that fits %(bits)s bits.") % {"bits": bits + 1}
    if field.type == pa.bool_():
        return value, "" if isinstance(value, bool) else _("This must be true or false.")
    if field.type == pa.string():
        good = isinstance(value, str) and len(value) <= 200 and "\x00" not in value  # noqa: PLR2004 - a code
        return value, "" if good else _("This must be a text of at most 200 characters.")
    if pa.types.is_timestamp(field.type):
        return _instant(value)
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return value, "" if good else _("This must be a number.")


def _instant(value: Any) -> tuple[datetime | None, str]:
    message = _("This must be an instant with its zone, like 2026-03-01T08:00:00+08:00.")
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None, message
    if instant.tzinfo is None:
        return None, message
    try:
        return instant.astimezone(UTC), ""
    except OverflowError:
        return None, message
