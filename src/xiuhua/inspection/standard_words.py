"""Rules, conditions and scales in words, for the page of a standard and for whoever shows a check."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from xiuhua.city.models import Kind
from xiuhua.inspection.conditions import UNKNOWN, WET
from xiuhua.inspection.models import Item, Standard
from xiuhua.inspection.scoring import AMOUNTS, BEST, GRADE, YES_NO

# Kinds of frames that are cut from lines and surfaces; all others are kinds of sites, which a district names.
KINDS = {
    "road_section": gettext_lazy("Road section"),
    "bank_reach": gettext_lazy("Bank reach"),
    "green_plot": gettext_lazy("Green plot"),
    "path": gettext_lazy("Path to sit on"),
    "square": gettext_lazy("Square to sit on"),
}
_UNITS = {
    "count": gettext_lazy("pieces"),
    "grams": gettext_lazy("g a square metre"),
    "minutes": pgettext_lazy("unit", "minutes"),
}
_LOST = {"count": gettext_lazy("piece"), "grams": gettext_lazy("gram"), "minutes": gettext_lazy("minute")}
_UNMET = {
    WET: gettext_lazy("the surface was wet, or it rained or snowed"),
    "wind": gettext_lazy("the wind was too strong"),
    "humidity": gettext_lazy("the air was too damp"),
    UNKNOWN: gettext_lazy("nobody said what the weather was"),
}


def kind_names() -> dict[str, str]:
    """What kinds of frames are called, by their keys: those of the frames, then those of sites."""
    sites = {kind.key: kind.name for kind in Kind.objects.filter(domain="site")}
    return {key: str(name) for key, name in KINDS.items()} | sites


def rule_words(standard: Standard, items: list[Item]) -> list[str]:
    """The rule in sentences: how the score is made, then when a check passes."""
    return [*_score_words(standard.rule, items), *_pass_words(standard.rule)]


def _score_words(rule: Mapping[str, Any], items: list[Item]) -> list[str]:
    way = rule.get("score")
    if way == "weighted":
        total = sum(item.weight for item in items)
        if not total:
            return []
        parts = [
            f"{100 * item.weight / total / (BEST if item.scale == GRADE else 1):.4g} × {item.name}"
            for item in items
            if item.weight
        ]
        return [_("Score, at most 100: %(sum)s.") % {"sum": " + ".join(parts)}]
    if way == "loss":
        words = {"points": f"{rule.get('per_unit', 0):g}", "unit": _LOST.get(str(rule.get("scale")), "")}
        return [_("Score: 100, less %(points)s for each %(unit)s; never below 0.") % words]
    if way == "half_weight":
        words = {"full": f"{rule.get('full', 0):g}", "half": f"{rule.get('half', 0):g}"}
        return [
            _("Score: per cent of the items graded %(full)s or better; from %(half)s up to there an item counts half.")
            % words
        ]
    if way == "share":
        return [_("Score: per cent of the items at their bound, by weight; what was not assessed is left out.")]
    return [_("No score is made.")]


def _pass_words(rule: Mapping[str, Any]) -> list[str]:
    at = f"{rule.get('at', 0):g}"
    words = {
        "items": _("A check passes when every item is at its bound."),
        "score": _("A check passes with a score of at least %(at)s.") % {"at": at},
        "share": _("A check passes when at least %(at)s %% of the assessed items are at their bound.") % {"at": at},
    }
    return [words[rule["pass"]]] if rule.get("pass") in words else []


def condition_words(conditions: Mapping[str, Any]) -> list[str]:
    """When a check counts, in short phrases; empty: always."""
    found = [_("dry surface, no rain or snow")] if conditions.get("dry") else []
    if "wind_max" in conditions:
        found.append(_("wind of at most force %(force)s") % {"force": f"{conditions['wind_max']:g}"})
    if "humidity_max" in conditions:
        found.append(_("relative humidity of at most %(share)s %%") % {"share": f"{conditions['humidity_max']:g}"})
    return found


def unmet_words(keys: list[str]) -> list[str]:
    """What ``conditions.unmet`` found, in words."""
    return [str(_UNMET.get(key, key)) for key in keys]


def bound_words(item: Item) -> str:
    """When an item passes, in short: at least 4 of 5, at most 5 g a square metre, yes."""
    if item.scale == YES_NO:
        return _("yes") if item.bound > 0 else _("always passes")
    figure = f"{item.bound:g}"
    if item.scale in AMOUNTS:
        return _("at most %(figure)s %(unit)s") % {"figure": figure, "unit": _UNITS[item.scale]}
    return _("at least %(figure)s of %(best)s") % {"figure": figure, "best": BEST}
