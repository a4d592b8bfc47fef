"""What is odd about a check: marked with its figure for a person to judge, nothing is refused. Pure computation.

| flag | figure | with |
|---|---|---|
| ``too_fast`` | km/h between this check and one just before or after it | key of the other check |
| ``off_object`` | metres from the object | |
| ``inexact`` | metres that the phone may err | |
| ``no_position`` | | |
| ``same_picture`` | bits of 64 in which the two pictures differ | key of the other check |
| ``unreadable_photo`` | | key of the photo |
| ``old_photo`` | minutes by which the photo is older than the check | key of the photo |
| ``far_photo`` | metres from the object | key of the photo |
| ``hasty`` | seconds from opening the form to the end | |
| ``crowded`` | checks within ten minutes | |
| ``other_time`` | minutes outside the time of the visit | |
| ``wet``, ``wind``, ``humidity``, ``unknown_weather`` | force or per cent, where they were told | |
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from xiuhua.foundation.geometry import distance_m
from xiuhua.inspection.phash import NEAR, distance

# Faster than a car comes through a city from one place to the next, with parking.
FASTEST_KMH = 80.0
# Beside the object, and how wide it is drawn: by that a position may be off beyond what the phone says it may err.
BESIDE_M = 30.0
# A position that may err more says nothing about a piece of 300 m.
INEXACT_M = 150.0
FAR_PHOTO_M = 200.0
OLD_PHOTO = timedelta(minutes=30)
# Looking along 300 m and filling in the form takes longer.
LEAST = timedelta(seconds=60)
WINDOW, MOST_IN_WINDOW = timedelta(minutes=10), 3

type Flag = dict[str, Any]


@dataclass(frozen=True)
class Look:
    """Where and when somebody made a check; a place that was not measured is None."""

    key: str
    at: datetime
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None


@dataclass(frozen=True)
class Shot:
    """A photo of a check with what its original tells; distance to the object in metres."""

    key: str
    phash: str
    taken_at: datetime | None = None
    distance_m: float | None = None


def of_speed(look: Look, others: Iterable[Look]) -> list[Flag]:
    """``too_fast`` for the fastest way to or from another check; what both phones may err is given away."""
    worst: Flag | None = None
    placed = [(each, each.lon, each.lat) for each in others if each.lon is not None and each.lat is not None]
    if look.lon is None or look.lat is None or not placed:
        return []
    there = np.array([(lon, lat) for _each, lon, lat in placed])
    ways = np.asarray(distance_m(look.lon, look.lat, there[:, 0], there[:, 1]))
    for (other, _lon, _lat), way in zip(placed, ways.tolist(), strict=True):
        metres = way - ((look.accuracy_m or 0) + (other.accuracy_m or 0))
        # Two checks in one second are as far apart as a second.
        seconds = max(abs((look.at - other.at).total_seconds()), 1.0)
        speed = round(max(metres, 0.0) / seconds * 3.6, 1)
        if speed > FASTEST_KMH and (worst is None or speed > worst["figure"]):
            worst = {"flag": "too_fast", "figure": speed, "with": other.key}
    return [worst] if worst else []


def of_place(look: Look, distance_to_object: float | None) -> list[Flag]:
    """``no_position``, ``inexact`` or ``off_object``."""
    if look.lon is None or look.lat is None or distance_to_object is None:
        return [{"flag": "no_position", "figure": None}]
    accuracy = look.accuracy_m or 0.0
    found: list[Flag] = []
    if accuracy > INEXACT_M:
        found.append({"flag": "inexact", "figure": round(accuracy)})
    # Whoever says that the phone may err by kilometres is not thereby everywhere.
    if distance_to_object > min(accuracy, INEXACT_M) + BESIDE_M:
        found.append({"flag": "off_object", "figure": round(distance_to_object)})
    return found


def of_photos(shots: Sequence[Shot], began_at: datetime) -> list[Flag]:
    """``old_photo`` and ``far_photo``, by what the originals tell of themselves."""
    found: list[Flag] = []
    for shot in shots:
        if shot.taken_at is not None and shot.taken_at < began_at - OLD_PHOTO:
            minutes = round((began_at - shot.taken_at).total_seconds() / 60)
            found.append({"flag": "old_photo", "figure": minutes, "with": shot.key})
        if shot.distance_m is not None and shot.distance_m > FAR_PHOTO_M:
            found.append({"flag": "far_photo", "figure": round(shot.distance_m), "with": shot.key})
    return found


def of_pictures(shots: Sequence[Shot], known: Iterable[tuple[str, str]]) -> list[Flag]:
    """``same_picture`` for each photo that is like one of ``known`` (digest, key of its check); the nearest one."""
    found: list[Flag] = []
    listed = list(known)
    for shot in shots:
        near = [(distance(shot.phash, digest), key) for digest, key in listed]
        bits, key = min(near, default=(NEAR + 1, ""))
        if bits <= NEAR:
            found.append({"flag": "same_picture", "figure": bits, "with": key})
    return found


def unreadable(photo: str) -> Flag:
    """``unreadable_photo``: its file is damaged, there is nothing to see."""
    return {"flag": "unreadable_photo", "figure": None, "with": photo}


def of_haste(look: Look, began_at: datetime, others: Iterable[datetime]) -> list[Flag]:
    """``hasty``: shorter than looking takes; ``crowded``: too many checks of one person in ten minutes."""
    found: list[Flag] = []
    if (lasted := look.at - began_at) < LEAST:
        found.append({"flag": "hasty", "figure": round(lasted.total_seconds())})
    moments = sorted([look.at, *others])
    most = max(
        sum(start <= each <= start + WINDOW for each in moments)
        for start in moments
        if start <= look.at <= start + WINDOW
    )
    if most > MOST_IN_WINDOW:
        found.append({"flag": "crowded", "figure": most})
    return found


def of_time(outside: timedelta) -> list[Flag]:
    """``other_time``: so long before or after the time of the visit."""
    minutes = round(outside.total_seconds() / 60)
    return [{"flag": "other_time", "figure": minutes}] if minutes > 0 else []


def of_weather(unmet: Iterable[str], weather: Mapping[str, Any]) -> list[Flag]:
    """One flag for each condition that was not met, with what was told of it."""
    return [{"flag": key, "figure": weather.get(key) if key in {"wind", "humidity"} else None} for key in unmet]
