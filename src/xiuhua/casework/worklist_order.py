"""In which order a work list stands, state by state, so that an index gives the first rows without sorting."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet
from django.utils.dateparse import parse_datetime

from xiuhua.casework.models import Case
from xiuhua.casework.states import STATES

ZERO = timedelta(0)
# Filters without an index look at so many cases of each state, in the order of the list, and no further.
WINDOW = 10_000
_LARGEST = 2**63 - 1
# All that such a filter or the order looks at: SQLite carries every column named here through the question.
_COLUMNS = ("id", "number", "description", "address", "source", "reworks", "reopenings", "overdue", "state_since",
            "state_due", "deadline", "reported_at")  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A place in the list: the instant by which a case is sorted, and its id."""

    at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC).isoformat().replace('+00:00', 'Z')}~{self.pk}"


def place_of(text: str) -> Place | None:
    """The place that an address names; None for none or nonsense."""
    moment, _tilde, number = text.partition("~")
    try:
        at = parse_datetime(moment)
    except ValueError:
        return None
    plain = number.isascii() and number.isdecimal() and len(number) < 20  # noqa: PLR2004 - digits of the largest id
    if at is None or at.tzinfo is None or not plain or int(number) > _LARGEST or not 1990 <= at.year <= 2200:  # noqa: PLR2004
        return None
    return Place(at, int(number))


@dataclass(frozen=True)
class Key:
    """By which column the cases that ``holds`` are sorted, and what to add to compare them with those of others."""

    holds: Q
    column: str
    add: timedelta = ZERO


def keys(state: str, sort: str) -> list[Key]:
    """How the cases of ``state`` are sorted: every case has one key.

    The most urgent is what must leave its state first: by the deadline while the clock runs, by the limit of the
    desk, by the day on which a suspension ends.
    """
    if sort == "reported":
        return [Key(Q(), "reported_at")]
    if sort != "urgent":
        return [Key(Q(), "state_since")]
    rule = STATES[state]
    if rule.limit and not rule.clock:
        return [Key(Q(), "state_since", rule.limit)]
    column = "deadline" if rule.clock else "state_due"
    return [Key(Q(**{f"{column}__isnull": False}), column), Key(Q(**{column: None}), "state_since")]


def alike(states: Iterable[str], sort: str) -> dict[tuple[Key, ...], list[str]]:
    """The states by how their cases are sorted."""
    found: dict[tuple[Key, ...], list[str]] = {}
    for state in states:
        found.setdefault(tuple(keys(state, sort)), []).append(state)
    return found


def instant(case: Case, sort: str) -> datetime:
    """By which instant ``case`` stands where it does."""
    for key in keys(case.state, sort):
        value: datetime | None = getattr(case, key.column)
        if value is not None:
            return value + key.add
    return case.state_since


@dataclass(frozen=True)
class Slice:
    """Which stretch of the list: from where, in which direction, how many."""

    size: int
    start: Place | None = None
    backwards: bool = False


class Branch(NamedTuple):
    """Rows of one state, and the cases among which alone they are looked for, where not among all."""

    rows: "QuerySet[Any, Any]"
    window: "QuerySet[Any, Any] | None"


def latest_first(sort: str) -> bool:
    """Whether the list of this order begins with the latest instant."""
    return sort in {"recent", "reported"}


def branch(cases: "QuerySet[Case]", slow: Q, key: Key, piece: Slice, *, descending: bool) -> Branch:
    """The first rows of one state: ``id`` and ``at``, by which they are compared with those of other states."""
    falling = descending != piece.backwards
    found = cases.filter(key.holds)
    if piece.start is not None:
        at, than, to = piece.start.at - key.add, "lt" if falling else "gt", "lte" if falling else "gte"
        beyond = Q(**{f"{key.column}__{than}": at}) | Q(**{f"pk__{than}": piece.start.pk})
        found = found.filter(beyond, **{f"{key.column}__{to}": at})
    sign = "-" if falling else ""
    found = found.order_by(f"{sign}{key.column}", f"{sign}pk")
    window = found.values(*_COLUMNS)[:WINDOW] if slow else None
    rows = Case.objects.filter(slow).order_by(*found.query.order_by) if slow else found
    at_key = F(key.column) + key.add if key.add else F(key.column)
    return Branch(rows.annotate(at=at_key).values("id", "at")[: piece.size + 1], window)


def sorted_rows(rows: Iterable[Case], sort: str) -> list[Case]:
    """Rows in the order of the list."""
    return sorted(rows, key=lambda row: (instant(row, sort), row.pk), reverse=latest_first(sort))
