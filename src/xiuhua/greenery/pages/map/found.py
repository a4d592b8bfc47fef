"""What a tried tree or gate changes, in words and as the map colours it."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiuhua.city.models import Building
from xiuhua.greenery.pages.words import metres, percent
from xiuhua.greenery.scene import Floats, Ints
from xiuhua.greenery.scene_of import Surveyed
from xiuhua.greenery.trying import REACHES_M, GateTried, TreeTried

# Homes that are listed by name; the map shows all.
LISTED = 8


@dataclass(frozen=True)
class Home:
    """A home in the list: before and after in words."""

    building: Building
    before: str
    after: str


@dataclass(frozen=True)
class Shown:
    """The answer: figures as (value, what it is), the homes most changed, how many there are, a remark.

    ``changes``: id, before and after of every home, as the map takes them.
    """

    figures: list[tuple[str, str]]
    homes: list[Home]
    count: int
    remark: str
    changes: list[tuple[int, int | None, int]]


def tree_shown(surveyed: Surveyed, found: TreeTried, remark: str) -> Shown:
    """What a tree changes; shares of windows."""
    figures = [
        (
            f"{found.windows:,}",
            ngettext("window gains a third tree", "windows gain a third tree", found.windows),
        ),
        (_number(found.persons), _("persons, by their share of windows")),
        (
            f"{found.first:,}",
            ngettext("window gains its first tree", "windows gain their first tree", found.first),
        ),
        (
            _("%(count)s m") % {"count": f"{found.gained_m:,.1f}"},
            _("of pavement newly in shade, all hours of the summer set"),
        ),
    ]  # fmt: skip
    order = np.argsort(found.before - found.after, kind="stable")
    homes = _homes(
        surveyed, found.homes, [(percent(a), percent(b)) for a, b in _pairs(found.before, found.after)], order
    )
    changes = [(pk, round(1000 * a), round(1000 * b)) for pk, (a, b) in _with_ids(surveyed, found)]
    if not remark and not found.looked_at:
        remark = _("No home lies within the range of sight of this place.")
    return Shown(figures, homes, len(changes), remark, list(changes))


def gate_shown(surveyed: Surveyed, found: GateTried, remark: str) -> Shown:
    """What a gate changes; walks in metres."""
    figures = [
        (_number(persons), _("persons newly within %(metres)s") % {"metres": metres(reach)})
        for persons, reach in zip(found.within, REACHES_M, strict=True)
    ]
    figures.append((_number(found.persons), _("persons have a shorter walk")))
    if not math.isnan(found.mean_after):
        mean = f"{metres(found.mean_before)} → {metres(found.mean_after)}"
        figures.append((mean, _("their mean walk to a park")))
    if found.reached:
        figures.append((_number(found.reached), _("of them reached no park before")))
    words = [
        (_("none reached") if math.isinf(a) else metres(a), metres(b)) for a, b in _pairs(found.before, found.after)
    ]
    order = np.argsort(found.after - found.before, kind="stable")
    homes = _homes(surveyed, found.homes, words, order)
    changes = [(pk, None if math.isinf(a) else round(a), round(b)) for pk, (a, b) in _with_ids(surveyed, found)]
    return Shown(figures, homes, len(changes), remark, changes)


def _number(persons: float) -> str:
    return f"{persons:,.1f}" if 0 < persons < 10 else f"{persons:,.0f}"  # noqa: PLR2004 - parts of a person count here


def _pairs(before: Floats, after: Floats) -> list[tuple[float, float]]:
    return list(zip(before.tolist(), after.tolist(), strict=True))


def _with_ids(surveyed: Surveyed, found: TreeTried | GateTried) -> list[tuple[int, tuple[float, float]]]:
    ids = surveyed.buildings[found.homes].tolist()
    return list(zip(ids, _pairs(found.before, found.after), strict=True))


def _homes(surveyed: Surveyed, homes: Ints, words: list[tuple[str, str]], order: Ints) -> list[Home]:
    ids: dict[int, Any] = {}
    for at in order[:LISTED].tolist():
        ids[int(surveyed.buildings[homes[at]])] = words[at]
    rows = Building.objects.in_bulk(list(ids))
    return [Home(rows[pk], *said) for pk, said in ids.items() if pk in rows]
