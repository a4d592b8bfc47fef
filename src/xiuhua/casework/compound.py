"""Several small questions to the database in one: each keeps the index and the limit that make it cheap.

A question about cases of ``ANY`` state is asked for several states: its SQL is worked out once, which costs more than
its answer. ``QuerySet.union`` cannot order and limit its parts on SQLite; wrapped as subqueries they can.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from xiuhua.casework.models import Case
from xiuhua.foundation.statements import run

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
        # Written out, not as values: only then a database that keeps its plans chooses the indexes of rare cases.
        pieces = sql.split("%s")
        marks = ["0" if value == 0 and value is not False else "%s" for value in given]
        values = [value for value, mark in zip(given, marks, strict=True) if mark == "%s" and value != ANY]
        for state in self.states:
            stand = [f"'{state}'" if value == ANY else mark for value, mark in zip(given, marks, strict=True)]
            yield "".join(f"{piece}{mark}" for piece, mark in zip(pieces, [*stand, ""], strict=True)), values


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


@dataclass(frozen=True)
class Counting:
    """How many rows questions have, in SQL: of each line of the answer which question and which state it counts."""

    sql: str
    values: Sequence[Any]
    counted: Sequence[tuple[int, str]]

    def found(self, values: Sequence[Any]) -> Iterator[tuple[int, str, int]]:
        """Question, state and number of rows, asked for with ``values`` in place of its own."""
        for line, number in run(self.sql, values).fetchall() if self.counted else ():
            yield *self.counted[line], number


def counting(questions: Sequence[Question], cap: int) -> Counting:
    """How many rows each question has in each state, counted no further than ``cap + 1``, in one query."""
    sqls: list[str] = []
    params: list[Any] = []
    counted: list[tuple[int, str]] = []
    for number, question in enumerate(questions):
        cut = Question(question.rows.order_by().values("pk")[: cap + 1], question.states)
        for state, (sql, given) in zip(question.states, cut.parts(), strict=True):
            sqls.append(f"SELECT {len(sqls)} AS line, COUNT(*) AS found FROM ({sql}) AS p{len(sqls)}")  # noqa: S608 - compiled by Django
            params += given
            counted.append((number, state))
    return Counting(" UNION ALL ".join(sqls), params, counted)
