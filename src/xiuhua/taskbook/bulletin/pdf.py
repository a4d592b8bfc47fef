"""A bulletin as PDF/A-2b: the same content and edition give the same bytes."""

import json
from dataclasses import dataclass
from pathlib import Path

import typst
from django.utils.translation import gettext as _
from django.utils.translation import override

from xiuhua.taskbook.bulletin.contents import Contents
from xiuhua.taskbook.bulletin.document import Edition, document
from xiuhua.taskbook.bulletin.fonts import FAMILY, font, printable

TEMPLATE = Path(__file__).with_name("bulletin.typ")


@dataclass(frozen=True)
class Printed:
    """A file, and the characters that the font lacks: they are printed as their number, and a note says so."""

    content: bytes
    missing: tuple[str, ...]


def pdf(contents: Contents, edition: Edition, language: str) -> Printed:
    """The bulletin in ``language`` (zh-hans or en). Raises ``typst.TypstError`` where it cannot be set."""
    inputs, missing, folder = _inputs(contents, edition, language)
    content: bytes = typst.compile(
        TEMPLATE, font_paths=[folder], ignore_system_fonts=True, sys_inputs=inputs,
        pdf_standards="a-2b", timestamp=int(edition.made_at.timestamp()), format="pdf",
    )  # fmt: skip
    return Printed(content, missing)


def png(contents: Contents, edition: Edition, language: str, resolution: float = 110) -> list[bytes]:
    """Each page as a picture, ``resolution`` pixels an inch: to look at it without a reader of PDF."""
    inputs, _missing, folder = _inputs(contents, edition, language)
    pages: bytes | list[bytes] = typst.compile(
        TEMPLATE, font_paths=[folder], ignore_system_fonts=True, sys_inputs=inputs, format="png",
        ppi=resolution, timestamp=int(edition.made_at.timestamp()),
    )  # fmt: skip
    return pages if isinstance(pages, list) else [pages]


def _inputs(contents: Contents, edition: Edition, language: str) -> tuple[dict[str, str], tuple[str, ...], Path]:
    chosen, missing = font(), set[str]()
    tree = printable(document(contents, edition, language), chosen.characters, missing)
    lacking = tuple(sorted(missing))
    if lacking:
        with override(language):
            tree["notes"].append(
                _("The font lacks these characters, which are printed as their number: %(numbers)s.")
                % {"numbers": ", ".join(f"U+{ord(char):04X}" for char in lacking)}
            )
    return {"data": json.dumps(tree, ensure_ascii=False), "family": FAMILY}, lacking, chosen.folder
