"""The words of a bulletin: lights, bands, states, estimators, and why a figure has no interval or no value."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

LIGHTS = {
    "green": pgettext_lazy("bulletin", "Green"),
    "yellow": pgettext_lazy("bulletin", "Yellow"),
    "red": pgettext_lazy("bulletin", "Red"),
    "grey": pgettext_lazy("bulletin", "Grey"),
}
# What a light means.
MEANINGS = {
    "green": pgettext_lazy("bulletin", "likely"),
    "yellow": pgettext_lazy("bulletin", "open yet"),
    "red": pgettext_lazy("bulletin", "unlikely"),
    "grey": pgettext_lazy("bulletin", "too little evidence"),
}
BANDS = {
    "above": pgettext_lazy("bulletin", "clearly above"),
    "same": pgettext_lazy("bulletin", "not separable"),
    "below": pgettext_lazy("bulletin", "clearly below"),
    "": pgettext_lazy("bulletin", "not compared"),
    "none": pgettext_lazy("bulletin", "no score"),
}
STATES = {
    "done": pgettext_lazy("bulletin", "kept"),
    "late": pgettext_lazy("bulletin", "late"),
    "open": pgettext_lazy("bulletin", "open"),
}
REASONS = {
    "set": pgettext_lazy("bulletin", "set by the book, not measured"),
    "counted": pgettext_lazy("bulletin", "counted in full, no sample"),
    "forecast": pgettext_lazy("bulletin", "a probability from the forecast"),
    "no_interval": pgettext_lazy("bulletin", "no interval is meant, see the indicator"),
    "no_forecast": pgettext_lazy("bulletin", "nothing was forecast"),
    "no_points": pgettext_lazy("bulletin", "no goal has a value"),
    "no_target": pgettext_lazy("bulletin", "no target for this year"),
    "no_owner": pgettext_lazy("bulletin", "nobody answers for it"),
    "too_uncertain": pgettext_lazy("bulletin", "the interval is wider than the way to the target"),
    "no_denominator": pgettext_lazy("bulletin", "nothing to divide by"),
    "no_data": pgettext_lazy("bulletin", "no data"),
    "late_data": pgettext_lazy("bulletin", "the data are late"),
    "too_few": pgettext_lazy("bulletin", "too few records"),
    "unseen": pgettext_lazy("bulletin", "too little was looked at"),
    "unit_not_there": pgettext_lazy("bulletin", "the unit did not exist in the month"),
}
INTERVALS = {
    "wilson": pgettext_lazy("bulletin", "Wilson, 95 %"),
    "clopper_pearson": pgettext_lazy("bulletin", "Clopper-Pearson, 95 %"),
    "mean": pgettext_lazy("bulletin", "of a mean, 95 %"),
    "korn_graubard": pgettext_lazy("bulletin", "Korn-Graubard, 95 %"),
    "design_mean": pgettext_lazy("bulletin", "of a drawn mean, 95 %"),
    "demonstrated": pgettext_lazy("bulletin", "the value is the lower bound, 95 % on one side"),
    "forecast": pgettext_lazy("bulletin", "forecast, 80 %"),
    "score": pgettext_lazy("bulletin", "from its parts, 95 %"),
    "rank": pgettext_lazy("bulletin", "set of places, 95 % for all at once"),
}


def word(words: Mapping[str, str | Promise], key: str) -> str:
    """The word of ``key`` in the language of the page; a key that has none stands as it is."""
    return str(words.get(key, key))
