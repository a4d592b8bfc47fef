"""How a case stands when nothing waits for the reader: who has it in hand, or how and when it ended."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from xiuhua.casework.dossier import Dossier
from xiuhua.casework.models import Case
from xiuhua.casework.pages.case.asking import CHECKING
from xiuhua.casework.states import ATTENDED, STATES


def standing(found: Dossier) -> str:
    """One sentence: the end of a case that has ended, else who must act next."""
    case = found.case
    if not STATES[case.state].open:
        return _end(case)
    if case.state in CHECKING:
        return _check(found)
    if case.state not in ATTENDED or case.unit is None:
        return _("The dispatch desk has it in hand.")
    if case.handler:
        return _("%(who)s of %(unit)s has it in hand.") % {"who": case.handler, "unit": case.unit.name}
    return _("%(unit)s has it in hand.") % {"unit": case.unit.name}


def ended_at(case: Case) -> datetime | None:
    """When the case ended; None while it is open."""
    return None if STATES[case.state].open else case.closed_at or case.state_since


def _end(case: Case) -> str:
    at = {"at": date_format(localtime(ended_at(case)), "Y-m-d H:i")}
    if case.state != "closed":
        return _("It ended on %(at)s: %(state)s.") % {**at, "state": STATES[case.state].name}
    if case.clock_started is None:
        return _("It was closed on %(at)s.") % at
    if case.overdue:
        return _("It was closed on %(at)s, handled late.") % at
    return _("It was closed on %(at)s, handled in time.") % at


def _check(found: Dossier) -> str:
    kind = CHECKING[found.case.state]
    waiting = [row for row in found.checks if row.kind == kind and row.received_at is None and row.cancelled_at is None]
    inspector = found.person(waiting[-1].inspector_id) if waiting else None
    if inspector is None:
        return _("An inspector goes and looks.")
    return _("%(who)s goes and looks.") % {"who": inspector}
