"""Who sees the photos of campaigns and lists: those of sites everybody, those of looks as the looks themselves."""

from typing import Any

from xiuhua.casework.photos_held import Holder, hold
from xiuhua.inspection.list_queries import list_sight, sees_look
from xiuhua.inspection.models import ListRound, LookPhoto, SitePhoto
from xiuhua.people.models import User


def hold_photos() -> None:
    """Keep the photos of sites and looks from being dropped as left behind, and say who sees them."""
    hold(Holder(SitePhoto, public=lambda _row: True, sees=lambda _row, _user: True))
    hold(Holder(LookPhoto, public=_published, sees=_sees))


def _published(row: Any) -> bool:
    return bool(row.look.place.round.state == ListRound.State.PUBLISHED)


def _sees(row: Any, user: User) -> bool:
    return sees_look(row.look, list_sight(user, row.look.place.round.district), published=_published(row))
