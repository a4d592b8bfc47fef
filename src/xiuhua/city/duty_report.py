"""Where duty is missing and where it is claimed twice: the report that makes the list of duties honest."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import shapely
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.city.area_index import Place, area_index
from xiuhua.city.duty import DutyIndex, Unit, days_text, duty_index, moment_of
from xiuhua.city.matching import DAY_MINUTES, Moment, Rule, RuleBook, applies, rivals, uncovered
from xiuhua.city.models import Area, Code, District
from xiuhua.foundation.bulk import values
from xiuhua.foundation.geometry import from_wkb
from xiuhua.people.permissions import Person, grants


@dataclass(frozen=True)
class Gap:
    """A category that no duty covers in an area, always or at the ``spans`` of the week (minutes)."""

    category: Code
    area: Place
    spans: list[tuple[int, int]]
    backing: Unit | None

    @property
    def always(self) -> bool:
        """Whether nobody answers at any time of the week."""
        return sum(end - start for start, end in self.spans) == 7 * DAY_MINUTES

    @property
    def when(self) -> str:
        """The missing times as a person reads them."""
        return _("always") if self.always else spans_text(self.spans)


@dataclass(frozen=True)
class Overlap:
    """Units that claim the lead for a category in an area with equal right at the same time."""

    category: Code
    area: Place
    duties: list[str]
    units: list[Unit] = field(default_factory=list)


def gaps(district: District) -> list[Gap]:
    """Categories of the code sets in use that no duty covers somewhere at some time, by area."""
    index, moment = duty_index(district), moment_of(district, timezone.now())
    found: dict[tuple[int, int], Gap] = {}
    for area, members, code in _questions(district, index):
        rules = _rules_at(index.book, code, members)
        missing = uncovered(rules, moment.day)
        key = (code.pk, area.id)
        if missing and key not in found:
            territory = index.territory(members)
            found[key] = Gap(code, area, missing, territory[0][0] if territory else None)
    return list(found.values())


def overlaps(district: District) -> list[Overlap]:
    """Categories for which different units claim the lead with equal right in the same place and time."""
    index, moment = duty_index(district), moment_of(district, timezone.now())
    found: dict[tuple[int, int, tuple[str, ...]], Overlap] = {}
    for area, members, code in _questions(district, index):
        for equal in _claims(_rules_at(index.book, code, members), moment):
            duties = tuple(rule.code for rule in equal)
            units = {rule.unit: index.units[rule.unit] for rule in equal}
            found.setdefault((code.pk, area.id, duties), Overlap(code, area, list(duties), list(units.values())))
    return list(found.values())


def _claims(rules: list[Rule], moment: Moment) -> Iterator[list[Rule]]:
    """Rival rules, tried at each hour of the week at which a shift begins."""
    clocks = {(day, rule.time_from) for rule in rules if rule.time_from for day in rule.weekdays}
    clocks |= {(day, moment.clock.min) for day in "1234567"}
    seen: set[tuple[str, ...]] = set()
    for day, clock in sorted(clocks):
        at = Moment(moment.day, int(day), clock)
        applying = [rule for rule in rules if applies(rule, at)]
        equal = rivals(sorted(applying, key=lambda rule: rule.order))
        key = tuple(rule.code for rule in equal)
        if equal and key not in seen:
            seen.add(key)
            yield equal


def _rules_at(book: RuleBook, code: Code, members: list[Place]) -> list[Rule]:
    """The rules for a category in a place at any time; duties for single objects do not cover the place."""
    inside = {0, *(place.id for place in members)}
    return [rule for rule in book.about(code.code_set_id, code.code) if rule.area in inside and not rule.object_code]


def _questions(district: District, index: DutyIndex) -> Iterator[tuple[Place, list[Place], Code]]:
    """Every category in use, in every piece of the district that duties tell apart.

    The pieces are sampled by a point in each area of every kind (no finer one need cover the whole
    district), grouped by the areas of duties they lie in; the area named is the finest that duties or
    territories speak of.
    """
    codes = list(_codes_in_use(district, index))
    for members in _pieces(district, index):
        spoken = [place for place in members if place.id in index.book.areas or place.kind == "town"]
        area = (spoken or members)[-1]
        for code in codes:
            yield area, members, code


def _codes_in_use(district: District, index: DutyIndex) -> Iterator[Code]:
    sets = {key[0] for key in index.book.shelves if key[0]}
    yield from Code.objects.filter(code_set__in=sets).select_related("code_set").order_by("code_set", "code")


def _pieces(district: District, index: DutyIndex) -> list[list[Place]]:
    areas = area_index(district)
    if not areas.kinds:
        return []
    rows = values(Area, ("geom",), district=district)
    points = shapely.point_on_surface(np.array([from_wkb(row[0]) for row in rows], dtype=object))
    groups: dict[tuple[int, ...], list[Place]] = {}
    for lon, lat in shapely.get_coordinates(points).tolist():
        members = areas.at(lon, lat)
        key = tuple(place.id for place in members if place.id in index.book.areas or place.kind == "town")
        groups.setdefault(key, members)
    return list(groups.values())


def spans_text(spans: list[tuple[int, int]]) -> str:
    """Spans of the week as text: days that miss the same hours are said together."""
    by_hours: dict[str, str] = {}
    for start, end in spans:
        for day in range(start // DAY_MINUTES, (end - 1) // DAY_MINUTES + 1):
            midnight = day * DAY_MINUTES
            hours = f"{_clock(max(start - midnight, 0))}-{_clock(min(end - midnight, DAY_MINUTES))}"
            by_hours[hours] = by_hours.get(hours, "") + str(day + 1)
    return _("; ").join(f"{days_text(days)} {hours}" for hours, days in by_hours.items())


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def own_part[T: (Gap, Overlap)](user: Person, district: District, findings: list[T]) -> list[T]:
    """Those findings that lie in the areas in which ``user`` may read the report."""
    bound = {grant.area_code for grant in grants(user, "duty.report", district_code=district.code)}
    if bound & {"", district.code}:
        return findings
    ancestors = ancestry({finding.area.id for finding in findings})
    return [finding for finding in findings if bound & ancestors.get(finding.area.id, set())]


def ancestry(ids: set[int]) -> dict[int, set[str]]:
    """For each area: its own code and those of the areas above it."""
    found: dict[int, set[str]] = {identity: set() for identity in ids}
    above = {identity: identity for identity in ids}
    while above:
        rows = {
            pk: (code, parent)
            for pk, code, parent in Area.objects.filter(pk__in=set(above.values())).values_list(
                "pk", "code", "parent_id"
            )
        }
        for identity, current in above.items():
            if current in rows:
                found[identity].add(rows[current][0])
        above = {
            identity: rows[current][1] for identity, current in above.items() if current in rows and rows[current][1]
        }
    return found
