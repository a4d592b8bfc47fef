"""What every write to standards goes through: who may, which draft is held, how it is told."""

from typing import Any

from django.utils.translation import gettext as _

from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.foundation.events import record
from xiuhua.inspection.models import Standard
from xiuhua.people.actors import Actor, name_of
from xiuhua.people.models import User
from xiuhua.people.permissions import refusal

PERMISSION = "inspection.standards"


def allow(actor: Actor) -> None:
    """Raise ``Forbidden`` when the person may not maintain standards in any district: they hold for all."""
    if isinstance(actor, User) and (why := refusal(actor, PERMISSION, None)):
        raise Forbidden(why, _("Ask somebody who maintains the standards."))


def held(standard: Standard) -> Standard:
    """The standard as it is now, locked until the transaction ends. Raises ``Refused`` when it is gone."""
    row = Standard.objects.select_for_update().filter(pk=standard.pk).first()
    if row is None:
        raise Refused(_("This standard is no more: somebody removed the draft."), _("Go back to the list."))
    return row


def held_draft(standard: Standard) -> Standard:
    """The same of a draft. Raises ``Refused`` for one that is or was in force: it never changes."""
    row = held(standard)
    if row.state != Standard.State.DRAFT:
        raise Refused(
            _("%(standard)s is in force or was: checks were made by it, so it never changes.") % {"standard": row.ref},
            _("Make a new version, change that, and put it in force."),
        )
    return row


def tell(
    standard: Standard, verb: str, actor: Actor, *, before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """Write the event of a change; all versions of a standard stand in one chain."""
    record(
        chain=f"inspection-standard:{standard.key}", verb=verb, actor=name_of(actor),
        subject=f"inspection.standard:{standard.ref}", before=before, after=after,
    )  # fmt: skip
