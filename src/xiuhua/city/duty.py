"""Who answers for this? Category x place x time -> units, ranked, each with reasons it can read itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiuhua.city.area_index import AreaIndex, Place, area_index
from xiuhua.city.layers import LAYERS, version_key
from xiuhua.city.matching import Moment, Rule, RuleBook, rivals
from xiuhua.city.models import Code, District, Duty, Kind
from xiuhua.foundation.bulk import values
from xiuhua.foundation.index import LayerCache
from xiuhua.people.models import Organisation

# Which bodies stand in when no duty names one, in this order (属地兜底: the territory backs up).
FALLBACK_KINDS = (Organisation.Kind.TOWN, Organisation.Kind.COMMUNITY, Organisation.Kind.DISTRICT)
BODIES = ("maintainer", "owner", "competent")


@dataclass(frozen=True)
class Unit:
    """An organisation as duty names it."""

    id: int
    code: str
    kind: str
    name_zh: str
    name_en: str
    phone: str
    area_code: str

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return _named(self.name_zh, self.name_en)


def _named(zh: str, en: str) -> str:
    return en if en and (get_language() or "").startswith("en") else zh


@dataclass(frozen=True)
class Candidate:
    """A unit that may answer: ``place`` in the ranking (1 is first), why, and by which duty."""

    place: int
    unit: Unit
    duty: str
    rank: int
    fallback: bool
    reasons: list[str]


@dataclass(frozen=True)
class Resolution:
    """The answer to one question. ``rivals`` names units that claim the lead with equal right."""

    areas: list[Place]
    candidates: list[Candidate]
    at: datetime
    rivals: list[Unit] = field(default_factory=list)

    @property
    def fallback(self) -> bool:
        """Whether only the territory backs this up, because no duty speaks of it."""
        return all(candidate.fallback for candidate in self.candidates)

    @property
    def lead(self) -> Candidate | None:
        """The unit that answers first; None outside the district."""
        return self.candidates[0] if self.candidates else None


@dataclass(frozen=True)
class DutyIndex:
    """The rules and units of one district in memory."""

    book: RuleBook
    units: dict[int, Unit]
    basis: dict[str, str]
    kind_names: dict[str, tuple[str, str]]
    set_names: dict[int, str]

    def territory(self, areas: Iterable[Place]) -> list[tuple[Unit, Place]]:
        """The bodies whose territory contains the place, in the order in which they stand in."""
        inside = {place.code: place for place in areas}
        found = [(unit, inside[unit.area_code]) for unit in self.units.values() if unit.area_code in inside]
        order = {kind.value: number for number, kind in enumerate(FALLBACK_KINDS)}
        return sorted(
            (pair for pair in found if pair[0].kind in order), key=lambda pair: (order[pair[0].kind], pair[0].code)
        )


def _load(key: str, _version: int) -> DutyIndex:
    code = key.partition(":")[0]
    ranks = dict(Kind.objects.filter(domain="area").values_list("key", "rank"))
    rules, basis = [], {}
    for duty in Duty.objects.filter(district__code=code).select_related("area", "code_set"):
        rules.append(
            Rule(
                code=duty.code,
                unit=duty.unit_id,
                code_set=duty.code_set_id or 0,
                category=duty.category,
                area=duty.area_id or 0,
                area_rank=ranks.get(duty.area.kind, 99) if duty.area else -1,
                object_layer=duty.object_layer,
                object_code=duty.object_code,
                weekdays=duty.weekdays,
                time_from=duty.time_from,
                time_to=duty.time_to,
                valid_from=duty.valid_from,
                valid_to=duty.valid_to,
                rank=duty.rank,
            )
        )
        basis[duty.code] = duty.basis
    columns = ("id", "code", "kind", "name_zh", "name_en", "phone", "area_code")
    units = {row[0]: Unit(*row) for row in values(Organisation, columns, district_code=code)}
    kinds = {
        key: (zh, en) for key, zh, en in Kind.objects.filter(domain="area").values_list("key", "name_zh", "name_en")
    }
    sets = dict(
        Duty.objects.filter(district__code=code, code_set__isnull=False).values_list("code_set_id", "code_set__key")
    )
    return DutyIndex(RuleBook.of(rules), units, basis, kinds, sets)


_cache: LayerCache[DutyIndex] = LayerCache(_load)


def duty_index(district: District) -> DutyIndex:
    """The duties of ``district``, reloaded when they or the organisations change."""
    return _cache.get(version_key(district.code, "duties"), version_key(district.code, "organisations"))


def moment_of(district: District, at: datetime) -> Moment:
    """The instant ``at`` on the clock of the district."""
    local = at.astimezone(ZoneInfo(district.time_zone))
    return Moment(local.date(), local.isoweekday(), local.time())


def resolve(
    district: District,
    lon: float,
    lat: float,
    *,
    category: Code | None = None,
    at: datetime | None = None,
    object_ref: tuple[str, str] | None = None,
) -> Resolution:
    """Who answers for ``category`` at ``lon``, ``lat`` (degrees, WGS-84) at the instant ``at`` (now).

    ``object_ref`` is (layer, code) of the object in question: duties for that object, and a component's own
    bodies, come first. Territorial bodies always close the list. Outside the district there are no candidates.
    """
    at = at or timezone.now()
    areas = area_index(district, at).at(lon, lat)
    index = duty_index(district)
    if not areas:
        return Resolution([], [], at)
    rules = index.book.candidates(
        moment_of(district, at),
        [place.id for place in areas],
        category.code_set_id if category else 0,
        category.code if category else "",
        object_ref,
    )
    by_id = {place.id: place for place in areas}
    found = [
        (index.units[identity], "", rank, False, reasons)
        for identity, rank, reasons in _bodies(district, object_ref)
        if identity in index.units
    ]
    found += [
        (index.units[rule.unit], rule.code, rule.rank, False, _reasons(index, rule, by_id, category)) for rule in rules
    ]
    found += [
        (
            unit,
            "",
            number,
            True,
            [
                _("The territory backs up: this place lies in %(area)s.")
                % {"area": _named(place.name_zh, place.name_en)}
            ],
        )
        for number, (unit, place) in enumerate(index.territory(areas), start=1)
    ]
    seen: set[int] = set()
    candidates: list[Candidate] = []
    for unit, duty, rank, fallback, reasons in found:
        if unit.id not in seen:
            seen.add(unit.id)
            candidates.append(Candidate(len(candidates) + 1, unit, duty, rank, fallback, reasons))
    return Resolution(areas, candidates, at, [index.units[rule.unit] for rule in rivals(rules)])


def _bodies(district: District, object_ref: tuple[str, str] | None) -> list[tuple[int, int, list[str]]]:
    """The responsible bodies registered with the object itself: (unit id, rank, reasons)."""
    if object_ref is None or object_ref[0] not in {"components", "sites"}:
        return []
    layer, code = object_ref
    fields = list(BODIES) if layer == "components" else ["responsible"]
    row = LAYERS[layer].model._default_manager.filter(district=district, code=code).values_list(*fields).first()
    titles = {
        "maintainer": _("It is registered as the maintainer of %(code)s."),
        "owner": _("It is registered as the owner of %(code)s."),
        "competent": _("It is registered as the competent body of %(code)s."),
        "responsible": _("It is registered as responsible for %(code)s."),
    }
    return [
        (identity, number, [titles[name] % {"code": code}])
        for number, (name, identity) in enumerate(zip(fields, row or (), strict=False), start=1)
        if identity
    ]


def _reasons(index: DutyIndex, rule: Rule, areas: dict[int, Place], category: Code | None) -> list[str]:
    """Why ``rule`` applies, in sentences the unit itself can read and contest."""
    said = []
    if rule.object_code:
        said.append(_("The duty names this very object (%(code)s).") % {"code": rule.object_code})
    if rule.category and category:
        whole = rule.category == category.code
        text = _("The category %(code)s %(name)s is named.") if whole else _("The whole class %(code)s is named.")
        said.append(text % {"code": rule.category, "name": category.name})
    elif rule.code_set:
        said.append(_("Every category of %(set)s is named.") % {"set": index.set_names.get(rule.code_set, "")})
    else:
        said.append(_("The duty is for every category."))
    place = areas.get(rule.area)
    if place:
        kind = _named(*index.kind_names.get(place.kind, (place.kind, place.kind)))
        said.append(
            _("The place lies in %(area)s (%(kind)s).") % {"area": _named(place.name_zh, place.name_en), "kind": kind}
        )
    else:
        said.append(_("The duty is for the whole district."))
    if rule.time_from and rule.time_to:
        said.append(
            _("The time lies in %(days)s %(start)s-%(end)s.")
            % {"days": days_text(rule.weekdays), "start": f"{rule.time_from:%H:%M}", "end": f"{rule.time_to:%H:%M}"}
        )
    elif rule.weekdays != "1234567":
        said.append(_("The day is one of %(days)s.") % {"days": days_text(rule.weekdays)})
    if rule.rank > 1:
        said.append(_("It supports in place %(rank)d.") % {"rank": rule.rank})
    if index.basis.get(rule.code):
        said.append(_("Basis: %(basis)s.") % {"basis": index.basis[rule.code]})
    return said


def days_text(weekdays: str) -> str:
    """Weekdays as a person writes them."""
    names = [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]
    return _("every day") if weekdays == "1234567" else _(", ").join(names[int(day) - 1] for day in weekdays)


def resolve_many(
    district: District,
    lon: npt.NDArray[np.float64],
    lat: npt.NDArray[np.float64],
    *,
    category: Code | None = None,
    at: datetime | None = None,
) -> npt.NDArray[np.int64]:
    """The id of the unit that leads at each point, as ``resolve`` would say; 0 outside the district.

    Points are grouped by the areas that duties and territories speak of, and each group is resolved once.
    """
    at = at or timezone.now()
    areas, index = area_index(district, at), duty_index(district)
    group, samples = _groups(areas, index, lon, lat)
    leads = np.zeros(len(samples), dtype=np.int64)
    moment = moment_of(district, at)
    code_set, code = (category.code_set_id, category.code) if category else (0, "")
    for number, places in enumerate(samples):
        if not places:
            continue
        rules = index.book.candidates(moment, [place.id for place in places], code_set, code)
        if rules:
            leads[number] = rules[0].unit
        elif territory := index.territory(places):
            leads[number] = territory[0][0].id
    return leads[group]


def _groups(
    areas: AreaIndex, index: DutyIndex, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int64], list[list[Place]]]:
    """Group points by their areas of the kinds that matter: (group of each point, areas of each group)."""
    wanted = {unit.area_code for unit in index.units.values() if unit.area_code}
    layers = [
        layer
        for layer in areas.kinds
        if any(place.id in index.book.areas or place.code in wanted for place in layer.places)
    ]
    group = np.zeros(len(lon), dtype=np.int64)
    members: list[list[Place]] = [[]]
    for layer in layers:
        found = layer.lookup.locate(lon, lat)
        width = len(layer.places) + 1
        # found is -1 outside: counting from the end of a row of ``width`` makes it the last column.
        keys = group * width + np.where(found < 0, width - 1, found)
        present = np.zeros(len(members) * width, dtype=bool)
        present[keys] = True
        kept = np.flatnonzero(present)
        renumber = np.zeros(len(present), dtype=np.int64)
        renumber[kept] = np.arange(len(kept))
        group = renumber[keys]
        members = [
            members[key // width] + ([layer.places[key % width]] if key % width < width - 1 else [])
            for key in kept.tolist()
        ]
    return group, members
