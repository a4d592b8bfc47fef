"""Who may do what in inspection, asked by actions; and how events name who did it."""

from django.utils.translation import gettext as _

from xiuhua.city.models import District
from xiuhua.inspection.refusals import Forbidden
from xiuhua.people.models import User
from xiuhua.people.permissions import refusal

# A person, who must have the right; or the system by its name (the command line, the demonstration).
type Actor = User | str


def name_of(actor: Actor) -> str:
    """Who did it, as events say it."""
    return actor.username if isinstance(actor, User) else actor


def allow(actor: Actor, permission: str, district: District) -> None:
    """Raise ``Forbidden`` when the person may not do this in the whole district."""
    if isinstance(actor, User) and (why := refusal(actor, permission, district.code)):
        raise Forbidden(why, _("Ask somebody who may do this."))
