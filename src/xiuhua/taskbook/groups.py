"""What groups of values are called: the district, its areas of any kind, its units."""

from dataclasses import dataclass

from django.db.models import F

from xiuhua.city.models import Area, District, Kind, local
from xiuhua.people.models import Organisation

DISTRICT, UNIT = "district", "unit"


@dataclass(frozen=True)
class Called:
    """A name in Chinese and, where there is one, in English."""

    zh: str
    en: str

    def __str__(self) -> str:
        return local(self.zh, self.en)


@dataclass(frozen=True)
class Groups:
    """The names of the groups of a district; a code that it does not know, for instance an old one, stands as it is."""

    district: District
    areas: dict[tuple[str, str], Called]
    units: dict[str, Called]
    kinds: dict[str, Called]

    @classmethod
    def of(cls, district: District) -> "Groups":
        """Read them: of several areas with one code the latest names it."""
        named = Area.objects.filter(district=district).order_by(F("valid_from").asc(nulls_first=True), "pk")
        areas = {
            (kind, code): Called(zh or code, en)
            for kind, code, zh, en in named.values_list("kind", "code", "name_zh", "name_en")
        }
        bodies = Organisation.objects.filter(district_code=district.code)
        units = {code: Called(zh, en) for code, zh, en in bodies.values_list("code", "name_zh", "name_en")}
        kinds = {kind.key: Called(kind.name_zh, kind.name_en) for kind in Kind.objects.filter(domain="area")}
        return cls(district, areas, units, kinds)

    def name(self, scope: str, code: str) -> Called:
        """What the group ``code`` of ``scope`` is called."""
        if scope == DISTRICT:
            return Called(self.district.name_zh, self.district.name_en)
        found = self.units.get(code) if scope == UNIT else self.areas.get((scope, code))
        return found or Called(code, "")

    def scope(self, scope: str) -> Called:
        """What groups of ``scope`` are called."""
        if scope == DISTRICT:
            return Called("全区", "District")
        return Called("单位", "Units") if scope == UNIT else self.kinds.get(scope, Called(scope, ""))
