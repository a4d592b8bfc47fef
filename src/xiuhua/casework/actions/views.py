"""Keep filters of the work list under a name, and let go of them."""

from django.db import transaction
from django.utils.translation import gettext as _

from xiuhua.casework.models import SavedView
from xiuhua.casework.refusals import Refused
from xiuhua.foundation.events import record
from xiuhua.foundation.plain import keepable
from xiuhua.people.models import User

NAME_LENGTH, QUERY_LENGTH = (getattr(SavedView._meta.get_field(name), "max_length", 0) for name in ("name", "query"))
MOST = 30


@transaction.atomic
def keep_view(user: User, name: str, query: str) -> SavedView:
    """Keep ``query`` for ``user`` under ``name``; the same name again takes the place of the old filters.

    Raises ``Refused`` for an empty or too long name and for more than ``MOST`` views.
    """
    name = " ".join(name.split())
    if not name or not keepable(name) or len(name) > NAME_LENGTH:
        raise Refused(
            _("A view needs a name of at most %(length)s characters.") % {"length": NAME_LENGTH},
            _("Write a short name for these filters."),
        )
    if len(query) > QUERY_LENGTH or not keepable(query):
        raise Refused(_("These filters are too long to keep."), _("Take some of them away, then keep the view."))
    mine = SavedView.objects.filter(user=user)
    if not mine.filter(name=name).exists() and mine.count() >= MOST:
        raise Refused(_("You keep %(most)s views already.") % {"most": MOST}, _("Delete one that you no longer use."))
    view, _made = SavedView.objects.update_or_create(user=user, name=name, defaults={"query": query})
    _tell(user, "kept", view)
    return view


@transaction.atomic
def forget_view(user: User, identity: int) -> str:
    """Delete a view of ``user`` and return its name. Raises ``Refused`` where they have no such view."""
    view = SavedView.objects.filter(user=user, pk=identity).first()
    if view is None:
        raise Refused(_("There is no such view."), _("It may have been deleted already."))
    _tell(user, "deleted", view)
    view.delete()
    return view.name


def _tell(user: User, verb: str, view: SavedView) -> None:
    """Write that it happened: the words of a person stay out of a chain that is for ever."""
    record(
        chain=f"people.user:{user.pk}", verb=f"view.{verb}", actor=user.username, subject=f"casework.view:{view.pk}",
        after={"view": view.pk},
    )  # fmt: skip
