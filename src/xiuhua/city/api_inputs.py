"""What requests of the JSON interface give: text, places, districts, categories, times; refused with a remedy."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from ninja import Path
from pydantic import Field, StringConstraints

from xiuhua.city import queries
from xiuhua.city.models import Code, District
from xiuhua.foundation.problems import bad_request, not_found
from xiuhua.foundation.single import find_same

Text = Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00]*$")]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, description="Degrees, WGS-84")]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, description="Degrees, WGS-84")]
Identity = Annotated[int, Path(ge=1, le=2**63 - 1)]
FIRST_YEAR, LAST_YEAR = 1990, 2100


def district_of(code: str) -> District:
    """The district with this code; 404 without."""
    found = find_same(District, code=code)
    if found is None:
        raise not_found(
            _("There is no district %(code)s.") % {"code": code}, _("Use a code that /api/city/districts lists.")
        )
    return found


def category_of(reference: str) -> Code:
    """The category ``set@version:code``; 400 for a bare code, 404 where there is none."""
    if "@" not in reference or ":" not in reference:
        raise bad_request(
            _("“%(text)s” names no code set: a bare code means different things in different sets.")
            % {"text": reference},
            _("Write the category as set@version:code; /api/city/codes lists them."),
        )
    found = queries.find_category(reference)
    if found is None:
        raise not_found(
            _("There is no category %(text)s.") % {"text": reference}, _("Use one that /api/city/codes lists.")
        )
    return found


def instant_of(district: District, text: str) -> datetime:
    """The instant of an ISO 8601 text, without a zone on the clock of the district; 400 for no time."""
    # A plus sign that was not escaped in the address arrives as a space.
    head, space, zone = text.rpartition(" ")
    tidy = f"{head}+{zone}" if space and "T" in head else text
    try:
        found = datetime.fromisoformat(tidy)
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise bad_request(
            _("“%(text)s” is no time that can be answered for.") % {"text": text},
            _("Write an ISO 8601 time between %(first)d and %(last)d, e.g. 2026-05-01T08:00.")
            % {"first": FIRST_YEAR, "last": LAST_YEAR},
        )
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(district.time_zone))
