"""How plans and what-if are measured: the summer set of the year of the data, the usual range of sight."""

from xiuhua.city.models import District
from xiuhua.greenery.hours import summer
from xiuhua.greenery.measure import Options
from xiuhua.greenery.scene_of import Surveyed


def usual(district: District, surveyed: Surveyed) -> Options:
    """The options; the share of view, which takes longest, is left out."""
    scene = surveyed.scene
    return Options(summer(surveyed.day.year, district.time_zone, scene.lon, scene.lat), azimuths=0)
