"""What the address of a page of greenery asks for: the district and its last measurement."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from xiuhua.city.choice import chosen_district
from xiuhua.city.layers import LAYERS
from xiuhua.city.models import District
from xiuhua.city.pages.asked import district_of
from xiuhua.greenery.measure import Options
from xiuhua.greenery.models import Measurement
from xiuhua.greenery.queries import asked_of, latest
from xiuhua.greenery.scene_of import Surveyed


@dataclass(frozen=True)
class Asking:
    """A reader at a district: what was measured last, None where nothing was yet."""

    district: District
    measurement: Measurement | None


def asked(request: HttpRequest, district_code: str) -> Asking:
    """The district of the address with its last measurement. Raises Http404."""
    district = chosen_district(request)
    if district is None or district.code != district_code:
        district = district_of(district_code)
    return Asking(district, latest(district))


def options_of(measurement: Measurement, surveyed: Surveyed, zone: str) -> Options:
    """How the measurement was made: what a card shows must be measured with the same."""
    return asked_of(measurement).options(surveyed.scene, zone)


def not_measured(request: HttpRequest, asking: Asking, layer: str, code: str) -> HttpResponse:
    """404 for an object that the last measurement says nothing of: and why. Raises Http404 without the object."""
    item = LAYERS[layer].model._default_manager.filter(district=asking.district, code=code).first()
    if item is None:
        raise Http404(_("There is no such object in this district."))
    context = {"district": asking.district, "measurement": asking.measurement, "layer": layer, "item": item}
    return render(request, "greenery/not_measured.html", context, status=404)
