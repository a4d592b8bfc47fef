"""Instants as clients write and read them: ISO 8601 with a zone and without fractions."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_WRITTEN = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:[Tt ](?P<clock>\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s*(?P<zone>[Zz]|[+\- ]?\d{2}:?\d{2})?)?",
    re.ASCII,
)
_FIRST, _LAST = datetime(2, 1, 1), datetime(9998, 12, 31)  # noqa: DTZ001 - compared before the zone is known
_FURTHEST = timedelta(hours=14)


def parse(text: str, zone: ZoneInfo, *, end_of_day: bool = False) -> datetime:
    """The instant (UTC) that ``text`` names; without a zone in that of the jurisdiction. Raises ``ValueError``.

    Zones are ``Z``, ``+08:00`` or ``+0800``; a plus that arrived as a space counts. A bare day is its first second,
    or its last with ``end_of_day``. Fractions are dropped.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    day, clock, offset = found["day"], found["clock"], found["zone"]
    if clock is None:
        at = datetime.combine(datetime.fromisoformat(day), time(23, 59, 59) if end_of_day else time())
    else:
        at = datetime.fromisoformat(f"{day}T{clock}")
    # No zone may lead out of the calendar.
    if not _FIRST <= at <= _LAST:
        raise ValueError(text)
    if offset is None:
        return at.replace(tzinfo=zone).astimezone(UTC)
    return (at - _shift(offset)).replace(tzinfo=UTC)


def _shift(offset: str) -> timedelta:
    """How far ahead of Greenwich ``Z``, ``+08:00``, ``+0800`` or `` 08:00`` is. Raises ``ValueError``."""
    if offset in {"Z", "z"}:
        return timedelta()
    digits = offset.lstrip("+- ").replace(":", "")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if shift > _FURTHEST:
        raise ValueError(offset)
    return -shift if offset[0] == "-" else shift


def written(at: datetime | None, zone: ZoneInfo) -> str | None:
    """The instant as clients read it, in the zone of the jurisdiction, whole seconds; None for none."""
    return None if at is None else at.astimezone(zone).isoformat(timespec="seconds")
