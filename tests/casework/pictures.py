"""Photos made for tests, in every format that telephones send."""

import io
import struct
import zlib

import pillow_heif
from PIL import Image
from PIL.ExifTags import IFD, Base


def picture(size=(64, 48), mode="RGB") -> Image.Image:
    """Red above left, green above right, blue below left, white below right: its turning can be seen."""
    width, height = size
    image = Image.new("RGB", size, "white")
    for colour, left, top in (("red", 0, 0), ("lime", width // 2, 0), ("blue", 0, height // 2)):
        image.paste(colour, (left, top, left + width // 2, top + height // 2))
    return image.convert(mode)


def encoded(image=None, kind="JPEG", **more) -> bytes:
    """The file of an image."""
    out = io.BytesIO()
    image = image or picture()
    if kind == "HEIF":
        pillow_heif.from_pillow(image).save(out, format="HEIF", **more)
    else:
        image.save(out, kind, **more)
    return out.getvalue()


def tagged(*, orientation=1, taken="2026:03:02 09:30:00", offset="+08:00", gps=None) -> Image.Exif:
    """EXIF tags as a telephone writes them; ``gps`` are the tags of its GPS block."""
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    exif[Base.Make] = "SecretPhone"
    inner = exif.get_ifd(IFD.Exif)
    inner[Base.DateTimeOriginal] = taken
    if offset:
        inner[Base.OffsetTimeOriginal] = offset
    if gps:
        exif.get_ifd(IFD.GPSInfo).update(gps)
    return exif


HERE = {1: "N", 2: (31.0, 42.0, 0.0), 3: "E", 4: (120.0, 3.0, 36.0)}


def opened(data: bytes) -> Image.Image:
    """The image of a file, decoded."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def colours(image: Image.Image) -> list[str]:
    """The names of the colours in the four corners: above left, above right, below left, below right."""
    named = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}
    width, height = image.size
    found = []
    for x, y in ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)):
        pixel = image.convert("RGB").getpixel((int(width * x), int(height * y)))
        found.append(min(named, key=lambda name: sum(abs(a - b) for a, b in zip(named[name], pixel, strict=True))))
    return found


def png(width: int, height: int, pixels: bytes, *chunks: bytes) -> bytes:
    """A PNG, grey, of any size that it claims to have; ``pixels`` is packed."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = b"".join([chunk(b"IHDR", head), *chunks, chunk(b"IDAT", pixels), chunk(b"IEND", b"")])
    return b"\x89PNG\r\n\x1a\n" + body


def chunk(name: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
