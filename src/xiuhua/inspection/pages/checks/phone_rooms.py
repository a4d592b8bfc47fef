"""The living rooms on the phone page of inspectors: those being tested, squares drawn there, drawing the next one."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework.pages.patrol.answering import answering
from xiuhua.casework.refusals import Refused
from xiuhua.city.area_index import local_day
from xiuhua.city.queries import districts
from xiuhua.inspection.actions.checks import PERMISSION
from xiuhua.inspection.actions.rooms import draw
from xiuhua.inspection.kinds import kind_name
from xiuhua.inspection.models import RoomLook
from xiuhua.inspection.outline import lines
from xiuhua.inspection.pages.checks.wording import amount
from xiuhua.inspection.pages.rooms.showing import standing_words
from xiuhua.inspection.rooms_drawn import Looked, rooms_to_look_at
from xiuhua.inspection.rooms_queries import rooms
from xiuhua.inspection.rooms_sequence import season_of
from xiuhua.inspection.rooms_states import PUBLIC
from xiuhua.people.models import User


def rooms_of(user: User, now: datetime | None = None) -> list[tuple[dict[str, Any], RoomLook | None]]:
    """The rooms in which ``user`` may look at squares this season, each with the square that waits for them."""
    found = []
    for district in districts():
        season = season_of(local_day(district, now or timezone.now()))
        found += [(_room(each), each.own) for each in rooms_to_look_at(user, district, season)]
    return found


def _room(each: Looked) -> dict[str, Any]:
    room, stands = each.due.room, each.due.stands
    address = [room.district.code, room.code]
    return {
        "code": room.code, "name": room.name, "state": room.get_state_display(), "lon": room.lon, "lat": room.lat,
        "town": room.town.name if room.town else "", "stands": standing_words(stands) if stands else _("Not begun"),
        "square": f"look-{each.own.pk}" if each.own else "", "others": each.others,
        "draw": reverse("inspection:patrol-draw", args=address),
        "office": reverse("inspection:room-office", args=address),
    }  # fmt: skip


def square(look: RoomLook) -> dict[str, Any]:
    """A drawn square in the shape of a visit: what the phone draws and how it is looked at."""
    frame, room = look.square.frame, look.test.room
    return {
        "key": f"look-{look.pk}", "look": look.pk, "order": 0, "name": frame.name or frame.code, "code": frame.code,
        "kind": kind_name(frame.kind), "size": amount(frame.kind, frame.size), "lon": frame.lon, "lat": frame.lat,
        "lines": lines(frame.geom), "begins": f"{frame.opens:%H:%M}", "ends": f"{frame.closes:%H:%M}",
        "planned_at": "", "drawn_at": look.drawn_at, "standard": room.standard.ref, "done": False,
    }  # fmt: skip


@answering("POST", permission=PERMISSION)
def draw_square(request: HttpRequest, district_code: str, room_code: str) -> dict[str, Any]:
    """Draw the square to look at next; one that waits is given again. The day then holds it, with its standard."""
    user: Any = request.user  # an account: answering has seen to it
    district = next((each for each in districts() if each.code == district_code), None)
    room = rooms(district, PUBLIC).filter(code=room_code.replace("\x00", "")).first() if district else None
    if room is None:
        raise Refused(_("There is no such living room."), _("Load your list again."))
    return {"square": f"look-{draw(room, user=user).pk}"}
