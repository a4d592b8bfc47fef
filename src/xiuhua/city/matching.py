"""Which rule of duty applies: pure, so that one question and a million give the same answer.

A rule says: this unit answers for these categories, in this area or for this object, at these times. Of the
rules that match, the more specific comes first: one object before an area, an exact category before a class
before any, a finer area before a coarser one; among equals the lower rank leads.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time

WEEK_MINUTES = 7 * 24 * 60
DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Rule:
    """One duty as matching sees it. ``code_set`` 0 means any set; ``area`` 0 means the whole district."""

    code: str
    unit: int
    code_set: int = 0
    category: str = ""
    area: int = 0
    area_rank: int = -1
    object_layer: str = ""
    object_code: str = ""
    weekdays: str = "1234567"
    time_from: time | None = None
    time_to: time | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    rank: int = 1

    @property
    def specificity(self) -> tuple[int, int, int]:
        """Larger is more specific: named object, length of category (a set alone counts), fineness of area."""
        return (
            1 if self.object_code else 0,
            len(self.category) + 1 if self.code_set else 0,
            self.area_rank,
        )

    @property
    def order(self) -> tuple[int, int, int, int, str]:
        """Sorts candidates: the most specific first, then by rank, then by code."""
        named, category, area = self.specificity
        return (-named, -category, -area, self.rank, self.code)


@dataclass(frozen=True)
class Moment:
    """A local time as rules see it: the date, the ISO weekday (Monday is 1) and the time of day."""

    day: date
    weekday: int
    clock: time


def applies(rule: Rule, moment: Moment) -> bool:
    """Whether ``rule`` is in force at ``moment``; a night shift belongs to the day on which it begins."""
    if not _valid(rule, moment.day):
        return False
    if rule.time_from is None or rule.time_to is None:
        return str(moment.weekday) in rule.weekdays
    if rule.time_from < rule.time_to:
        return str(moment.weekday) in rule.weekdays and rule.time_from <= moment.clock < rule.time_to
    yesterday = str((moment.weekday - 2) % 7 + 1)
    return (str(moment.weekday) in rule.weekdays and moment.clock >= rule.time_from) or (
        yesterday in rule.weekdays and moment.clock < rule.time_to
    )


def _valid(rule: Rule, day: date) -> bool:
    return (rule.valid_from is None or rule.valid_from <= day) and (rule.valid_to is None or day < rule.valid_to)


def covers(rule: Rule, code_set: int, category: str) -> bool:
    """Whether ``rule`` speaks of ``category`` of ``code_set``; a question without category meets general rules."""
    if not rule.code_set:
        return True
    return rule.code_set == code_set and category.startswith(rule.category)


@dataclass(frozen=True)
class RuleBook:
    """The rules of a district, filed by code set and category so that a question reads only a few."""

    shelves: dict[tuple[int, str], tuple[Rule, ...]]
    areas: frozenset[int]

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> "RuleBook":
        """File ``rules``; what applies is put in order when it is asked for."""
        shelves: dict[tuple[int, str], list[Rule]] = {}
        for rule in rules:
            shelves.setdefault((rule.code_set, rule.category), []).append(rule)
        filed = {key: tuple(shelf) for key, shelf in shelves.items()}
        return cls(filed, frozenset(rule.area for shelf in filed.values() for rule in shelf if rule.area))

    def about(self, code_set: int, category: str) -> list[Rule]:
        """The rules that speak of the category, whatever place and time."""
        found = list(self.shelves.get((0, ""), ()))
        if code_set:
            for width in range(len(category) + 1):
                found.extend(self.shelves.get((code_set, category[:width]), ()))
        return found

    def candidates(
        self,
        moment: Moment,
        areas: Iterable[int],
        code_set: int = 0,
        category: str = "",
        named: tuple[str, str] | None = None,
    ) -> list[Rule]:
        """The rules that apply at ``moment`` in any of ``areas`` (ids), best first.

        ``named`` is (layer, code) of the object in question; a rule for one object applies to it alone.
        """
        inside = {0, *areas}
        found = [
            rule
            for rule in self.about(code_set, category)
            if rule.area in inside
            and (not rule.object_code or named == (rule.object_layer, rule.object_code))
            and applies(rule, moment)
        ]
        return sorted(found, key=lambda rule: rule.order)


def uncovered(rules: Iterable[Rule], day: date) -> list[tuple[int, int]]:
    """The stretches of the week (minutes from Monday 00:00, end exclusive) in which no rule is in force."""
    marks = [(0, 0)]
    spans = sorted(span for rule in rules if _valid(rule, day) for span in _week_spans(rule))
    for start, end in spans:
        if start <= marks[-1][1]:
            marks[-1] = (marks[-1][0], max(marks[-1][1], end))
        else:
            marks.append((start, end))
    ends = [end for _start, end in marks]
    starts = [*(start for start, _end in marks[1:]), WEEK_MINUTES]
    return [(end, start) for end, start in zip(ends, starts, strict=True) if end < start]


def _week_spans(rule: Rule) -> list[tuple[int, int]]:
    start = _minutes(rule.time_from) if rule.time_from else 0
    end = _minutes(rule.time_to) if rule.time_to else DAY_MINUTES
    if rule.time_from and rule.time_to and end <= start:
        end += DAY_MINUTES
    spans = []
    for weekday in rule.weekdays:
        first = (int(weekday) - 1) * DAY_MINUTES
        spans.append((first + start, min(first + end, WEEK_MINUTES)))
        if first + end > WEEK_MINUTES:
            spans.append((0, first + end - WEEK_MINUTES))
    return spans


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def rivals(rules: Sequence[Rule]) -> list[Rule]:
    """Of candidates in order, the first ones that claim the lead with equal right for different units."""
    if not rules:
        return []
    best = rules[0]
    equal = [rule for rule in rules if rule.order[:4] == best.order[:4]]
    return equal if len({rule.unit for rule in equal}) > 1 else []
