"""Build the Chinese font of the pages and the map: ``uv run tools/fonts.py``.

One woff2 file and no unicode-range: the map rasterises each character once and keeps an empty box for ever
where the font came late, so the file is whole and is awaited before a map is drawn.
"""

import importlib.metadata
import string
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, save_font

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "src/xiuhua/web/static/vendor/noto-sans-sc-subset-1"
WHEEL = "pylopdf-fonts-zh-cn"
SOURCE = "NotoSansSC-Regular.otf"


def gb2312() -> set[str]:
    """Every character of GB 2312: 6,763 ideographs, punctuation, full-width and other letters."""
    found = set()
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                found.add(bytes((high, low)).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return found


def wanted() -> set[str]:
    """GB 2312 and beyond it: Latin with accents, signs, arrows, rare characters of place names."""
    latin = {chr(code) for code in range(0xA0, 0x180)}
    signs = set("–—‘’“”…‰′″‹›€№™←↑→↓↗↘↔⇄−≈≠≤≥×÷·•■□▢▲△▼▽◆◇○◎●★☆✓✕✚㎡㎞℃")
    # Outside GB 2312 and yet in names of places, rivers and streets.
    places = set("滆鼋蠡堰犊瀍洹邗淏浉潩濲堽垴埇塆堼塝砦岗峣崀甪渼瀞玥昇喆堃珺璟翀峯囍")
    return gb2312() | set(string.printable) | latin | signs | places


def main() -> int:
    """Write the subset and its licence."""
    files = {Path(str(each)).name: each for each in importlib.metadata.files(WHEEL) or []}
    options = Options()
    options.flavor = "woff2"
    options.layout_features = ["kern", "locl", "ccmp", "mark", "mkmk", "tnum", "palt", "halt"]
    options.hinting = False
    options.desubroutinize = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    font = load_font(str(files[SOURCE].locate()), options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in wanted()])
    subsetter.subset(font)
    FOLDER.mkdir(parents=True, exist_ok=True)
    target = FOLDER / "noto-sans-sc-subset.woff2"
    save_font(font, str(target), options)
    (FOLDER / "LICENSE").write_text(files["LICENSE"].read_text(encoding="utf-8"), encoding="utf-8")
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1e6:.2f} MB, {len(font.getBestCmap())} characters")
    return 0


if __name__ == "__main__":
    sys.exit(main())
