"""Photos as a phone makes them, as many as wanted: each with time and position, and no two alike.

Forty scenes are drawn and saved once, with a restart marker after each row of blocks. A JPEG may then be cut at these
markers and put together again in another order without saving anew: so each photo gets a picture of its own at the
cost of copying its bytes.
"""

import hashlib
import io
import re
from pathlib import Path

import numpy as np
from PIL import Image
from PIL.ExifTags import IFD, Base

SCENES, WIDTH, HEIGHT, QUALITY = 40, 1600, 1200, 72
BANDS = 8
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")


class Album:
    """The photos of ``visits`` from the scenes in ``folder``; digests are known before anything is measured."""

    def __init__(self, visits: list[dict], folder: Path) -> None:
        self._scenes = [_cut((folder / f"scene-{number}.jpg").read_bytes()) for number in range(SCENES)]
        self._given = {each["photo"]: each for each in visits}
        self._digests = {number: hashlib.sha256(self._made(number)).hexdigest() for number in self._given}

    def photo(self, number: int) -> tuple[bytes, str]:
        """The file, and its SHA-256 in hex."""
        return self._made(number), self._digests[number]

    def _made(self, number: int) -> bytes:
        head, rows, tail = self._scenes[number % SCENES]
        bands = np.array_split(np.arange(len(rows)), BANDS)
        order = np.concatenate([bands[each] for each in np.random.default_rng(number).permutation(BANDS)])
        parts = [head[:2], _tags(**self._given[number]["tags"]), head[2:]]
        for place, row in enumerate(order):
            parts += [rows[row], bytes((0xFF, 0xD0 + place % 8))]
        return b"".join([*parts[:-1], tail])


def draw_scenes(folder: Path) -> None:
    """Save every scene in ``folder``."""
    for number in range(SCENES):
        (folder / f"scene-{number}.jpg").write_bytes(_scene(np.random.default_rng(number)))


def _scene(random: np.random.Generator) -> bytes:
    pixels = np.full((HEIGHT, WIDTH, 3), 120, dtype=np.float32)
    for coarse, strength in ((3, 90), (12, 40), (60, 25), (300, 14)):
        for colour in range(3):
            grid = Image.fromarray(random.normal(0, strength, (coarse * 3, coarse * 4)).astype("float32"))
            pixels[:, :, colour] += np.asarray(grid.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC))
    out = io.BytesIO()
    picture = Image.fromarray(pixels.clip(0, 255).astype("uint8"))
    picture.save(out, "JPEG", quality=QUALITY, restart_marker_rows=1)
    return out.getvalue()


def _cut(data: bytes) -> tuple[bytes, list[bytes], bytes]:
    """What stands before the rows of blocks, the rows, and what stands after them."""
    scan = data.index(b"\xff\xda")
    begins = scan + 2 + int.from_bytes(data[scan + 2 : scan + 4])
    return data[:begins], _RESTART.split(data[begins:-2]), data[-2:]


def _tags(taken: str, lon: float, lat: float) -> bytes:
    """The segment that says when and where a photo was taken."""
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Orientation] = "Phone", 1
    inner = exif.get_ifd(IFD.Exif)
    inner[Base.DateTimeOriginal], inner[Base.OffsetTimeOriginal] = taken, "+08:00"
    exif.get_ifd(IFD.GPSInfo).update({1: "N", 2: (lat, 0.0, 0.0), 3: "E", 4: (lon, 0.0, 0.0)})
    body = exif.tobytes()
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body
