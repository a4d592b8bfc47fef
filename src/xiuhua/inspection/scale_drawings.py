"""Drawings of the grades 5 to 0 of two scales, so that grades have pictures before anybody took photographs.

Plain sketches from above: the same piece of road or water with more and more on it. Everything is drawn by a generator
with a fixed seed, so the same grade always looks the same. They show what the words of a grade mean; they are no
photographs and say so in their captions.
"""

from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 640, 420
_KERB = 330  # where the carriageway ends, in pixels from above
_ASPHALT, _STONE, _WATER, _GRASS = (84, 87, 92), (176, 174, 168), (86, 128, 138), (112, 143, 88)
_PAPER = ((236, 233, 222), (214, 72, 58), (60, 110, 176), (242, 196, 64))
_LEAF = ((150, 105, 48), (122, 92, 40), (168, 136, 58))
# By grade 0 to 5: pieces, stains, shares.
_PIECES = (70, 34, 16, 7, 2, 0)
_STAINS = (8, 5, 3, 1, 0, 0)
_DUST = (0.72, 0.52, 0.36, 0.2, 0.08, 0.0)
_COVERED = (1.0, 0.75, 0.45, 0.25, 0.06, 0.0)
type Draw = ImageDraw.ImageDraw


@cache
def drawn(scene: str, grade: int) -> bytes:
    """The sketch of ``scene`` (a value of ``SCENES``) at ``grade``, as a JPEG of 640 x 420."""
    image = _DRAWING[scene](grade)
    out = BytesIO()
    image.save(out, "JPEG", quality=80, optimize=True)
    return out.getvalue()


def _road(seed: str, dust: float = 0.0) -> tuple[Image.Image, Draw]:
    chance = Random(seed)  # noqa: S311 - a drawing, no secret
    image = Image.new("RGB", (WIDTH, HEIGHT), _ASPHALT)
    draw = ImageDraw.Draw(image)
    for _each in range(2600):
        x, y, shade = chance.randrange(WIDTH), chance.randrange(_KERB), chance.randrange(-14, 15)
        draw.point((x, y), tuple(part + shade for part in _ASPHALT))
    for x in range(-40, WIDTH, 160):
        draw.rectangle((x, 96, x + 90, 106), (232, 232, 226))
    draw.rectangle((0, _KERB, WIDTH, _KERB + 16), (206, 204, 198))
    draw.rectangle((0, _KERB + 17, WIDTH, HEIGHT), _STONE)
    for x in range(0, WIDTH, 64):
        draw.line((x, _KERB + 17, x, HEIGHT), (150, 148, 142), 2)
    draw.line((0, _KERB + 52, WIDTH, _KERB + 52), (150, 148, 142), 2)
    if dust:
        image = Image.blend(image, Image.new("RGB", image.size, (176, 148, 104)), dust)
        draw = ImageDraw.Draw(image)
    return image, draw


def _places(
    seed: str, number: int, left: float, top: float, right: float, bottom: float
) -> Iterator[tuple[Random, float, float]]:
    """The first ``number`` of a fixed row of places, so that a worse grade adds to what a better one shows."""
    for each in range(number):
        chance = Random(f"{seed} {each}")  # noqa: S311
        yield chance, chance.uniform(left, right), chance.uniform(top, bottom)


def _litter(draw: Draw, seed: str, number: int, box: tuple[float, float, float, float]) -> None:
    for chance, x, y in _places(seed, number, *box):
        size, turn = chance.uniform(5, 13), chance.uniform(0.3, 1.0)
        corners = [
            (x - size, y - size * turn),
            (x + size * 0.8, y - size),
            (x + size, y + size * turn),
            (x - size * 0.6, y + size),
        ]
        draw.polygon(corners, chance.choice(_PAPER), (60, 60, 60))


def _leaves(draw: Draw, seed: str, number: int, box: tuple[float, float, float, float]) -> None:
    for chance, x, y in _places(seed, number, *box):
        size = chance.uniform(5, 10)
        draw.ellipse((x - size, y - size / 2, x + size, y + size / 2), chance.choice(_LEAF))


def _stains(image: Image.Image, seed: str, number: int) -> Image.Image:
    mask = Image.new("L", image.size)
    draw = ImageDraw.Draw(mask)
    for chance, x, y in _places(seed, number, 40, 30, WIDTH - 40, _KERB - 40):
        wide, tall = chance.uniform(30, 74), chance.uniform(14, 36)
        draw.ellipse((x - wide, y - tall, x + wide, y + tall), 190)
    return Image.composite(Image.new("RGB", image.size, (38, 36, 34)), image, mask.filter(ImageFilter.GaussianBlur(5)))


def _overall(grade: int) -> Image.Image:
    image, _draw = _road("road")
    image = _stains(image, "stain", _STAINS[grade])
    _litter(ImageDraw.Draw(image), "litter", _PIECES[grade], (10, 10, WIDTH - 10, _KERB - 12))
    return image


def _colour(grade: int) -> Image.Image:
    return _road("road", _DUST[grade])[0]


def _edges(grade: int) -> Image.Image:
    image, draw = _road("road")
    heap = _DUST[grade] * 46
    if heap:
        chance = Random("heap")  # noqa: S311
        tops = [(x, _KERB - heap * chance.uniform(0.5, 1.0)) for x in range(0, WIDTH + 1, 20)]
        draw.polygon([(0, _KERB), *tops, (WIDTH, _KERB)], (150, 124, 84))
    _leaves(draw, "edge leaf", _PIECES[grade] * 2, (6, _KERB - 26, WIDTH - 6, _KERB - 4))
    _litter(draw, "edge", _PIECES[grade] // 4, (10, _KERB - 24, WIDTH - 10, _KERB - 8))
    return image


def _grates(grade: int) -> Image.Image:
    image, draw = _road("road")
    left, top, right, bottom = 190, 170, 450, _KERB - 6
    draw.rectangle((left - 12, top - 12, right + 12, bottom), (120, 122, 124))
    draw.rectangle((left, top, right, bottom - 8), (22, 24, 26))
    for x in range(left + 14, right, 26):
        draw.rectangle((x, top, x + 12, bottom - 8), (96, 99, 103))
    _leaves(draw, "grate", int(_COVERED[grade] * 520), (left - 8, top - 6, right + 8, bottom - 4))
    _litter(draw, "grate litter", int(_COVERED[grade] * 12), (left, top, right, bottom - 14))
    return image


def _water(seed: str) -> tuple[Image.Image, Draw]:
    image = Image.new("RGB", (WIDTH, HEIGHT), _WATER)
    draw = ImageDraw.Draw(image)
    for chance, x, y in _places(seed, 90, 0, 0, WIDTH, HEIGHT):
        length = chance.uniform(20, 70)
        draw.arc((x, y, x + length, y + 10), 200, 340, (126, 164, 170), 2)
    return image, draw


def _floating(grade: int) -> Image.Image:
    image, draw = _water("wave")
    _leaves(draw, "float leaf", (60, 36, 20, 12, 6, 0)[grade], (10, 10, WIDTH - 10, HEIGHT - 10))
    _litter(draw, "float", (60, 26, 11, 3, 0, 0)[grade], (14, 14, WIDTH - 14, HEIGHT - 14))
    return image


def _bank(grade: int) -> Image.Image:
    image, draw = _water("wave")
    draw.rectangle((0, 200, WIDTH, 236), (158, 156, 148))
    draw.rectangle((0, 237, WIDTH, HEIGHT), _GRASS)
    for chance, x, y in _places("weed", (220, 140, 80, 34, 8, 0)[grade], 0, 196, WIDTH, HEIGHT):
        tall = chance.uniform(14, 42)
        draw.line((x, y, x + chance.uniform(-9, 9), y - tall), (74, 98, 46), 3)
    _litter(draw, "bank", (44, 20, 9, 3, 0, 0)[grade], (10, 206, WIDTH - 10, HEIGHT - 14))
    return image


_DRAWING: dict[str, Callable[[int], Image.Image]] = {
    "overall": _overall, "colour": _colour, "edges": _edges, "grates": _grates, "floating": _floating, "bank": _bank,
}  # fmt: skip
# Which scenes there are for the items of a standard.
SCENES: dict[str, tuple[str, ...]] = {
    "carriageway": ("overall", "colour", "edges", "grates"), "water": ("floating", "bank"),
}  # fmt: skip
