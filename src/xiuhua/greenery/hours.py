"""The sets of hours over which shade is averaged. A figure of one set is never compared with one of another."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from xiuhua.greenery.scene import Bools, Floats
from xiuhua.greenery.sun import sun

# Light that crowns let through: in leaf, and of bare deciduous crowns. 0.05 as CityShadeMapper; bare from memory.
LEAFY, BARE = 0.05, 0.55
_LEAFLESS_MONTHS = frozenset({12, 1, 2, 3})


@dataclass(frozen=True)
class Hours:
    """Sun positions (degrees) with weights that add up to one, all above the horizon; what they are called."""

    key: str
    altitude: Floats
    azimuth: Floats
    weight: Floats
    at: tuple[datetime, ...]

    def __len__(self) -> int:
        return len(self.altitude)

    @property
    def leafless(self) -> Bools:
        """At which of them deciduous crowns are bare, in the northern year."""
        return np.array([at.month in _LEAFLESS_MONTHS for at in self.at], dtype=np.bool_)


def thinned(hours: Hours, kept: int = 50) -> Hours:
    """About ``kept`` of the instants, evenly taken: for comparing many runs, where each would take minutes."""
    step = max(len(hours) // kept, 1)
    weight = hours.weight[::step]
    return Hours(hours.key, hours.altitude[::step], hours.azimuth[::step], weight / weight.sum(), hours.at[::step])


def summer(year: int, zone: str, lon: float, lat: float) -> Hours:
    """1 June to 31 August, one day a week, every quarter-hour from 10:00 to 16:00, equal weights."""
    days = [date(year, 6, 1) + timedelta(weeks=week) for week in range(14)]
    days = [day for day in days if day <= date(year, 8, 31)]
    at = [instant for day in days for instant in quarter_hours(day, zone, 10, 16)]
    return _set("summer", at, lon, lat, sun_weighted=False)


def all_day(day: date, zone: str, lon: float, lat: float) -> Hours:
    """Every quarter-hour of one day from 07:00 to 19:00, weighted by the sine of the sun's altitude."""
    return _set("all_day", quarter_hours(day, zone, 7, 19), lon, lat, sun_weighted=True)


def moments(at: list[datetime], lon: float, lat: float, key: str = "moments") -> Hours:
    """Given instants, equal weights; those of night are left out, as shade is undefined then."""
    return _set(key, at, lon, lat, sun_weighted=False)


def quarter_hours(day: date, zone: str, first_hour: int, last_hour: int) -> list[datetime]:
    """Every quarter-hour from ``first_hour``:00 to ``last_hour``:00 of the wall clock of ``zone``, both included."""
    start = datetime(day.year, day.month, day.day, first_hour, tzinfo=ZoneInfo(zone))
    return [start + timedelta(minutes=15 * step) for step in range((last_hour - first_hour) * 4 + 1)]


def _set(key: str, at: list[datetime], lon: float, lat: float, *, sun_weighted: bool) -> Hours:
    altitude, azimuth = sun(at, lon, lat)
    up = altitude > 0
    weight = np.sin(np.radians(altitude[up])) if sun_weighted else np.ones(int(up.sum()))
    if not len(weight):
        raise ValueError("the sun is below the horizon at all of these instants: shade is undefined")
    return Hours(
        key, altitude[up], azimuth[up], weight / weight.sum(), tuple(o for o, u in zip(at, up, strict=True) if u)
    )
