"""A check of a square feeds the test of the season; the figures of a decided test act at once."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from xiuhua.city.area_index import local_day
from xiuhua.inspection.actions.rooms.door import held, step
from xiuhua.inspection.actions.rooms.testing import close_squares, open_test
from xiuhua.inspection.models import Check, LivingRoom, Part, RoomFrame, RoomLook, RoomTest
from xiuhua.inspection.rooms_queries import results, sequence
from xiuhua.inspection.rooms_sequence import season_of, standing
from xiuhua.inspection.rooms_states import TESTED

# Who acts when figures do.
PLATFORM = "living-room-test"


def feed(check: Check) -> RoomTest | None:
    """Count a check of part ``sequential`` in a square of a living room, if it counts. Returns the test it stands with.

    Drawn squares (a visit of a committed plan, or a square drawn for this inspector) feed the test; any other square
    was chosen by eye and stands beside as the dirtiest. What was seen before the test began, was not valid or could
    not be assessed counts for nothing. A failed test withdraws an accepted room, with its figures as the reason.
    """
    if check.part != Part.SEQUENTIAL or not check.valid or check.passed is None:
        return None
    square = RoomFrame.objects.select_related("room").filter(frame=check.frame_id).first()
    return _fed(square, check) if square is not None else None


@transaction.atomic
def _fed(square: RoomFrame, check: Check) -> RoomTest | None:
    room = held(square.room)
    test = _test_of(room, check)
    if test is None or RoomLook.objects.filter(made=check).exists():
        return test
    look = _look(test, square, check)
    if look.way == RoomLook.Way.RANDOM and test.state == RoomTest.State.RUNNING:
        _count(room, test, check.received_at or timezone.now())
    return test


def _test_of(room: LivingRoom, check: Check) -> RoomTest | None:
    """The test of the season in which the square was seen; one of the running season begins with its first check."""
    seen = local_day(room.district, check.seen_at)
    test = room.tests.select_for_update().filter(season=season_of(seen)).first()
    now = check.received_at or timezone.now()
    if test is None and room.state in TESTED and season_of(seen) == season_of(local_day(room.district, now)):
        test = open_test(room, check.seen_at)
    return test if test is not None and seen >= test.began_on else None


def _look(test: RoomTest, square: RoomFrame, check: Check) -> RoomLook:
    waiting = RoomLook.objects.filter(
        test=test, square=square, way=RoomLook.Way.RANDOM, made=None, given_up="", drawn_by=check.inspector_id,
        drawn_at__lte=check.received_at,
    )  # fmt: skip
    drawn = waiting.order_by("pk").first()
    if drawn is not None:
        drawn.made = check
        drawn.save(update_fields=["made"])
        return drawn
    way = RoomLook.Way.RANDOM if check.visit_id else RoomLook.Way.DIRTIEST
    return RoomLook.objects.create(test=test, square=square, way=way, made=check)


def _count(room: LivingRoom, test: RoomTest, at: datetime) -> None:
    """Play the test again from its first check: phones without network send late, the order is that of seeing."""
    now = standing(sequence(test), results(test))
    test.checks, test.failures = now.checks, now.failures
    if now.passed is not None:
        test.state = RoomTest.State.PASSED if now.passed else RoomTest.State.FAILED
        test.decided_at = at
    test.save(update_fields=["checks", "failures", "state", "decided_at"])
    if now.passed is not None:
        _decided(room, test, at)


def _decided(room: LivingRoom, test: RoomTest, at: datetime) -> None:
    data = figures(test)
    if test.state == RoomTest.State.PASSED:
        if room.state in TESTED:
            step(room, "pass", PLATFORM, data=data, at=at)
    elif room.state == LivingRoom.State.ACCEPTED:
        day = local_day(room.district, at)
        columns = {"withdrawn_on": day, "level": ""}
        more = {"level": room.level, "day": day.isoformat(), "accepted_on": _iso(room)}
        step(room, "withdraw", PLATFORM, reason=failed_words(test), data={**data, **more}, columns=columns, at=at)
        close_squares(room, at)
    elif room.state == LivingRoom.State.TESTING:
        step(room, "fail", PLATFORM, data=data, at=at)


def figures(test: RoomTest) -> dict[str, Any]:
    """What a decision rests on."""
    return {
        "season": test.season, "checks": test.checks, "failures": test.failures, "good": test.good, "bad": test.bad,
        "producer_risk": test.producer_risk, "consumer_risk": test.consumer_risk, "limit": test.limit,
    }  # fmt: skip


def failed_words(test: RoomTest) -> str:
    """The reason of a withdrawal by figures: in Chinese, as the record of the district is kept."""
    with override("zh-hans"):
        return _("The test of season %(season)s failed: %(failures)s of %(checks)s squares drawn at random.") % {
            "season": test.season, "failures": test.failures, "checks": test.checks,
        }  # fmt: skip


def _iso(room: LivingRoom) -> str:
    return room.accepted_on.isoformat() if room.accepted_on else ""
