"""Reads of living rooms: what a test counted, who is due this season, since when a room is accepted at which level."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from xiuhua.city.models import District
from xiuhua.foundation.estimators.acceptance import Sequential
from xiuhua.inspection.models import LivingRoom, RoomLook, RoomStep, RoomTest
from xiuhua.inspection.rooms_sequence import Standing, standing
from xiuhua.inspection.rooms_states import TESTED


def rooms(district: District, states: Iterable[str] | None = None) -> QuerySet[LivingRoom]:
    """The living rooms of a district with town and unit, by code; of some states where given."""
    rows = LivingRoom.objects.filter(district=district).select_related("district", "town", "unit", "standard")
    return (rows if states is None else rows.filter(state__in=list(states))).order_by("code")


def sequence(test: RoomTest) -> Sequential:
    """The sequential test with its numbers."""
    return Sequential(test.good, test.bad, test.limit, test.producer_risk, test.consumer_risk)


def results(test: RoomTest) -> list[bool]:
    """What the drawn squares came to, in the order in which they were seen (True: passed)."""
    looks = RoomLook.objects.filter(test=test, way=RoomLook.Way.RANDOM, made__isnull=False)
    return [
        bool(passed) for passed in looks.order_by("made__seen_at", "made__pk").values_list("made__passed", flat=True)
    ]


def looks_of(test: RoomTest, way: str) -> QuerySet[RoomLook]:
    """The looks of a test that were made, with square and check, as they were seen."""
    rows = RoomLook.objects.filter(test=test, way=way, made__isnull=False)
    return rows.select_related("square__frame", "made").order_by("made__seen_at", "made__pk")


def now_at(test: RoomTest) -> Standing:
    """How a test stands; of a decided one with the figures it was decided by."""
    if test.state != RoomTest.State.RUNNING:
        return Standing(test.checks, test.failures, test.state == RoomTest.State.PASSED, None, None)
    return standing(sequence(test), results(test))


@dataclass(frozen=True)
class Due:
    """A room in a season: its test, None where it has not begun, and how it stands."""

    room: LivingRoom
    test: RoomTest | None
    stands: Standing | None


def due(district: District, season: str) -> list[Due]:
    """Every room that is tested in the season, those first that still need checks."""
    tests = RoomTest.objects.filter(season=season)
    rows = rooms(district, TESTED).prefetch_related(Prefetch("tests", tests, to_attr="this_season"))
    found = []
    for room in rows:
        test: RoomTest | None = next(iter(room.this_season), None)
        found.append(Due(room, test, now_at(test) if test else None))
    return sorted(found, key=lambda each: (each.stands is not None and each.stands.passed is not None, each.room.code))


@dataclass(frozen=True)
class Spell:
    """A time in which a room was accepted at one level: from a day, until before another (None: it goes on).

    ``ended_by``: ``withdraw``, or ``raise`` where a higher level took over on that day.
    """

    room: LivingRoom
    number: int
    level: str
    begins: date
    ends: date | None
    ended_by: str


def spells(found: QuerySet[LivingRoom]) -> Iterator[Spell]:
    """The spells of each room, from its steps; a room that was never accepted has none."""
    deciding = RoomStep.objects.filter(move__in=["accept", "raise", "withdraw"]).order_by("number")
    for room in found.prefetch_related(Prefetch("steps", deciding, to_attr="deciding")):
        steps: list[RoomStep] = room.deciding
        following = [*steps[1:], None]
        begun = [(step, after) for step, after in zip(steps, following, strict=False) if step.move != "withdraw"]
        for number, (step, after) in enumerate(begun, start=1):
            yield Spell(
                room, number, str(step.data["level"]), date.fromisoformat(step.data["day"]),
                date.fromisoformat(after.data["day"]) if after else None, after.move if after else "",
            )  # fmt: skip
