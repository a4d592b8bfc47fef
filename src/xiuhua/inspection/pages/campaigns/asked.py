"""What the address of a page of campaigns asks for; a 404 that says where to go instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from xiuhua.city.choice import chosen_district
from xiuhua.city.models import District
from xiuhua.city.pages.asked import district_of
from xiuhua.inspection.campaign_queries import campaign_of, site_of, today
from xiuhua.inspection.models import Campaign, CampaignSite
from xiuhua.people.models import User
from xiuhua.people.permissions import grants_of

RIGHTS = ("campaigns.edit", "campaigns.report", "campaigns.sign")
_LONGEST = 60


@dataclass(frozen=True)
class Asking:
    """A reader at a district on its day, and which rights of campaigns the reader has for some of it."""

    request: HttpRequest
    district: District
    today: date
    rights: frozenset[str]

    @property
    def user(self) -> User:
        """The account of the reader. Raises Http404 for nobody."""
        if not isinstance(self.request.user, User):
            raise Http404
        return self.request.user

    @property
    def edits(self) -> bool:
        """Whether the reader lists sites."""
        return "campaigns.edit" in self.rights


def asked(request: HttpRequest, district_code: str) -> Asking:
    """The district of the address. Raises Http404."""
    district = chosen_district(request)
    if district is None or district.code != district_code:
        district = district_of(district_code)
    found = grants_of(request.user, RIGHTS, district_code=district.code)
    return Asking(request, district, today(district), frozenset(key for key, given in found.items() if given))


def asked_campaign(request: HttpRequest, district_code: str, campaign_key: str) -> tuple[Asking, Campaign]:
    """The campaign of the address. Raises Http404."""
    asking = asked(request, district_code)
    campaign = campaign_of(asking.district, campaign_key)
    if campaign is None:
        raise Http404(
            _("%(district)s has no campaign %(key)s. The list of campaigns shows those it has.")
            % {"district": asking.district.name, "key": campaign_key}
        )
    return asking, campaign


def asked_site(
    request: HttpRequest, district_code: str, campaign_key: str, number: int
) -> tuple[Asking, Campaign, CampaignSite]:
    """The site of the address. Raises Http404."""
    asking, campaign = asked_campaign(request, district_code, campaign_key)
    site = site_of(campaign, number) if number < 2**31 else None
    if site is None:
        raise Http404(_("This campaign has no site number %(number)s.") % {"number": number})
    return asking, campaign, site


def asked_text(request: HttpRequest, name: str, known: Sequence[str] | None = None) -> str:
    """A parameter of the address, short and without what no database can be asked for; empty when not ``known``."""
    text = request.GET.get(name, "").replace("\x00", "").strip()[:_LONGEST]
    return text if known is None or text in known else ""
