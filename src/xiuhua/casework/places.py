"""Where a case lies, as rights and draws see it: every area of every kind that holds it today."""

from datetime import datetime

from xiuhua.casework.models import Case
from xiuhua.city.area_index import area_index


def area_codes(case: Case, at: datetime | None = None) -> list[str]:
    """The codes of the areas that hold the case, coarse to fine, the district first.

    Responsibility grids and whatever else a district divides itself into count, not just the kinds that a case keeps.
    """
    found = [place.code for place in area_index(case.district, at).at(case.lon, case.lat)]
    return list(dict.fromkeys([case.district.code, *found]))
