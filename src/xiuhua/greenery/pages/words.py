"""Figures as people read them: what each is a share of, whose it is, in how few words it is computed."""

import math

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

FORMULAS = {
    "see": gettext_lazy(
        "Of each home the share of its windows (every 5 m of wall, every floor) that see three trees or "
        "more, by persons."
    ),
    "see_any_window": gettext_lazy("Persons whose home sees three trees from all its windows together."),
    "trees_near": gettext_lazy("Persons whose home has three trees within the range, whatever stands between."),
    "door_300": gettext_lazy(
        "Persons who walk 300 m or less along the streets to an entrance of a park of 400 m² or more."
    ),
    "door_500": gettext_lazy(
        "Persons who walk 500 m or less along the streets to an entrance of a park of 400 m² or more."
    ),
    "door_1000": gettext_lazy(
        "Persons who walk 1,000 m or less along the streets to an entrance of a park of 400 m² or more."
    ),
    "circle": gettext_lazy(
        "Residential land within a circle of 500 m around parks of 5,000 m² or more, of 300 m around "
        "those of 400 m² or more."
    ),
    "circle_national": gettext_lazy("Residential land within a circle of 500 m around parks and squares."),
    "walk": gettext_lazy(
        "Mean shade, of walls or crowns, of the pavements within a walk of 500 m of each home, by persons."
    ),
    "cool_way": gettext_lazy(
        "On the way to the nearest park, for who looks for shade and feels a metre of sun as two: what the shade "
        "spares, of what shade all along would spare, by persons and metres."
    ),
    "lined_official": gettext_lazy(
        "Sides of secondary and branch roads whose pavement crowns cover to 90 % or more, by length."
    ),
    "lined_all": gettext_lazy("Sides of all streets whose pavement crowns cover to 90 % or more, by length."),
    "canopy": gettext_lazy("Ground of pavements under crowns, by length of street."),
    "promise": gettext_lazy(
        "Persons with half of their windows green, a park within a walk of 500 m, and half of their walk in shade."
    ),
    "three_thirty_300": gettext_lazy(
        "Persons with three trees in view, 30 % canopy within 300 m, and a park within a walk of 300 m."
    ),
    "view": gettext_lazy("Of each home the mean share of the outward view that crowns take within 100 m, by persons."),
}
SHORT = {
    "see": gettext_lazy("windows that see three trees"),
    "see_any_window": gettext_lazy("three trees from all windows together"),
    "trees_near": gettext_lazy("three trees within the range, seen or not"),
    "door_300": gettext_lazy("park entrance within a walk of 300 m"),
    "door_500": gettext_lazy("park entrance within a walk of 500 m"),
    "door_1000": gettext_lazy("park entrance within a walk of 1,000 m"),
    "circle": gettext_lazy("residential land within the service radius"),
    "circle_national": gettext_lazy("residential land within 500 m (GB/T 51346)"),
    "walk": gettext_lazy("shade of the walk around home"),
    "cool_way": gettext_lazy("sun spared on the way to the park"),
    "lined_official": gettext_lazy("tree-lined secondary and branch roads"),
    "lined_all": gettext_lazy("tree-lined streets, all"),
    "canopy": gettext_lazy("canopy over pavements"),
    "promise": gettext_lazy("all three promises kept"),
    "three_thirty_300": gettext_lazy("3-30-300"),
    "view": gettext_lazy("share of the view taken by crowns"),
}
OURS, OFFICIAL, OTHERS = "ours", "official", "others"
WHOSE = {
    OURS: pgettext_lazy("whose figure", "honest"), OFFICIAL: pgettext_lazy("whose figure", "official"),
    OTHERS: pgettext_lazy("whose figure", "other cities"),
}  # fmt: skip
OWNERS = {
    "circle": OFFICIAL, "circle_national": OFFICIAL, "lined_official": OFFICIAL, "see_any_window": OTHERS,
    "trees_near": OTHERS, "three_thirty_300": OTHERS, "cool_way": OTHERS,
}  # fmt: skip
HOURS = {
    "summer": gettext_lazy("June to August, one day a week, 10:00 to 16:00"),
    "day": gettext_lazy("15 July, 7:00 to 19:00"),
}


def percent(share: float | None) -> str:
    """A share with one digit; empty where there is none. Never 100.0 for what is a little less."""
    if share is None or math.isnan(share):
        return ""
    shown = share * 100
    if 99.95 <= shown < 100 - 1e-9:  # noqa: PLR2004 - would be rounded to all
        return "> 99.9 %"
    return f"{shown:.1f} %"


def between(low: float | None, high: float | None) -> str:
    """A band in per cent; empty where there is none."""
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return ""
    return f"{low * 100:.1f}–{high * 100:.1f} %"


def amount(value: float, unit: str) -> str:
    """So many persons, metres (from a kilometre on kilometres), square metres (hectares) or metres of persons."""
    if unit == "metres":
        return _("%(count)s km") % {"count": f"{value / 1e3:,.1f}"} if value >= 1e3 else metres(value)  # noqa: PLR2004
    if unit == "person_metres":
        return _("%(count)s person-km") % {"count": f"{value / 1e3:,.0f}"}
    if unit == "m2":
        return _("%(count)s ha") % {"count": f"{value / 1e4:,.1f}"}
    return ngettext("%(count)s person", "%(count)s persons", round(value)) % {"count": f"{value:,.0f}"}


def surface(value: float) -> str:
    """A round size of a park, in square metres, from a hectare on in hectares."""
    if value >= 1e4:  # noqa: PLR2004
        return _("%(count)s ha") % {"count": f"{value / 1e4:,.0f}"}
    return _("%(count)s m²") % {"count": f"{value:,.0f}"}


def metres(value: float | None) -> str:
    """A distance in whole metres; empty where there is none."""
    return "" if value is None else _("%(count)s m") % {"count": f"{value:,.0f}"}
