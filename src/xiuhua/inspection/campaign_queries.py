"""Reads of campaigns: how far each is, which sites wait for whom, what is overdue on the day of the district."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils import timezone

from xiuhua.city.area_index import local_day
from xiuhua.city.models import Area, District
from xiuhua.inspection.campaign_states import STATES, WITH_UNIT
from xiuhua.inspection.models import Campaign, CampaignSite, SitePhoto
from xiuhua.people.models import Organisation
from xiuhua.people.queries import below

# What a list of sites can be narrowed to, besides a state.
OVERDUE = "overdue"


@dataclass(frozen=True)
class Progress:
    """How far a campaign is. ``overdue`` sites are past their day and still with their unit."""

    sites: int
    signed: int
    waiting: int
    returned: int
    dropped: int
    overdue: int

    @property
    def share(self) -> float | None:
        """Signed off of all that were not dropped, 0 to 1; None without sites."""
        return self.signed / self.sites if self.sites else None


@dataclass(frozen=True)
class Narrowed:
    """Which sites of a campaign are asked for; empty means any."""

    state: str = ""
    unit: str = ""
    town: str = ""
    text: str = ""


def today(district: District, at: datetime | None = None) -> date:
    """The day on the clock of the district."""
    return local_day(district, at or timezone.now())


def late(day: date) -> Q:
    """Sites that are past their day and not reported done, or were sent back."""
    return Q(state__in=WITH_UNIT, due__lt=day)


def is_overdue(site: CampaignSite, day: date) -> bool:
    """Whether the site is past its day and still with its unit."""
    return site.state in WITH_UNIT and site.due < day


def campaigns(district: District, day: date) -> list[tuple[Campaign, Progress]]:
    """Every campaign with how far it is on ``day``: the running ones first, the newest before the others."""
    rows = Campaign.objects.filter(district=district).select_related("lead")
    counts = {f"in_{key}": Count("sites", filter=Q(sites__state=key)) for key in STATES}
    overdue = Count("sites", filter=Q(sites__state__in=WITH_UNIT, sites__due__lt=day))
    found = rows.annotate(overdue=overdue, **counts).order_by(F("closed_at").desc(nulls_first=True), "-begins", "key")
    return [(row, _progress({key: getattr(row, f"in_{key}") for key in STATES}, row.overdue)) for row in found]


def progress(campaign: Campaign, day: date) -> Progress:
    """How far one campaign is on ``day``."""
    counts = dict(campaign.sites.order_by().values_list("state").annotate(count=Count("pk")))
    return _progress(counts, campaign.sites.filter(late(day)).count())


def _progress(counts: dict[str, int], overdue: int) -> Progress:
    dropped = counts.get("dropped", 0)
    return Progress(
        sum(counts.values()) - dropped, counts.get("signed", 0), counts.get("done", 0), counts.get("returned", 0),
        dropped, overdue,
    )  # fmt: skip


def campaign_of(district: District, key: str) -> Campaign | None:
    """The campaign of this key."""
    return Campaign.objects.filter(district=district, key=key).select_related("district", "lead").first()


def sites(campaign: Campaign, narrowed: Narrowed, day: date) -> QuerySet[CampaignSite]:
    """The sites asked for, in order, with what lists show of them; dropped ones only when asked for."""
    rows = campaign.sites.select_related("unit", "town", "site", "case")
    if narrowed.state == OVERDUE:
        rows = rows.filter(late(day))
    elif narrowed.state in STATES:
        rows = rows.filter(state=narrowed.state)
    else:
        rows = rows.exclude(state="dropped")
    if narrowed.unit:
        codes = [each.code for each in below(campaign.district.code, narrowed.unit)]
        rows = rows.filter(unit__code__in=codes)
    if narrowed.town:
        rows = rows.filter(town__code=narrowed.town)
    if narrowed.text:
        words = narrowed.text
        rows = rows.filter(Q(name_zh__icontains=words) | Q(name_en__icontains=words) | Q(problem__icontains=words))
    photos = SitePhoto.objects.select_related("photo")
    return rows.prefetch_related(Prefetch("photos", photos)).order_by("number")


def site_of(campaign: Campaign, number: int) -> CampaignSite | None:
    """The site of this number with its photos."""
    rows = CampaignSite.objects.select_related("unit", "town", "site", "case", "campaign__district", "signed_by")
    return rows.prefetch_related("photos__photo").filter(campaign=campaign, number=number).first()


def units_in(campaign: Campaign) -> list[Organisation]:
    """The units that answer for sites of the campaign."""
    return list(Organisation.objects.filter(pk__in=campaign.sites.values("unit")).order_by("code"))


def towns_in(campaign: Campaign) -> list[Area]:
    """The towns in which sites of the campaign lie."""
    return list(Area.objects.filter(pk__in=campaign.sites.values("town")).defer("geom").order_by("code"))


def units(district: District, day: date) -> list[Organisation]:
    """Every unit of the district that exists on ``day``."""
    return [unit for unit in _organisations(district) if unit.exists_on(day)]


def _organisations(district: District) -> Iterable[Organisation]:
    return Organisation.objects.filter(district_code=district.code).order_by("code")
