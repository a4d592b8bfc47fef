"""Numbers and keys of the task book in words: units, intervals, lights, why there is no value."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext_lazy

from xiuhua.city.labels import with_unit
from xiuhua.foundation.indicators import PERCENT

UNITS = {
    "min": pgettext_lazy("unit", "minutes"), "h": pgettext_lazy("unit", "hours"), "d": pgettext_lazy("unit", "days"),
    "score": pgettext_lazy("unit", "points of 5"), "points": pgettext_lazy("unit", "points"),
}  # fmt: skip
ESTIMATORS = {
    "wilson": "Wilson", "clopper_pearson": "Clopper-Pearson", "korn_graubard": "Korn-Graubard",
    "mean": gettext_noop("t interval of a mean"), "design_mean": gettext_noop("t interval of a drawn mean"),
    "demonstrated": gettext_noop("the value itself is the lower bound"), "none": "",
}  # fmt: skip
KINDS = {
    "flow": gettext_noop("flow: what happened in the month"),
    "stock": gettext_noop("stock: as it stands at the end of the month"),
    "share": gettext_noop("share: a part of what happened in the month"),
    "milestone": gettext_noop("milestones: reached of planned"),
    "count": gettext_noop("count: how many"),
}
MISSING = {
    "no_denominator": gettext_noop("nothing to count in this month"),
    "no_data": gettext_noop("no data"),
    "late_data": gettext_noop("the data are late"),
    "too_few": gettext_noop("too few to say"),
    "unseen": gettext_noop("too little was looked at"),
    "unit_not_there": gettext_noop("the unit did not exist then"),
}
STATEMENTS = {
    "no_failure": gettext_noop(
        "Of all checks that were made none failed. 100 % speaks of what was looked at; the lower end of the interval "
        "says what is shown of the rest."
    ),
    "level": gettext_noop(
        "The share is at least this much with 95 % confidence, whatever was not looked at. 100 % can never be shown: "
        "59 independent checks without a failure show 95 %, 299 show 99 %."
    ),
    "restored": gettext_noop(
        "No failure that was found stayed open beyond its limit. Open overdue cases count as late. It says how quickly "
        "things are put right, not how clean it is."
    ),
}
LIGHTS = {
    "green": gettext_noop("On course"),
    "yellow": gettext_noop("Uncertain"),
    "red": gettext_noop("Off course"),
    "grey": gettext_noop("Too little evidence"),
}
REASONS = {
    "too_uncertain": gettext_noop("the interval is wider than the way from baseline to target"),
    "too_few": gettext_noop("too few observations"),
    "late_data": gettext_noop("the data are late"),
    "no_target": gettext_noop("no target for this year"),
    "no_owner": gettext_noop("nobody answers for it"),
    "no_forecast": gettext_noop("too few months for a forecast"),
    # What a colour itself says already.
    "likely": "", "open": "", "unlikely": "",
}  # fmt: skip
PERCENT_BOUNDS = {PERCENT: (0.0, 100.0)}
LIGHT_BADGES = {"green": "good", "yellow": "warn", "red": "bad", "grey": ""}
BANDS = {
    "above": gettext_noop("Clearly above"),
    "same": gettext_noop("Not separable"),
    "below": gettext_noop("Clearly below"),
}
_LARGE = 100


def plain(value: float, digits: int | None = None) -> str:
    """A number with its thousands apart and no more digits than help: two below 10, one below 100, none above."""
    if digits is None:
        digits = 0 if float(value).is_integer() or abs(value) >= _LARGE * 10 else 1 if abs(value) >= 1 else 2
    return f"{value:,.{digits}f}"


def number(value: float | None, unit: str = "") -> str:
    """A value in the shown unit with the unit; a share always with one digit, so that two can be compared."""
    if value is None:
        return ""
    return with_unit(plain(value, 1 if unit == PERCENT else None), unit_name(unit))


def unit_name(unit: str) -> str:
    """The unit in the language of the page."""
    return str(UNITS.get(unit, unit))


def interval(low: float | None, high: float | None, unit: str = "") -> str:
    """From and to with the unit once; empty where there is no interval."""
    if low is None or high is None:
        return ""
    digits = 1 if unit == PERCENT else None
    return with_unit(f"{plain(low, digits)}–{plain(high, digits)}", unit_name(unit))


def estimator_name(key: str) -> str:
    """What the interval was computed by; empty for none."""
    known = ESTIMATORS.get(key, key)
    return _(known) if known else ""


def missing_text(key: str) -> str:
    """Why there is no value."""
    return _(MISSING[key]) if key in MISSING else (key or _("no data"))


def statement_text(key: str) -> str:
    """What "100 %" says and does not say; empty for a goal that is not inspected."""
    return _(STATEMENTS[key]) if key in STATEMENTS else ""


def reason_text(key: str) -> str:
    """Why a light is grey."""
    return _(REASONS[key]) if REASONS.get(key) else "" if key in REASONS else key


def light_text(light: str) -> str:
    """The word of a light."""
    return _(LIGHTS[light]) if light in LIGHTS else light


def band_text(band: str) -> str:
    """The word of a band."""
    return _(BANDS[band]) if band in BANDS else band


def scope_name(scope: str, kinds: Mapping[str, str]) -> str:
    """What groups of a scope are called; ``kinds`` are the names of kinds of areas."""
    return {"district": _("District"), "unit": _("Units")}.get(scope) or kinds.get(scope, scope)


def probability(value: float | None) -> str:
    """P in percent; never a bare 0 or 100, which no forecast can know."""
    if value is None:
        return ""
    percent = value * 100
    if percent < 1:
        return "< 1 %"
    return "> 99 %" if percent > 99 else f"{percent:.0f} %"  # noqa: PLR2004 - percent


def month_text(month: date) -> str:
    """A month like 2026-03, as the files of the room write it."""
    return f"{month:%Y-%m}"
