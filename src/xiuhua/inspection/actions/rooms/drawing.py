"""Draw the square to look at next: at random, one at a time, and never again until one likes it."""

import secrets
from collections.abc import Callable
from datetime import datetime

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.city.area_index import area_index
from xiuhua.inspection.actions.rooms.door import allow, held, startable, tell, text_of
from xiuhua.inspection.actions.rooms.testing import lay_out, open_test
from xiuhua.inspection.models import LivingRoom, RoomLook, RoomTest
from xiuhua.people.models import User
from xiuhua.people.permissions import grants, refusal

CHECK = "inspection.check"


@transaction.atomic
def draw(
    room: LivingRoom, *, user: User, at: datetime | None = None, below: Callable[[int], int] = secrets.randbelow
) -> RoomLook:
    """The square that ``user`` is to look at next; one that was drawn and waits is given again.

    Each square is drawn with the same chance, also one that was looked at before: a test looks at hours as well.
    ``below`` draws a number from 0 to below that many; only what is itself drawn by a seed gives another.
    Raises ``Refused`` where no test runs, ``Forbidden``.
    """
    row = held(room)
    _allow(user, row)
    startable(row, "test_season")
    test = open_test(row, at)
    if test.state != RoomTest.State.RUNNING:
        raise Refused(
            _("The test of season %(season)s is decided: %(state)s.")
            % {"season": test.season, "state": test.get_state_display()},
            _("Squares are drawn again in the next season."),
        )
    if waiting := _waiting(test).filter(drawn_by=user).first():
        return waiting
    lay_out(row, at)
    squares = list(row.frames.order_by("frame__code").values_list("pk", flat=True))
    look = RoomLook.objects.create(
        test=test, square_id=squares[below(len(squares))], way=RoomLook.Way.RANDOM,
        drawn_at=at or timezone.now(), drawn_by=user,
    )  # fmt: skip
    after = {"season": test.season, "square": look.square.frame.code, "look": look.pk}
    tell(row, "room.drawn", user, before=None, after=after, at=at)
    return look


@transaction.atomic
def give_up(look: RoomLook, *, reason: str, user: User, at: datetime | None = None) -> RoomLook:
    """Give a drawn square back that cannot be looked at (fenced off, under water), with the reason; it is kept."""
    row = held(look.test.room)
    _allow(user, row)
    mine = _waiting(look.test).filter(pk=look.pk, drawn_by=user).first()
    if mine is None:
        raise Refused(_("This square does not wait for you any more."), _("Draw another one."))
    mine.given_up = text_of(reason, _("a reason"), longest=200)
    mine.save(update_fields=["given_up"])
    after = {"look": mine.pk, "square": mine.square.frame.code, "reason": mine.given_up}
    tell(row, "room.given_up", user, before=None, after=after, at=at)
    return mine


def _waiting(test: RoomTest) -> models.QuerySet[RoomLook]:
    rows = RoomLook.objects.filter(test=test, way=RoomLook.Way.RANDOM, made=None, given_up="")
    return rows.select_related("square__frame", "test__room").order_by("pk")


def _allow(user: User, room: LivingRoom) -> None:
    """Inspectors in their area, experts and whoever decides on rooms."""
    areas = [place.code for place in area_index(room.district).at(room.lon, room.lat)]
    found = [
        *grants(user, CHECK, district_code=room.district.code),
        *grants(user, "rooms.accept", district_code=room.district.code),
    ]
    if any(grant.covers(areas, "", (), own=False) for grant in found):
        return
    allow(user, CHECK, room.district)
    raise Forbidden(
        refusal(user, CHECK, room.district.code) or _("The living room lies outside your area."),
        _("Ask an inspector of its town."),
    )
