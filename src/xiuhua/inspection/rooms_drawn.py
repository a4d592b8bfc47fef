"""Reads of drawn squares: the living rooms in which somebody may look at squares now, and what waits there for whom."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from xiuhua.city.area_index import area_index
from xiuhua.city.models import District
from xiuhua.inspection.models import LivingRoom, RoomLook, RoomTest
from xiuhua.inspection.rooms_queries import Due, due
from xiuhua.inspection.rooms_states import CHECK
from xiuhua.people.models import User
from xiuhua.people.permissions import grants_of


@dataclass(frozen=True)
class Looked:
    """A room whose test goes on: how it stands, the square that waits for the reader, how many wait for others."""

    due: Due
    own: RoomLook | None
    others: int


def draws_in(user: User, room: LivingRoom) -> bool:
    """Whether ``user`` may look at squares of the room: in the own area, or everywhere."""
    return bool(open_to(user, room.district, [room]))


def rooms_to_look_at(user: User, district: District, season: str) -> list[Looked]:
    """The rooms whose test of the season goes on, or has not begun, and in which ``user`` may look at squares."""
    rows = [each for each in due(district, season) if each.test is None or each.test.state == RoomTest.State.RUNNING]
    may = {room.pk for room in open_to(user, district, [each.room for each in rows])}
    tests = [each.test.pk for each in rows if each.test is not None]
    looks = list(waiting(tests))
    own = {look.test_id: look for look in reversed(looks) if look.drawn_by_id == user.pk}
    others = Counter(look.test_id for look in looks if look.drawn_by_id != user.pk)
    return [Looked(each, own.get(_key(each)), others[_key(each)]) for each in rows if each.room.pk in may]


def _key(each: Due) -> int:
    """The key of its test; 0 where it has not begun."""
    return each.test.pk if each.test else 0


def waiting(tests: Collection[int]) -> QuerySet[RoomLook]:
    """The squares of these tests that were drawn and not looked at, the first drawn first."""
    rows = RoomLook.objects.filter(test__in=tests, way=RoomLook.Way.RANDOM, made=None, given_up="")
    return rows.select_related("square__frame", "drawn_by", "test__room__standard").order_by("pk")


def open_to(
    user: User, district: District, rooms: list[LivingRoom], permissions: Collection[str] = (CHECK,)
) -> list[LivingRoom]:
    """Those of ``rooms`` for which ``user`` has one of ``permissions``: in the own area, or everywhere."""
    held = grants_of(user, permissions, district_code=district.code)
    found = [grant for each in held.values() for grant in each]
    if any(grant.covers((), "", (), own=False) for grant in found):
        return rooms
    index = area_index(district)
    return [
        room
        for room in rooms
        if any(grant.covers([a.code for a in index.at(room.lon, room.lat)], "", (), own=False) for grant in found)
    ]
