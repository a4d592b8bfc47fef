"""Who may do what in inspection, asked by actions; and how events name who did it."""

from django.utils.translation import gettext as _

from xiuhua.casework.refusals import Forbidden
from xiuhua.city.models import District
from xiuhua.people.actors import Actor
from xiuhua.people.models import User
from xiuhua.people.permissions import refusal


def allow(actor: Actor, permission: str, district: District) -> None:
    """Raise ``Forbidden`` when the person may not do this in the whole district."""
    if isinstance(actor, User) and (why := refusal(actor, permission, district.code)):
        raise Forbidden(why, _("Ask somebody who may do this."))
