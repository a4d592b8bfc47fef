"""What history needs to know of the loaded district: categories, duties, people by unit, inspectors by place."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.utils import translation

from xiuhua.casework.deadlines import calendar_of
from xiuhua.casework.models import Standard
from xiuhua.casework.unit_tree import unit_tree
from xiuhua.city import duty
from xiuhua.city.models import Code, CodeSet, District, Duty
from xiuhua.demo.cases.arrivals import Kind
from xiuhua.demo.cases.life import Person, Rule
from xiuhua.demo.plan import generator, read_yaml
from xiuhua.foundation.worktime import Unit, WorkCalendar
from xiuhua.people.models import Assignment, Organisation

HANDLING = ("handler", "unit_lead", "town")


@dataclass(frozen=True, slots=True)
class Category:
    """A category with its key, its name as corrections tell it, and its standards."""

    pk: int
    name: str
    named: str
    rules: tuple[Rule, ...]


@dataclass
class World:
    """The district at work. ``skill`` is the share of cases that a unit hands back in time."""

    district: District
    now: datetime
    calendar: WorkCalendar
    categories: list[Category]
    units: dict[int, Organisation]
    handlers: dict[int, list[Person]]
    leads: dict[int, Person]
    desk: list[Person]
    assessor: Person
    resident: Person
    inspectors: list[tuple[Person, str]]
    skill: dict[int, float]
    zone: ZoneInfo
    edges: list[int]
    _duties: dict[tuple[Any, ...], tuple[tuple[int, dict[str, Any]], ...]] = field(default_factory=dict)
    _codes: dict[int, Code] = field(default_factory=dict)
    _related: dict[int, set[int]] = field(default_factory=dict)

    def answering(
        self, category: int, lon: float, lat: float, areas: tuple[int, ...], at: datetime
    ) -> tuple[tuple[int, dict[str, Any]], ...]:
        """The units that may answer, the first leads, with what the history says of it.

        Asked once for each category, town and functional area (``areas``), half of the week and shift: duties of
        the demonstration speak of nothing else.
        """
        local = at.astimezone(self.zone)
        shift = int(np.searchsorted(self.edges, local.hour * 60 + local.minute, side="right"))
        key = (category, areas, local.isoweekday() > 5, shift)  # noqa: PLR2004 - Saturday and Sunday
        if key not in self._duties:
            # The same hour of the week before the present: each day asked for costs an index of its own.
            at += timedelta(weeks=(self.now - at) // timedelta(weeks=1))
            with translation.override("zh-hans"):
                found = duty.resolve(self.district, lon, lat, category=self._codes[category], at=at)
            self._duties[key] = tuple(
                (
                    each.unit.id,
                    {"unit": each.unit.code, "reasons": each.reasons, "duty": each.duty, "by_duty": True},
                )
                for each in found.candidates
                if each.unit.id in self.handlers
            )
        return self._duties[key]

    def related(self, unit: int) -> set[int]:
        """The units whose people may not check the work of ``unit``."""
        if unit not in self._related:
            self._related[unit] = unit_tree(self.district.code).related(unit)
        return self._related[unit]


def survey(district: District, kinds: list[Kind], now: datetime, seed: int) -> World:
    """Read the district as loaded. Raises ``LookupError`` for a category that is not there."""
    people: dict[str, list[tuple[Person, str]]] = {}
    rows = Assignment.objects.filter(district_code=district.code, user__is_active=True).order_by("pk")
    for role, pk, name, unit, area in rows.values_list(
        "role", "user_id", "user__username", "user__organisation_id", "area_code"
    ):
        people.setdefault(role, []).append((Person(pk, name, unit), area))
    handlers: dict[int, list[Person]] = {}
    leads: dict[int, Person] = {}
    for role in HANDLING:
        for person, _area in people.get(role, []):
            if person.unit is not None:
                (handlers.setdefault(person.unit, []).append(person) if role == "handler"
                 else leads.setdefault(person.unit, person))  # fmt: skip
    units = {row.pk: row for row in Organisation.objects.filter(district_code=district.code)}
    rng = generator(seed, "cases-skill")
    minutes = {
        clock.hour * 60 + clock.minute
        for pair in Duty.objects.filter(district=district).values_list("time_from", "time_to")
        for clock in pair
        if clock is not None
    }
    return World(
        district, now, calendar_of(district), _categories(kinds), units, handlers, leads,
        [person for person, _area in people["dispatcher"]], people["assessor"][0][0], people["resident"][0][0],
        people["inspector"], {pk: _skill(units[pk].kind, rng) for pk in sorted(units)}, ZoneInfo(district.time_zone),
        sorted(minutes), _codes=dict(Code.objects.in_bulk()),
    )  # fmt: skip


def _skill(kind: str, rng: np.random.Generator) -> float:
    """The share in time: contractors are the steadiest, companies that own networks the slowest."""
    least, most = {"contractor": (0.86, 0.985), "company": (0.62, 0.86), "town": (0.84, 0.96)}.get(kind, (0.74, 0.95))
    return float(rng.uniform(least, most))


def _categories(kinds: list[Kind]) -> list[Category]:
    data = read_yaml("codes.yaml")
    sets = {part: CodeSet.objects.get(key=data[part]["key"], version=data[part]["version"]) for part in data}
    rules: dict[int, list[Rule]] = {}
    for row in Standard.objects.filter(category__code_set__in=sets.values(), active=True):
        rules.setdefault(row.category_id, []).append(Rule(row.pk, row.limit, Unit(row.unit), row.closing))
    codes = {(code.code_set_id, code.code): code for code in Code.objects.filter(code_set__in=sets.values())}
    found = []
    for kind in kinds:
        code = codes[sets[kind.set].pk, kind.code]
        found.append(Category(code.pk, code.name_zh, f"{sets[kind.set]}:{code.code}", tuple(rules[code.pk])))
    return found


def nearest_inspectors(
    world: World, areas: tuple[str, ...], fixers: frozenset[int], passed_over: frozenset[int]
) -> dict[int, int]:
    """Those who may be drawn for a check in ``areas`` (coarse to fine), with their nearness."""
    barred = set().union(*(world.related(unit) for unit in fixers))
    found: dict[int, int] = {}
    for person, area in world.inspectors:
        if area in areas and person.pk is not None and person.pk not in passed_over and person.unit not in barred:
            near = len(areas) - 1 - areas.index(area)
            found[person.pk] = min(near, found.get(person.pk, near))
    return found
