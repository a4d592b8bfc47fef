"""What the score of a month is computed from: the goals of a book, and for everybody that is scored the values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Count, Q

from xiuhua.city.models import Area, District
from xiuhua.foundation.indicators import Indicator, indicators
from xiuhua.taskbook.groups import DISTRICT, UNIT
from xiuhua.taskbook.models import Book, Goal, Project, Revision, Value
from xiuhua.taskbook.months import month_after, written
from xiuhua.taskbook.parts import ZERO, Item, Reading, none, reading_from
from xiuhua.taskbook.rules import parse

# A value that is carried on is at most so many months old.
CARRIED_MONTHS = 6
COLUMNS = ("version", "numerator", "denominator", "n", "value", "low", "high", "interval", "missing")
# Indicator, scope, code.
type Key = tuple[str, str, str]
type Values = Mapping[Key, Reading]


@dataclass(frozen=True)
class Counted:
    """A goal that counts in a score, with its indicator; None for one that counts projects, or is offered no more."""

    goal: Goal
    item: Item
    indicator: Indicator | None


@dataclass(frozen=True)
class Subject:
    """Who is scored, with what was read for each of its goals."""

    scope: str
    code: str
    readings: list[tuple[Item, Reading]]


def counted_goals(book: Book) -> list[Counted]:
    """The goals with a score rule. Raises ``RuleError`` for a rule that does not fit its indicator."""
    known, found = indicators(), []
    for goal in book.goals.select_related("lead").order_by("order", "key"):
        if not goal.score or not (goal.indicator or goal.project_kind):
            continue
        indicator = known.get(goal.indicator)
        said = str(goal.score.get("direction", "up"))
        direction, bounds = (indicator.direction, indicator.bounds) if indicator else (said, (None, None))
        rule = parse(goal.score, direction=direction, bounds=bounds)
        unit = indicator.unit if indicator else goal.unit
        found.append(Counted(goal, Item(goal.key, goal.indicator, unit, rule), indicator))
    return found


class Month:
    """The values of one month of a district, those of the months before, and the projects that were done by then."""

    def __init__(self, book: Book, month: date) -> None:
        self.book, self.month, self.last = book, month, month_after(month) - timedelta(days=1)
        self.goals = counted_goals(book)
        self.values = values_of(book.district, month)
        self.before = self._before()
        done = Project.objects.filter(book=book, done_on__lt=month_after(month)).order_by().values_list("kind")
        self.projects: dict[str, int] = dict(done.annotate(count=Count("pk")))

    def subjects(self) -> Iterator[Subject]:
        """Everybody that is scored: the district, its areas, its units.

        An area counts where it was there on the last day of the month. A unit counts for the goals of which it has a
        value of its own, and for those it leads by the value of the district, where it was there on the last day.
        """
        if self.goals:
            yield Subject(DISTRICT, "", [(one.item, self._of_district(one)) for one in self.goals])
        scopes: dict[str, set[str]] = {}
        for _key, scope, code in self.values:
            scopes.setdefault(scope, set()).add(code)
        for kind in sorted(set(scopes) - {DISTRICT, UNIT}):
            local = [one for one in self.goals if one.indicator and kind in one.indicator.dimensions]
            for code in sorted(self._areas(kind)) if local else ():
                yield Subject(kind, code, [(one.item, self._read(one, kind, code)) for one in local])
        leads = {one.goal.lead.code for one in self.goals if one.goal.lead and one.goal.lead.exists_on(self.last)}
        for code in sorted(scopes.get(UNIT, set()) | leads):
            if readings := list(self._of_unit(code)):
                yield Subject(UNIT, code, readings)

    def _of_unit(self, code: str) -> Iterator[tuple[Item, Reading]]:
        for one in self.goals:
            if (one.item.indicator, UNIT, code) in self.values:
                yield one.item, self._read(one, UNIT, code)
            elif one.goal.lead and one.goal.lead.code == code:
                yield one.item, replace(self._of_district(one), of=DISTRICT)

    def _of_district(self, one: Counted) -> Reading:
        if one.item.indicator:
            return self._read(one, DISTRICT, "")
        done = self.projects.get(one.goal.project_kind, 0)
        return Reading(1, done, 1, done, done, None, None, "census", "")

    def _read(self, one: Counted, scope: str, code: str) -> Reading:
        """The value of one group; where there is none, what the indicator says of that: grey, carried on, or zero."""
        if one.indicator is None:
            return none("no_indicator")
        key = (one.item.indicator, scope, code)
        found = trusted(self.values.get(key) or none("no_data"), one.indicator)
        if found.value is not None or found.missing in {"too_few", "unit_not_there"}:
            return found
        if one.indicator.on_missing == "zero":
            return replace(found, value=0.0, carried=ZERO)
        if one.indicator.on_missing == "carry":
            for month, values in self.before.items():
                if (earlier := values.get(key)) and earlier.value is not None:
                    return replace(earlier, carried=written(month))
        return found

    def _areas(self, kind: str) -> set[str]:
        valid = Q(valid_from=None) | Q(valid_from__lte=self.last), Q(valid_to=None) | Q(valid_to__gt=self.last)
        return set(Area.objects.filter(*valid, district=self.book.district, kind=kind).values_list("code", flat=True))

    def _before(self) -> dict[date, Values]:
        if not any(one.indicator and one.indicator.on_missing == "carry" for one in self.goals):
            return {}
        months = [month_after(self.month, -back) for back in range(1, CARRIED_MONTHS + 1)]
        return {month: values_of(self.book.district, month) for month in months}


def trusted(reading: Reading, indicator: Indicator) -> Reading:
    """The reading; without its value where it rests on fewer records than the indicator asks for."""
    if reading.value is None or reading.n >= indicator.min_n:
        return reading
    return replace(reading, value=None, low=None, high=None, missing="too_few")


def values_of(district: District, month: date) -> dict[Key, Reading]:
    """The values of a month as they were computed; of a published month as published."""
    rows = Value.objects.filter(district=district, month=month).values("indicator", "scope", "code", *COLUMNS)
    return {(row["indicator"], row["scope"], row["code"]): reading_from(row) for row in rows}


def revised_values(district: District, month: date) -> dict[Key, Reading]:
    """The values of a published month as they are known now: the last revision of each."""
    found = values_of(district, month)
    changed = Revision.objects.filter(closing__district=district, closing__month=month, subject="value")
    found |= {(each.key, each.scope, each.code): reading_from(each.after) for each in changed.order_by("pk")}
    return found
