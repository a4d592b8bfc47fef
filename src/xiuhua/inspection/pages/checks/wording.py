"""What is odd about a check, sizes and conditions, as sentences in the language of the reader."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiuhua.inspection.kinds import AREAS, LINES

_FLAGS = {
    "too_fast": gettext_lazy("%(figure)s km/h would be needed from one check to the other."),
    "off_object": gettext_lazy("Made %(figure)s m away from the object."),
    "inexact": gettext_lazy("The position may be off by %(figure)s m."),
    "no_position": gettext_lazy("No position was measured."),
    "same_picture": gettext_lazy("A photo is like one of an earlier check (%(figure)s of 64 bits differ)."),
    "unreadable_photo": gettext_lazy("A photo could not be drawn: its file is damaged."),
    "old_photo": gettext_lazy("A photo was taken %(figure)s minutes before the check."),
    "far_photo": gettext_lazy("A photo was taken %(figure)s m away from the object."),
    "hasty": gettext_lazy("The check took %(figure)s seconds."),
    "crowded": gettext_lazy("%(figure)s checks within ten minutes."),
    "other_time": gettext_lazy("%(figure)s minutes outside the time of the visit."),
    "wet": gettext_lazy("The ground was wet: the check does not count."),
    "wind": gettext_lazy("Wind of force %(figure)s: the check does not count."),
    "humidity": gettext_lazy("Humidity of %(figure)s %%: the check does not count."),
    "unknown_weather": gettext_lazy("The weather was not told: the check does not count."),
    "no_case": gettext_lazy("A failed item did not become a case: %(why)s"),
}
# The names of the flags, for lists and filters.
FLAG_NAMES = {
    "too_fast": gettext_lazy("Too fast"),
    "off_object": gettext_lazy("Off the object"),
    "inexact": gettext_lazy("Inexact position"),
    "no_position": gettext_lazy("No position"),
    "same_picture": gettext_lazy("Same picture"),
    "unreadable_photo": gettext_lazy("Unreadable photo"),
    "old_photo": gettext_lazy("Old photo"),
    "far_photo": gettext_lazy("Photo from elsewhere"),
    "hasty": gettext_lazy("Hasty"),
    "crowded": gettext_lazy("Many at once"),
    "other_time": gettext_lazy("At another time"),
    "wet": gettext_lazy("Wet"),
    "wind": gettext_lazy("Wind"),
    "humidity": gettext_lazy("Humid"),
    "unknown_weather": gettext_lazy("Weather unknown"),
    "no_case": gettext_lazy("No case"),
}


def flag_words(flag: Mapping[str, Any]) -> str:
    """A flag with its figure as a sentence."""
    figure = flag.get("figure")
    values = {"figure": f"{figure:g}" if figure is not None else "", "why": flag.get("why", "")}
    return str(_FLAGS[flag["flag"]]) % values


def amount(kind: str, size: float) -> str:
    """The size of a frame: metres of lines, square metres of plots, nothing of sites, which count as one."""
    if kind in LINES:
        return _("%(metres)s m") % {"metres": round(size)}
    if kind in AREAS:
        return _("%(area)s m²") % {"area": round(size)}
    return ""


def asked_weather(conditions: Mapping[str, Any]) -> str:
    """What the weather must be for a check to count; empty where nothing is asked."""
    parts = []
    if conditions.get("dry"):
        parts.append(_("dry ground"))
    if "wind_max" in conditions:
        parts.append(_("wind of force %(force)s at most") % {"force": f"{conditions['wind_max']:g}"})
    if "humidity_max" in conditions:
        parts.append(_("humidity of %(share)s %% at most") % {"share": f"{conditions['humidity_max']:g}"})
    return _("Counts with: %(conditions)s.") % {"conditions": _(", ").join(parts)} if parts else ""


def weather_words(weather: Mapping[str, Any]) -> str:
    """The weather as it was told."""
    parts = []
    if isinstance(weather.get("dry"), bool):
        parts.append(_("dry") if weather["dry"] else _("wet"))
    if weather.get("wind") is not None:
        parts.append(_("wind of force %(force)s") % {"force": f"{weather['wind']:g}"})
    if weather.get("humidity") is not None:
        parts.append(_("humidity %(share)s %%") % {"share": f"{weather['humidity']:g}"})
    return _(", ").join(parts) or _("not told")
