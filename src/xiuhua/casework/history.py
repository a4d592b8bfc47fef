"""What a step of a case kept, in words: every entry of its data with a name and a readable value."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xiuhua.casework.deadlines import amount_text
from xiuhua.casework.dossier import Dossier
from xiuhua.casework.models import Report, Step
from xiuhua.casework.states import CLOSING_REASONS
from xiuhua.city.models import local
from xiuhua.foundation.worktime import Unit


@dataclass(frozen=True)
class Fact:
    """One thing that a step kept; ``case`` is the number of the case that it speaks of."""

    label: str
    text: str
    case: str = ""


# Told elsewhere on the page, or of no meaning to a person.
SILENT = {
    "petition",
    "check",
    "draw",
    "by_duty",
    "report",
    "chosen",
    "standard",
    "limit_unit",
    "lat",
    "retry",
    "me_too",
    "media",
}
UNITS = {unit.value for unit in Unit}


def facts(step: Step, found: Dossier) -> list[Fact]:
    """What ``step`` kept, in the order in which it was written; entries nobody knows are shown as they are."""
    told: list[Fact] = []
    for name, value in step.data.items():
        if name not in SILENT and (value not in (None, "", [], {}, False) or (name == "granted" and value is False)):
            told += _fact(name, value, step, found)
    return told


def _fact(name: str, value: Any, step: Step, found: Dossier) -> Iterable[Fact]:
    if name == "limit" or (name == "unit" and value in UNITS and "limit" in step.data):
        unit = step.data.get("limit_unit") or step.data.get("unit")
        return [Fact(_("Limit"), _amount(step.data["limit"], unit))] if name == "limit" else []
    if name == "lon":
        return [Fact(_("Position"), ", ".join(_degrees(each) for each in (value, step.data.get("lat"))))]
    if name in CASES:
        return [Fact(_(CASES[name]), number, number) for number in (value if isinstance(value, list) else [value])]
    if name not in NAMED:
        return [Fact(name, str(value))]
    label, read = NAMED[name]
    return [Fact(_(label), text) for text in read(value, found)]


def _degrees(value: Any) -> str:
    """To a decimetre, which is finer than any phone measures."""
    return f"{value:.6f}" if isinstance(value, float) else str(value)


def _amount(amount: Any, unit: Any) -> str:
    return amount_text(int(amount), Unit(unit)) if unit in UNITS else str(amount)


def _time(value: Any, _found: Dossier) -> list[str]:
    at = parse_datetime(str(value))
    return [date_format(timezone.localtime(at), "Y-m-d H:i") if at and at.tzinfo else str(value)]


def _unit(value: Any, found: Dossier) -> list[str]:
    unit = found.unit(str(value))
    return [unit.name if unit else str(value)]


def _persons(value: Any, found: Dossier) -> list[str]:
    people = [found.person(each) for each in (value if isinstance(value, list) else [value])]
    return [str(person) if person else _("an account that is gone") for person in people]


def _parts(value: Any, found: Dossier) -> list[str]:
    return [
        f"{_unit(code, found)[0]}: {' → '.join(_time(moved[name], found)[0] for name in ('before', 'deadline'))}"
        for code, moved in value.items()
    ]


def _category(value: Any, found: Dossier) -> list[str]:
    own = found.case.category
    code = str(value).rpartition(":")[2]
    return [str(own) if code == own.code and str(value).startswith(str(own.code_set)) else code]


def _closing(value: Any, _found: Dossier) -> list[str]:
    return [local(*CLOSING_REASONS[value]) if value in CLOSING_REASONS else str(value)]


def _source(value: Any, _found: Dossier) -> list[str]:
    return [str(Report.Source(value).label) if value in Report.Source.values else str(value)]


def _yes(value: Any, _found: Dossier) -> list[str]:
    return [_("yes") if value else _("no")]


def _metres(value: Any, _found: Dossier) -> list[str]:
    return [f"{value} m"]


def _plain(value: Any, _found: Dossier) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


CASES = {
    "master": gettext_noop("Merged into"),
    "duplicate": gettext_noop("Took in"),
    "duplicates": gettext_noop("Brought along"),
}
NAMED: dict[str, tuple[str, Callable[[Any, Dossier], list[str]]]] = {
    "source": (gettext_noop("Came by"), _source),
    "seen_at": (gettext_noop("Seen at"), _time),
    "old": (gettext_noop("Category before"), _category),
    "new": (gettext_noop("Category now"), _category),
    "unit": (gettext_noop("Unit"), _unit),
    "from": (gettext_noop("From"), _unit),
    "suggested_unit": (gettext_noop("Should go to"), _unit),
    "deadline": (gettext_noop("Deadline"), _time),
    "before": (gettext_noop("Deadline before"), _time),
    "until": (gettext_noop("Until"), _time),
    "closed_at": (gettext_noop("Had been closed"), _time),
    "handler": (gettext_noop("Person"), _persons),
    "inspector": (gettext_noop("Inspector"), _persons),
    "passed_over": (gettext_noop("Did not come"), _persons),
    "late": (gettext_noop("Late"), _yes),
    "overdue": (gettext_noop("Overdue"), _yes),
    "granted": (gettext_noop("Granted"), _yes),
    "reasons": (gettext_noop("Why this unit"), _plain),
    "duty": (gettext_noop("Duty"), _plain),
    "distance_m": (gettext_noop("Away from the place"), _metres),
    "far": (gettext_noop("Farther away than the phone may err"), _yes),
    "sent_late": (gettext_noop("Made in time, sent after the check was taken back"), _yes),
    "reworks": (gettext_noop("Sent back, times"), _plain),
    "withdrawn": (gettext_noop("Requests that this ended"), _plain),
    "followers": (gettext_noop("Followers taken along"), _plain),
    "closing_reason": (gettext_noop("Closed as"), _closing),
    "parts": (gettext_noop("Deadline of a part"), _parts),
}
