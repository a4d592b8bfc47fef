"""Campaigns of the demonstration: sites with photos before and after, reported, sent back, signed off, late.

``campaigns.yaml`` says what becomes of each site; which places they are follows from the seed.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import cycle
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from xiuhua.casework.actions.photos import store
from xiuhua.city.models import Code, District, Site
from xiuhua.demo.cases.pictures import picture
from xiuhua.demo.named_places import Place, places
from xiuhua.demo.organisations import town_code
from xiuhua.demo.plan import Row, read_yaml
from xiuhua.inspection.actions.campaign_moves import drop_site, open_case, report_done, send_back, sign_off
from xiuhua.inspection.actions.campaigns import SiteGiven, add_site, change_site, close_campaign, make_campaign
from xiuhua.inspection.models import Campaign, CampaignSite
from xiuhua.people.models import Organisation, User

# A site is reported so many days before its day, and judged so many days after that.
REPORTED, JUDGED = timedelta(days=5), timedelta(days=3)
_OFFICE = time(10)


def make_campaigns(district: District, seed: int, now: datetime) -> int:
    """Make the campaigns of ``campaigns.yaml`` that are not there yet. Returns how many sites the district has."""
    users = {user.username: user for user in User.objects.select_related("organisation")}
    units = {unit.code: unit for unit in Organisation.objects.filter(district_code=district.code)}
    for entry in read_yaml("campaigns.yaml"):
        if not Campaign.objects.filter(district=district, key=entry["key"]).exists():
            rng = Random(f"{seed} {entry['key']}")  # noqa: S311 - a drawing
            _Story(district, entry, users, units, now, rng).tell(seed)
    return CampaignSite.objects.filter(campaign__district=district).count()


@dataclass
class _Story:
    """One campaign in the making."""

    district: District
    entry: Row
    users: dict[str, User]
    units: dict[str, Organisation]
    now: datetime
    rng: Random

    @transaction.atomic
    def tell(self, seed: int) -> None:
        """Begin it, list its sites, let each go its way, close it where it is over."""
        entry, leader = self.entry, self.users["assessor"]
        campaign = make_campaign(
            self.district, key=entry["key"], name_zh=entry["zh"], name_en=entry["en"], kind=entry["kind"],
            lead=self.units[entry["lead"]], begins=self._day(entry["begins"]), ends=self._day(entry["ends"]),
            about_zh=entry["about_zh"], about_en=entry["about_en"], actor=leader, at=self._at(entry["begins"]),
        )  # fmt: skip
        # Places run out in a small drawing; the campaign is then shorter.
        found = places(self.district, Site, seed, kind=entry["kind"])
        for said, place, problem in zip(entry["sites"], found, cycle(entry["problems"]), strict=False):
            self._site(campaign, said, place, problem)
        if "closed" in entry:
            close_campaign(campaign, actor=leader, at=self._at(entry["closed"]))

    def _site(self, campaign: Campaign, said: Row, place: Place, problem: str) -> None:
        leader, begun = self.users["assessor"], self._at(self.entry["begins"]) + timedelta(hours=2)
        unit = self.units[self.entry["unit"] or town_code(place.town)]
        given = SiteGiven(
            place.name_zh, place.lon, place.lat, problem, unit, self._day(said["due"]), name_en=place.name_en,
            site=Site.objects.get(pk=place.row.pk),
        )  # fmt: skip
        look = self.rng.getrandbits(32)
        before = self._photo(place, look, leader, begun, fixed=False)
        site = add_site(campaign, given, actor=leader, photos=[before], at=begun)
        if "case" in said:
            category = Code.objects.filter(code_set__kind="event", code=said["case"]).latest("pk")
            open_case(site, category, actor=leader, at=self._at(said["due"] + 1))
        due = said["due"]
        if "moved" in said:
            moved = replace(given, due=self._day(said["to"]))
            change_site(site, moved, actor=leader, reason=said["moved"], at=self._at(due) - timedelta(days=2))
            due = said["to"]
        if said["fate"] == "dropped":
            drop_site(site, reason=said["why"], actor=leader, at=self._past(due))
        elif said["fate"] != "listed":
            self._work(site, said, place, look, self._past(due))

    def _work(self, site: CampaignSite, said: Row, place: Place, look: int, reported: datetime) -> None:
        """Reported done by its unit, perhaps sent back, signed off."""
        doer = self._doer(site.unit)
        if "returned" in said:
            self._report(site, place, look, doer, reported)
            send_back(site, reason=said["returned"], actor=self.users["leader"], at=reported + timedelta(days=1))
            reported += timedelta(days=1, hours=30)
        if said["fate"] == "returned":
            return
        self._report(site, place, look, doer, reported)
        if said["fate"] == "signed":
            sign_off(site, actor=self.users["leader"], note="现场核对，与报告一致", at=reported + JUDGED)

    def _report(self, site: CampaignSite, place: Place, look: int, doer: User, at: datetime) -> None:
        shown = self._photo(place, look, doer, at, fixed=True)
        report_done(site, [shown], actor=doer, note=self.entry["report"], at=at)

    def _photo(self, place: Place, look: int, user: User, at: datetime, *, fixed: bool) -> UUID:
        shot = picture(
            self.entry["picture"], events=True, fixed=fixed, seed=look, at=at, lon=place.lon, lat=place.lat, small=True
        )
        return store(shot, stage="after" if fixed else "before", user=user, at=at).key

    def _doer(self, unit: Organisation) -> User:
        """Who reports for the unit: its lead, or the account of the town office."""
        short = unit.code.removeprefix("TWN-")
        return self.users[f"town-{short}" if short != unit.code else f"lead-{unit.code.lower()}"]

    def _day(self, days: int) -> date:
        return self._at(days).date()

    def _at(self, days: int) -> datetime:
        zone = ZoneInfo(self.district.time_zone)
        return datetime.combine(self.now.astimezone(zone).date() + timedelta(days=days), _OFFICE, zone)

    def _past(self, due: int) -> datetime:
        """When a site with that day is reported: some days before it, and before now."""
        return min(self._at(due) - REPORTED, self._at(0) - REPORTED)
