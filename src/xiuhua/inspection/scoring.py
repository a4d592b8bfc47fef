"""How a score comes from the items of a check, and when the check passes: the rule of a standard as data.

A rule has up to two parts. The score, from 0 to 100, better above::

    {"score": "weighted"}                                       CJJ/T 126: with weights 6, 6, 4, 4 it is 6C1+6C2+4C3+4C4
    {"score": "loss", "scale": "grams", "per_unit": 3}          100 - 3 x grams a square metre
    {"score": "loss", "scale": "count", "per_unit": 0.01}       100 - 0.01 x pieces
    {"score": "half_weight", "full": 4, "half": 3}              NI 195: 100 - 100 (T + Tb/2) / Ts
    {"score": "share"}                                          weight of the items that pass of all that were assessed

and when the check passes::

    {"pass": "items"}               every item at its bound
    {"pass": "score", "at": 85}     the score at least
    {"pass": "share", "at": 90}     per cent of the assessed items at their bound at least

What could not be assessed is nothing and never 0. A weighted score and a loss need every item they are made of; a
checklist (``share``) and ``half_weight`` leave it out. With ``items`` one failure is enough to fail, and a check that
shows none passes only when everything was assessed.

Sources: CJJ/T 126 (text of the revision, draft of 2019) for the weights, the scale 0 to 5 and the means; a published
monthly report of a city for the loss by grams and pieces; NI 195 (England 2008-10) for the half weight.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, isfinite
from typing import Any, Protocol

from xiuhua.foundation.worktime import Refusal, gettext_noop

BEST = 5  # of the grades 0 to 5
GRADE, COUNT, GRAMS, MINUTES, YES_NO = "grade", "count", "grams", "minutes", "yes_no"
AMOUNTS = (COUNT, GRAMS, MINUTES)
# What each part of a rule needs beside its name.
SCORES: dict[str, tuple[str, ...]] = {
    "weighted": (), "loss": ("scale", "per_unit"), "half_weight": ("full", "half"), "share": (),
}  # fmt: skip
PASSES: dict[str, tuple[str, ...]] = {"items": (), "score": ("at",), "share": ("at",)}
# The seven points of NI 195 on the scale of 0 to 5.
LETTERS = {"A": 5.0, "B+": 4.5, "B": 4.0, "B-": 3.0, "C": 2.0, "C-": 1.0, "D": 0.0}
_DECIMALS = 6


class ItemLike(Protocol):
    """An item as far as a score needs it."""

    @property
    def key(self) -> str:
        """Its key within the standard."""
        ...

    @property
    def scale(self) -> str:
        """One of ``grade``, ``count``, ``grams``, ``minutes``, ``yes_no``."""
        ...

    @property
    def weight(self) -> float:
        """Its weight in the score."""
        ...

    @property
    def bound(self) -> float:
        """From where on, or up to where, it passes."""
        ...


class RuleError(Refusal, ValueError):
    """A rule by which nothing can be scored; ``key`` names the part that is wrong."""

    def __init__(self, key: str, template: str, **values: object) -> None:
        self.key = key
        super().__init__(template, key=key, **values)


class ValueOutsideError(Refusal, ValueError):
    """A value that its item cannot have, or one of an item that is not there."""


@dataclass(frozen=True)
class Scored:
    """What a check came to: the score (0 to 100), whether it passed, the keys of the items that failed.

    None where it cannot be said from what was assessed.
    """

    score: float | None
    passed: bool | None
    failed: tuple[str, ...]


def scored(rule: Mapping[str, Any], items: Sequence[ItemLike], values: Mapping[str, float | None]) -> Scored:
    """Score ``values`` (by the keys of ``items``; None or absent: not assessed) by ``rule``.

    Raises ``RuleError`` for a rule that ``rule_faults`` refuses, ``ValueOutsideError`` for a value no item can have.
    """
    for fault in rule_faults(rule, items):
        raise fault
    known = {item.key: item for item in items}
    for key, value in values.items():
        if key not in known:
            raise ValueOutsideError(gettext_noop("The standard has no item %(item)s."), item=key)
        if value is not None and outside(known[key].scale, value):
            raise ValueOutsideError(
                gettext_noop("%(item)s cannot be %(value)s: a grade lies in 0 to 5, a yes is 1 and a no 0, "
                             "and nothing is counted or weighed below 0."), item=key, value=value,
            )  # fmt: skip
    found = [(item, values.get(item.key)) for item in items]
    failed = tuple(item.key for item, value in found if value is not None and not passes(item, value))
    score = _score(rule, found)
    return Scored(score, _passed(rule, found, score, len(failed)), failed)


def passes(item: ItemLike, value: float) -> bool:
    """Whether ``value`` is within the bound: grades and a yes at it or above, amounts at it or below."""
    return value <= item.bound if item.scale in AMOUNTS else value >= item.bound


def outside(scale: str, value: float) -> bool:
    """Whether no item of ``scale`` can have this value. Means of several assessors lie between the whole grades."""
    most = {GRADE: float(BEST), YES_NO: 1.0}.get(scale, float("inf"))
    return not isfinite(value) or not 0 <= value <= most


def item_means(
    near: Sequence[Mapping[str, float | None]], far: Sequence[Mapping[str, float | None]]
) -> dict[str, float | None]:
    """Mean grade of each item over the assessors of both sides of a road: ``C = sum(a + b) / 2n``, one decimal.

    Each sheet holds the grades of one assessor on one side. Halves are rounded up. An item that somebody could not
    assess is averaged over those who could; None where nobody could. Raises ``ValueOutsideError`` where the sides were
    not graded by as many assessors. Our reading of CJJ/T 126, whose printed formula was not at hand.
    """
    if len(near) != len(far):
        raise ValueOutsideError(
            gettext_noop("%(near)s assessors graded one side and %(far)s the other: each grades both."),
            near=len(near), far=len(far),
        )  # fmt: skip
    means: dict[str, float | None] = {}
    for key in dict.fromkeys(key for sheet in (*near, *far) for key in sheet):
        grades = [Fraction(grade) for sheet in (*near, *far) if (grade := sheet.get(key)) is not None]
        means[key] = floor(sum(grades) / len(grades) * 10 + Fraction(1, 2)) / 10 if grades else None
    return means


def share_below(grades: Sequence[str]) -> float | None:
    """NI 195 of transects graded A, B+, B, B-, C, C-, D: ``100 (T + Tb/2) / Ts``, less is better; None of none.

    T are those at C, C- and D, Tb those at B-. Raises ``ValueOutsideError`` for another grade.
    """
    if wrong := next((grade for grade in grades if grade not in LETTERS), None):
        raise ValueOutsideError(gettext_noop("%(grade)s is no grade of the seven."), grade=wrong)
    if not grades:
        return None
    below = sum(LETTERS[grade] < LETTERS["B-"] for grade in grades)
    return 100 * (below + grades.count("B-") / 2) / len(grades)


def rule_faults(rule: Mapping[str, Any], items: Sequence[ItemLike]) -> list[RuleError]:
    """Everything that is wrong with a rule; empty where checks can be scored by it."""
    return [*_part_faults(rule), *(_fit_faults(rule, items) if not list(_part_faults(rule)) else ())]


def _part_faults(rule: Mapping[str, Any]) -> Iterator[RuleError]:
    allowed = {"score", "pass"}
    for part, choices in (("score", SCORES), ("pass", PASSES)):
        if part not in rule:
            continue
        if not isinstance(rule[part], str) or rule[part] not in choices:
            text = gettext_noop("%(value)s is no way of %(key)s. Use one of: %(choices)s.")
            yield RuleError(part, text, value=rule[part], choices=", ".join(choices))
            continue
        allowed |= set(choices[rule[part]])
        for key in choices[rule[part]]:
            if key not in rule:
                yield RuleError(key, gettext_noop("%(key)s is missing: %(way)s needs it."), way=rule[part])
    for key in rule:
        if key not in allowed:
            text = gettext_noop("There is no key %(key)s in such a rule. Known here: %(known)s.")
            yield RuleError(str(key), text, known=", ".join(sorted(allowed)))
    for key, most in (("at", 100.0), ("per_unit", 1e6), ("full", float(BEST)), ("half", float(BEST))):
        if key in rule and key in allowed and not _number(rule[key], most):
            text = gettext_noop("%(key)s is a number from 0 to %(most)s, not %(value)s.")
            yield RuleError(key, text, most=f"{most:g}", value=rule[key])


def _number(value: object, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= most


def _fit_faults(rule: Mapping[str, Any], items: Sequence[ItemLike]) -> Iterator[RuleError]:
    scales = {item.scale for item in items}
    way = rule.get("score")
    if rule.get("pass") == "score" and way is None:
        yield RuleError("pass", gettext_noop("A check passes by its score, but the rule makes none: add score."))
    if way == "loss" and rule["scale"] not in AMOUNTS:
        text = gettext_noop("A loss is counted by one of %(choices)s, not by %(value)s.")
        yield RuleError("scale", text, choices=", ".join(AMOUNTS), value=rule["scale"])
    elif way == "loss" and items and rule["scale"] not in scales:
        yield RuleError("scale", gettext_noop("No item is measured in %(value)s."), value=rule["scale"])
    if way == "half_weight" and rule["half"] > rule["full"]:
        yield RuleError("half", gettext_noop("Half counts from a grade below that from which all counts."))
    if way == "half_weight" and items and GRADE not in scales:
        yield RuleError("score", gettext_noop("Half weights need an item with grades."))


type _Found = Sequence[tuple[ItemLike, float | None]]


def _score(rule: Mapping[str, Any], found: _Found) -> float | None:
    way = rule.get("score")
    if way == "weighted":
        return _weighted(found)
    if way == "loss":
        return _loss(rule["scale"], rule["per_unit"], found)
    if way == "half_weight":
        grades = [value for item, value in found if item.scale == GRADE and value is not None]
        shares = [1.0 if value >= rule["full"] else 0.5 if value >= rule["half"] else 0.0 for value in grades]
        return _hundred(sum(shares), len(grades))
    if way == "share":
        assessed = [(item, value) for item, value in found if value is not None]
        passing = sum(item.weight for item, value in assessed if passes(item, value))
        return _hundred(passing, sum(item.weight for item, _value in assessed))
    return None


def _weighted(found: _Found) -> float | None:
    total = points = 0.0
    for item, value in found:
        if not item.weight:
            continue
        if value is None:
            return None
        whole = {GRADE: value / BEST, YES_NO: value}.get(item.scale, float(passes(item, value)))
        total, points = total + item.weight, points + item.weight * whole
    return _hundred(points, total)


def _loss(scale: str, per_unit: float, found: _Found) -> float | None:
    """Pieces of all items add up; grams and minutes are averaged by the weights."""
    amounts = [(item.weight, value) for item, value in found if item.scale == scale]
    known = [(weight, value) for weight, value in amounts if value is not None]
    weights = 1.0 if scale == COUNT else sum(weight for weight, _value in known)
    if len(known) < len(amounts) or not known or not weights:
        return None
    amount = sum(value if scale == COUNT else weight * value for weight, value in known) / weights
    return _hundred(100 - per_unit * amount, 100)


def _hundred(points: float, whole: float) -> float | None:
    return min(100.0, max(0.0, round(100 * points / whole, _DECIMALS))) if whole else None


def _passed(rule: Mapping[str, Any], found: _Found, score: float | None, failed: int) -> bool | None:
    way = rule.get("pass")
    assessed = sum(value is not None for _item, value in found)
    if way == "score":
        return None if score is None else score >= rule["at"]
    if way == "share":
        return None if not assessed else 100 * (assessed - failed) >= rule["at"] * assessed
    if way == "items" and failed:
        return False
    return True if way == "items" and found and assessed == len(found) else None
