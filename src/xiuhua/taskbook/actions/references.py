"""What a book names outside itself: units, indicators, areas, places. Everything that is not there, at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from xiuhua.city.area_index import Place, area_index
from xiuhua.city.labels import place_name
from xiuhua.city.models import Area, District
from xiuhua.foundation.indicators import Indicator, indicators
from xiuhua.foundation.placed.faults import Fault
from xiuhua.foundation.placed.reading import Path_, Read
from xiuhua.foundation.wording import in_words
from xiuhua.people.models import Organisation
from xiuhua.taskbook.actions.door import ended
from xiuhua.taskbook.book_file.inner import things
from xiuhua.taskbook.book_file.nearest import nearest
from xiuhua.taskbook.rules import RuleError, parse


@dataclass
class References:
    """The units of a district by code, and the day on which those that a book names must exist."""

    district: District
    units: dict[str, Organisation]
    day: date

    @classmethod
    def of(cls, district: District, today: date, last_year: Any) -> "References":
        """Read the units; a unit must exist today, or at the end of a book that has run out."""
        end = date(last_year, 12, 31) if isinstance(last_year, int) and 2000 <= last_year <= 2100 else today  # noqa: PLR2004
        rows = Organisation.objects.filter(district_code=district.code)
        return cls(district, {unit.code: unit for unit in rows}, min(today, end))

    def faults(self, read: Read) -> Iterator[Fault]:
        """Everything that ``read`` names and that is not there."""
        for path, goal in things(read.data, ("goals",)):
            yield from self._unit(read, (*path, "lead"), goal.get("lead"))
            for number, code in enumerate(goal.get("support") or ()):
                yield from self._unit(read, (*path, "support", number), code)
            yield from _indicator(read, path, goal)
            yield from _rule(read, path, goal)
            for inner, commitment in things(read.data, (*path, "commitments")):
                yield from self._unit(read, (*inner, "unit"), commitment.get("unit"))
        for path, project in things(read.data, ("projects",)):
            yield from self._unit(read, (*path, "unit"), project.get("unit"))
            yield from self._area(read, path, project)

    @cached_property
    def areas(self) -> set[tuple[str, str]]:
        """Kind and code of every area, past ones too."""
        return set(Area.objects.filter(district=self.district).values_list("kind", "code"))

    def _unit(self, read: Read, path: Path_, code: Any) -> Iterator[Fault]:
        if not isinstance(code, str) or not code:
            return
        field, place = next(str(part) for part in reversed(path) if isinstance(part, str)), read.place(path)
        unit = self.units.get(code)
        if unit is None:
            near = self.units.get(nearest(code, self.units))
            rule = _("No unit of the district has this code.")
            remedy = _("Correct the code, or load the organisations first.")
            if near is not None:
                remedy = _("Did you mean %(code)s (%(unit)s)? Else load the organisations first.") % {
                    "code": near.code, "unit": near,
                }  # fmt: skip
            yield Fault(place, field, code, rule, remedy)
        elif not unit.exists_on(self.day):
            yield Fault(place, field, code, *ended(unit, self.day))

    def _area(self, read: Read, path: Path_, project: dict[str, Any]) -> Iterator[Fault]:
        area, lon, lat = (project.get(name) for name in ("area", "lon", "lat"))
        kind, _colon, code = str(area or "").partition(":")
        known = not area or (kind, code) in self.areas
        if not known:
            rule, remedy = (
                _("There is no such area."),
                _("Write kind:code of an area of the district, or leave it out."),
            )
            yield Fault(read.place((*path, "area")), "area", str(area), rule, remedy)
        if not isinstance(lon, float) or not isinstance(lat, float) or not (-180 <= lon <= 180 and -90 <= lat <= 90):  # noqa: PLR2004
            return
        found = area_index(self.district).at(lon, lat)
        place, value = read.place((*path, "lon")), f"{lon:g}, {lat:g}"
        if not found:
            rule, remedy = _("The place lies outside the district."), _("Give longitude and latitude in WGS-84.")
            yield Fault(place, "lon", value, rule, remedy)
        elif area and known and (kind, code) not in {(each.kind, each.code) for each in found}:
            rule = _("The place does not lie in that area, but in %(area)s.") % {"area": _same_kind(found, kind)}
            yield Fault(place, "lon", value, rule, _("Correct the place or the area."))


def _same_kind(found: list[Place], kind: str) -> str:
    chosen = next((each for each in found if each.kind == kind), found[-1])
    return f"{place_name(chosen)} ({chosen.kind}:{chosen.code})"


def _indicator(read: Read, path: Path_, goal: dict[str, Any]) -> Iterator[Fault]:
    key = goal.get("indicator")
    if not isinstance(key, str) or not key:
        return
    known, place = indicators(), read.place((*path, "indicator"))
    if key not in known:
        near = nearest(key, known)
        rule = _("No such indicator is registered; the nearest is “%(near)s”.") % {
            "near": near or next(iter(known), "-")
        }
        remedy = _("Use the key of an indicator, or leave it out and say what proves the goal.")
        yield Fault(place, "indicator", key, rule, remedy)
    elif (unit := goal.get("unit")) and unit != known[key].unit:
        rule = _("The indicator is measured in %(unit)s.") % {"unit": known[key].unit or "-"}
        yield Fault(read.place((*path, "unit")), "unit", str(unit), rule, _("Write this unit, and targets in it."))
    else:
        yield from _targets(read, path, known[key])
        yield from _statement(read, path, goal, known)


def _statement(read: Read, path: Path_, goal: dict[str, Any], known: Mapping[str, Indicator]) -> Iterator[Fault]:
    """A goal that says what its 100 % means, and is measured by an indicator that means something else by it."""
    said, indicator = goal.get("statement"), known[str(goal["indicator"])]
    if not said or said == indicator.statement:
        return
    fitting = [key for key, one in known.items() if one.statement == said]
    rule = _("The indicator %(key)s does not make this statement.") % {"key": indicator.key}
    remedy = _("Use an indicator that does (%(keys)s), or another statement.") % {
        "keys": ", ".join(sorted(fitting)) or "-"
    }
    yield Fault(read.place((*path, "statement")), "statement", str(said), rule, remedy)


def _targets(read: Read, path: Path_, indicator: Indicator) -> Iterator[Fault]:
    """Targets that the indicator can never reach."""
    low, high = indicator.bounds
    for inner, target in things(read.data, (*path, "targets")):
        value = target.get("value")
        if not isinstance(value, int | float):
            continue
        if (low is not None and value < low) or (high is not None and value > high):
            rule = _("The indicator lies between %(low)s and %(high)s.")
            words = {"low": "-" if low is None else f"{low:g}", "high": "-" if high is None else f"{high:g}"}
            place, remedy = read.place((*inner, "value")), _("Check the value and its unit.")
            yield Fault(place, "value", f"{value:g}", rule % words, remedy)


def _rule(read: Read, path: Path_, goal: dict[str, Any]) -> Iterator[Fault]:
    """What contradicts itself in the score rule, or the indicator."""
    score = goal.get("score")
    if not isinstance(score, dict):
        return
    indicator = indicators().get(str(goal.get("indicator", "")))
    direction = indicator.direction if indicator else str(score.get("direction", "up"))
    try:
        parse(score, direction=direction, bounds=indicator.bounds if indicator else (None, None))
    except RuleError as error:
        place, value = read.place((*path, "score", error.key)), str(score.get(error.key, ""))[:80]
        yield Fault(place, f"score.{error.key}", value, in_words(error), _("Mend the score rule of the goal."))
