"""Living rooms of the demonstration: applied for, tested on drawn squares, accepted, refused, withdrawn.

``living_rooms.yaml`` says what becomes of each; places, squares and what was found follow from the seed.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from xiuhua.city.models import District, GreenSpace, Street
from xiuhua.demo.cases.pictures import LIVING_ROOM, picture
from xiuhua.demo.checking import SENT_AFTER, Looked, live, look
from xiuhua.demo.named_places import Place, places
from xiuhua.demo.organisations import town_code
from xiuhua.demo.plan import Row, read_yaml
from xiuhua.inspection.actions import rooms
from xiuhua.inspection.models import Check, Item, LivingRoom, Part, RoomTest
from xiuhua.inspection.rooms_sequence import LIMIT, season_days, season_of
from xiuhua.people.models import Organisation, User

# Looks on one evening, when the checks of the month are over; when the first is, and the next.
A_ROUND, FIRST, APART = 10, time(18, 10), timedelta(minutes=15)
# Days between application and test, and from the beginning of a season until its tests begin and end.
APPLIED, BEGUN, ENDED = timedelta(days=20), timedelta(days=12), timedelta(days=45)
# A test of this season began at most so long ago.
LATEST = timedelta(days=24)
_TRIED = {"place": "green", "fails": [], "looks": 0}


def make_living_rooms(district: District, seed: int, now: datetime) -> int:
    """Make the living rooms of ``living_rooms.yaml`` that are not there yet. Returns how many the district has."""
    users = {user.username: user for user in User.objects.select_related("organisation")}
    found = {
        "green": list(
            places(district, GreenSpace, seed, kind__in=("pocket_park", "garden", "square"), area_m2=(800, 6000))
        ),
        "street": list(places(district, Street, seed, street_class__in=("branch", "lane"), length_m=(90, 320))),
    }
    towns: Counter[str] = Counter()
    known = set(LivingRoom.objects.filter(district=district).values_list("code", flat=True))
    for number, entry in enumerate(read_yaml("living_rooms.yaml"), start=1):
        # Another town each time: its inspectors cannot be in two places.
        place = min(found[entry["place"]], key=lambda one: towns[one.town], default=None)
        if place is None:
            continue
        towns[place.town] += 1
        found[entry["place"]].remove(place)
        if f"R{number:03d}" not in known:
            _Story(district, _TRIED | entry, place, users, now, Random(f"{seed} room {number}")).tell()  # noqa: S311
    return LivingRoom.objects.filter(district=district).count()


@dataclass
class _Story:
    """One living room in the making."""

    district: District
    entry: Row
    place: Place
    users: dict[str, User]
    now: datetime
    rng: Random

    @transaction.atomic
    def tell(self) -> None:
        """From the application as far as its fate goes."""
        begins, ends = self._test_of(self.entry["season"])
        room = self._apply(begins - APPLIED)
        fate = self.entry["fate"]
        if fate == "applied":
            return
        rooms.begin_test(room, actor=self.users["assessor"], at=begins)
        if fate == "testing":
            self._look(room, begins, ends, self.entry["looks"], self.entry["fails"])
            self._aside(room, ends)
            return
        fails = self.entry["fails"] if fate == "refused" else []
        last = self._look(room, begins, ends, LIMIT, fails).received_at + timedelta(hours=15)
        if fate == "refused":
            rooms.refuse(room, reason=self.entry["why"], actor=self.users["assessor"], at=min(last, self.now))
            return
        self._accept(room, last)
        if self.entry["season"] == "before":
            begins, ends = self._test_of("this")
            rooms.begin_test(room, actor=self.users["assessor"], at=begins)
            self._look(room, begins, ends, self.entry["looks"] or LIMIT, self.entry["fails"])

    def _test_of(self, season: str) -> tuple[datetime, datetime]:
        """When the test of this season, or of the one before, begins and ends."""
        zone = ZoneInfo(self.district.time_zone)
        this = season_days(season_of(self.now.astimezone(zone).date()))[0]
        first = season_days(season_of(this - timedelta(days=1)))[0]
        if season == "before":
            begins = datetime.combine(first, time(9), zone) + BEGUN
            return begins, begins + ENDED
        lately = datetime.combine(self.now.astimezone(zone).date() - LATEST, time(9), zone)
        begins = max(datetime.combine(this, time(), zone), lately)
        return begins, max(self.now - timedelta(hours=1), begins + timedelta(hours=2))

    def _apply(self, at: datetime) -> LivingRoom:
        short, entry = self.place.town[6:9], self.entry
        applicant = self.users[f"town-{short}"]
        unit = Organisation.objects.get(district_code=self.district.code, code=town_code(self.place.town))
        asked = rooms.Application(
            self.district, self.place.name_zh, entry["type"], self.place.shape, unit, name_en=self.place.name_en,
            level=entry.get("levels", ["district"])[-1], about_zh=entry["zh"], about_en=entry["en"],
        )  # fmt: skip
        room = rooms.apply(asked, actor=applicant, at=at)
        for zh, en in (("来这里坐坐", "Come and sit down"), ("傍晚", "In the evening")):
            shot = picture(
                LIVING_ROOM, events=True, fixed=True, seed=self.rng.getrandbits(32), at=at, lon=room.lon, lat=room.lat,
                small=True,
            )  # fmt: skip
            rooms.add_photo(room, shot, user=applicant, caption_zh=zh, caption_en=en, at=at)
        return room

    def _look(self, room: LivingRoom, begins: datetime, ends: datetime, most: int, fails: list[int]) -> Check:
        """Look at drawn squares until the test is decided, or at ``most``; those numbered in ``fails`` fail."""
        items, made = list(room.standard.items.order_by("order", "pk")), None
        for number, at in enumerate(_evenings(begins, ends, most)):
            inspector = self._inspector(1 + number // A_ROUND % 2)
            drawn = rooms.draw(room, user=inspector, at=at, below=self.rng.randrange)
            made = self._check(room, drawn.square.frame, inspector, items, at, passes=number not in fails)
            if RoomTest.objects.get(pk=drawn.test_id).state != RoomTest.State.RUNNING:
                break
        assert made is not None
        return made

    def _aside(self, room: LivingRoom, ends: datetime) -> None:
        """The dirtiest square by eye, one that could not be looked at, and one that still waits for its inspector."""
        items, inspector = list(room.standard.items.order_by("order", "pk")), self._inspector(3)
        worst = room.frames.select_related("frame").order_by("frame__code").first()
        assert worst is not None
        self._check(room, worst.frame, inspector, items, ends - timedelta(hours=2), passes=False)
        drawn = rooms.draw(room, user=inspector, at=ends - SENT_AFTER, below=self.rng.randrange)
        reason = "方格被临时围挡占用，无法检查"
        rooms.give_up(drawn, reason=reason, user=inspector, at=ends - SENT_AFTER / 2)
        rooms.draw(room, user=inspector, at=ends - SENT_AFTER / 2, below=self.rng.randrange)

    def _check(
        self, room: LivingRoom, frame: Any, user: User, items: list[Item], at: datetime, *, passes: bool
    ) -> Check:
        lot = {item.key: passes for item in items}
        if not passes:  # one thing or two are wrong, seldom all
            lot = {item.key: self.rng.random() < 0.7 for item in items} | {self.rng.choice(items).key: False}  # noqa: PLR2004
        frame.district = self.district
        made = look(Looked(user, frame, room.standard, items, lot, part=Part.SEQUENTIAL), at, self.rng)
        live(made, at, self.now, self.rng)
        return made

    def _accept(self, room: LivingRoom, at: datetime) -> None:
        """By whom it was accepted: the district first where the city took it over, or the city at once."""
        first, *more = self.entry["levels"]
        rooms.accept(room, level=first, actor=self.users["assessor"], at=min(at, self.now))
        for _level in more:
            day = min(at + timedelta(days=9), self.now)
            rooms.raise_level(room, reason="市级随机复核通过，列入市级名单", actor=self.users["leader"], at=day)

    def _inspector(self, number: int) -> User:
        return self.users[f"inspector-{self.place.town[6:9]}-{number}"]


def _evenings(begins: datetime, ends: datetime, most: int) -> Iterator[datetime]:
    """When each square is looked at: some in an evening, the evenings spread over the test.

    In the first days of a season all of them lie between its beginning and now.
    """
    days = (ends - begins).days
    for number in range(most):
        evening, turn = divmod(number, A_ROUND)
        if days <= -(-min(most, 40) // A_ROUND):
            yield begins + (ends - begins) * (number + 1) / (most + 1)
        else:
            apart = max(1, days // (1 + min(most, 40) // A_ROUND))
            day = begins.date() + timedelta(days=1 + evening * apart)
            yield datetime.combine(day, FIRST, begins.tzinfo) + turn * APART
