"""The figures of a measurement for one place, ready to be shown: value, band, what it is a share of, formula."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from xiuhua.greenery.figures import Figure
from xiuhua.greenery.models import Measurement
from xiuhua.greenery.pages.words import FORMULAS, OURS, OWNERS, SHORT, WHOSE, amount, between, percent
from xiuhua.greenery.places import WHOLE
from xiuhua.greenery.queries import figures_at
from xiuhua.greenery.words import FIGURES

BAR = 200.0
# The figures of each promise: the honest one first, which is the large one, then those that stand beside it.
PANELS = {
    "see": ("see", "view", "see_any_window", "trees_near"),
    "door": ("door_500", "circle", "circle_national", "door_300", "door_1000"),
    "walk": ("walk", "cool_way", "lined_official", "lined_all", "canopy"),
}
# What other heights, crowns and places of trees leave as it is.
UNMOVED = frozenset({"door_300", "door_500", "door_1000", "circle", "circle_national"})


@dataclass(frozen=True)
class Shown:
    """One figure in words; ``value`` is empty where it is not known. ``bar``, ``low``, ``high`` are lengths of 200."""

    key: str
    name: str
    short: str
    formula: str
    owner: str
    whose: str
    value: str
    share: float | None
    bar: float
    of: str
    slim: str
    unknown: str
    band: str
    no_band: str
    low: float
    span: float


def key_of(kind: str, code: str) -> str:
    """The name under which the totals of an area are kept."""
    return f"{kind}:{code}"


def shown(measurement: Measurement, place: str = WHOLE) -> dict[str, Shown]:
    """Every figure that the measurement has of a place, by its key."""
    bands = measurement.bands
    held = figures_at(measurement, place)
    found = {}
    for key in FIGURES:
        if key in held:
            reason = _no_band(key, measurement, whole=place == WHOLE)
            found[key] = _one(held[key], bands.get(key) if place == WHOLE else None, reason)
    return found


def panel(figures: dict[str, Shown], promise: str) -> list[Shown]:
    """The figures of a promise that are there, the large one first."""
    return [figures[key] for key in PANELS[promise] if key in figures]


def _slim(value: float, unit: str) -> str:
    """A number for a narrow column: persons, kilometres, hectares."""
    return {"metres": f"{value / 1e3:,.1f}", "person_metres": f"{value / 1e3:,.0f}", "m2": f"{value / 1e4:,.1f}"}.get(
        unit, f"{value:,.0f}"
    )


def _part(value: float, unit: str) -> str:
    """What is counted, before "of so many persons": their unit is said once, others may differ in their size."""
    return f"{value:,.0f}" if unit == "persons" else amount(value, unit)


def _no_band(key: str, measurement: Measurement, *, whole: bool) -> str:
    """Why a figure that has no band has none."""
    if key in UNMOVED:
        return _("No band: heights, crowns and places of trees do not move it.")
    if key == "view":
        return _("No band: it would take longer than all the other figures together.")
    if not whole:
        return _("No band: it is computed for the whole district alone.")
    if "bands" in measurement.unfinished:
        return _("No band yet: it is being worked out.")
    return "" if measurement.bands else _("No band: the measurement was not run with perturbed data.")


def _one(figure: Figure, band: Iterable[float] | None, no_band: str) -> Shown:
    key, part, whole, unit, unknown = figure.key, figure.part, figure.whole, figure.unit, figure.unknown
    share = figure.share if whole > 0 else None
    low, high = tuple(band) if band else (None, None)
    owner = OWNERS.get(key, OURS)
    return Shown(
        key, str(FIGURES[key]), str(SHORT[key]), str(FORMULAS[key]), owner, str(WHOSE[owner]), percent(share), share,
        round((share or 0.0) * BAR, 1),
        _("%(part)s of %(whole)s") % {"part": _part(part, unit), "whole": amount(whole, unit)} if whole > 0 else "",
        f"{_slim(part, unit)} / {_slim(whole, unit)}" if whole > 0 else "",
        _("%(count)s unknown") % {"count": amount(unknown, unit)} if unknown >= 1 else "",
        between(low, high), "" if band else no_band, round((low or 0.0) * BAR, 1),
        round(((high or 0.0) - (low or 0.0)) * BAR, 1),
    )  # fmt: skip
