"""Where a report is: coordinates, the code of an object of the city, or an address in words."""

import re
from collections.abc import Iterator, Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework.models import Report
from xiuhua.casework.refusals import Refused
from xiuhua.casework.submission import Submission, places
from xiuhua.city.models import District
from xiuhua.city.queries import Found, search
from xiuhua.city.search import normalise
from xiuhua.interop.open311.coordinates import coordinates
from xiuhua.interop.open311.faults import fault, raise_all

LONGEST = 200
# Areas say where a thing is only roughly: none of them is a place to go to.
ROUGH = "areas"
NAMED = 3  # places that are named to somebody who has to choose
_NUMBER = re.compile(
    r"\s*[#№]?\d+[\d\-/A-Za-z]*\s*(?:号楼|号院|号|弄|栋|幢|室|层|米).*$|^\s*\d+[\w\-/]*\s+|[\s,]+\d+\w{0,2}\s*$"
)


def placed(district: District, form: Mapping[str, str]) -> tuple[float, float, str]:
    """Longitude, latitude and how they were told; coordinates win over a code, a code over words.

    Raises ``Faulty`` for a place that cannot be read, is not known, or lies outside the district.
    """
    point, faults = coordinates(form)
    raise_all(faults)
    code, words = ((form.get(name) or "").strip() for name in ("address_id", "address_string"))
    if len(words) > LONGEST:
        text = _("address_string has more than %(longest)s characters.")
        raise fault("address", text % {"longest": LONGEST})
    if point is not None:
        _check_within(district, *point)
        return *point, "map"
    if code:
        return *from_code(district, code), "address"
    if words:
        return *from_address(district, words), "address"
    raise fault("location_missing", _("Give lat and long, address_string or address_id."))


def _check_within(district: District, lon: float, lat: float) -> None:
    try:
        places(Submission("", district, Report.Source.OPEN311, lon, lat), timezone.now())
    except Refused as refusal:
        raise fault("outside", f"{refusal.reason} {refusal.remedy}") from None


def from_address(district: District, text: str) -> tuple[float, float]:
    """The point of an address: a street, building or site that it names. Raises ``Faulty`` when none or several are.

    The number of the house is left out where no building bears it; what stands before commas is tried first.
    """
    for words in _tries(text):
        found = [one for one in search(district, words, limit=20) if one.layer != ROUGH]
        exact = [one for one in found if normalise(words) in {normalise(one.title_zh), normalise(one.title_en)}]
        if chosen := _one(exact or found):
            return chosen.lon, chosen.lat
        if found:
            names = ", ".join(dict.fromkeys(one.title_zh or one.code for one in found[:NAMED]))
            raise fault("address", _("Several places are called like “%(text)s”: %(names)s. Give lat and long.") % {
                "text": words[:80], "names": names})  # fmt: skip
    raise fault("address", _("The address “%(text)s” is not known here. Give lat and long.") % {"text": text[:80]})


def from_code(district: District, code: str) -> tuple[float, float]:
    """The point of the object that bears this code. Raises ``Faulty`` when there is none."""
    found = [one for one in search(district, code, limit=20) if one.code == code and one.layer != ROUGH]
    if not found:
        raise fault("address", _("The address_id %(code)s is not known here. Give lat and long.") % {"code": code[:80]})
    return found[0].lon, found[0].lat


def _one(found: list[Found]) -> Found | None:
    """The place, when all that was found is called the same."""
    return found[0] if found and len({one.title_zh or one.title_en or one.code for one in found}) == 1 else None


def _tries(text: str) -> Iterator[str]:
    """The address as it is, then its parts, then both without the number of the house; each once."""
    pieces = [text, *re.split(r"[,，;；\n]+", text)]
    tried = [*pieces, *(_NUMBER.sub("", piece) for piece in pieces)]
    yield from dict.fromkeys(piece.strip() for piece in tried if len(normalise(piece)) > 1)
