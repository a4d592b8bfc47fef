"""Read the values of OpenStreetMap tags: lengths, whole numbers, years, leaves."""

import math
import re
from collections.abc import Callable
from typing import Any

FOOT_M = 0.3048
INCH_M = 0.0254
# Longer than any building or street is wide: a slip of the keyboard.
LONGEST_M = 1_000.0

_METRES = re.compile(r"^(\d+(?:[.,]\d+)?)\s*(m|metres?|meters?|cm|ft|feet)?$", re.IGNORECASE)
_FEET = re.compile(r"^(\d+)'(?:\s*(\d+(?:\.\d+)?)\")?$")
_YEAR = re.compile(r"^~?(\d{4})(?:-\d{2}){0,2}$")
_SCALE = {"": 1.0, "m": 1.0, "cm": 0.01, "ft": FOOT_M, "feet": FOOT_M}


def text(value: str) -> str | None:
    """The value as it stands, without surrounding blanks."""
    return value.strip() or None


def metres(value: str) -> float | None:
    """A length in metres from ``12``, ``12.5 m``, ``3,5``, ``80 cm``, ``40 ft`` or ``6'2"``; None if it is none."""
    value = value.strip()
    if found := _METRES.match(value):
        unit = (found[2] or "").lower()
        length = float(found[1].replace(",", ".")) * _SCALE.get(unit, 1.0)
    elif found := _FEET.match(value):
        length = int(found[1]) * FOOT_M + float(found[2] or 0) * INCH_M
    else:
        return None
    return round(length, 3) if 0 < length <= LONGEST_M else None


def whole(value: str) -> int | None:
    """A whole number of 0 to 999; ``4.5`` floors are 4."""
    try:
        number = float(value.strip().replace(",", "."))
    except ValueError:
        return None
    return int(number) if 0 <= number < 1_000 else None  # noqa: PLR2004 - said above


def year(value: str) -> int | None:
    """The year of ``1987``, ``~1987``, ``1987-05`` or ``1987-05-21``."""
    found = _YEAR.match(value.strip())
    return int(found[1]) if found else None


def girth_cm(value: str) -> float | None:
    """The diameter in centimetres of a trunk whose circumference is given (metres unless a unit is)."""
    girth = metres(value)
    return None if girth is None else round(girth * 100 / math.pi, 1)


def evergreen(value: str) -> bool | None:
    """Whether leaves stay in winter; None where the value says neither."""
    return {"evergreen": True, "deciduous": False}.get(value.strip().lower())


READERS: dict[str, Callable[[str], Any]] = {
    "text": text,
    "metres": metres,
    "whole": whole,
    "year": year,
    "girth_cm": girth_cm,
    "evergreen": evergreen,
}
