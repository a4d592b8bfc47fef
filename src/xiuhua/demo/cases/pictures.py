"""Small drawn photos of a street before and after: shapes, not places, each marked as synthetic. Pure computation."""

import io
from collections.abc import Callable
from datetime import datetime
from functools import cache
from random import Random

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 960, 720
# Photos of the ground are many, so they are small.
GROUND = (400, 300)
# A picture of people who sit on the ground; every other code is one of a category.
LIVING_ROOM = "living-room"
_GROUND, _ROAD = 430, 560
_NIGHT = {"0108", "0109", "0201"}

# The strokes of 示 and 意 in a square of side 1: no font that is sure to be there has them.
_SIGNS = (
    (((0.25, 0.15), (0.75, 0.15)), ((0.05, 0.4), (0.95, 0.4)), ((0.5, 0.4), (0.5, 0.95), (0.42, 0.88)),
     ((0.3, 0.55), (0.12, 0.85)), ((0.7, 0.55), (0.9, 0.82))),
    (((0.5, 0.0), (0.5, 0.09)), ((0.15, 0.13), (0.85, 0.13)), ((0.33, 0.17), (0.38, 0.26)), ((0.67, 0.17), (0.6, 0.27)),
     ((0.05, 0.3), (0.95, 0.3)), ((0.22, 0.38), (0.78, 0.38), (0.78, 0.64), (0.22, 0.64), (0.22, 0.38)),
     ((0.22, 0.51), (0.78, 0.51)), ((0.15, 0.75), (0.08, 0.92)),
     ((0.32, 0.72), (0.36, 0.95), (0.7, 0.95), (0.74, 0.84)), ((0.5, 0.7), (0.55, 0.8)), ((0.82, 0.72), (0.93, 0.86))),
)  # fmt: skip

type Pen = ImageDraw.ImageDraw


def picture(
    code: str, *, events: bool, fixed: bool, seed: int, at: datetime, lon: float, lat: float, small: bool = False
) -> bytes:
    """A JPEG of a street with the problem of category ``code``, or without it once ``fixed``.

    The same ``seed`` draws the same street; ``small`` is of half the size, which costs a third to keep. Time and place
    stand in its EXIF data, as in those of a phone.
    """
    rng = Random(seed)  # noqa: S311 - a drawing
    night = not events and code in _NIGHT
    image = Image.new("RGB", (WIDTH, HEIGHT))
    pen = ImageDraw.Draw(image)
    _street(pen, rng, night=night)
    subject = (_EVENTS if events else _PARTS).get(code) or (_EVENTS if events else _PARTS).get(code[:2], _heap)
    subject(pen, rng, fixed)
    _mark(pen, (WIDTH, HEIGHT), 1.0)
    return _jpeg(image.reduce(2) if small else image, 80, at, lon, lat)


def ground(pieces: int, *, seed: int, at: datetime, lon: float, lat: float) -> bytes:
    """A small JPEG of the ground with so many pieces of litter on it, marked, with time and place as ``picture``."""
    rng = Random(seed)  # noqa: S311 - a drawing
    wide, high = GROUND
    image = Image.new("RGB", GROUND, (168, 170, 168))
    pen = ImageDraw.Draw(image)
    # Slabs and shadows of their own, so that no two grounds look alike.
    for _slab in range(14):
        left, top = rng.randint(-80, wide - 40), rng.randint(-80, high - 40)
        tone = rng.randint(112, 206)
        pen.rectangle((left, top, left + rng.randint(66, 216), top + rng.randint(50, 174)), (tone, tone, tone - 4))
    edge = rng.randint(high // 3, high)
    pen.line((0, edge, wide, edge + rng.randint(-66, 66)), (96, 98, 96), 6)
    for _piece in range(pieces):
        x, y, side = rng.randint(16, wide - 32), rng.randint(16, high - 40), rng.randint(7, 18)
        colour = rng.choice([(236, 232, 220), (196, 60, 48), (70, 110, 60), (120, 92, 60)])
        pen.polygon([(x, y), (x + side, y + side // 3), (x + side // 2, y + side)], colour)
    _mark(pen, GROUND, 0.5)
    return _jpeg(image, 70, at, lon, lat)


def _jpeg(image: Image.Image, quality: int, at: datetime, lon: float, lat: float) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, exif=_exif(at, lon, lat))
    return out.getvalue()


def _street(pen: Pen, rng: Random, *, night: bool) -> None:
    for y in range(_GROUND):
        share = y / _GROUND
        sky = (
            (20 + 20 * share, 26 + 26 * share, 48 + 30 * share) if night else (150 + 70 * share, 190 + 40 * share, 228)
        )
        pen.line((0, y, WIDTH, y), tuple(int(value) for value in sky))
    x = -20
    while x < WIDTH:
        wide, high = rng.randint(110, 220), rng.randint(150, 330)
        tone = rng.randint(40, 60) if night else rng.randint(150, 210)
        pen.rectangle((x, _GROUND - high, x + wide, _GROUND), (tone, tone - 4, tone - rng.randint(6, 24)))
        for top in range(_GROUND - high + 22, _GROUND - 46, 46):
            for left in range(x + 16, x + wide - 26, 40):
                lit = night and rng.random() < 0.3  # noqa: PLR2004
                pen.rectangle((left, top, left + 20, top + 26), (232, 205, 120) if lit else (tone - 38,) * 3)
        x += wide + rng.randint(0, 30)
    dark = 0.45 if night else 1.0
    pen.rectangle((0, _GROUND, WIDTH, _ROAD), tuple(int(dark * v) for v in (186, 182, 174)))
    for left in range(0, WIDTH, 60):
        pen.line((left, _GROUND, left - 90, _ROAD), tuple(int(dark * v) for v in (160, 156, 150)), 2)
    pen.rectangle((0, _ROAD, WIDTH, HEIGHT), tuple(int(dark * v) for v in (92, 94, 98)))
    pen.rectangle((0, _ROAD - 8, WIDTH, _ROAD + 6), tuple(int(dark * v) for v in (206, 204, 198)))
    for left in range(-40, WIDTH, 150):
        pen.polygon(((left, 640), (left + 80, 640), (left + 70, 652), (left - 12, 652)), (214, 212, 206))
    for _tree in range(2):
        left = rng.randint(40, WIDTH - 40)
        pen.rectangle((left - 8, 300, left + 8, _GROUND + 26), (92, 70, 52))
        green = (34, 60, 40) if night else (70 + rng.randint(0, 30), 128, 72)
        for _leaf in range(16):
            dx, dy, radius = rng.gauss(0, 46), rng.gauss(0, 34), rng.randint(26, 46)
            pen.ellipse((left + dx - radius, 270 + dy - radius, left + dx + radius, 270 + dy + radius), green)


def _heap(pen: Pen, rng: Random, fixed: bool) -> None:  # noqa: FBT001 - one signature for all subjects
    """Waste: bags and papers."""
    if fixed:
        return
    for _bag in range(rng.randint(9, 14)):
        x, y, r = rng.gauss(480, 130), rng.gauss(512, 16), rng.randint(20, 42)
        tone = rng.choice(((36, 38, 42), (224, 222, 214), (64, 92, 140), (150, 60, 54), (196, 170, 110)))
        pen.ellipse((x - r, y - r * 0.8, x + r, y + r * 0.8), tone)
        pen.polygon(((x - 7, y - r * 0.7), (x + 7, y - r * 0.7), (x, y - r * 1.15)), tone)
    for _paper in range(40):
        x, y = rng.gauss(480, 190), rng.gauss(526, 18)
        pen.rectangle((x, y, x + rng.randint(5, 14), y + rng.randint(3, 8)), (236, 232, 220))


def _bin(pen: Pen, rng: Random, fixed: bool) -> None:  # noqa: FBT001
    """A litter bin, overflowing or not."""
    for left in (410, 500):
        pen.rectangle((left, 400, left + 78, 520), (58, 110, 84) if left == 410 else (64, 92, 140))  # noqa: PLR2004
        pen.rectangle((left - 5, 386, left + 83, 402), (40, 44, 48))
        pen.rectangle((left + 16, 414, left + 62, 434), (24, 26, 28))
    if not fixed:
        for _piece in range(60):
            x, y = rng.gauss(495, 90), rng.gauss(505, 24)
            pen.rectangle((x, y, x + rng.randint(8, 24), y + rng.randint(6, 14)),
                          rng.choice(((236, 232, 220), (200, 120, 60), (90, 130, 180), (60, 60, 60))))  # fmt: skip


def _bicycles(pen: Pen, rng: Random, fixed: bool) -> None:  # noqa: FBT001
    """Shared bicycles, in a row or in a heap."""
    for number in range(11):
        x, y = (180 + 58 * number, 500) if fixed else (rng.gauss(480, 150), rng.gauss(500, 24))
        lean = 0 if fixed else rng.choice((-26, -14, 20, 30))
        tone = rng.choice(((238, 186, 44), (64, 132, 190), (86, 168, 110)))
        for dx in (-26, 26):
            pen.ellipse((x + dx - 20, y - 20, x + dx + 20, y + 20), outline=(44, 44, 46), width=4)
        pen.line((x - 26, y, x + lean, y - 34, x + 26, y), tone, 6)
        pen.line((x + lean, y - 34, x + lean + 4, y - 52), tone, 6)


def _puddle(pen: Pen, rng: Random, fixed: bool) -> None:  # noqa: FBT001
    """Water on the road, or a road that has dried."""
    if fixed:
        return
    for _part in range(9):
        x, y, w = rng.gauss(480, 150), rng.gauss(620, 18), rng.randint(90, 190)
        pen.ellipse((x - w, y - 26, x + w, y + 26), (128, 150, 172))
    for _gleam in range(8):
        x, y = rng.gauss(480, 150), rng.gauss(616, 14)
        pen.line((x - 34, y, x + 34, y), (190, 206, 220), 3)


def _lamp(pen: Pen, _rng: Random, fixed: bool) -> None:  # noqa: FBT001
    """A street lamp by night."""
    if fixed:
        for radius in range(190, 20, -12):
            tone = 70 + (190 - radius) // 2
            pen.ellipse((560 - radius, 150 - radius * 0.7, 560 + radius, 150 + radius * 0.9), (tone, tone - 8, 60))
    pen.rectangle((470, 130, 480, 500), (120, 122, 126))
    pen.line((475, 134, 560, 124), (120, 122, 126), 8)
    pen.rounded_rectangle((532, 118, 592, 136), 6, (255, 236, 170) if fixed else (70, 72, 76))


def _manhole(pen: Pen, rng: Random, fixed: bool) -> None:  # noqa: FBT001
    """A cover in the road, whole or broken."""
    box = (380, 592, 580, 664)
    pen.ellipse(box, (66, 66, 68) if fixed else (18, 18, 20), outline=(130, 130, 130), width=6)
    if fixed:
        for dx in range(-70, 80, 20):
            pen.line((480 + dx, 612, 480 + dx, 644), (92, 92, 94), 5)
    else:
        pen.pieslice(box, 200, 330, (66, 66, 68))
        for _crack in range(6):
            x = rng.randint(380, 580)
            pen.line((x, 628, x + rng.randint(-40, 40), 660), (40, 40, 42), 3)


def _stall(pen: Pen, rng: Random, fixed: bool) -> None:  # noqa: FBT001
    """Stalls on the pavement, or a pavement that is free."""
    if fixed:
        return
    for left in (250, 450, 650):
        tone = rng.choice(((196, 74, 62), (66, 120, 176), (220, 160, 60)))
        pen.polygon(((left - 80, 390), (left + 80, 390), (left + 60, 346), (left - 60, 346)), tone)
        pen.rectangle((left - 70, 390, left - 64, 516), (96, 96, 98))
        pen.rectangle((left + 64, 390, left + 70, 516), (96, 96, 98))
        pen.rectangle((left - 74, 456, left + 74, 508), (150, 112, 74))
        for dx in range(-62, 62, 18):
            pen.ellipse(
                (left + dx, 440, left + dx + 18, 458), rng.choice(((220, 90, 60), (240, 190, 70), (110, 160, 80)))
            )


def _car(pen: Pen, rng: Random, fixed: bool) -> None:  # noqa: FBT001
    """Cars on the pavement, or none."""
    if fixed:
        return
    for left in (180, 520):
        tone = rng.choice(((220, 222, 226), (60, 66, 78), (150, 40, 44), (70, 100, 150)))
        pen.rounded_rectangle((left, 450, left + 260, 516), 22, tone)
        pen.polygon(((left + 50, 452), (left + 84, 408), (left + 186, 408), (left + 220, 452)), tone)
        pen.polygon(((left + 66, 450), (left + 92, 416), (left + 178, 416), (left + 204, 450)), (168, 190, 206))
        for dx in (58, 202):
            pen.ellipse((left + dx - 28, 492, left + dx + 28, 546), (30, 30, 32))


def _water(pen: Pen, rng: Random, fixed: bool) -> None:  # noqa: FBT001
    """A river bank; something floats, or nothing."""
    pen.rectangle((0, _ROAD - 60, WIDTH, HEIGHT), (86, 124, 132))
    for _wave in range(30):
        x, y = rng.randint(0, WIDTH), rng.randint(_ROAD - 50, HEIGHT)
        pen.line((x, y, x + 60, y), (112, 150, 156), 2)
    if not fixed:
        for _piece in range(70):
            left, top = rng.gauss(460, 150), rng.gauss(600, 30)
            pen.ellipse((left, top, left + rng.randint(8, 30), top + rng.randint(5, 12)),
                        rng.choice(((232, 232, 226), (96, 140, 70), (190, 160, 100))))  # fmt: skip


def _poster(pen: Pen, rng: Random, fixed: bool) -> None:  # noqa: FBT001
    """A wall with bills, or clean."""
    pen.rectangle((300, 230, 700, 500), (190, 178, 160))
    for top in range(246, 500, 24):
        pen.line((300, top, 700, top), (172, 160, 142), 2)
    if not fixed:
        for _bill in range(14):
            x, y = rng.randint(312, 640), rng.randint(242, 450)
            pen.rectangle((x, y, x + 44, y + 34), rng.choice(((250, 244, 214), (244, 214, 120), (214, 232, 244))))
            for line in range(3):
                pen.line((x + 6, y + 8 + 9 * line, x + 36, y + 8 + 9 * line), (150, 40, 40), 2)


def _wall(pen: Pen, rng: Random, fixed: bool) -> None:  # noqa: FBT001
    """A house wall broken through for a shop, or built up again."""
    pen.rectangle((250, 180, 710, 520), (196, 178, 156))
    for top in range(196, 520, 20):
        pen.line((250, top, 710, top), (178, 160, 138), 2)
    for left in (300, 580):
        pen.rectangle((left, 240, left + 80, 330), (120, 138, 152))
    if fixed:
        pen.rectangle((420, 290, 540, 520), (206, 190, 170))
        for top in range(300, 520, 18):
            pen.line((420, top, 540, top), (186, 168, 148), 2)
        return
    edge = [(412 + rng.randint(-12, 12), y) for y in range(520, 270, -32)]
    edge += [(548 + rng.randint(-12, 12), y) for y in range(280, 530, 32)]
    pen.polygon(edge, (46, 42, 40))
    pen.rectangle((380, 226, 580, 270), (190, 60, 52))
    for _brick in range(26):
        x, y = rng.gauss(480, 110), rng.gauss(536, 14)
        pen.rectangle((x, y, x + 22, y + 10), rng.choice(((176, 104, 82), (150, 86, 70), (200, 190, 176))))


def _seated(pen: Pen, rng: Random, _fixed: bool) -> None:  # noqa: FBT001
    """People who sit on clean ground."""
    pen.rectangle((0, _GROUND, WIDTH, HEIGHT), (206, 202, 192))
    for y in range(_GROUND, HEIGHT, 48):
        pen.line((0, y, WIDTH, y), (190, 186, 176), 2)
    for left in range(-300, WIDTH + 300, 120):
        pen.line((left + 150, _GROUND, left, HEIGHT), (190, 186, 176), 2)
    for number in range(rng.randint(2, 4)):
        x, y = 200 + 190 * number + rng.randint(-30, 30), rng.randint(560, 620)
        tone = rng.choice(((72, 118, 168), (190, 92, 72), (96, 140, 92), (222, 170, 84)))
        pen.ellipse((x - 64, y + 12, x + 84, y + 44), (184, 180, 170))
        pen.polygon(((x - 26, y - 76), (x + 22, y - 76), (x + 34, y + 20), (x - 34, y + 20)), tone)
        pen.polygon(((x - 20, y - 6), (x + 76, y + 14), (x + 78, y + 32), (x - 24, y + 28)), (58, 62, 74))
        pen.ellipse((x - 22, y - 124, x + 20, y - 80), (226, 190, 160))
        pen.pieslice((x - 24, y - 128, x + 22, y - 80), 170, 350, (46, 40, 38))


def _rail(pen: Pen, _rng: Random, fixed: bool) -> None:  # noqa: FBT001
    """Something that stands along the road, upright or knocked over."""
    for left in range(60, WIDTH - 100, 110):
        down = not fixed and 280 < left < 560  # noqa: PLR2004
        if down:
            pen.polygon(((left, 566), (left + 96, 586), (left + 84, 610), (left - 14, 590)), (214, 214, 216))
        else:
            pen.rectangle((left, 490, left + 8, 566), (214, 214, 216))
            pen.rectangle((left + 90, 490, left + 98, 566), (214, 214, 216))
            for top in (500, 528):
                pen.rectangle((left, top, left + 98, top + 8), (214, 214, 216))


def _mark(pen: Pen, size: tuple[int, int], scale: float) -> None:
    """示意 synthetic, in the corner of a picture of this size; all is drawn ``scale`` times as large as in a street."""
    wide, high = size
    pen.rectangle((wide - 226 * scale, high - 48 * scale, wide - 8 * scale, high - 8 * scale), (24, 26, 30))
    for number, sign in enumerate(_SIGNS):
        left, top, side = wide - (216 - 34 * number) * scale, high - 42 * scale, 28 * scale
        for stroke in sign:
            pen.line([(left + x * side, top + y * side) for x, y in stroke], (255, 255, 255), max(1, round(3 * scale)))
    text = (wide - 140 * scale, high - 42 * scale)
    pen.text(text, "synthetic", (255, 255, 255), _font(26 * scale))


@cache
def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _exif(at: datetime, lon: float, lat: float) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "xiuhua", "synthetic"
    taken = exif.get_ifd(0x8769)
    taken[0x9003], taken[0x9011] = f"{at:%Y:%m:%d %H:%M:%S}", f"{at:%z}"[:3] + ":" + f"{at:%z}"[3:]
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", _degrees(lat), "E", _degrees(lon)
    return exif


def _degrees(value: float) -> tuple[float, float, float]:
    minutes = (value % 1) * 60
    return float(int(value)), float(int(minutes)), round((minutes % 1) * 60, 3)


type Subject = Callable[[Pen, Random, bool], None]
# What a category looks like, by its code or its class; a heap of waste otherwise.
_EVENTS: dict[str, Subject] = {
    "0104": _bin, "0106": _water, "0110": _puddle, "0111": _puddle, "0201": _poster, "02": _poster, "0303": _rail,
    "0305": _manhole, "0401": _stall, "0402": _stall, "0403": _car, "0404": _bicycles, "0405": _car, "0406": _car,
    "0501": _puddle, "0502": _manhole, "0603": _wall,
    LIVING_ROOM: _seated,
}  # fmt: skip
_PARTS: dict[str, Subject] = {
    "0101": _manhole, "0102": _manhole, "0103": _manhole, "0104": _manhole, "0105": _manhole, "0106": _manhole,
    "0107": _manhole, "0108": _lamp, "0109": _lamp, "0207": _bicycles, "02": _rail, "0301": _bin, "0302": _bin,
    "05": _water, "04": _rail, "01": _rail, "03": _bin,
}  # fmt: skip
