"""When and where a photo was taken, from its EXIF tags. Whatever does not make sense counts as not said.

Tags: Exif 2.32 (CIPA DC-008): DateTimeOriginal, OffsetTimeOriginal, GPSLatitude and their like.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image
from PIL.ExifTags import IFD, Base

_TIME = re.compile(r"(\d{4})[:\-](\d\d)[:\-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
# Taken, digitised, changed: the first that is there.
_TIMES = (
    (Base.DateTimeOriginal, Base.OffsetTimeOriginal),
    (Base.DateTimeDigitized, Base.OffsetTimeDigitized),
    (Base.DateTime, Base.OffsetTime),
)
_LATITUDE, _LONGITUDE = (1, 2, "S", 90), (3, 4, "W", 180)
# Before digital cameras there is only a clock that was never set.
_FIRST_YEAR, _LARGEST_OFFSET = 1995, timedelta(hours=14)


def taken(exif: Image.Exif, zone: str) -> datetime | None:
    """When the photo was taken (UTC); a time without an offset is read on the clock of ``zone``."""
    try:
        tags: dict[int, Any] = {**exif, **exif.get_ifd(IFD.Exif)}
    except Exception:  # noqa: BLE001 - whatever broken tags raise
        return None
    for time_tag, offset_tag in _TIMES:
        found = _TIME.match(_text(tags.get(time_tag)))
        if found is None:
            continue
        try:
            local = datetime(*map(int, found.groups()), tzinfo=_offset(tags.get(offset_tag)) or ZoneInfo(zone))  # type: ignore[arg-type,misc]
            instant = local.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
        if instant.year >= _FIRST_YEAR:
            return instant
    return None


def position(exif: Image.Exif) -> tuple[float, float] | None:
    """Longitude and latitude in degrees (WGS 84), if the camera knew both."""
    try:
        tags = exif.get_ifd(IFD.GPSInfo)
        lat, lon = _degrees(tags, *_LATITUDE), _degrees(tags, *_LONGITUDE)
    except Exception:  # noqa: BLE001 - whatever broken tags raise
        return None
    # Nought and nought is what a camera writes that has no fix.
    return (lon, lat) if lon is not None and lat is not None and (lon or lat) else None


def _degrees(tags: Mapping[int, Any], reference: int, value: int, negative: str, limit: int) -> float | None:
    parts = tags.get(value)
    if not isinstance(parts, tuple) or not 1 <= len(parts) <= 3:  # noqa: PLR2004 - degrees, minutes, seconds
        return None
    degrees = sum(float(part) / 60**place for place, part in enumerate(parts))
    if _text(tags.get(reference)).strip().upper() == negative:
        degrees = -degrees
    return degrees if math.isfinite(degrees) and abs(degrees) <= limit else None


def _offset(value: Any) -> timezone | None:
    found = _OFFSET.match(_text(value))
    if found is None:
        return None
    away = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(away if found[1] == "+" else -away) if away <= _LARGEST_OFFSET else None


def _text(value: Any) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else str(value or "")
