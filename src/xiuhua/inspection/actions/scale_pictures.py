"""Pictures of what a grade looks like: taken in as photos are, kept under the digest of what they show."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from xiuhua.casework.actions.photos import largest
from xiuhua.casework.photo_files import keep
from xiuhua.casework.photos import PhotoRefused, prepare
from xiuhua.casework.refusals import Refused
from xiuhua.foundation.plain import keepable
from xiuhua.inspection.actions.standard_door import allow, held_draft, tell
from xiuhua.inspection.models import Item, ScalePhoto, Standard
from xiuhua.inspection.scale_drawings import SCENES, drawn
from xiuhua.inspection.scoring import BEST, GRADE
from xiuhua.people.actors import Actor

FOLDER = "scales"
_LONGEST = 200
_DRAWN_ZH, _DRAWN_EN = "示意图（程序绘制，非照片）", "Drawn by a program, not a photograph"


@transaction.atomic
def put_picture(
    item: Item, grade: int, upload: "bytes | UploadedFile[Any]", *, actor: Actor, caption_zh: str = "",
    caption_en: str = "",
) -> ScalePhoto:  # fmt: skip
    """Show ``upload`` beside ``grade`` of an item of a draft, in the place of the picture that was there.

    The picture is decoded and drawn anew, without a tag of the original. Raises ``Refused`` for what is no photo, for a
    grade that the item does not have, and for a standard that is no draft; ``Forbidden``.
    """
    allow(actor)
    row = held_draft(item.standard)
    if item.scale != GRADE or not 0 <= grade <= BEST:
        raise Refused(_("The item has no grade %(grade)s.") % {"grade": grade}, _("Pictures belong to grades 0 to 5."))
    for caption in (caption_zh, caption_en):
        if len(caption) > _LONGEST or not keepable(caption):
            raise Refused(
                _("The text is longer than %(limit)s characters or holds signs that cannot be kept.")
                % {"limit": _LONGEST},
                _("Shorten it and write it without control characters."),
            )
    try:
        data = prepare(_read(upload)).copy
    except PhotoRefused as refused:
        raise Refused(refused.reason, refused.remedy) from None
    return _put(row, item, grade, data, (caption_zh.strip(), caption_en.strip()), actor)


@transaction.atomic
def remove_picture(item: Item, grade: int, *, actor: Actor) -> None:
    """Show nothing beside ``grade`` any more. Raises ``Refused`` where nothing is, or the standard is no draft."""
    allow(actor)
    row = held_draft(item.standard)
    picture = item.pictures.filter(grade=grade).first()
    if picture is None:
        raise Refused(_("There is no picture of this grade."), _("Reload the page."))
    before = _told(item, picture)
    picture.delete()
    tell(row, "standard.picture_removed", actor, before=before)


def draw_pictures(standard: Standard, *, actor: Actor) -> None:
    """Draw the grades of the items that we have sketches of, where no picture is. Inside a transaction."""
    scenes = SCENES.get(standard.key, ())
    for item in standard.items.filter(key__in=scenes, scale=GRADE).prefetch_related("pictures"):
        there = {picture.grade for picture in item.pictures.all()}
        for grade in range(BEST, -1, -1):
            if grade not in there:
                _put(standard, item, grade, drawn(item.key, grade), (_DRAWN_ZH, _DRAWN_EN), actor)


def _read(upload: "bytes | UploadedFile[Any]") -> bytes:
    size = len(upload) if isinstance(upload, bytes) else upload.size or 0
    if size > largest():
        raise Refused(
            _("The photo has %(size).1f MB; at most %(most)s MB are taken.")
            % {"size": size / 1024 / 1024, "most": settings.XIUHUA_PHOTO_MB},
            _("Take it with a lower resolution, or make it smaller."),
        )
    return upload if isinstance(upload, bytes) else bytes(upload.read())


def _put(
    standard: Standard, item: Item, grade: int, data: bytes, captions: tuple[str, str], actor: Actor
) -> ScalePhoto:
    """Keep the file, then the row. Files are never changed nor removed: copies of a standard share them."""
    digest = hashlib.sha256(data).hexdigest()
    name = f"{FOLDER}/{digest}.jpg"
    if not (Path(settings.MEDIA_ROOT) / name).exists():
        keep(Path(settings.MEDIA_ROOT), name, data)
    old = item.pictures.filter(grade=grade).first()
    before = _told(item, old) if old else None
    values = {"file": name, "caption_zh": captions[0], "caption_en": captions[1]}
    picture, _new = ScalePhoto.objects.update_or_create(item=item, grade=grade, defaults=values)
    tell(standard, "standard.picture_put", actor, before=before, after=_told(item, picture))
    return picture


def _told(item: Item, picture: ScalePhoto) -> dict[str, Any]:
    return {"item": item.key, "grade": picture.grade, "file": picture.file, "caption_zh": picture.caption_zh,
            "caption_en": picture.caption_en}  # fmt: skip
