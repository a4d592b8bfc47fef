"""Statements that every request sends: on PostgreSQL prepared once a connection, so that they are planned once.

Django binds values on the client and prepares nothing. That fits questions that people put together; for the few
that are always the same the server would work out the same plan thousands of times.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from django.db import connection


class Answer(Protocol):
    """What is left of a cursor once its statement was sent."""

    def fetchone(self) -> Any:
        """The next row, or None."""

    def fetchall(self) -> list[Any]:
        """All rows that are left."""


def run(sql: str, values: Sequence[Any]) -> Answer:
    """Send ``sql`` with ``values`` and return what answers. A text that changes from call to call does not belong here.

    Whoever watches the statements (a test, a tool of a developer) sees them as they see those of Django.
    """
    watched = connection.queries_logged or connection.execute_wrappers
    if connection.vendor != "postgresql" or watched:
        cursor = connection.cursor()
        cursor.execute(sql, values)
        return cursor
    from psycopg import Cursor

    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        return Cursor(connection.connection).execute(sql, values, prepare=True)
