"""Reads of checks: which of them somebody may see, filtered, the newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xiuhua.city.area_index import area_index
from xiuhua.city.models import Area, District
from xiuhua.foundation.geometry import from_wkb
from xiuhua.foundation.plain import keepable
from xiuhua.inspection.models import Check, Frame, Part
from xiuhua.people.models import User
from xiuhua.people.permissions import grants, may

READ = "inspection.read"
_MONTH = "%Y-%m"
# What stands for everything in a filter.
_LONGEST = 150


@dataclass(frozen=True)
class Criteria:
    """What checks must be; empty means all. ``refused`` says which filters could not be read, by name."""

    kind: str = ""
    town: str = ""
    part: str = ""
    inspector: str = ""
    month: date | None = None
    flagged: bool = False
    failed: bool = False
    refused: Mapping[str, str] | None = None

    def asked(self) -> dict[str, str]:
        """The filters as parameters of an address."""
        given = {
            "kind": self.kind, "town": self.town, "part": self.part, "inspector": self.inspector,
            "month": f"{self.month:%Y-%m}" if self.month else "", "flagged": "1" if self.flagged else "",
            "failed": "1" if self.failed else "",
        }  # fmt: skip
        return {name: value for name, value in given.items() if value}


def read_criteria(given: Mapping[str, str]) -> Criteria:
    """The filters of an address; what cannot be read is left out and said."""
    texts = {name: given.get(name, "").strip() for name in ("kind", "town", "part", "inspector")}
    refused = {name: _("This cannot be looked for.") for name, text in texts.items() if not _fit(text)}
    if texts["part"] and texts["part"] not in Part.values:
        refused["part"] = _("There is no such part.")
    month, asked = None, given.get("month", "").strip()
    if asked:
        try:
            month = datetime.strptime(asked, _MONTH).date()  # noqa: DTZ007 - a month has no zone
        except ValueError:
            refused["month"] = _("Write the month like 2026-03.")
    kept = {name: text for name, text in texts.items() if name not in refused}
    return Criteria(
        **kept, month=month, flagged=given.get("flagged") == "1", failed=given.get("failed") == "1", refused=refused
    )


def _fit(text: str) -> bool:
    return len(text) <= _LONGEST and keepable(text)


def readable(user: User, district: District) -> QuerySet[Check]:
    """The checks of ``district`` that ``user`` may see, the newest first; none without the right."""
    rows = Check.objects.filter(district=district)
    found = grants(user, READ, district_code=district.code)
    if any(grant.covers((), "", (), own=False) for grant in found):
        return rows
    inside: set[int] = set()
    for code in {grant.area_code for grant in found if grant.scope == "area"}:
        inside |= _frames_in(district, code)
    return rows.filter(frame__in=inside)


def sees(user: User, made: Check) -> bool:
    """Whether ``user`` may see this check."""
    codes = [place.code for place in area_index(made.district).at(made.frame.lon, made.frame.lat)]
    return may(user, READ, district_code=made.district.code, area_codes=codes)


def _frames_in(district: District, code: str) -> set[int]:
    """The ids of the frames whose middle lies in the area."""
    area = Area.objects.filter(district=district, code=code).order_by("-pk").first()
    if area is None:
        return set()
    rows = list(
        Frame.objects.filter(
            district=district, lon__range=(area.min_lon, area.max_lon), lat__range=(area.min_lat, area.max_lat)
        ).values_list("pk", "lon", "lat")
    )
    if not rows:
        return set()
    keys, lon, lat = (np.array(column) for column in zip(*rows, strict=True))
    return set(keys[shapely.contains_xy(from_wkb(area.geom), lon, lat)].tolist())


def narrowed(rows: QuerySet[Check], criteria: Criteria, district: District) -> QuerySet[Check]:
    """Those of ``rows`` that fit; months are those of the district's clock."""
    wanted = Q()
    if criteria.kind:
        wanted &= Q(frame__kind=criteria.kind)
    if criteria.town:
        wanted &= Q(frame__town__code=criteria.town)
    if criteria.part:
        wanted &= Q(part=criteria.part)
    if criteria.inspector:
        wanted &= Q(inspector__username=criteria.inspector)
    if criteria.month:
        zone = ZoneInfo(district.time_zone)
        first = datetime(criteria.month.year, criteria.month.month, 1, tzinfo=zone)
        wanted &= Q(seen_at__gte=first, seen_at__lt=(first + timedelta(days=32)).replace(day=1))
    if criteria.flagged:
        wanted &= ~Q(flags=[])
    if criteria.failed:
        wanted &= Q(passed=False)
    return rows.filter(wanted)


def before(rows: QuerySet[Check], mark: str) -> QuerySet[Check]:
    """Those after the one that ``mark`` names in the list, which goes from new to old; all for an unknown mark."""
    last = Check.objects.filter(key=mark).first() if _is_key(mark) else None
    if last is None:
        return rows
    return rows.filter(Q(seen_at__lt=last.seen_at) | Q(seen_at=last.seen_at, pk__lt=last.pk))


def _is_key(text: str) -> bool:
    return len(text) == 36 and all(each in "0123456789abcdef-" for each in text)  # noqa: PLR2004 - a UUID


def one_check(key: str) -> Check | None:
    """A check with all that its page shows; None when there is none."""
    rows = Check.objects.select_related("district", "frame__town", "standard", "inspector", "visit")
    return rows.filter(key=key).first()
