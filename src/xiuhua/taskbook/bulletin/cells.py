"""Pieces of a printed bulletin that its tables share: a number with its mark, a measured value, a scale from 0 to 1."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from xiuhua.foundation.indicators import shown as as_shown
from xiuhua.taskbook.bulletin import addresses
from xiuhua.taskbook.bulletin.contents import Contents
from xiuhua.taskbook.bulletin.figures import Figure
from xiuhua.taskbook.bulletin.printing import interval, number, unit_word, whole, with_unit
from xiuhua.taskbook.bulletin.words import REASONS, word

type Tree = dict[str, Any]
# What is left free at both ends of a picture, as a part of what it shows.
_MARGIN = 0.12


def shown(figure: Figure) -> Tree:
    """The number with its unit, its mark and where that leads."""
    unit = unit_word(figure.unit) if figure.value is not None else ""
    return {"f": figure.number, "text": number(figure.value, figure.unit), "unit": unit, **link(figure)}


def link(figure: Figure) -> Tree:
    """Where the mark of a figure leads."""
    return {"href": addresses.whole(figure.address)}


def measured(figure: Figure) -> Tree:
    """A value with its interval, or why it has none, and how many records it rests on."""
    why = "" if figure.low is not None else word(REASONS, figure.reason)
    return {**shown(figure), "interval": interval(figure), "why": why, "n": whole(figure.n)}


def revised(contents: Contents, figure: Figure) -> str:
    """What a published figure is known to be now, where it was revised; else nothing."""
    found = contents.revised(figure)
    return _("revised: %(value)s") % {"value": revised_text(found.after, figure.unit)} if found else ""


def revised_text(kept: Any, unit: str) -> str:
    """What a revision kept of a figure: its value where it is a mapping with one, else the thing itself."""
    if isinstance(kept, dict):
        kept = kept.get("value", kept.get("points"))
        kept = as_shown(kept, unit) if isinstance(kept, int | float) else kept
    if kept is None or isinstance(kept, int | float):
        return with_unit(kept, unit)
    return str(kept)


def scale(points: Sequence[float]) -> Callable[[float], float]:
    """A function that places what lies among ``points`` on a line from 0 to 1, with some room at both ends."""
    low, high = min(points), max(points)
    room = (high - low) * _MARGIN or 1.0
    start, length = low - room, high - low + 2 * room
    return lambda point: round((point - start) / length, 4)
