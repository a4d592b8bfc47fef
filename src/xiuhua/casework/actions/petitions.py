"""Requests about time and about judgements: asked, reviewed, decided, or overtaken by events."""

from datetime import datetime

from django.utils.translation import gettext as _

from xiuhua.casework.actions.turn import Turn
from xiuhua.casework.models import Petition
from xiuhua.casework.refusals import Refused
from xiuhua.foundation.single import find_one

ABOUT_TIME = (Petition.Kind.EXTENSION, Petition.Kind.SUSPENSION)


def ask(turn: Turn, kind: str, *, until: datetime | None = None) -> Petition:
    """Open a request of ``kind``. Raises ``Refused`` when one is open already."""
    if pending(turn, kind) is not None:
        raise Refused(_("Such a request is open already."), _("Wait for its decision."))
    row = Petition.objects.create(
        case=turn.case, kind=kind, asked_at=turn.at, asked_by=turn.user, reason=turn.reason, until=until
    )
    turn.kept |= {"petition": row.pk, "until": until}
    return row


def pending(turn: Turn, kind: str) -> Petition | None:
    """The open request of ``kind``."""
    return Petition.objects.filter(case=turn.case, kind=kind, decided_at=None).first()


def wanted(turn: Turn, kind: str) -> Petition:
    """The open request of ``kind``. Raises ``Refused`` when there is none."""
    row = pending(turn, kind)
    if row is None:
        raise Refused(_("Nobody asks for this: there is no open request."), _("Wait until the unit asks for it."))
    return row


def decide(turn: Turn, row: Petition, *, granted: bool) -> None:
    """Write the decision."""
    row.decided_at, row.granted, row.decision = turn.at, granted, turn.reason
    row.save(update_fields=["decided_at", "granted", "decision"])
    turn.kept |= {"petition": row.pk, "granted": granted}


def withdraw(turn: Turn, *kinds: str) -> None:
    """End open requests that the move makes pointless, undecided."""
    if find_one(Petition, case_id=turn.case.pk, decided_at=None) is None:
        return  # almost always
    open_ones = Petition.objects.filter(case=turn.case, kind__in=kinds or ABOUT_TIME, decided_at=None)
    if ended := open_ones.update(decided_at=turn.at):
        turn.kept["withdrawn"] = ended
