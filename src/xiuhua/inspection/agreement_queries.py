"""Pairs of a panel check and its blind repeat, from the live tables: inspectors must be known for it.

Facts of the lake hold nobody; who may read this is asked by the page.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from xiuhua.city.models import District
from xiuhua.inspection.agreeing import Agreement, Strictness, agreement, strictness
from xiuhua.inspection.models import Check, Finding, Part
from xiuhua.people.models import User


@dataclass(frozen=True)
class Inspector:
    """One inspector: offset in log odds with its interval, in how many pairs, and whether nothing compares it."""

    name: str
    checks: int
    pairs: int
    differing: int
    offset: float | None
    low: float | None
    high: float | None
    alone: bool


@dataclass(frozen=True)
class Agreeing:
    """Agreement on passed or not and on grades; inspectors by name; how many groups nothing links."""

    passed: Agreement
    grades: Agreement
    inspectors: list[Inspector]
    groups: int


def agreeing(district: District, since: date, until: date) -> Agreeing:
    """What pairs of checks planned from the month ``since`` up to, not including, ``until`` say."""
    span = {"visit__plan__month__gte": since, "visit__plan__month__lt": until, "district": district}
    pairs = list(
        Check.objects.filter(
            **span, part=Part.REPEAT, valid=True, visit__repeats__made__valid=True, visit__repeats__made__isnull=False
        ).values_list(
            "pk", "visit__repeats__made__pk", "inspector", "visit__repeats__made__inspector", "passed",
            "visit__repeats__made__passed",
        )
    )  # fmt: skip
    judged = [row for row in pairs if row[4] is not None and row[5] is not None]
    passed = agreement(_floats(row[5] for row in judged), _floats(row[4] for row in judged))
    known = [row for row in judged if row[2] is not None and row[3] is not None and row[2] != row[3]]
    panel = list(
        Check.objects.filter(**span, part=Part.PANEL, valid=True, inspector__isnull=False, frame__town__isnull=False)
        .values_list("inspector", "frame__town")
    )  # fmt: skip
    who = sorted({row[0] for row in panel} | {each for row in known for each in row[2:4]})
    number = {pk: place for place, pk in enumerate(who)}
    towns = {town: place for place, town in enumerate(sorted({row[1] for row in panel}))}
    found = strictness(
        (
            np.array([number[row[3]] for row in known], dtype=np.intp),
            np.array([number[row[2]] for row in known], dtype=np.intp),
            np.array([not row[5] for row in known], dtype=bool),
            np.array([not row[4] for row in known], dtype=bool),
        ),
        len(who),
        np.array([number[row[0]] for row in panel], dtype=np.intp),
        np.array([towns[row[1]] for row in panel], dtype=np.intp),
    )
    made = np.bincount([number[row[0]] for row in panel], minlength=len(who)) if who else np.zeros(0, dtype=int)
    return Agreeing(passed, _on_grades(pairs), _inspectors(who, made.tolist(), found), found.groups)


def _on_grades(pairs: list[Any]) -> Agreement:
    """Agreement on every grade that both gave."""
    first = {row[1]: row[0] for row in pairs}
    again = {row[0] for row in pairs}
    rows = Finding.objects.filter(made__in=[*first, *again], item__scale="grade", value__isnull=False).values_list(
        "made_id", "item_id", "value"
    )
    given = {(made, item): value for made, item, value in rows}
    both = [
        (value, given[first[made], item])
        for (made, item), value in sorted(given.items())
        if made in first and (first[made], item) in given
    ]
    return agreement(_floats(one for one, _other in both), _floats(other for _one, other in both), "ordinal")


def _inspectors(who: list[int], made: list[int], found: Strictness) -> list[Inspector]:
    names = {user.pk: user.display_name or user.username for user in User.objects.filter(pk__in=who)}
    offsets = found.offsets

    def told(values: Any, place: int) -> float | None:
        return float(values[place]) if np.isfinite(values[place]) else None

    return [
        Inspector(
            names.get(pk, str(pk)), made[place], int(offsets.pairs[place]), int(offsets.differing[place]),
            told(offsets.values, place), told(offsets.low, place), told(offsets.high, place), place in found.alone,
        )
        for place, pk in enumerate(who)
    ]  # fmt: skip


def _floats(values: Any) -> Any:
    return np.array([float(value) for value in values])
