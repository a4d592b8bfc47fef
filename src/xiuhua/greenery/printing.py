"""What ``xiuhua greenery`` prints of a measurement: figures, those of towns, what was assumed."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from django.db.models import Count
from django.utils.translation import gettext as _

from xiuhua.greenery.actions.measure import Done
from xiuhua.greenery.figures import Figure
from xiuhua.greenery.models import Measurement, ParkGreen
from xiuhua.greenery.queries import places, whole
from xiuhua.greenery.words import ENTRANCES, FIGURES, RULES, STEPS, UNITS

_BY_TOWN = ("see", "door_500", "walk", "lined_official", "promise")
_MOVED = ("see", "door_500", "walk", "canopy")


def lines_of(done: Done) -> Iterator[str]:
    """The lines of one measurement."""
    for figure in whole(done.measurement).values():
        yield _line(figure) + _band(done.measurement.bands.get(figure.key))
    if towns := places(done.measurement, ("town",)):
        yield ""
        yield _("By town") + ": " + " · ".join(str(FIGURES[key]) for key in _BY_TOWN)
        for town in towns:
            yield "  " + "".join(f"{percent(town.figures[key].share):>9}" for key in _BY_TOWN) + f"  {town.name}"
    yield ""
    yield _("Assumed")
    yield from _rules(done.measurement.assumed)
    yield _("Left out or moved")
    yield from _rules(done.measurement.rejected)
    yield _("Entrances of parks")
    counts = _entered(done)
    for how, word in enumerate(ENTRANCES):
        yield f"  {counts[how]:>9,} / {sum(counts):,}  {word}"


def change_lines(measurement: Measurement) -> Iterator[str]:
    """The way of four figures from an earlier day, in percentage points by step."""
    change = measurement.change
    yield _("%(district)s: what moved the figures from %(since)s to %(day)s") % {
        "district": measurement.district, "since": change["since"], "day": measurement.data_on,
    }  # fmt: skip
    for key in _MOVED:
        yield f"  {FIGURES[key]}"
    yield ""
    yield _shares_line(change["then"], str(change["since"]))
    before = change["then"]
    for step in change["steps"]:
        if step["count"]:
            moved = (_points(before.get(key), step["after"].get(key)) for key in _MOVED)
            yield "  " + "".join(f"{each:>9}" for each in moved) + f"  {STEPS[step['key']]} ({step['count']:,})"
        before = step["after"]
    yield _shares_line(before, str(measurement.data_on))


def _shares_line(shares: dict[str, float], day: str) -> str:
    return "  " + "".join(f"{percent(shares.get(key, float('nan'))):>9}" for key in _MOVED) + f"  {day}"


def _points(before: float | None, after: float | None) -> str:
    return "–" if before is None or after is None else f"{(after - before) * 100:+.2f}"


def _line(figure: Figure) -> str:
    unknown = (
        " · " + _("unknown for %(count)s") % {"count": f"{figure.unknown:,.0f} {UNITS[figure.unit]}"}
        if figure.unknown else ""
    )  # fmt: skip
    of = _("of %(whole)s") % {"whole": f"{figure.whole:,.0f} {UNITS[figure.unit]}"}
    return f"  {percent(figure.share):>8}  {FIGURES[figure.key]} ({of}{unknown})"


def _band(ends: list[float] | None) -> str:
    return "" if ends is None else " · " + _("band %(low)s to %(high)s") % {
        "low": percent(ends[0]), "high": percent(ends[1]),
    }  # fmt: skip


def percent(share: float) -> str:
    """A share as it is printed; a dash where it is unknown."""
    return "–" if np.isnan(share) else f"{share:.1%}"


def _rules(rules: Iterable[tuple[str, int, int]]) -> Iterator[str]:
    applied = [(key, count, total) for key, count, total in rules if count]
    for key, count, total in applied:
        yield f"  {count:>9,} / {total:,}  {RULES[key]}"
    if not applied:
        yield "  " + _("nothing")


def _entered(done: Done) -> list[int]:
    """How many parks are entered in each way."""
    if done.measured:
        counts: list[int] = np.bincount(done.measured.stage.entrances.by, minlength=len(ENTRANCES)).tolist()
        return counts
    held: dict[str, Any] = dict(
        ParkGreen.objects.filter(measurement=done.measurement).values_list("entered").annotate(Count("pk"))
    )
    return [held.get(how, 0) for how in ParkGreen.Entered.values]
