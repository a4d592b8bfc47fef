"""What the public reads of a case: its history in plain words, how it stands, whether it was on time.

Reasons, actors and data of the steps are for the desk; only public notes, units and dates come through.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xiuhua.casework.deadlines import amount_text, calendar_of, late, left
from xiuhua.casework.masking import mask
from xiuhua.casework.models import Case, Standard, Step
from xiuhua.casework.refusals import Refused
from xiuhua.casework.states import CLOSING_REASONS, STATES
from xiuhua.city.models import Code, local
from xiuhua.foundation.worktime import Unit

# The moves of which the public hears, in its words; the others change nothing that it could notice.
WORDS = {
    "report": gettext_noop("The problem was reported"),
    "check_filing": gettext_noop("An inspector goes and looks whether it is as reported"),
    "confirm": gettext_noop("An inspector saw it"),
    "deny": gettext_noop("An inspector did not find it; the desk decides"),
    "file": gettext_noop("Accepted"),
    "reject": gettext_noop("Not accepted"),
    "merge": gettext_noop("Joined with case %(master)s, which tells of the same problem"),
    "recategorise": gettext_noop("The category was corrected"),
    "dispatch": gettext_noop("Given to %(unit)s"),
    "redispatch": gettext_noop("Given to %(unit)s"),
    "join": gettext_noop("%(unit)s takes part"),
    "refuse": gettext_noop("%(unit)s does not answer for this; the desk looks for the right unit"),
    "assign": gettext_noop("%(unit)s is at work"),
    "hand_back": gettext_noop("%(unit)s says that it is fixed"),
    "ask_check": gettext_noop("An inspector goes and looks whether it is fixed"),
    "pass": gettext_noop("An inspector saw that it is fixed"),
    "fail": gettext_noop("An inspector saw that it is not fixed; it goes back to %(unit)s"),
    "rework": gettext_noop("Sent back to %(unit)s: it is not fixed"),
    "grant_extension": gettext_noop("More time was given"),
    "suspend": gettext_noop("Work waits until a date"),
    "resume": gettext_noop("Work goes on"),
    "close": gettext_noop("Closed: fixed"),
    "close_unfixed": gettext_noop("Closed: %(closing)s"),
    "reopen": gettext_noop("Opened again: somebody who reported it objects"),
}
# Told only where there is a public note with them.
WITH_NOTE = {"note": gettext_noop("%(unit)s writes")}


@dataclass(frozen=True)
class Entry:
    """One line of the public history."""

    at: datetime
    words: str
    note: str


@dataclass(frozen=True)
class Standing:
    """How a case stands, in a sentence; ``tone`` is the class of a notice ("", good, warn, bad)."""

    words: str
    tone: str


def history(steps: Iterable[Step]) -> list[Entry]:
    """The public lines of ``steps`` (read with their unit), oldest first."""
    entries = []
    for step in steps:
        text = WORDS.get(step.move) or (WITH_NOTE.get(step.move) if step.public_note else None)
        if text:
            entries.append(Entry(step.at, _(text) % _named(step), mask(step.public_note)))
    return entries


def _named(step: Step) -> dict[str, str]:
    closing = CLOSING_REASONS.get(str(step.data.get("closing_reason")), ("", ""))
    return {
        "unit": step.unit.name if step.unit else _("the unit"),
        "master": str(step.data.get("master", "")),
        "closing": local(*closing),
    }


def steps_of(case: Case) -> QuerySet[Step]:
    """The steps of a case, ready for ``history``."""
    return Step.objects.filter(case=case).select_related("unit").order_by("number")


def standing(case: Case, now: datetime | None = None) -> Standing:
    """How the case stands and when it is due; ``case`` is read with district and unit."""
    now = now or timezone.now()
    if case.state in {"reported", "check_filing", "filed"}:
        return Standing(_("The desk looks at it and gives it to the unit that answers for it."), "")
    if STATES[case.state].clock:
        return _due(case, now)
    if case.state == "suspended":
        until = local_time(case, case.state_due) if case.state_due else ""
        return Standing(_("Work waits until %(until)s, then it goes on by itself.") % {"until": until}, "warn")
    if STATES[case.state].open:
        return Standing(_("The unit says that it is fixed. Somebody else looks whether that is so."), "")
    return _ended(case)


def _due(case: Case, now: datetime) -> Standing:
    try:
        remains = left(case, calendar_of(case.district), now)
    except Refused:
        remains = None
    if case.deadline is None:
        return Standing(_("The unit is at work."), "")
    told = {"deadline": local_time(case, case.deadline), "left": remains.text if remains else ""}
    if late(case, now):
        return Standing(_("It was due by %(deadline)s and is late.") % told, "bad")
    if remains is None:
        return Standing(_("It is due by %(deadline)s.") % told, "")
    return Standing(_("It is due by %(deadline)s: %(left)s.") % told, "")


def _ended(case: Case) -> Standing:
    if case.state == "rejected":
        return Standing(_("It was not accepted."), "warn")
    if case.state == "merged":
        return Standing(_("It was joined with another case."), "")
    if case.closing_reason != "fixed":
        reason = local(*CLOSING_REASONS.get(case.closing_reason, ("", "")))
        return Standing(_("It was closed without a fix: %(reason)s.") % {"reason": reason}, "warn")
    if case.overdue:
        return Standing(_("It is fixed, and somebody else has seen that. It was fixed late."), "good")
    return Standing(_("It is fixed, in time, and somebody else has seen that."), "good")


def local_time(case: Case, at: datetime) -> str:
    """A moment on the clock of the district of the case."""
    here = at.astimezone(ZoneInfo(case.district.time_zone))
    return f"{date_format(here, 'Y-m-d')} {here:%H:%M}"


def promise(category: Code) -> str:
    """How soon problems of the category are fixed, by its filing standards: "8 work hours"; empty without one."""
    limits = Standard.objects.filter(category=category, active=True).order_by("number").values_list("limit", "unit")
    texts = _limits(list(limits))
    if len(texts) > 1:
        return _("%(first)s to %(last)s, by how serious it is") % {"first": texts[0], "last": texts[-1]}
    return texts[0] if texts else ""


# Hours of each unit, to put limits in order; a work day has about three times the hours of its work.
_HOURS = {Unit.URGENT_HOUR: 1, Unit.WORK_HOUR: 3, Unit.WORK_DAY: 24, Unit.NATURAL_DAY: 24}


def _limits(limits: Sequence[tuple[int, str]]) -> list[str]:
    ordered = sorted({(limit * _HOURS[Unit(unit)], limit, unit) for limit, unit in limits})
    ends = [ordered[0], ordered[-1]] if len(ordered) > 1 else ordered
    return [amount_text(limit, Unit(unit)) for _hours, limit, unit in ends]
