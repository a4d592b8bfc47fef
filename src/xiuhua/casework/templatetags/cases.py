"""Filters of casework: ``{% load cases %}{{ case.state|state_name }}``, in the language of the page."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiuhua.casework.models import Case, Report
from xiuhua.casework.states import CLOSING_REASONS, MOVES, STATES
from xiuhua.city.models import Code, local

register = template.Library()

# After so many days a date says more than their number.
_LAST_DAYS = 30

# Who has the case in hand: the desk, the unit, an inspector, nobody (it waits, it is over).
GROUPS = {
    "reported": "desk", "check_filing": "check", "filed": "desk", "dispatched": "unit", "handling": "unit",
    "suspended": "waits", "handed_back": "desk", "check_closing": "check", "verified": "desk", "closed": "fixed",
    "rejected": "over", "merged": "over",
}  # fmt: skip


@register.filter
def state_name(key: str) -> str:
    """The name of a state."""
    return STATES[key].name if key in STATES else key


@register.filter
def state_group(state: Case | str) -> str:
    """The group of a state by which it is coloured; a case closed without a fix is over, not fixed."""
    if isinstance(state, Case):
        unfixed = state.state == "closed" and state.closing_reason not in {"", "fixed"}
        return "over" if unfixed else GROUPS.get(state.state, "over")
    return GROUPS.get(state, "over")


@register.filter
def move_name(key: str) -> str:
    """The name of a move."""
    return MOVES[key].name if key in MOVES else key


@register.filter
def category_name(category: Code | None) -> str:
    """The name of a category without its code."""
    return category.name if category else ""


@register.filter
def closing_reason_name(key: str) -> str:
    """Why a case was closed."""
    return local(*CLOSING_REASONS[key]) if key in CLOSING_REASONS else key


@register.filter
def source_name(key: str) -> str:
    """By which way a report came."""
    return str(Report.Source(key).label) if key in Report.Source.values else key


@register.filter
def ago(at: datetime | None, now: datetime | None = None) -> str:
    """How long ago something happened; after a month its day."""
    if at is None:
        return ""
    passed = (now or timezone.now()) - at
    if passed < timedelta(minutes=1):
        return _("just now")
    minutes = int(passed.total_seconds() // 60)
    hours, days = minutes // 60, minutes // (24 * 60)
    if not hours:
        return ngettext("%(count)s minute ago", "%(count)s minutes ago", minutes) % {"count": minutes}
    if not days:
        return ngettext("%(count)s hour ago", "%(count)s hours ago", hours) % {"count": hours}
    if days <= _LAST_DAYS:
        return ngettext("%(count)s day ago", "%(count)s days ago", days) % {"count": days}
    return date_format(timezone.localtime(at), "Y-m-d")


@register.filter
def details(form: Any, value: Any) -> list[str]:
    """What the form of a move says beside one choice of a field."""
    found: list[str] = form.details.get(str(value), [])
    return found
