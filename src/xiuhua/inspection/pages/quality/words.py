"""What kinds, parts and shares are called on the pages of quality."""

import math

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, pgettext

from xiuhua.inspection.statements import Statement

KINDS = {
    "road_section": gettext_noop("Roads"),
    "bank_reach": gettext_noop("River and lake surfaces"),
    "green_plot": gettext_noop("Green areas"),
}
GRADES = {
    "1": gettext_noop("grade 1"), "2": gettext_noop("grade 2"), "3": gettext_noop("grade 3"),
    "4": gettext_noop("grade 4"),
}  # fmt: skip


def kind_name(kind: str) -> str:
    """The kind in the language of the page."""
    return _(KINDS[kind])


def percent(share: float | None) -> str:
    """A share with one digit; empty where there is none. Never 100.0 for what is a little less."""
    if share is None or math.isnan(share):
        return ""
    shown = share * 100
    if 99.95 <= shown < 100 - 1e-9:  # noqa: PLR2004 - would be rounded to all
        return "> 99.9 %"
    return f"{shown:.1f} %"


def between(low: float | None, high: float | None) -> str:
    """An interval in per cent; empty where there is none."""
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return ""
    return f"{low * 100:.1f}–{high * 100:.1f} %"


def number(value: float | None, digits: int = 1) -> str:
    """A number; empty where there is none."""
    if value is None or math.isnan(value):
        return ""
    # Adding 0 takes the sign off a zero.
    return f"{round(value, digits) + 0.0:,.{digits}f}"


def stratum_name(name: str) -> str:
    """The last parts of the name of a stratum, kind/town/grade/band: grade and time of day."""
    parts = name.split("/")
    if len(parts) != 4:  # noqa: PLR2004 - kind, town, grade, band
        return name
    grade = _(GRADES[parts[2]]) if parts[2] in GRADES else ""
    return " · ".join(part for part in (grade, parts[3]) if part)


def no_failure_words(found: Statement) -> str:
    """The statement that no failure was seen, in words."""
    if found.holds is None:
        return _("No check of the random panel counted in this month.")
    words = {"passed": f"{found.passed:,.0f}", "n": f"{found.n:,.0f}"}
    if not found.holds:
        failed = round(found.n - found.passed)
        return ngettext(
            "%(failed)s of %(n)s checks failed: it was not all clean.",
            "%(failed)s of %(n)s checks failed: it was not all clean.",
            failed,
        ) % {**words, "failed": f"{failed:,}"}
    if found.bound is None or math.isnan(found.bound):
        return _("100 %% of %(n)s checks passed; of what was not looked at they say nothing yet.") % words
    return _("100 %% of %(n)s checks passed; the true share is at least %(bound)s with %(confidence)s confidence.") % {
        **words,
        "bound": percent(found.bound),
        "confidence": _whole(found.confidence),
    }


def level_words(found: Statement) -> str:
    """The statement of a demonstrated level, in words."""
    words = {"level": _whole(found.level or 0.0), "bound": percent(found.bound), "needed": f"{found.needed:,}"}
    if found.holds is None:
        return _("Too little was looked at to show any level.")
    if found.holds:
        return _("At least %(bound)s is demonstrated; that is not below %(level)s.") % words
    return (
        _(
            "At least %(bound)s is demonstrated, less than %(level)s. %(needed)s independent checks without a "
            "failure would show it."
        )
        % words
    )


def restored_words(found: Statement) -> str:
    """The statement that all was restored in time, in words."""
    words = {"passed": f"{found.passed:,.0f}", "n": f"{found.n:,.0f}"}
    if found.holds is None:
        return _("No failure that a check found fell due in this month.")
    if found.holds:
        return (
            ngettext(
                "%(n)s failure that fell due was put right within its limit.",
                "All %(n)s failures that fell due were put right within their limit.",
                round(found.n),
            )
            % words
        )
    return _("%(passed)s of %(n)s failures that fell due were put right within their limit.") % words


def yes_no(holds: bool | None) -> tuple[str, str]:  # noqa: FBT001 - a fact that is shown
    """The word and the colour of a statement."""
    if holds is None:
        return pgettext("statement", "cannot be told"), ""
    return (pgettext("statement", "holds"), "good") if holds else (pgettext("statement", "does not hold"), "warn")


def _whole(share: float) -> str:
    return f"{share * 100:g} %"
