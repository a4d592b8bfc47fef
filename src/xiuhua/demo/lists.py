"""Red and black lists of the demonstration: one round that is published, with a correction, and one under way.

``lists.yaml`` says how each place is judged; which places of the drawn city they are follows from the seed.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.db import transaction

from xiuhua.casework.actions.photos import store
from xiuhua.city.models import District, Site
from xiuhua.demo.cases.pictures import picture
from xiuhua.demo.named_places import Place, places
from xiuhua.demo.plan import Row, read_yaml
from xiuhua.inspection.actions.lists import (
    PlaceGiven,
    correct,
    decide,
    look_at,
    open_round,
    propose,
    publish_round,
)
from xiuhua.inspection.list_rules import EXPERT, SECRET
from xiuhua.inspection.models import ListPlace, ListRound
from xiuhua.people.models import User
from xiuhua.taskbook.months import month_after

_OFFICE = time(15)
NOTES = {"red": "干净、完好，值守到位", "black": "不洁，设施损坏未报修"}


def make_lists(district: District, seed: int, now: datetime) -> int:
    """Make the rounds of ``lists.yaml`` that are not there yet. Returns how many places were proposed."""
    users = {user.username: user for user in User.objects.select_related("organisation")}
    for entry in read_yaml("lists.yaml"):
        story = _Story(district, entry, users, now, Random(f"{seed} {entry['key']}"))  # noqa: S311 - a drawing
        if not ListRound.objects.filter(district=district, key=story.key).exists():
            story.tell(seed)
    return ListPlace.objects.filter(round__district=district).count()


@dataclass
class _Story:
    """One round in the making."""

    district: District
    entry: Row
    users: dict[str, User]
    now: datetime
    rng: Random

    @property
    def key(self) -> str:
        """The key of the round: what is judged, and the month in which its period begins."""
        return f"{self.entry['key']}-{self._month(self.entry['from']):%Y-%m}"

    @transaction.atomic
    def tell(self, seed: int) -> None:
        """Open it, propose places, look at them twice, decide, publish and correct what is to be."""
        begins, ends = self._month(self.entry["from"]), self._month(self.entry["to"] + 1) - timedelta(days=1)
        opened = self._at(begins)
        made = open_round(
            self.district, key=self.key, name_zh=self.entry["zh"], name_en=self.entry["en"], kind=self.entry["kind"],
            begins=begins, ends=ends, rule=self.entry["rule"], actor=self.users["leader"], at=opened,
        )  # fmt: skip
        # What is under way is looked at until now, what is over until its end.
        until = min(self.now - timedelta(hours=2), self._at(ends))
        judged = [
            (said, self._place(made, said, place, opened, until))
            for said, place in zip(
                self.entry["places"], places(self.district, Site, seed, kind=self.entry["kind"]), strict=False
            )
        ]
        if "published" not in self.entry:
            return
        at = self._at(ends) + timedelta(days=self.entry["published"])
        publish_round(made, actor=self.users["leader"], at=at)
        for said, row in judged:
            if corrected := said.get("correction"):
                later = min(at + timedelta(days=12), self.now)
                correct(row, corrected["colour"], reason=corrected["why"], actor=self.users["assessor"], at=later)

    def _place(self, round_: ListRound, said: Row, place: Place, opened: datetime, until: datetime) -> ListPlace:
        site = Site.objects.select_related("responsible").get(pk=place.row.pk)
        given = PlaceGiven(
            place.name_zh, said["proposed"], name_en=place.name_en, site=site, unit=site.responsible, lon=place.lon,
            lat=place.lat,
        )  # fmt: skip
        span = until - opened
        row = propose(round_, given, actor=self.users["assessor"], at=opened + span * 0.05)
        for kind, name, begun in ((EXPERT, "expert", 0.2), (SECRET, "assessor", 0.55)):
            if kind in said:
                at = self._by_day(opened + span * (begun + 0.3 * self.rng.random()))
                self._look(row, kind, float(said[kind]), self.users[name], at, said["proposed"])
        if "decided" in said:
            at = opened + span * 0.95
            decide(row, said["decided"], reason=said["why"], actor=self.users["assessor"], at=at)
        return row

    def _look(self, row: ListPlace, kind: str, score: float, user: User, at: datetime, colour: str) -> None:
        shot = picture(
            "0104", events=True, fixed=colour == "red", seed=self.rng.getrandbits(32), at=at, lon=row.lon or 0,
            lat=row.lat or 0, small=True,
        )  # fmt: skip
        photo = store(shot, stage="check", user=user, at=at)
        look_at(row, kind, score=score, actor=user, note=NOTES[colour], photos=[photo.key], at=at)

    def _by_day(self, at: datetime) -> datetime:
        """That day between nine and half past four, when places are open; not later than now."""
        minutes = self.rng.randrange(9 * 60, 16 * 60 + 30)
        return min(datetime.combine(at.date(), time(minutes // 60, minutes % 60), at.tzinfo), self.now)

    def _month(self, away: int) -> date:
        zone = ZoneInfo(self.district.time_zone)
        return month_after(self.now.astimezone(zone).date(), away)

    def _at(self, day: date) -> datetime:
        return datetime.combine(day, _OFFICE, ZoneInfo(self.district.time_zone))
