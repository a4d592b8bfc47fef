"""What the address of a page of quality asks for: district, month, kind; a 404 that says where to go instead."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from xiuhua.city.choice import chosen_district
from xiuhua.city.models import District
from xiuhua.city.pages.asked import district_of
from xiuhua.inspection.quality_queries import KINDS, months_inspected
from xiuhua.people.permissions import grants

LENGTH = 40


@dataclass(frozen=True)
class Asking:
    """A reader at the index of a district: months that can be shown, the month and the kind that are."""

    district: District
    inside: bool
    months: list[date]
    month: date | None
    kind: str


def asked(request: HttpRequest, district_code: str) -> Asking:
    """The district, ``?month=`` (else the newest that is over) and ``?kind=`` (else roads). Raises Http404."""
    district = chosen_district(request)
    if district is None or district.code != district_code:
        district = district_of(district_code)
    inside = bool(grants(request.user, "inspection.read", district_code=district.code))
    months = months_inspected(district, inside=inside)
    over = months_inspected(district, inside=False)
    wanted = _text(request, "month")
    month = next((each for each in months if f"{each:%Y-%m}" == wanted), None)
    if month is None and months:
        month = over[-1] if over else months[-1]
    kind = _text(request, "kind")
    return Asking(district, inside, months, month, kind if kind in KINDS else KINDS[0])


def _text(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").strip()[:LENGTH]
