"""Where cameras saw, over JSON: a program tells places and instants, and the map of every inch knows them at once."""

from datetime import UTC
from typing import Annotated, Any

import numpy as np
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import ConfigDict, Field

from xiuhua.casework.api.problems import WRITTEN
from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.city.api_inputs import Latitude, Longitude, Text, district_of
from xiuhua.city.area_index import area_index
from xiuhua.inspection.actions.cells import see
from xiuhua.inspection.api.checks import Moment
from xiuhua.inspection.api.router import router
from xiuhua.people.api_account import account, sender
from xiuhua.people.permissions import refusal

PERMISSION = "inspection.see"
SOURCE = "camera"


class SightingIn(Schema):
    """A place (degrees, WGS 84) that a camera had in its picture, and when."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    lon: Longitude
    lat: Latitude
    at: Moment


class SightingsIn(Schema):
    """What cameras of a district saw; places lie in the district."""

    model_config = ConfigDict(extra="forbid")

    district: Text
    seen: Annotated[list[SightingIn], Field(min_length=1, max_length=5000)]


class SightingsOut(Schema):
    """``changed`` squares of 100 m have a later instant now; ``ahead`` sightings lay ahead of our clock: left out."""

    changed: int
    ahead: int


@router.post("/sightings", response={200: SightingsOut, **WRITTEN}, auth=account, summary="Tell what cameras saw")
def send_sightings(request: HttpRequest, given: SightingsIn) -> Any:
    """All of them or none: one place outside the district refuses what was sent. The same again changes nothing."""
    district, user = district_of(given.district), sender(request)
    if user is None or (why := refusal(user, PERMISSION, district.code)):
        raise Forbidden(why if user else _("This needs an account."), _("Ask the district for this right."))
    areas = area_index(district)
    for number, each in enumerate(given.seen, 1):
        if not areas.at(each.lon, each.lat):
            raise Refused(
                _("Sighting %(number)s lies outside %(district)s: %(place)s.")
                % {"number": number, "district": district.name, "place": f"{each.lon:.5f}, {each.lat:.5f}"},
                _("Send each district its own places, in degrees of WGS 84. Nothing of this was kept."),
            )
    now = timezone.now()
    instants = np.array([each.at.astimezone(UTC).replace(tzinfo=None) for each in given.seen], "datetime64[us]")
    changed = see(
        district, [each.lon for each in given.seen], [each.lat for each in given.seen], instants, SOURCE,
        actor=user.username,
    )  # fmt: skip
    return {"changed": changed, "ahead": sum(each.at > now for each in given.seen)}
