"""Photos as they arrive: looked at with suspicion, decoded once, and drawn anew for everybody to see.

``look`` reads the header alone, ``draw`` the pixels, ``prepare`` both. What is public is made from the pixels alone:
turned upright, in sRGB, smaller, without a tag of the original. So whatever else a file hides (a page, an archive, a
program, a place) stays in the original.
"""

import io
import re
import threading
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pillow_heif
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps
from PIL.ExifTags import Base

from xiuhua.casework.photo_tags import position, taken
from xiuhua.casework.refusals import Refused

# What a telephone of 50 megapixels takes. No camera writes PNG or WebP, whose decoders need much more memory.
MAX_PIXELS = {"JPEG": 52_000_000, "HEIF": 52_000_000, "PNG": 26_000_000, "WEBP": 26_000_000}
COPY, THUMBNAIL = 1600, 320
# Formats as Pillow calls them, and how their files end. MPO is a JPEG with further pictures behind it.
ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "HEIF": "heic"}
_MANY = {"HEIF", "MPO"}
_ON_ITS_SIDE = {5, 6, 7, 8}
# Passes over the whole picture in one progressive JPEG; cameras make ten.
_MAX_SCANS = 100
_LARGEST_PROFILE = 1_000_000
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_START_OF_SCAN, _END = 0xDA, 0xD9
_SCAN_PAIR = 0xFF | _START_OF_SCAN << 8  # as a number of two bytes, the smaller one first
_OTHERS = (
    (rb"GIF8", "GIF"), (rb"%PDF", "PDF"), (rb"\s*(<\?xml|<!DOCTYPE svg|<!--|<svg)", "SVG"), (rb"BM", "BMP"),
    (rb"II\*\x00|MM\x00\*", "TIFF"), (rb"....ftyp(avif|avis)", "AVIF"), (rb"....ftyp(isom|mp4|qt|M4V|3gp)", "MP4"),
)  # fmt: skip
# Decoding takes memory: so many at once in one process.
_decoding = threading.BoundedSemaphore(2)

pillow_heif.register_heif_opener()


class PhotoRefused(Refused):
    """A file that cannot be taken as a photo."""


@dataclass(frozen=True)
class Looked:
    """What the header of a photo tells.

    ``width`` and ``height`` are those of the original, upright; ``format`` is a key of ``ENDINGS``; ``taken_at`` is
    UTC, ``lon`` and ``lat`` are degrees in WGS 84; None where the original does not say.
    """

    width: int
    height: int
    taken_at: datetime | None
    lon: float | None
    lat: float | None
    format: str


@dataclass(frozen=True)
class Drawn:
    """The JPEGs for everybody."""

    copy: bytes
    thumbnail: bytes


@dataclass(frozen=True)
class Prepared(Looked, Drawn):
    """A photo that was taken in and drawn."""


def look(data: bytes, zone: str = "Asia/Shanghai") -> Looked:
    """What the header tells, without decoding a JPEG. Times without an offset are read on the clock of ``zone``.

    Raises ``PhotoRefused`` for what is no photo, too large or moving; damaged pixels show only to ``draw``.
    """
    return _looked(_open(data), zone)


def draw(data: bytes) -> Drawn:
    """The public copies. Raises ``PhotoRefused`` where the photo is damaged."""
    return _draw(_open(data))


def prepare(data: bytes, zone: str = "Asia/Shanghai") -> Prepared:
    """Decode a photo and draw its public copies. Times without an offset are read on the clock of ``zone``.

    Raises ``PhotoRefused`` for what is no photo, too large, moving or damaged.
    """
    image = _open(data)
    looked = _looked(image, zone)
    return Prepared(**vars(_draw(image)), **vars(looked))


def _looked(image: Image.Image, zone: str) -> Looked:
    try:
        with _decoding:  # a PNG is decoded before it tells its tags
            exif = image.getexif()
            when, where = taken(exif, zone), position(exif)
            width, height = reversed(image.size) if exif.get(Base.Orientation) in _ON_ITS_SIDE else image.size
    except Exception:  # noqa: BLE001 - a decoder that is fed rubbish may raise anything
        raise _damaged() from None
    lon, lat = where or (None, None)
    return Looked(width, height, when, lon, lat, _format(image))


def _draw(image: Image.Image) -> Drawn:
    try:
        with _decoding:
            # A JPEG can be decoded at a fraction of its size.
            image.draft(None, (COPY, COPY))
            drawn = _drawn(image)
            copy = _jpeg(drawn)
            drawn.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS, reducing_gap=2.0)
            return Drawn(copy, _jpeg(drawn))
    except Exception:  # noqa: BLE001 - a decoder that is fed rubbish may raise anything
        raise _damaged() from None


def _open(data: bytes) -> Image.Image:
    """The image, its header read and nothing decoded. Raises ``PhotoRefused``."""
    if not data:
        raise PhotoRefused(_("The photo is empty."), _("Take it again, or choose another file."))
    try:
        image = Image.open(io.BytesIO(data), formats=tuple(ENDINGS))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large(max(MAX_PIXELS.values())) from None
    except Exception:  # noqa: BLE001 - and so may the reader of a header
        raise _not_a_photo(data) from None
    most = MAX_PIXELS[_format(image)]
    if image.width * image.height > most:
        raise _too_large(most)
    if image.format not in _MANY and getattr(image, "is_animated", False):
        raise PhotoRefused(_("The file is a moving picture."), _("Send one still photo."))
    if _format(image) == "JPEG" and _scans(data) > _MAX_SCANS:
        raise _damaged()
    return image


def _format(image: Image.Image) -> str:
    return "JPEG" if image.format == "MPO" else str(image.format)


def _scans(data: bytes) -> int:
    """How many scans a JPEG has before its end, at most: each costs a pass over all pixels, however small it is."""
    # A scan begins with these two bytes, which no packed pixels hold: where they are few there is no more to count.
    if (most := _pairs(data)) <= _MAX_SCANS:
        return most
    count, place = 0, 2
    while found := _MARKER.search(data, place):
        code, place = found[1][0], found.end()
        if code == _END:
            break
        count += code == _START_OF_SCAN
        place += int.from_bytes(data[place : place + 2])
        if count > _MAX_SCANS:
            break
    return count


def _pairs(data: bytes) -> int:
    """How often the two bytes stand anywhere in ``data``; numpy compares a photo in a tenth of what ``count`` takes."""
    return sum(
        int(np.count_nonzero(np.frombuffer(data, "<u2", (len(data) - start) // 2, start) == _SCAN_PAIR))
        for start in range(min(2, len(data)))
    )


def _drawn(image: Image.Image) -> Image.Image:
    """The pixels alone, upright, at most ``COPY`` on the longer side, RGB in sRGB, on white where they let through."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):  # sixteen bits of grey
        image = image.point(lambda value: value / 256).convert("L")
    elif image.mode in {"P", "1", "PA"}:
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    image.thumbnail((COPY, COPY), reducing_gap=2.0)
    upright = ImageOps.exif_transpose(image)
    if upright.has_transparency_data:
        pixels = upright.convert("RGBA")
        drawn = Image.new("RGB", pixels.size, "white")
        drawn.paste(pixels, mask=pixels.getchannel("A"))
    else:
        drawn = _in_srgb(upright, profile).convert("RGB")
    bare = Image.new("RGB", drawn.size)
    bare.paste(drawn)
    return bare


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as a browser shows them once the profile is gone; as they are where the profile is of no use."""
    if not profile or len(profile) > _LARGEST_PROFILE or image.mode not in {"RGB", "CMYK", "L"}:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        changed = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return changed or image


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


def _not_a_photo(data: bytes) -> PhotoRefused:
    kind = next((name for pattern, name in _OTHERS if re.match(pattern, data[:256], re.DOTALL)), "")
    remedy = _("Send it as JPEG, PNG, WebP or HEIC.")
    if kind:
        return PhotoRefused(_("Files of the kind %(kind)s are not taken.") % {"kind": kind}, remedy)
    return PhotoRefused(_("The file is not a photo, or is damaged."), remedy)


def _too_large(most: int) -> PhotoRefused:
    return PhotoRefused(
        _("The photo has more than %(most)s million pixels.") % {"most": most // 1_000_000},
        _("Take it with a lower resolution, or make it smaller."),
    )


def _damaged() -> PhotoRefused:
    return PhotoRefused(
        _("The photo is damaged or not complete."), _("Send it once more; if that does not help, take it again.")
    )
