"""One campaign: its map, its sites with photos before and after, and the forms of whoever keeps it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xiuhua.casework.refusals import Refused
from xiuhua.city.models import Site
from xiuhua.foundation.form_answers import Failed
from xiuhua.inspection.actions.campaigns import SiteGiven, add_site, close_campaign
from xiuhua.inspection.campaign_queries import (
    OVERDUE,
    Narrowed,
    is_overdue,
    progress,
    sites,
    towns_in,
    units,
    units_in,
)
from xiuhua.inspection.campaign_rows import middle
from xiuhua.inspection.campaign_states import STATES
from xiuhua.inspection.models import Campaign, CampaignSite, SitePhoto
from xiuhua.inspection.pages.campaigns.asked import Asking, asked_campaign, asked_text
from xiuhua.inspection.pages.campaigns.every import unit_of
from xiuhua.inspection.pages.campaigns.forms import MoveForm, SiteForm
from xiuhua.inspection.pages.campaigns.kinds import Kinds
from xiuhua.inspection.pages.failing import attempt, sent_photos
from xiuhua.people.permissions import require

BADGES = {"listed": "", "done": "info", "returned": "warn", "signed": "good", "dropped": ""}
A_PAGE = 50


@dataclass(frozen=True)
class Line:
    """A site as lists show it: state in words, its first photo before and its last after."""

    site: CampaignSite
    overdue: bool

    @property
    def word(self) -> str:
        """The state in words."""
        return STATES[self.site.state].name

    @property
    def badge(self) -> str:
        """The class of its badge."""
        return BADGES[self.site.state]

    @property
    def before(self) -> SitePhoto | None:
        """The first photo from before."""
        return next((photo for photo in self.site.photos.all() if photo.stage == "before"), None)

    @property
    def after(self) -> SitePhoto | None:
        """The last photo from after."""
        return next((photo for photo in reversed(self.site.photos.all()) if photo.stage == "after"), None)


@require_safe
def one_campaign(request: HttpRequest, district_code: str, campaign_key: str) -> HttpResponse:
    """The campaign; ``?state=``, ``?unit=``, ``?town=`` and ``?q=`` narrow its sites."""
    return show(*asked_campaign(request, district_code, campaign_key))


@require_POST
@require("campaigns.edit")
def close(request: HttpRequest, district_code: str, campaign_key: str) -> HttpResponse:
    """End the campaign."""
    asking, campaign = asked_campaign(request, district_code, campaign_key)
    if failed := attempt(MoveForm(request.POST), "close", lambda: close_campaign(campaign, actor=asking.user)):
        return show(asking, campaign, failed)
    messages.success(request, _("The campaign is closed."))
    return _back(campaign)


@require_POST
@require("campaigns.edit")
def add(request: HttpRequest, district_code: str, campaign_key: str) -> HttpResponse:
    """List a site, with photos of how it is now."""
    asking, campaign = asked_campaign(request, district_code, campaign_key)
    form = SiteForm(request.POST)
    made: list[CampaignSite] = []

    def act() -> None:
        given = site_given(asking, form.cleaned_data)
        made.append(add_site(campaign, given, actor=asking.user, photos=sent_photos(request, "before")))

    if failed := attempt(form, "add", act):
        return show(asking, campaign, failed)
    messages.success(request, _("Site %(number)s is listed.") % {"number": made[0].number})
    return _back(campaign)


def show(asking: Asking, campaign: Campaign, failed: Failed | None = None) -> HttpResponse:
    """The page; what was typed into a form that was refused stands there again."""
    request, narrowed = asking.request, asked_narrowed(asking)
    rows = sites(campaign, narrowed, asking.today)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    points = reverse("inspection:campaign-points", args=[asking.district.code, campaign.key])
    query = urlencode({name: value for name, value in filters(narrowed).items() if value})
    found = progress(campaign, asking.today)
    edits = asking.edits and campaign.closed_at is None
    context: dict[str, Any] = {
        "district": asking.district, "campaign": campaign, "today": asking.today, "progress": found, "page": page,
        "lines": [Line(site, is_overdue(site, asking.today)) for site in page], "narrowed": narrowed, "query": query,
        "points": f"{points}?{query}" if page.paginator.count else "", "kind": Kinds.read().name(campaign.kind),
        "states": [(key, state.name) for key, state in STATES.items()], "own_units": units_in(campaign),
        "own_towns": towns_in(campaign), "edits": edits, "above": None if edits else failed, "failed": failed,
        "units": units(asking.district, asking.today) if edits else [],
    }  # fmt: skip
    return render(request, "inspection/campaigns/one.html", context, status=failed.status if failed else 200)


def asked_narrowed(asking: Asking) -> Narrowed:
    """Which sites the address asks for."""
    request = asking.request
    return Narrowed(
        asked_text(request, "state", [*STATES, OVERDUE]), asked_text(request, "unit"), asked_text(request, "town"),
        asked_text(request, "q"),
    )  # fmt: skip


def filters(narrowed: Narrowed) -> dict[str, str]:
    """The parameters of the address that ask for these sites."""
    return {"state": narrowed.state, "unit": narrowed.unit, "town": narrowed.town, "q": narrowed.text}


def site_given(asking: Asking, given: dict[str, Any]) -> SiteGiven:
    """A site as a form gives it. Raises ``Refused`` for a code that is not there, or no place."""
    code = given["site"]
    site = Site.objects.filter(district=asking.district, code=code).first() if code and "\x00" not in code else None
    if code and site is None:
        raise Refused(
            _("There is no site %(code)s in this district.") % {"code": code},
            _("Take the code from the list of sites, or leave it out and give the place."),
        )
    lon, lat = given["lon"], given["lat"]
    if lon is None and lat is None and site is not None:
        lon, lat = middle(site)
    if lon is None or lat is None:
        raise Refused(_("There is no place."), _("Give longitude and latitude, or the code of a site."))
    return SiteGiven(
        given["name_zh"], lon, lat, given["problem"], unit_of(asking.district, given["unit"]), given["due"],
        name_en=given["name_en"], site=site,
    )  # fmt: skip


def _back(campaign: Campaign) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("inspection:campaign", args=[campaign.district.code, campaign.key]))
