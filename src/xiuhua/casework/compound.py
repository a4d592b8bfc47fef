"""Several small questions to the database in one: each keeps the index and the limit that make it cheap.

A question about cases of ``ANY`` state is asked for several states: its SQL is worked out once, which costs more than
its answer. ``QuerySet.union`` cannot order and limit its parts on SQLite; wrapped as subqueries they can.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from xiuhua.casework.models import Case

# Stands for the state in a question, until each state takes its place.
ANY = "any state"


@dataclass(frozen=True)
class Question:
    """Rows of cases whose state is ``ANY``, asked for each of ``states``; with ``window`` sought among those alone."""

    rows: "QuerySet[Any, Any]"
    states: Sequence[str]
    window: "QuerySet[Any, Any] | None" = None

    def parts(self) -> Iterator[tuple[str, list[Any]]]:
        """SQL and parameters for each state."""
        sql, given = self.rows.query.sql_with_params()
        if self.window is not None:
            sql, given = _among(sql, given, *self.window.query.sql_with_params())
        for state in self.states:
            yield sql, [state if value == ANY else value for value in given]


def _among(sql: str, given: Sequence[Any], window: str, more: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
    """A question asked of the rows of ``window`` in place of the table.

    Keys sought with IN would be read twice, and PostgreSQL reads the whole table for as many as that.
    """
    table = f' FROM "{Case._meta.db_table}"'
    head, tail = sql.split(table, 1)
    here = head.count("%s")
    return f'{head} FROM ({window}) AS "{Case._meta.db_table}"{tail}', (*given[:here], *more, *given[here:])


def together(questions: Sequence[Question]) -> tuple[str, list[Any]]:
    """SQL and parameters of the rows of all questions, which have the same columns and may be ordered and cut."""
    sqls: list[str] = []
    params: list[Any] = []
    for question in questions:
        for sql, given in question.parts():
            sqls.append(f"SELECT * FROM ({sql}) AS p{len(sqls)}")  # noqa: S608 - compiled by Django
            params += given
    return " UNION ALL ".join(sqls), params


def counted(questions: Sequence[Question], cap: int) -> list[dict[str, int]]:
    """How many rows each question has in each state, counted no further than ``cap + 1``, in one query."""
    sqls: list[str] = []
    params: list[Any] = []
    found: list[dict[str, int]] = [{} for _question in questions]
    for number, question in enumerate(questions):
        cut = Question(question.rows.order_by().values("pk")[: cap + 1], question.states)
        for state, (sql, given) in zip(question.states, cut.parts(), strict=True):
            sqls.append(f"SELECT {number} AS part, %s AS state, COUNT(*) AS found FROM ({sql}) AS p{len(sqls)}")  # noqa: S608 - compiled by Django
            params += [state, *given]
    if not sqls:
        return found
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(sqls), params)
        for number, state, count in cursor.fetchall():
            found[number][state] = count
    return found
