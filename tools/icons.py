"""Draw the icons of the phone page from the mark of the platform: ``uv run tools/icons.py [--check]``.

Phones want pixels in their home screens. The shapes are those of web/icons/xiuhua.svg, drawn four times as large and
made smaller; a maskable icon leaves the rim free that a phone may cut away.
"""

import argparse
import io
import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

ROOT = Path(__file__).resolve().parent.parent
MARK = ROOT / "src/xiuhua/web/static/web/icons/xiuhua.svg"
ICONS = ROOT / "src/xiuhua/casework/static/casework/patrol/icons"
SIZES = {"192": (192, False), "512": (512, False), "maskable-192": (192, True), "maskable-512": (512, True)}
FINER, BOX, SVG = 4, 64, "{http://www.w3.org/2000/svg}"
type Point = tuple[float, float]
SAFE = 0.8  # of a maskable icon is shown on every phone


def draw(size: int, *, maskable: bool) -> Image.Image:
    """The mark as a square of ``size`` pixels."""
    mark = ET.parse(MARK).getroot()
    rect = mark.find(f"{SVG}rect")
    large = size * FINER
    ground = Image.new("RGBA", (large, large), (0, 0, 0, 0))
    pen = ImageDraw.Draw(ground)
    radius = 0 if maskable else float(rect.get("rx")) * large / BOX
    pen.rounded_rectangle((0, 0, large - 1, large - 1), radius, fill=rect.get("fill"))
    share = SAFE if maskable else 1.0
    scale, shift = large / BOX * share, large * (1 - share) / 2

    def place(point: Point) -> Point:
        return point[0] * scale + shift, point[1] * scale + shift

    for part in mark.iter():
        stroke = part.get("stroke") or next((g.get("stroke") for g in mark.findall(f"{SVG}g") if part in list(g)), None)
        if part.tag == f"{SVG}path" and stroke:
            width = float(part.get("stroke-width") or mark.find(f"{SVG}g").get("stroke-width")) * scale
            for line in strokes(part.get("d")):
                _stroke(pen, [place(point) for point in line], stroke, width)
        elif part.tag == f"{SVG}ellipse":
            _ellipse(ground, part, place, scale)
    return ground.resize((size, size), Image.Resampling.LANCZOS)


def strokes(path: str) -> list[list[Point]]:
    """The lines of an SVG path of M, L, l, C and S, curves as short pieces."""
    lines, here, handle = [], (0.0, 0.0), None
    for letter, rest in re.findall(r"([MLlCS])([^MLlCS]*)", path):
        numbers = [float(each) for each in re.findall(r"-?\d+\.?\d*", rest)]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        if letter == "M":
            lines.append([points.pop(0)])
            here = lines[-1][0]
        if letter in "ML":
            lines[-1] += points
        elif letter == "l":
            lines[-1] += [(here[0] + x, here[1] + y) for x, y in points]
        else:
            while points:
                mirrored = (2 * here[0] - handle[0], 2 * here[1] - handle[1]) if handle else here
                first = points.pop(0) if letter == "C" else mirrored
                handle, end = points.pop(0), points.pop(0)
                lines[-1] += [_bezier(here, first, handle, end, step / 40) for step in range(1, 41)]
                here = end
            continue
        here, handle = lines[-1][-1], None
    return lines


def _bezier(p0: Point, p1: Point, p2: Point, p3: Point, t: float) -> Point:
    a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
    return a * p0[0] + b * p1[0] + c * p2[0] + d * p3[0], a * p0[1] + b * p1[1] + c * p2[1] + d * p3[1]


def _stroke(pen: ImageDraw.ImageDraw, line: list[Point], colour: str, width: float) -> None:
    pen.line(line, fill=colour, width=round(width), joint="curve")
    for x, y in line:  # round ends and joints
        pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=colour)


def _ellipse(ground: Image.Image, part: ET.Element, place: Callable[[Point], Point], scale: float) -> None:
    """The eye of the needle, turned by half a right angle."""
    x, y = place((float(part.get("cx")), float(part.get("cy"))))
    rx, ry = float(part.get("rx")) * scale, float(part.get("ry")) * scale
    layer = Image.new("L", ground.size, 0)
    ImageDraw.Draw(layer).ellipse((x - rx, y - ry, x + rx, y + ry), fill=255)
    angle = float(re.search(r"rotate\(([\d.]+)", part.get("transform")).group(1))
    ground.paste(part.get("fill"), mask=layer.rotate(-angle, Image.Resampling.BICUBIC, center=(x, y)))


def main() -> int:
    """Draw them all, or say which differ from what is kept."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--check", action="store_true", help="write nothing; fail where an icon is not as drawn")
    check, wrong = asked.parse_args().check, []
    ICONS.mkdir(parents=True, exist_ok=True)
    for name, (size, maskable) in SIZES.items():
        drawn, path = draw(size, maskable=maskable), ICONS / f"{name}.png"
        if check:
            kept = Image.open(path).convert("RGBA") if path.exists() else None
            if kept is None or kept.size != drawn.size or ImageChops.difference(kept, drawn).getbbox():
                wrong.append(name)
            continue
        out = io.BytesIO()
        drawn.save(out, "PNG", optimize=True)
        path.write_bytes(out.getvalue())
    print(f"not as drawn: {', '.join(wrong)}" if wrong else f"{len(SIZES)} icons in {ICONS.relative_to(ROOT)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
