"""One row of a file of sites, understood: place, unit and day; or every fault that it has."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from xiuhua.city.models import District, Site
from xiuhua.foundation.rejections import Rejection
from xiuhua.inspection.actions.campaigns import SiteGiven
from xiuhua.inspection.campaign_files import COLUMNS, key_of
from xiuhua.people.models import Organisation

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_LONGEST_VALUE = 200


@dataclass
class Rows:
    """Understands rows of one district: units and sites are read once."""

    units: Mapping[str, Organisation]
    sites: Mapping[str, Site]
    faults: list[Rejection] = field(default_factory=list)

    @classmethod
    def of(cls, district: District) -> "Rows":
        """Read the units and sites that rows may name."""
        units = {unit.code: unit for unit in Organisation.objects.filter(district_code=district.code)}
        return cls(units, {site.code: site for site in Site.objects.filter(district=district)})

    def site(self, number: int, row: Mapping[str, str]) -> SiteGiven | None:
        """The site that row ``number`` tells of; None where the row has faults, which are kept in ``faults``."""
        given = {key: text.strip() for heading, text in row.items() if (key := key_of(heading))}
        before = len(self.faults)
        for key, (_zh, _en, needed) in COLUMNS.items():
            if needed and not given.get(key):
                self.refuse(number, given, key, _("is empty"), _("fill it in"))
        unit, site = self._unit(number, given), self._site(number, given)
        place, due = self._place(number, given, site), self._day(number, given)
        own = self._number(number, given)
        if len(self.faults) > before or unit is None or place is None or due is None:
            return None
        return SiteGiven(
            given["name_zh"],
            *place,
            given["problem"],
            unit,
            due,
            name_en=given.get("name_en", ""),
            site=site,
            number=own,
        )

    def refuse(self, number: int, given: Mapping[str, str], key: str, rule: str, remedy: str) -> None:
        """Keep a fault of a row, under the heading that people know."""
        code, value = given.get("number", "")[:60], given.get(key, "")[:_LONGEST_VALUE]
        self.faults.append(Rejection(number, code, COLUMNS[key][0] if key in COLUMNS else "", value, rule, remedy))

    def _unit(self, number: int, given: Mapping[str, str]) -> Organisation | None:
        code = given.get("unit", "")
        if code and code not in self.units:
            self.refuse(
                number, given, "unit", _("there is no unit with this code in the district"),
                _("give the code as the list of organisations has it"),
            )  # fmt: skip
        return self.units.get(code)

    def _site(self, number: int, given: Mapping[str, str]) -> Site | None:
        code = given.get("site", "")
        if code and code not in self.sites:
            self.refuse(
                number, given, "site", _("there is no site with this code in the district"),
                _("give the code as the list of sites has it, or leave it out and give the place"),
            )  # fmt: skip
        return self.sites.get(code)

    def _place(self, number: int, given: Mapping[str, str], site: Site | None) -> tuple[float, float] | None:
        """The place of the row; without one, the middle of the site that it names."""
        if not given.get("lon") and not given.get("lat"):
            if site is not None:
                return middle(site)
            if not given.get("site"):
                self.refuse(
                    number,
                    given,
                    "lon",
                    _("there is no place"),
                    _("give longitude and latitude, or the code of a site"),
                )
            return None
        found = []
        for key, most in (("lon", 180.0), ("lat", 90.0)):
            try:
                value = float(given.get(key, ""))
            except ValueError:
                value = math.nan
            if not abs(value) <= most:
                self.refuse(
                    number, given, key, _("no degrees between -%(most)d and %(most)d") % {"most": most},
                    _("fill in the place in WGS-84"),
                )  # fmt: skip
            found.append(value)
        return found[0], found[1]

    def _day(self, number: int, given: Mapping[str, str]) -> date | None:
        text = given.get("due", "")
        if not text:
            return None
        try:
            parts = _DAY.fullmatch(text)
            return date(*(int(part) for part in parts.groups())) if parts else date.fromisoformat(text)
        except ValueError:
            self.refuse(number, given, "due", _("this is not a date"), _("write it as 2026-01-31"))
            return None

    def _number(self, number: int, given: Mapping[str, str]) -> int | None:
        text = given.get("number", "")
        if not text:
            return None
        if not (text.isascii() and text.isdecimal() and 0 < int(text[:12]) < 2**31):
            self.refuse(number, given, "number", _("no whole number from 1 on"), _("write a number, or leave it out"))
            return None
        return int(text)


def middle(site: Site) -> tuple[float, float]:
    """Longitude and latitude of the middle of a site."""
    return (site.min_lon + site.max_lon) / 2, (site.min_lat + site.max_lat) / 2
