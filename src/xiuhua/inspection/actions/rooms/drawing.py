"""Draw the square to look at next: at random, one at a time, and never again until one likes it."""

import secrets
from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework.refusals import Conflict, Forbidden, Refused
from xiuhua.inspection.actions.rooms.door import allow, held, startable, tell, text_of
from xiuhua.inspection.actions.rooms.testing import lay_out, open_test
from xiuhua.inspection.models import LivingRoom, RoomLook, RoomTest
from xiuhua.inspection.rooms_drawn import open_to, waiting
from xiuhua.inspection.rooms_states import ACCEPT, CHECK
from xiuhua.people.models import User
from xiuhua.people.permissions import refusal


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
    _allow(user, row, (CHECK,))
    startable(row, "test_season")
    test = open_test(row, at)
    if test.state != RoomTest.State.RUNNING:
        raise Refused(
            _("The test of season %(season)s is decided: %(state)s.")
            % {"season": test.season, "state": test.get_state_display()},
            _("Squares are drawn again in the next season."),
        )
    if own := waiting([test.pk]).filter(drawn_by=user).first():
        return own
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
    _allow(user, row, (CHECK, ACCEPT))
    mine = waiting([look.test_id]).filter(pk=look.pk, drawn_by=user).first()
    if mine is None:
        raise Refused(_("This square does not wait for you any more."), _("Draw another one."))
    mine.given_up = text_of(reason, _("a reason"), longest=200)
    mine.save(update_fields=["given_up"])
    after = {"look": mine.pk, "square": mine.square.frame.code, "reason": mine.given_up}
    tell(row, "room.given_up", user, before=None, after=after, at=at)
    return mine


def drawn(look_id: int, *, user: User, key: UUID) -> RoomLook:
    """The drawn square that a check with ``key`` of ``user`` looks at.

    Raises ``Forbidden`` for the square of somebody else, ``Conflict`` for one that another check has looked at,
    ``Refused`` for none or one that was given back.
    """
    rows = RoomLook.objects.select_related("square__frame__district", "test__room__standard", "made", "drawn_by")
    look = rows.filter(pk=look_id, way=RoomLook.Way.RANDOM).first() if look_id < 2**63 else None
    if look is None or look.drawn_by is None:
        raise Refused(_("There is no such drawn square."), _("Load your list again."))
    if look.drawn_by_id != user.pk:
        raise Forbidden(_("This square was drawn for somebody else."), _("Draw one of your own."))
    if look.made is not None and look.made.key != key:
        raise Conflict(
            _("This square has been looked at already."), _("Delete this entry, or draw another square."),
            by=str(user), move="check", at=look.made.received_at,
        )  # fmt: skip
    if look.given_up:
        raise Refused(_("This square was given back: %(why)s.") % {"why": look.given_up}, _("Draw another one."))
    return look


def _allow(user: User, room: LivingRoom, permissions: Collection[str]) -> None:
    """Whoever has one of ``permissions`` there: inspectors in their area, experts everywhere.

    Who may not check draws nothing: a square is looked at by whom it was drawn for.
    """
    if open_to(user, room.district, [room], permissions):
        return
    allow(user, CHECK, room.district)
    raise Forbidden(
        refusal(user, CHECK, room.district.code) or _("The living room lies outside your area."),
        _("Ask an inspector of its town."),
    )
