"""Whether a gate stands at the green space it is said to belong to."""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from xiuhua.city.actions.references import Refused
from xiuhua.city.models import GreenSpace
from xiuhua.foundation.geometry import from_wkb, metres_per_degree

# A gate may stand beside the boundary, as far as a fence is drawn from the lawn behind it or a survey is off.
FARTHEST_M = 60.0


class Boundaries:
    """The boundaries of green spaces in metres, each read when the first gate names its green space."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[BaseGeometry, npt.NDArray[np.float64]]] = {}

    def check(self, green: int, row: dict[str, Any]) -> None:
        """Raise Refused where ``row`` (``lon``, ``lat`` in degrees) stands away from the boundary of ``green`` (id)."""
        if green not in self._held:
            shape = from_wkb(GreenSpace.objects.values_list("geom", flat=True).get(pk=green))
            scale = np.array(metres_per_degree(shape.centroid.y))
            self._held[green] = (shapely.transform(shape, lambda degrees: degrees * scale).boundary, scale)
        boundary, scale = self._held[green]
        distance = float(boundary.distance(shapely.Point(np.array([row["lon"], row["lat"]]) * scale)))
        if distance > FARTHEST_M:
            raise Refused(
                "lon, lat",
                f"{row['lon']}, {row['lat']}",
                _("the gate stands %(distance)d m from the boundary of green space %(code)s; %(most)d m are allowed")
                % {"distance": round(distance), "code": row["green"], "most": FARTHEST_M},
                _("correct the position, or name the green space that the gate leads into"),
            )
