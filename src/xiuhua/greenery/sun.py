"""Where the sun stands: true altitude and azimuth after the low-precision formula of the Astronomical Almanac.

Within 0.008 degrees in altitude and 0.017 in azimuth of pvlib's SPA over a year at Wuxi. True altitude, without
refraction, which matters only below ten degrees. Azimuth runs clockwise from north. Source: The Astronomical Almanac,
section C, "low precision formulas for the Sun"; Michalsky 1988.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from xiuhua.greenery.scene import Floats

_J2000_S = datetime(2000, 1, 1, 12, tzinfo=UTC).timestamp()
_DAY_S = 86_400.0


def sun(at: Sequence[datetime], lon: float, lat: float) -> tuple[Floats, Floats]:
    """Altitude and azimuth (degrees) at each instant; raises ValueError for an instant without a zone."""
    if any(one.tzinfo is None for one in at):
        raise ValueError("an instant without a time zone says nothing about the sun")
    n = (np.array([one.timestamp() for one in at], dtype=np.float64) - _J2000_S) / _DAY_S
    mean, anomaly = 280.460 + 0.9856474 * n, np.radians(357.528 + 0.9856003 * n)
    ecliptic = np.radians(mean + 1.915 * np.sin(anomaly) + 0.020 * np.sin(2 * anomaly))
    tilt = np.radians(23.439 - 4e-7 * n)
    ascension = np.arctan2(np.cos(tilt) * np.sin(ecliptic), np.cos(ecliptic))
    declination = np.arcsin(np.sin(tilt) * np.sin(ecliptic))
    sidereal_h = 6.697375 + 0.0657098242 * n + (n * 24 + 12) % 24
    hour = np.radians(sidereal_h * 15 + lon) - ascension
    phi = np.radians(lat)
    up = np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.cos(hour)
    east = -np.cos(declination) * np.sin(hour)
    north = np.cos(phi) * np.sin(declination) - np.sin(phi) * np.cos(declination) * np.cos(hour)
    return np.degrees(np.arcsin(np.clip(up, -1, 1))), np.degrees(np.arctan2(east, north)) % 360
