"""How plans and what-if are measured: as the district was measured last."""

from dataclasses import replace

from xiuhua.city.models import District
from xiuhua.greenery.asking import Asked
from xiuhua.greenery.measure import Options
from xiuhua.greenery.models import Measurement
from xiuhua.greenery.scene_of import Surveyed


def usual(district: District, surveyed: Surveyed) -> Options:
    """The options of the last measurement; before the first one the usual range and the summer set.

    The share of view, which takes longest and which no plan asks for, is left out.
    """
    held = Measurement.objects.filter(district=district).order_by("-made_at", "-pk")
    parameters = held.values_list("parameters", flat=True).first()
    asked = Asked(**parameters) if parameters else Asked(surveyed.day.year)
    return replace(asked, view=False, runs=0).options(surveyed.scene, district.time_zone)
