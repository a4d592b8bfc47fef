"""How plans and what-if are measured: as the district was measured last."""

from dataclasses import replace

from xiuhua.city.models import District
from xiuhua.greenery.asking import Asked
from xiuhua.greenery.measure import Options
from xiuhua.greenery.queries import last_asked
from xiuhua.greenery.scene_of import Surveyed


def usual(district: District, surveyed: Surveyed) -> Options:
    """The options of the last measurement; before the first one the usual range and the summer set.

    The share of view, which takes longest and which no plan asks for, is left out.
    """
    asked = last_asked(district) or Asked(surveyed.day.year)
    return replace(asked, view=False, runs=0).options(surveyed.scene, district.time_zone)
