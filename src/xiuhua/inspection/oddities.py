"""What is odd about a check, looked up among everything that was sent before; see ``flags``."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from xiuhua.casework.models import Photo
from xiuhua.foundation.single import find_values
from xiuhua.inspection import flags, phash
from xiuhua.inspection.flags import Flag, Look, Shot
from xiuhua.inspection.models import Check, CheckPhoto, Visit
from xiuhua.inspection.outline import distance_m
from xiuhua.inspection.sent import CheckSent

# Farther apart in time than this, two checks say nothing of each other's speed or haste.
_NEAR = timedelta(hours=2)
_AROUND = "inspector_id = %s AND seen_at BETWEEN %s AND %s AND key <> %s"


def digest_of(photo: Photo) -> str:
    """The perceptual digest of a stored photo, by its small public copy; empty where there is none, perhaps not yet."""
    if not photo.thumbnail:
        return ""
    try:
        return phash.digest((Path(settings.MEDIA_ROOT) / photo.thumbnail).read_bytes())
    except OSError:
        return ""


def of_check(
    sent: CheckSent, photos: Sequence[tuple[Photo, str]], distance: float | None, unmet: list[str]
) -> list[Flag]:
    """Every flag of a check that is not kept yet; ``photos`` come with their digests, ``distance`` is to the frame."""
    look = Look(str(sent.key), sent.seen_at, sent.lon, sent.lat, sent.accuracy_m)
    around = find_values(
        Check, ("key", "seen_at", "lon", "lat", "accuracy_m"), _AROUND,
        ("inspector_id", sent.inspector.pk), ("seen_at", sent.seen_at - _NEAR), ("seen_at", sent.seen_at + _NEAR),
        ("key", sent.key),
    )  # fmt: skip
    shots = [_shot(photo, digest, sent) for photo, digest in photos]
    return [
        *flags.of_speed(look, [Look(str(key), at, lon, lat, metres) for key, at, lon, lat, metres in around]),
        *flags.of_place(look, distance),
        *flags.of_pictures(shots, alike(shots)),
        *(flags.unreadable(str(photo.key)) for photo, _digest in photos if photo.unreadable),
        *flags.of_photos(shots, sent.began_at),
        *flags.of_haste(look, sent.began_at, [at for _key, at, *_place in around]),
        *(flags.of_time(_outside(sent.visit, sent)) if sent.visit else []),
        *flags.of_weather(unmet, sent.weather),
    ]


def _shot(photo: Photo, digest: str, sent: CheckSent) -> Shot:
    far = None
    if photo.lon is not None and photo.lat is not None:
        far = distance_m(sent.frame.geom, photo.lon, photo.lat)
    return Shot(str(photo.key), digest, photo.taken_at, far)


def alike(shots: Sequence[Shot], before: Check | None = None) -> list[tuple[str, str]]:
    """Digest and check of every photo, of checks taken before ``before``, that shares a band with one of ``shots``."""
    bands = {band for shot in shots for band in phash.bands(shot.phash)}
    if not bands:
        return []
    rows = CheckPhoto.objects.filter(bands__band__in=bands)
    if before is not None:
        rows = rows.filter(made__lt=before.pk)
    return [(digest, str(key)) for digest, key in rows.values_list("phash", "made__key").distinct()]


def _outside(visit: Visit, sent: CheckSent) -> timedelta:
    """How long before or after the hours of the visit somebody looked, on the clock of the district."""
    zone = ZoneInfo(sent.frame.district.time_zone)
    begins, ends = (datetime.combine(visit.day, time, zone) for time in (visit.begins, visit.ends))
    if ends <= begins:
        ends += timedelta(days=1)
    return max(begins - sent.seen_at, sent.seen_at - ends, timedelta())
