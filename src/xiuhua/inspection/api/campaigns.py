"""Campaigns of key sites over JSON: how far each is, and its sites. Open to everybody, as their pages are."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Schema

from xiuhua.casework.api.problems import READ
from xiuhua.casework.refusals import Missing
from xiuhua.city.api_inputs import Text, district_of
from xiuhua.city.models import local
from xiuhua.foundation.problems import bad_request
from xiuhua.inspection.api.router import router
from xiuhua.inspection.campaign_queries import (
    OVERDUE,
    Narrowed,
    Progress,
    campaign_of,
    campaigns,
    is_overdue,
    progress,
    sites,
    today,
)
from xiuhua.inspection.campaign_states import STATES
from xiuhua.inspection.models import Campaign, CampaignSite


class CampaignOut(Schema):
    """A campaign and how far it is; ``sites`` leaves out the dropped ones, ``closed_at`` is null while it runs."""

    key: str
    name: str
    kind: str
    about: str
    lead: str
    begins: date
    ends: date
    closed_at: datetime | None
    sites: int
    signed: int
    waiting: int
    returned: int
    dropped: int
    overdue: int


class CampaignSiteOut(Schema):
    """A site: ``due`` is its day now, ``first_due`` the day set when it was listed; photos by their keys."""

    number: int
    name: str
    lon: float
    lat: float
    town: str
    site: str
    problem: str
    unit: str
    unit_name: str
    first_due: date
    due: date
    state: str
    overdue: bool
    done_at: datetime | None
    signed_at: datetime | None
    case: str
    before: list[UUID]
    after: list[UUID]


class CampaignSitesOut(CampaignOut):
    """A campaign with a page of its sites; ``next`` is the number that goes into ``from_number``, null at the end."""

    listed: list[CampaignSiteOut]
    next: int | None


class SitesAsked(Schema):
    """Which sites: ``state`` one of the states or ``overdue``; without it all but the dropped ones."""

    district: Text
    state: Text = ""
    unit: Text = ""
    town: Text = ""
    text: Text = ""
    from_number: Annotated[int, Query(ge=1, lt=2**31)] = 1
    limit: Annotated[int, Query(ge=1, le=500)] = 100


@router.get("/campaigns", response={200: list[CampaignOut], **READ}, summary="Campaigns of a district")
def inspection_campaigns(request: HttpRequest, district: Text) -> Any:
    """The running ones first; how far each is, on the day of the district."""
    found = district_of(district)
    return [_campaign(row, how) for row, how in campaigns(found, today(found))]


@router.get(
    "/campaigns/{campaign_key}", response={200: CampaignSitesOut, **READ}, summary="One campaign with its sites"
)
def inspection_campaign(request: HttpRequest, campaign_key: str, asked: Query[SitesAsked]) -> Any:
    """Its sites by their number."""
    district = district_of(asked.district)
    campaign = campaign_of(district, campaign_key) if "\x00" not in campaign_key else None
    if campaign is None:
        raise Missing(_("There is no such campaign."), _("Use a key that /api/inspection/campaigns lists."))
    if asked.state and asked.state not in {*STATES, OVERDUE}:
        states = ", ".join((*STATES, OVERDUE))
        raise bad_request(f"state: {asked.state[:40]}", _("Use one of: %(list)s.") % {"list": states})
    day = today(district)
    rows = sites(campaign, Narrowed(asked.state, asked.unit, asked.town, asked.text), day)
    found = list(rows.filter(number__gte=asked.from_number)[: asked.limit + 1])
    return _campaign(campaign, progress(campaign, day)) | {
        "listed": [_site(row, day) for row in found[: asked.limit]],
        "next": found[asked.limit].number if len(found) > asked.limit else None,
    }


def _campaign(row: Campaign, how: Progress) -> dict[str, Any]:
    return {
        "key": row.key, "name": row.name, "kind": row.kind, "lead": row.lead.code,
        "about": local(row.about_zh, row.about_en), "begins": row.begins, "ends": row.ends,
        "closed_at": row.closed_at, "sites": how.sites, "signed": how.signed,
        "waiting": how.waiting, "returned": how.returned, "dropped": how.dropped, "overdue": how.overdue,
    }  # fmt: skip


def _site(row: CampaignSite, day: date) -> dict[str, Any]:
    photos: dict[str, list[UUID]] = {"before": [], "after": []}
    for each in row.photos.all():
        photos[each.stage].append(each.photo.key)
    return {
        "number": row.number, "name": row.name, "lon": row.lon, "lat": row.lat, "problem": row.problem,
        "town": row.town.code if row.town else "", "site": row.site.code if row.site else "", "unit": row.unit.code,
        "unit_name": row.unit.name, "first_due": row.first_due, "due": row.due, "state": row.state,
        "overdue": is_overdue(row, day), "done_at": row.done_at, "signed_at": row.signed_at,
        "case": row.case.number if row.case else "", **photos,
    }  # fmt: skip
