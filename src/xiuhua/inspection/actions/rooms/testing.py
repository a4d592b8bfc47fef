"""Begin the test of a living room: cut it into paths or squares, open the test of the season."""

from datetime import datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework.refusals import Refused
from xiuhua.city.area_index import local_day
from xiuhua.city.models import District
from xiuhua.foundation.geometry import from_wkb, to_row
from xiuhua.inspection import rooms_cutting
from xiuhua.inspection.actions.rooms.door import allow, held, startable, step, today
from xiuhua.inspection.models import Frame, LivingRoom, RoomFrame, RoomTest
from xiuhua.inspection.rooms_sequence import BAD, GOOD, LIMIT, RISK, season_days, season_of
from xiuhua.inspection.rooms_states import ACCEPT
from xiuhua.people.actors import Actor

# When somebody may come and sit down: cleaning hours of such places, 06:00 to 22:00.
OPENS, CLOSES = time(6), time(22)
LAYER = "rooms"


@transaction.atomic
def begin_test(
    room: LivingRoom, *, actor: Actor, expected_version: int | None = None, at: datetime | None = None
) -> RoomTest:
    """Begin the test of this season: of an application its first, of an accepted room the next.

    Raises ``Refused`` where this season has a test that is decided: nobody tries until it fits.
    """
    row = held(room, expected_version)
    allow(actor, ACCEPT, row.district)
    move = "test" if row.state == LivingRoom.State.APPLIED else "test_season"
    startable(row, move)
    season = season_of(today(row, at))
    there = row.tests.filter(season=season).first()
    if there is not None and there.state == RoomTest.State.FAILED:
        raise Refused(
            _("The test of season %(season)s failed.") % {"season": season},
            _("The next one begins on %(day)s.") % {"day": _following(season)},
        )
    if there is not None and move == "test_season":
        raise Refused(
            _("The test of season %(season)s has begun already.") % {"season": season},
            _("Go on with its checks."),
        )
    squares = lay_out(row, at)
    test = there or open_test(row, at)
    step(row, move, actor, data={"season": season, "squares": squares}, at=at)
    return test


def open_test(room: LivingRoom, at: datetime | None = None) -> RoomTest:
    """The test of the season of a room that is held; a new one begins with no check."""
    day = today(room, at)
    test, _new = RoomTest.objects.get_or_create(
        room=room, season=season_of(day),
        defaults={
            "began_on": day, "good": GOOD, "bad": BAD, "producer_risk": RISK, "consumer_risk": RISK, "limit": LIMIT,
        },
    )  # fmt: skip
    return test


def begin_season(district: District, *, actor: Actor, at: datetime | None = None) -> int:
    """Begin the test of the season of every accepted room that has none yet. Idempotent. Returns how many began."""
    begun = 0
    season = season_of(local_day(district, at or timezone.now()))
    rows = LivingRoom.objects.filter(district=district, state=LivingRoom.State.ACCEPTED)
    for room in rows.exclude(tests__season=season).order_by("code"):
        with transaction.atomic():
            row = held(room)
            if row.state == LivingRoom.State.ACCEPTED and not row.tests.filter(season=season).exists():
                begin_test(row, actor=actor, at=at)
                begun += 1
    return begun


def lay_out(room: LivingRoom, at: datetime | None = None) -> int:
    """Make the frames of a room that is held, or open those again that it has. Returns how many it has."""
    known = Frame.objects.filter(pk__in=room.frames.values("frame"))
    if count := known.count():
        known.update(valid_to=None)
        return count
    place, now = from_wkb(room.geom), at or timezone.now()
    kind, day = rooms_cutting.kind_of(place), today(room, at)
    pieces = rooms_cutting.cut(place)
    frames = Frame.objects.bulk_create([
        Frame(
            district=room.district, code=f"{room.code}-{number:04d}", kind=kind, layer=LAYER, object_code=room.code,
            lon=piece.lon, lat=piece.lat, town_id=room.town_id, size=piece.size, opens=OPENS, closes=CLOSES,
            name_zh=f"{room.name_zh[:150]} {number}号",
            name_en=f"{room.name_en[:150]} {number}" if room.name_en else "",
            valid_from=day, source=LAYER, built_at=now, **to_row(piece.geometry),
        )
        for number, piece in enumerate(pieces, start=1)
    ])  # fmt: skip
    RoomFrame.objects.bulk_create([RoomFrame(room=room, frame=frame) for frame in frames])
    return len(frames)


def close_squares(room: LivingRoom, at: datetime | None = None) -> None:
    """Let nobody draw the squares of a room any more that is held: refused or withdrawn."""
    Frame.objects.filter(pk__in=room.frames.values("frame"), valid_to=None).update(valid_to=today(room, at))


def _following(season: str) -> str:
    last = season_days(season)[1]
    return f"{last.fromordinal(last.toordinal() + 1):%Y-%m-%d}"
