"""Which cases a person's rights reach, as a filter: nobody sees or counts a case outside of it.

What ``people.permissions.may`` answers for one case, asked of all cases at once.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from django.db.models import Q
from django.utils import timezone

from xiuhua.casework.models import Case, Party, Report
from xiuhua.casework.offers import SEE
from xiuhua.casework.unit_tree import unit_tree
from xiuhua.city.actions.derived import AREA_KEYS
from xiuhua.city.area_index import area_index
from xiuhua.city.layers import version_key
from xiuhua.city.models import Area, District
from xiuhua.foundation.bulk import values
from xiuhua.foundation.index import LayerCache
from xiuhua.people.models import User
from xiuhua.people.permissions import Grant, grants_of

# A case does not keep by key in which areas of other kinds it lies: so many of the newest around one are looked at.
LOOKED_AT = 10_000


def disjoint(parts: Iterable[Q]) -> list[Q]:
    """``parts`` so that no case is in two of them: what one holds is left out of those after it."""
    found: list[Q] = []
    kept: list[Q] = []
    for part in parts:
        if part == Q():
            return [part]
        if part in kept:
            continue
        alone = part
        for earlier in kept:
            alone &= ~earlier
        kept.append(part)
        found.append(alone)
    return found


def either(parts: Sequence[Q]) -> Q | None:
    """What any of ``parts`` holds; None where there are none."""
    joined: Q | None = None
    for part in parts:
        if part == Q():
            return part
        joined = part if joined is None else joined | part
    return joined


def _load_codes(key: str, _version: int) -> dict[str, list[tuple[str, int]]]:
    """Kind and id of every area ever, by its code: a case keeps the area of the day on which it was reported."""
    found: dict[str, list[tuple[str, int]]] = {}
    for code, kind, pk in values(Area, ("code", "kind", "id"), district__code=key.partition(":")[0]):
        found.setdefault(code, []).append((kind, pk))
    return found


_codes: LayerCache[dict[str, list[tuple[str, int]]]] = LayerCache(_load_codes)


@dataclass
class Sight:
    """How far the permissions of one person reach in one district; each permission is worked out once."""

    user: User
    district: District
    grants: dict[str, list[Grant]]
    _parts: dict[str, list[Q]] = field(default_factory=dict)

    def has(self, permission: str) -> bool:
        """Whether the person has the permission for some of the district."""
        return bool(self.grants.get(permission))

    def parts(self, permission: str = SEE) -> list[Q]:
        """The cases that the permission reaches, as disjoint filters; ``[Q()]`` is all, ``[]`` none of the district."""
        if permission not in self._parts:
            parts = [part for grant in self.grants[permission] for part in self._of(grant)]
            whole = [Q()] if Q() in parts else parts
            self._parts[permission] = disjoint(whole)
        return self._parts[permission]

    @property
    def place(self) -> Q:
        """The district, where the filters do not say it.

        Units are of one district: naming it besides leads the database to the index of all its cases instead of
        to that of the unit.
        """
        return Q() if {grant.scope for grant in self.grants[SEE]} == {"unit"} else Q(district=self.district)

    @property
    def by_keys(self) -> bool:
        """Whether its filters go by keys that cases keep, not by where each lies today."""
        codes = _codes.get(version_key(self.district.code, "areas"))
        named = {grant.area_code for grants in self.grants.values() for grant in grants if grant.scope == "area"}
        kinds = {kind for code in named - {"", self.district.code} for kind, _pk in codes.get(code, [])}
        return kinds <= set(AREA_KEYS.values())

    def reaches_no_further(self, permission: str) -> bool:
        """Whether the person sees every case that the permission reaches, so that nothing need be asked twice."""
        seen = {replace(grant, role="") for grant in self.grants[SEE]}
        return {replace(grant, role="") for grant in self.grants[permission]} <= seen

    def _of(self, grant: Grant) -> list[Q]:
        stage = Q(state=grant.stage) if grant.stage else Q()
        if grant.scope == "any" or (grant.scope == "area" and grant.area_code in {"", self.district.code}):
            return [stage]
        if grant.scope == "area":
            return [part & stage for part in self._area(grant.area_code)]
        if grant.scope == "unit":
            return [part & stage for part in self._unit(grant.unit_code)]
        return [Q(pk__in=Report.objects.filter(user=self.user).order_by().values("case_id")) & stage]

    def _unit(self, code: str) -> list[Q]:
        """With the unit or one under it, in the hand of one of its people, or with an open part in a joint case."""
        tree = unit_tree(self.district.code)
        unit = next((identity for identity, each in tree.codes.items() if code and each == code), None)
        if unit is None:
            return []
        below = sorted(tree.below(unit))
        people = User.objects.filter(organisation_id__in=below).order_by().values("pk")
        joint = Party.objects.filter(unit_id__in=below, done_at=None).order_by().values("case_id")
        # Who has a case in hand is of its unit or of one under it: the units above are all that is left to look at.
        return [
            Q(unit_id__in=below),
            Q(unit_id__in=tree.chain(unit)[1:], handler_id__in=people),
            Q(pk__in=joint),
        ]

    def _area(self, code: str) -> list[Q]:
        """In any area of this code: by the keys that a case keeps, else by where it lies today."""
        parts: list[Q] = []
        found = _codes.get(version_key(self.district.code, "areas")).get(code, [])
        for column, kind in AREA_KEYS.items():
            if ids := sorted(pk for each, pk in found if each == kind):
                parts.append(Q(**{f"{column}_id__in": ids}))
        if others := {kind for kind, _pk in found} - set(AREA_KEYS.values()):
            parts.append(Q(pk__in=self._lying_in(code, others)))
        return parts

    def _lying_in(self, code: str, kinds: Collection[str]) -> list[int]:
        found: set[int] = set()
        index = area_index(self.district, timezone.now())
        for layer in index.kinds:
            chosen = {number for number, place in enumerate(layer.places) if place.code == code}
            if layer.kind not in kinds or not chosen:
                continue
            ids = [place.id for place in layer.places if place.code == code]
            for west, south, east, north in Area.objects.filter(pk__in=ids).values_list(
                "min_lon", "min_lat", "max_lon", "max_lat"
            ):
                near = Case.objects.filter(
                    district=self.district, lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north
                )
                rows = np.array(
                    list(near.order_by("-pk").values_list("pk", "lon", "lat")[:LOOKED_AT]), dtype=np.float64
                ).reshape(-1, 3)
                inside = np.isin(layer.lookup.locate(rows[:, 1], rows[:, 2]), list(chosen))
                found |= set(rows[inside, 0].astype(np.int64).tolist())
        return sorted(found)


def sight(user: User, district: District, permissions: Collection[str] = (SEE,)) -> Sight:
    """How far ``permissions`` of ``user`` reach in ``district``."""
    return Sight(user, district, grants_of(user, permissions, district_code=district.code))
