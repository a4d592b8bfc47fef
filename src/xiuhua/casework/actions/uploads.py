"""Photos that come in pieces from a phone: what has arrived is kept, so that a broken connection costs one piece.

The phone makes the key of a photo. Pieces lie below ``MEDIA_ROOT/partial`` until the last one has come and the
digest is right; then the file becomes the original of the photo under that key, and is acknowledged. Its public
copies are drawn afterwards (``photo_copies``), so that a whole day is sent in seconds. Whatever is sent again is
answered, never kept twice.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework.actions import photos
from xiuhua.casework.models import Photo
from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.foundation.single import find_one
from xiuhua.people.models import User

# A phone begins with pieces of this size, and sends larger ones while the network is quick.
CHUNK = 256 * 1024
LARGEST_PIECE = 4 * CHUNK
# What one account may have lying here unfinished.
LARGEST_UNFINISHED = 400 * 1024 * 1024
# Pieces of which nothing was heard for so long are dropped; the phone then begins anew.
KEPT = timedelta(days=3)


class OutOfStep(Exception):  # noqa: N818 - no error of anybody: the phone asks how much is here and goes on
    """The piece does not follow what is here, or the whole is not what was announced; ``received`` bytes are here."""

    def __init__(self, received: int) -> None:
        super().__init__(str(received))
        self.received = received


@dataclass(frozen=True)
class Upload:
    """How far a photo has come."""

    received: int
    done: bool


def arrived(user: User, key: UUID) -> Upload:
    """How much of the photo is here. Raises ``Forbidden`` for the photo of somebody else."""
    if _stored(user, key):
        return Upload(0, done=True)
    return Upload(_size(_path(user, key)), done=False)


def receive(user: User, key: UUID, piece: bytes, *, offset: int, size: int, sha256: str) -> Upload:
    """Take in a piece that begins at byte ``offset`` of a photo of ``size`` bytes with the digest ``sha256`` (hex).

    With the last piece the photo is stored, not yet of any case. Raises ``OutOfStep``, or ``Refused`` for what will
    never be a photo.
    """
    # What has begun is not whole yet: whether it is stored is asked for the first piece alone.
    if not (offset and _path(user, key).exists()) and _stored(user, key):
        return Upload(size, done=True)
    _check_sizes(user, piece, offset, size)
    with _opened(_path(user, key)) as file:
        here = file.seek(0, 2)
        if here > size:
            file.truncate(0)
            raise OutOfStep(0)
        if here != offset:
            raise OutOfStep(here)
        file.write(piece)
        file.flush()
        if offset + len(piece) < size:
            return Upload(offset + len(piece), done=False)
        if offset:
            file.seek(0)
            piece = file.read()
        # The file is the original now; what lies at its place from here on belongs to another writer.
        _finish(file, piece, _path(user, key), user, key, sha256)
    return Upload(size, done=True)


def sweep(now: datetime | None = None) -> int:
    """Drop pieces that nobody went on with. Returns how many photos they belonged to."""
    before, dropped = ((now or timezone.now()) - KEPT).timestamp(), 0
    for path in _root().glob("*/*"):
        if path.is_file() and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            dropped += 1
    return dropped


def _stored(user: User, key: UUID) -> bool:
    photo = find_one(Photo, key=key)
    if photo is None:
        return False
    if photo.user_id != user.pk:
        raise Forbidden(_("This key belongs to the photo of somebody else."), _("Take the photo again."))
    return True


def _check_sizes(user: User, piece: bytes, offset: int, size: int) -> None:
    if not 0 < size <= photos.largest():
        raise Refused(
            _("The photo has %(size).1f MB; at most %(most)s MB are taken.")
            % {"size": size / 1024 / 1024, "most": settings.XIUHUA_PHOTO_MB},
            _("Take it with a lower resolution, or make it smaller."),
        )
    if not piece or len(piece) > LARGEST_PIECE or offset < 0 or offset + len(piece) > size:
        raise Refused(_("This piece does not belong to the photo."), _("Delete the photo and take it again."))
    if offset == 0 and _unfinished(user) > LARGEST_UNFINISHED:
        raise Refused(
            _("Too many photos of this account have come only in part."), _("Wait a day, or ask the engineer.")
        )


def _unfinished(user: User) -> int:
    """How many bytes of the account wait for the rest."""
    return sum(_size(path) for path in _folder(user).glob("*"))


def _size(path: Path) -> int:
    """Bytes of the file; 0 for one that is not there, or not any more."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _finish(file: BinaryIO, whole: bytes, path: Path, user: User, key: UUID, sha256: str) -> None:
    """Store the whole under its key. A whole that is not what was announced is dropped, to be sent anew."""
    digest = hashlib.sha256(whole).hexdigest()
    if digest != sha256.lower():
        file.truncate(0)
        raise OutOfStep(0)
    try:
        photos.store_arrived(path, whole, digest, user=user, key=key)
    except Refused:
        file.truncate(0)
        raise
    except IntegrityError:  # the same photo came twice at the same moment
        _stored(user, key)


def _root() -> Path:
    return Path(settings.MEDIA_ROOT) / "partial"


def _folder(user: User) -> Path:
    return _root() / str(user.pk)


def _path(user: User, key: UUID) -> Path:
    return _folder(user) / str(key)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The file of the pieces, made where there is none, for one writer at a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        with path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            # Whoever waited may hold what has become an original meanwhile: nobody writes into that.
            if _is(path, file):
                yield file
                return


def _is(path: Path, file: BinaryIO) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False
