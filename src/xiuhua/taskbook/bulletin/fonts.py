"""The font of printed pages: the one that the pages of the site use, unpacked once, and which characters it has.

Typst reads OpenType, not WOFF2. The font lies below DATA_DIR/cache by the digest of the file that it was made from.
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders

PACKED = "vendor/noto-sans-sc-subset-1/noto-sans-sc-subset.woff2"
FAMILY = "Noto Sans SC"


class FontError(RuntimeError):
    """The font of the installation is not there."""


@dataclass(frozen=True)
class Font:
    """A folder with the font alone, and the characters that it has."""

    folder: Path
    characters: frozenset[int]


def font() -> Font:
    """The font, unpacked where it was not yet. Raises ``FontError`` where the installation lacks it."""
    packed = finders.find(PACKED)
    if not isinstance(packed, str):
        raise FontError(f"the font {PACKED} is not among the static files: install xiuhua anew")
    return _unpacked(Path(packed), Path(settings.DATA_DIR))


@cache
def _unpacked(packed: Path, data: Path) -> Font:
    from fontTools.ttLib import TTFont

    digest = hashlib.sha256(packed.read_bytes()).hexdigest()[:16]
    folder = data / "cache" / "fonts" / digest
    target = folder / "font.otf"
    # To measure every glyph anew would take seconds and find what the file says already.
    with TTFont(packed, recalcTimestamp=False, recalcBBoxes=False) as opened:
        characters = frozenset(opened.getBestCmap())
        if not target.exists():
            folder.mkdir(parents=True, exist_ok=True)
            opened.flavor = None
            handle, half = tempfile.mkstemp(dir=folder, suffix=".half")
            os.close(handle)
            opened.save(half)
            os.replace(half, target)  # noqa: PTH105 - in one step: another process may do the same
    return Font(folder, characters)


def printable(tree: Any, characters: frozenset[int], missing: set[str]) -> Any:
    """``tree`` with every character that the font lacks written as 〔U+20BB7〕; those are added to ``missing``."""
    if isinstance(tree, str):
        if lacking := {char for char in tree if ord(char) not in characters and char != "\n"}:
            missing |= lacking
            return "".join(f"〔U+{ord(char):04X}〕" if char in lacking else char for char in tree)
        return tree
    if isinstance(tree, dict):
        return {key: printable(each, characters, missing) for key, each in tree.items()}
    return [printable(each, characters, missing) for each in tree] if isinstance(tree, list) else tree
