"""Measure now: who may asks for a measurement, which a job makes in the background."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xiuhua.city.models import Building, District
from xiuhua.city.pages.asked import district_of
from xiuhua.greenery import tasks
from xiuhua.greenery.rights import MEASURE
from xiuhua.people.permissions import require


@require_POST
@require(MEASURE)
def measure(request: HttpRequest, district_code: str) -> HttpResponse:
    """Ask for a measurement, once at a time."""
    district = district_of(district_code)
    if under_way(district):
        messages.info(request, _("The district is being measured already."))
    elif not Building.objects.filter(district=district).exists():
        messages.warning(request, _("The district has no buildings yet: load them first."))
    else:
        tasks.measure_now.enqueue(district.code, str(request.user))
        messages.success(request, _("The district will be measured; it takes some minutes. Come back to this page."))
    return redirect("greenery:overview", district.code)


def under_way(district: District) -> bool:
    """Whether a measurement waits or runs."""
    return tasks.under_way(district.code, tasks.measure_now, tasks.measure_in_background)
