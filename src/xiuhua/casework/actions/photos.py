"""Take photos in: the original as it came, on the disk before the row says so, and the public copies at once or later.

``store`` draws the public copies before it answers, so that a damaged photo is refused while its sender is there.
``store_arrived`` is for what phones send from the street, many at once and late: it looks at the header, and the
copies are drawn afterwards (``photo_copies``).
"""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
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
from xiuhua.casework.photos import ENDINGS, Drawn, Looked, PhotoRefused, Prepared, look, prepare
from xiuhua.foundation import events
from xiuhua.foundation.models import Event
from xiuhua.foundation.together import write
from xiuhua.people.models import User

__all__ = ["PhotoRefused", "largest", "look_at_original", "store", "store_arrived"]

# By which the clock of a camera may be fast; what is later was never set.
AHEAD = timedelta(days=1)

# Column that keeps the name, folder, ending, content.
type File = tuple[str, str, str, bytes]


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
    photo = Photo(
        key=key or uuid4(), case=place, report=report, check_made=check, stage=stage, user=user, public=public
    )
    names = _write(data, found, now)
    try:
        _keep(photo, data, found, names, hashlib.sha256(data).hexdigest(), now)
    except BaseException:
        unlink(names)
        raise
    return photo


def store_arrived(path: Path, data: bytes, sha256: str, *, key: UUID, user: User, at: datetime | None = None) -> Photo:
    """Keep the photo of a check that lies whole in the file ``path``, which becomes its original; drawn later.

    ``data`` is what the file holds, ``sha256`` its digest. Raises ``PhotoRefused``, then the file stays where it is,
    or ``IntegrityError`` for a key that is there, then it is gone.
    """
    now, found = at or timezone.now(), look(data, settings.TIME_ZONE)
    name = photo_files.new_name(photo_files.ORIGINALS, timezone.localdate(now), ENDINGS[found.format])
    photo = Photo(key=key, stage=Photo.Stage.CHECK, user=user, waiting=True)
    try:
        photo_files.adopt(Path(settings.MEDIA_ROOT), name, path)
        _keep(photo, data, found, {"original": name}, sha256, now)
    except BaseException:
        unlink({"original": name})
        raise
    return photo


def _keep(photo: Photo, data: bytes, found: Looked, names: dict[str, str], sha256: str, now: datetime) -> None:
    """Write the row of a photo whose files are there, and its event."""
    photo.received_at, photo.sha256, photo.width, photo.height = now, sha256, found.width, found.height
    photo.taken_at = found.taken_at if found.taken_at and found.taken_at <= now + AHEAD else None
    photo.lon, photo.lat = found.lon, found.lat
    for column, name in names.items():
        setattr(photo, column, name)
    actor = photo.user.username if photo.user else "public"
    with transaction.atomic():
        write([], [photo], _told(photo, "photo.stored", actor, now, bytes=len(data), format=found.format))


def look_at_original(photo: Photo, user: User) -> Path:
    """The file of the original, and a line in the record that ``user`` looked at it; rights are the caller's.

    Raises ``FileNotFoundError`` when it is kept no longer.
    """
    path = Path(settings.MEDIA_ROOT) / photo.original
    if not photo.original or not path.is_file():
        raise FileNotFoundError(photo.original)
    tell(photo, "photo.original_seen", user.username, timezone.now())
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
    original = ("original", photo_files.ORIGINALS, ENDINGS[found.format], data)
    return _files([original, *_public(found)], timezone.localdate(now))


def write_copies(drawn: Drawn, day: date) -> dict[str, str]:
    """Write the public copies. Returns their names by the column that keeps them."""
    return _files(_public(drawn), day)


def _public(drawn: Drawn) -> list[File]:
    return [
        ("copy", photo_files.COPIES, "jpg", drawn.copy),
        ("thumbnail", photo_files.THUMBNAILS, "jpg", drawn.thumbnail),
    ]


def _files(files: Iterable[File], day: date) -> dict[str, str]:
    """Write all of the files or none. Returns their names by column."""
    names: dict[str, str] = {}
    try:
        for column, folder, ending, content in files:
            names[column] = photo_files.new_name(folder, day, ending)
            photo_files.keep(Path(settings.MEDIA_ROOT), names[column], content)
    except BaseException:
        unlink(names)
        raise
    return names


def unlink(names: dict[str, str]) -> None:
    """Remove files below the media folder, where they are."""
    for name in names.values():
        with suppress(OSError):
            (Path(settings.MEDIA_ROOT) / name).unlink(missing_ok=True)


def tell(photo: Photo, verb: str, actor: str, at: datetime, **more: object) -> None:
    """Write what happened to the photo into a chain of its own, so that it waits for no case."""
    with transaction.atomic(savepoint=False):
        events.append(_told(photo, verb, actor, at, **more))


def _told(photo: Photo, verb: str, actor: str, at: datetime, **more: object) -> Event:
    after = {"case": photo.case.number if photo.case else None, "stage": photo.stage, "sha256": photo.sha256, **more}
    key = f"photo:{photo.key}"
    return events.drawn_up(chain=key, verb=verb, actor=actor, subject=f"casework.{key}", after=after, at=at)
