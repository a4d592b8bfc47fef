"""Photos in the albums of living rooms, held so that casework keeps them and shows them to whom they are for."""

from xiuhua.casework.photos_held import Holder
from xiuhua.inspection.models import RoomPhoto
from xiuhua.inspection.rooms_states import INSIDE, PUBLIC
from xiuhua.people.models import User
from xiuhua.people.permissions import grants_of


def _public(entry: RoomPhoto) -> bool:
    """Those of a refused place are not public."""
    return entry.room.state in PUBLIC


def _seen(entry: RoomPhoto, user: User) -> bool:
    """An account that works with living rooms of the district may see it."""
    return any(grants_of(user, INSIDE, district_code=entry.room.district.code).values())


PHOTOS = Holder(RoomPhoto, public=_public, sees=_seen)
