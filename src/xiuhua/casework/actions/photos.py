"""Take photos in: the original as it came, and the public copies, on the disk before the row says so."""

import hashlib
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework import photo_files
from xiuhua.casework.models import Case, Check, Photo, Report
from xiuhua.casework.photos import ENDINGS, PhotoRefused, Prepared, prepare
from xiuhua.foundation import events
from xiuhua.people.models import User

__all__ = ["PhotoRefused", "largest", "look_at_original", "store"]

# By which the clock of a camera may be fast; what is later was never set.
AHEAD = timedelta(days=1)


def largest() -> int:
    """How many bytes one photo may have (setting ``XIUHUA_PHOTO_MB``)."""
    return settings.XIUHUA_PHOTO_MB * 1024 * 1024


def store(
    upload: "bytes | UploadedFile[Any]",
    *,
    stage: str,
    case: Case | None = None,
    report: Report | None = None,
    check: Check | None = None,
    user: User | None = None,
    at: datetime | None = None,
    public: bool = True,
    key: UUID | None = None,
) -> Photo:
    """Keep a photo and make its public copies; each call makes a new one.

    A photo of a report that is still to come has no case yet: its ``key`` goes into ``Submission.photos``. ``key`` is
    given where the sender made it. Whether the person may add a photo is for the caller to check. Raises
    ``PhotoRefused``, or ``IntegrityError`` for a key that is there; then nothing is kept.
    """
    stage, data, now = Photo.Stage(stage), _read(upload), at or timezone.now()
    place = case or (report.case if report else None) or (check.case if check else None)
    found = prepare(data, place.district.time_zone if place else settings.TIME_ZONE)
    names = _write(data, found, now)
    photo = Photo(
        key=key or uuid4(), case=place, report=report, check_made=check, stage=stage, user=user, received_at=now,
        public=public, sha256=hashlib.sha256(data).hexdigest(), width=found.width, height=found.height,
        taken_at=found.taken_at if found.taken_at and found.taken_at <= now + AHEAD else None,
        lon=found.lon, lat=found.lat, **names,
    )  # fmt: skip
    try:
        with transaction.atomic():
            photo.save(force_insert=True)
            _tell(photo, "photo.stored", user.username if user else "public", now, bytes=len(data), format=found.format)
    except BaseException:
        _unlink(names)
        raise
    return photo


def look_at_original(photo: Photo, user: User) -> Path:
    """The file of the original, and a line in the record that ``user`` looked at it; rights are the caller's.

    Raises ``FileNotFoundError`` when it is kept no longer.
    """
    path = Path(settings.MEDIA_ROOT) / photo.original
    if not photo.original or not path.is_file():
        raise FileNotFoundError(photo.original)
    _tell(photo, "photo.original_seen", user.username, timezone.now())
    return path


def _read(upload: "bytes | UploadedFile[Any]") -> bytes:
    size = len(upload) if isinstance(upload, bytes) else upload.size or 0
    if size > largest():
        raise PhotoRefused(
            _("The photo has %(size).1f MB; at most %(most)s MB are taken.")
            % {"size": size / 1024 / 1024, "most": settings.XIUHUA_PHOTO_MB},
            _("Take it with a lower resolution, or make it smaller."),
        )
    if isinstance(upload, bytes):
        return upload
    upload.seek(0)
    return bytes(upload.read())


def _write(data: bytes, found: Prepared, now: datetime) -> dict[str, str]:
    """Write the three files. Returns their names by the column that keeps them."""
    root, day = Path(settings.MEDIA_ROOT), timezone.localdate(now)
    names: dict[str, str] = {}
    files = (
        ("original", photo_files.ORIGINALS, ENDINGS[found.format], data),
        ("copy", photo_files.COPIES, "jpg", found.copy),
        ("thumbnail", photo_files.THUMBNAILS, "jpg", found.thumbnail),
    )
    try:
        for column, folder, ending, content in files:
            names[column] = photo_files.new_name(folder, day, ending)
            photo_files.keep(root, names[column], content)
    except BaseException:
        _unlink(names)
        raise
    return names


def _unlink(names: dict[str, str]) -> None:
    for name in names.values():
        with suppress(OSError):
            (Path(settings.MEDIA_ROOT) / name).unlink(missing_ok=True)


def _tell(photo: Photo, verb: str, actor: str, at: datetime, **more: object) -> None:
    """Write what happened to the photo into a chain of its own, so that it waits for no case."""
    after = {"case": photo.case.number if photo.case else None, "stage": photo.stage, "sha256": photo.sha256, **more}
    key = f"photo:{photo.key}"
    events.record(chain=key, verb=verb, actor=actor, subject=f"casework.{key}", after=after, at=at)
