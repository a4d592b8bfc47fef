"""The pictures of checks, looked at once they are drawn: perhaps after the check was taken, and then flagged late.

Photos of phones are drawn after they were acknowledged (``casework/actions/photo_copies``). So whether a picture is
like an earlier one, and whether it can be seen at all, may show only when its check is there; the check then gets its
flag with an event of its own, and the same flags as if everything had been drawn at once.
"""

from django.utils import timezone

from xiuhua.casework.models import Photo
from xiuhua.foundation import events
from xiuhua.foundation.single import insert_many
from xiuhua.inspection import flags, oddities, phash
from xiuhua.inspection.flags import Flag, Shot
from xiuhua.inspection.models import Check, CheckPhoto, PhotoBand

ACTOR = "photos"
# Whoever looks among all pictures must see those of whoever looks at the same time.
_ALL = "inspection:pictures"


def look(photo: Photo) -> None:
    """Look at a photo that was just drawn, or turned out to be damaged; inside the transaction of that."""
    row = CheckPhoto.objects.select_related("made").filter(photo=photo).first()
    if row is None:
        return  # of no check, or of none yet: then the check looks itself
    events.lock(_ALL)
    row.made.refresh_from_db(fields=["flags"])
    if photo.unreadable:
        _flag(row.made, [*row.made.flags, flags.unreadable(str(photo.key))])
        return
    row.phash = oddities.digest_of(photo)
    row.save(update_fields=["phash"])
    keep_bands([row])
    for made in (row.made, *_later(row)):
        _flag(made, [*(each for each in made.flags if each["flag"] != "same_picture"), *_same(made)])


def keep_bands(rows: list[CheckPhoto]) -> None:
    """Write down by which pieces the pictures of ``rows`` are found again."""
    insert_many([PhotoBand(photo=row, band=band) for row in rows for band in phash.bands(row.phash)])


def _same(made: Check) -> list[Flag]:
    """One flag for each picture of the check that is like one of a check taken before it."""
    digests = made.photos.exclude(phash="").order_by("pk").values_list("photo__key", "phash")
    shots = [Shot(str(key), digest) for key, digest in digests]
    return flags.of_pictures(shots, oddities.alike(shots, before=made))


def _later(row: CheckPhoto) -> list[Check]:
    """The checks taken later that have a picture like that of ``row``."""
    found = CheckPhoto.objects.filter(bands__band__in=phash.bands(row.phash), made__pk__gt=row.made_id)
    near = {
        made for digest, made in found.values_list("phash", "made") if phash.distance(digest, row.phash) <= phash.NEAR
    }
    return list(Check.objects.filter(pk__in=near).order_by("pk"))


def _flag(made: Check, found: list[Flag]) -> None:
    if _said(found) == _said(made.flags):
        return
    before = {"flags": sorted({flag["flag"] for flag in made.flags})}
    made.flags, made.flagged_at = found, timezone.now()
    made.save(update_fields=["flags", "flagged_at"])
    key = f"inspection:check:{made.key}"
    events.record(
        chain=key, verb="check.flagged", actor=ACTOR, subject=f"inspection.check:{made.key}", before=before,
        after={"flags": sorted({flag["flag"] for flag in found})}, at=made.flagged_at,
    )  # fmt: skip


def _said(found: list[Flag]) -> list[str]:
    return sorted(map(repr, (sorted(flag.items()) for flag in found)))
