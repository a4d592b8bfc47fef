"""How a district is measured: what was asked, as it is stored beside the figures and digested with the scene."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from xiuhua.greenery.hours import Hours, all_day, summer
from xiuhua.greenery.measure import Options
from xiuhua.greenery.panorama import AZIMUTHS
from xiuhua.greenery.scene import Scene
from xiuhua.greenery.sight import RANGE_M

HOURS = ("summer", "day")
# Runs with shifted data behind the bands of a figure that is published.
RUNS = 20


@dataclass(frozen=True)
class Asked:
    """Range of sight (m); set of hours and its year; whether crowns hide trees; the share of view; perturbed runs."""

    year: int
    range_m: float = RANGE_M
    hours: str = "summer"
    crowns_block: bool = False
    view: bool = True
    runs: int = 0

    def said(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)

    def options(self, scene: Scene, zone: str) -> Options:
        """What the kernels are given for ``scene`` on the clock of ``zone``."""
        return Options(
            self.sky(scene, zone), self.range_m, crowns_block=self.crowns_block, azimuths=AZIMUTHS if self.view else 0
        )

    def sky(self, scene: Scene, zone: str) -> Hours:
        """The hours of shade: summer, or 15 July from 7:00 to 19:00."""
        if self.hours == "summer":
            return summer(self.year, zone, scene.lon, scene.lat)
        return all_day(date(self.year, 7, 15), zone, scene.lon, scene.lat)
