"""Statements that every request sends, at what they cost: on PostgreSQL prepared once a connection.

Django binds values on the client and prepares nothing. That fits questions that people put together; for the few
that are always the same the server would work out the same plan thousands of times. The layers that Django puts
around a cursor are left out as well: what they look at is looked at here.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

# Stands for a per cent sign while places for values are looked for; no statement has it.
_PER_CENT = "\x00"


class Answer(Protocol):
    """What is left of a cursor once its statement was sent."""

    def fetchone(self) -> Any:
        """The next row, or None."""

    def fetchall(self) -> list[Any]:
        """All rows that are left."""


def database() -> BaseDatabaseWrapper:
    """The connection of this thread itself; ``django.db.connection`` looks it up for each attribute."""
    return connections[DEFAULT_DB_ALIAS]


def run(sql: str, values: Sequence[Any]) -> Answer:
    """Send ``sql`` with ``values`` and return what answers. A text that changes from call to call does not belong here.

    Whoever watches the statements (a test, a tool of a developer) sees them as they see those of Django.
    """
    db = database()
    if db.queries_logged or db.execute_wrappers:
        cursor = db.cursor()
        cursor.execute(sql, values)
        return cursor
    db.close_if_health_check_failed()
    db.ensure_connection()
    db.validate_no_broken_transaction()
    with db.wrap_database_errors:
        if db.vendor == "postgresql":
            from psycopg import RawCursor

            return RawCursor(db.connection).execute(_with_numbers(sql), values, prepare=True)
        answer: Answer = db.connection.execute(_with_question_marks(sql), values)
        return answer


@lru_cache(maxsize=1024)
def _with_numbers(sql: str) -> str:
    """As PostgreSQL itself writes places for values; the driver would take long texts apart each time."""
    first, *others = _parts(sql)
    return first + "".join(f"${number}{part}" for number, part in enumerate(others, 1))


@lru_cache(maxsize=1024)
def _with_question_marks(sql: str) -> str:
    return "?".join(_parts(sql))


def _parts(sql: str) -> list[str]:
    """What stands between the places for values, each per cent sign as one."""
    return [part.replace(_PER_CENT, "%") for part in sql.replace("%%", _PER_CENT).split("%s")]
