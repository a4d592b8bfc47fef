"""Accept, refuse and withdraw living rooms; the decision names the figures that it rests on."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiuhua.casework.refusals import Refused
from xiuhua.inspection.actions.rooms.door import allow, conflict, held, optional_text, startable, step, text_of, today
from xiuhua.inspection.actions.rooms.feeding import figures
from xiuhua.inspection.actions.rooms.testing import close_squares
from xiuhua.inspection.models import LivingRoom, RoomTest
from xiuhua.inspection.rooms_sequence import season_of
from xiuhua.inspection.rooms_states import ACCEPT
from xiuhua.people.actors import Actor


@transaction.atomic
def accept(
    room: LivingRoom, *, level: str, actor: Actor, reason: str = "", expected_version: int | None = None,
    at: datetime | None = None,
) -> LivingRoom:  # fmt: skip
    """Accept a room whose test of the season has passed; ``level`` says who accepts. Raises as ``door`` says."""
    row = held(room, expected_version)
    allow(actor, ACCEPT, row.district)
    startable(row, "accept")
    _level(level)
    day = today(row, at)
    data = {**figures(passed_test(row, at)), "level": level, "day": day.isoformat()}
    columns = {"level": level, "accepted_on": day, "withdrawn_on": None}
    step(row, "accept", actor, reason=optional_text(reason), data=data, columns=columns, at=at)
    return row


@transaction.atomic
def raise_level(
    room: LivingRoom, *, reason: str, actor: Actor, expected_version: int | None = None, at: datetime | None = None
) -> LivingRoom:
    """Write down that the city accepts what the district accepted; ``reason`` names its decision."""
    row = held(room, expected_version)
    allow(actor, ACCEPT, row.district)
    startable(row, "raise")
    if row.level == LivingRoom.Level.CITY:
        raise conflict(row)
    day = today(row, at)
    data = {**figures(passed_test(row, at)), "level": LivingRoom.Level.CITY.value, "day": day.isoformat()}
    said = text_of(reason, _("a reason: which decision of the city"))
    step(row, "raise", actor, reason=said, data=data, columns={"level": LivingRoom.Level.CITY}, at=at)
    return row


@transaction.atomic
def refuse(
    room: LivingRoom, *, reason: str, actor: Actor, expected_version: int | None = None, at: datetime | None = None
) -> LivingRoom:
    """Refuse what was applied for, for a reason. It is over then; another application may be made."""
    row = held(room, expected_version)
    allow(actor, ACCEPT, row.district)
    startable(row, "refuse")
    test = row.tests.filter(season=season_of(today(row, at))).first()
    said = text_of(reason, _("a reason"))
    step(row, "refuse", actor, reason=said, data=figures(test) if test else {}, at=at)
    close_squares(row, at)
    return row


@transaction.atomic
def withdraw(
    room: LivingRoom, *, reason: str, actor: Actor, expected_version: int | None = None, at: datetime | None = None
) -> LivingRoom:
    """Withdraw an accepted room by decision, for a reason; it counts no more from that day on."""
    row = held(room, expected_version)
    allow(actor, ACCEPT, row.district)
    startable(row, "withdraw")
    day = today(row, at)
    accepted = row.accepted_on.isoformat() if row.accepted_on else ""
    data = {"level": row.level, "day": day.isoformat(), "accepted_on": accepted}
    said = text_of(reason, _("a reason"))
    step(row, "withdraw", actor, reason=said, data=data, columns={"withdrawn_on": day, "level": ""}, at=at)
    close_squares(row, at)
    return row


def passed_test(room: LivingRoom, at: datetime | None = None) -> RoomTest:
    """The passed test of the running season. Raises ``Refused``, with how far it is."""
    season = season_of(today(room, at))
    test = room.tests.filter(season=season).first()
    if test is not None and test.state == RoomTest.State.PASSED:
        return test
    if test is None:
        raise Refused(
            _("The living room has no test of season %(season)s.") % {"season": season}, _("Begin its test first.")
        )
    raise Refused(
        _("The test of season %(season)s has not passed: %(state)s, %(failures)s of %(checks)s squares failed.")
        % {"season": season, "state": test.get_state_display(), "failures": test.failures, "checks": test.checks},
        _("Go on with its checks, or refuse it.") if test.state == RoomTest.State.RUNNING else _("Refuse it."),
    )


def _level(level: str) -> None:
    if level not in LivingRoom.Level.values:
        raise Refused(
            _("“%(level)s” is no level that accepts.") % {"level": level},
            _("Use one of: %(list)s.") % {"list": ", ".join(LivingRoom.Level.values)},
        )
