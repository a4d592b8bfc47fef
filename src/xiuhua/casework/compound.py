"""Several small questions to the database in one: each keeps the index and the limit that make it cheap.

``QuerySet.union`` cannot order and limit its parts on SQLite; wrapped as subqueries they can.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet


def together(parts: Sequence["QuerySet[Any, Any]"]) -> tuple[str, list[Any]]:
    """SQL and parameters of the rows of all ``parts``, which have the same columns and may be ordered and cut."""
    sqls, params = [], []
    for number, part in enumerate(parts):
        sql, given = part.query.sql_with_params()
        sqls.append(f"SELECT * FROM ({sql}) AS p{number}")  # noqa: S608 - compiled by Django
        params += given
    return " UNION ALL ".join(sqls), params


def counted(parts: Sequence["QuerySet[Any, Any]"], cap: int) -> list[int]:
    """How many rows each of ``parts`` has, counted no further than ``cap + 1``, in one query."""
    if not parts:
        return []
    sqls, params = [], []
    for number, part in enumerate(parts):
        sql, given = part.order_by().values("pk")[: cap + 1].query.sql_with_params()
        sqls.append(f"SELECT {number} AS part, COUNT(*) AS found FROM ({sql}) AS p{number}")  # noqa: S608 - compiled by Django
        params += given
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(sqls), params)
        found = dict(cursor.fetchall())
    return [found[number] for number in range(len(parts))]
