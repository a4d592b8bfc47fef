"""Photos of a living room: added and taken out."""

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from xiuhua.casework.actions.photos import store
from xiuhua.casework.models import Photo
from xiuhua.casework.refusals import Refused
from xiuhua.inspection.actions.rooms.door import allow, held, optional_text, tell
from xiuhua.inspection.models import LivingRoom, RoomPhoto
from xiuhua.inspection.rooms_states import ACCEPT, APPLY
from xiuhua.people.models import User
from xiuhua.people.permissions import may

MOST = 24


@transaction.atomic
def add_photo(
    room: LivingRoom, upload: "bytes | UploadedFile[Any]", *, user: User, caption_zh: str = "", caption_en: str = "",
    at: datetime | None = None,
) -> RoomPhoto:  # fmt: skip
    """Add a photo to the album. Raises ``Refused``, ``Forbidden``, and ``PhotoRefused`` for what is no photo."""
    row = _room_for_one(room, user)
    captions = optional_text(caption_zh, longest=200), optional_text(caption_en, longest=200)
    photo = store(upload, stage=Photo.Stage.AFTER, user=user, at=at)
    return _added(row, photo, user, captions, at)


@transaction.atomic
def attach(room: LivingRoom, photo: Photo, *, user: User, at: datetime | None = None) -> RoomPhoto:
    """Add a photo that ``user`` sent before and that belongs to nothing yet. Raises ``Refused``, ``Forbidden``."""
    row = _room_for_one(room, user)
    if photo.user_id != user.pk or photo.case_id or photo.report_id or photo.check_made_id or _taken(photo):
        raise Refused(_("The photo belongs to something else."), _("Send it again."))
    return _added(row, photo, user, ("", ""), at)


@transaction.atomic
def remove_photo(entry: RoomPhoto, *, user: User, at: datetime | None = None) -> None:
    """Take a photo out of the album; nobody holds it then, and retention drops it."""
    row = held(entry.room)
    _allow(user, row)
    before = {"photo": str(entry.photo.key), "caption": entry.caption_zh}
    entry.delete()
    tell(row, "room.photo_removed", user, before=before, after={}, at=at)


def _room_for_one(room: LivingRoom, user: User) -> LivingRoom:
    row = held(room)
    _allow(user, row)
    if row.album.count() >= MOST:
        raise Refused(_("The album has %(most)s photos already.") % {"most": MOST}, _("Take one out first."))
    return row


def _taken(photo: Photo) -> bool:
    return RoomPhoto.objects.filter(photo=photo).exists()


def _added(row: LivingRoom, photo: Photo, user: User, captions: tuple[str, str], at: datetime | None) -> RoomPhoto:
    added = RoomPhoto.objects.create(room=row, photo=photo, caption_zh=captions[0], caption_en=captions[1])
    after = {"photo": str(photo.key), "caption": captions[0]}
    tell(row, "room.photo_added", user, before=None, after=after, at=at)
    return added


def _allow(user: User, room: LivingRoom) -> None:
    """The unit that answers, or who decides on rooms."""
    if not may(user, ACCEPT, district_code=room.district.code):
        allow(user, APPLY, room.district, room.unit)
