"""Every campaign of a district: how far it is, what is overdue; and the form that begins one."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xiuhua.casework.refusals import Refused
from xiuhua.city.models import District
from xiuhua.foundation.form_answers import Failed
from xiuhua.inspection.actions.campaigns import make_campaign
from xiuhua.inspection.campaign_queries import Progress, campaigns, units
from xiuhua.inspection.models import Campaign
from xiuhua.inspection.pages.campaigns.asked import Asking, asked
from xiuhua.inspection.pages.campaigns.forms import CampaignForm
from xiuhua.inspection.pages.campaigns.kinds import Kinds
from xiuhua.inspection.pages.failing import attempt
from xiuhua.people.models import Organisation
from xiuhua.people.permissions import require


@dataclass(frozen=True)
class Card:
    """A campaign with how far it is and what it is about."""

    campaign: Campaign
    progress: Progress
    kind: str


@require_safe
def every_campaign(request: HttpRequest, district_code: str) -> HttpResponse:
    """The campaigns of the district, the running ones first."""
    return show(asked(request, district_code))


@require_POST
@require("campaigns.edit")
def make(request: HttpRequest, district_code: str) -> HttpResponse:
    """Begin a campaign and go to it."""
    asking, form = asked(request, district_code), CampaignForm(request.POST)

    def act() -> None:
        given = form.cleaned_data
        lead = unit_of(asking.district, given.pop("lead"))
        kind = Kinds.read().key(given.pop("kind"))
        make_campaign(asking.district, lead=lead, kind=kind, actor=asking.user, **given)

    if failed := attempt(form, "make", act):
        return show(asking, failed)
    messages.success(request, _("The campaign is begun. List its sites now."))
    return HttpResponseRedirect(reverse("inspection:campaign", args=[district_code, form.data["key"].strip()]))


def show(asking: Asking, failed: Failed | None = None) -> HttpResponse:
    """The page; what was typed into a form that was refused stands there again."""
    kinds = Kinds.read()
    cards = [Card(row, progress, kinds.name(row.kind)) for row, progress in campaigns(asking.district, asking.today)]
    context: dict[str, Any] = {
        "district": asking.district, "today": asking.today, "edits": asking.edits, "failed": failed,
        "running": [card for card in cards if card.campaign.closed_at is None],
        "closed": [card for card in cards if card.campaign.closed_at is not None],
        "units": units(asking.district, asking.today) if asking.edits else [], "kinds": kinds.names,
    }  # fmt: skip
    return render(asking.request, "inspection/campaigns/every.html", context, status=failed.status if failed else 200)


def unit_of(district: District, code: str) -> Organisation:
    """The unit of this code. Raises ``Refused``."""
    found = Organisation.objects.filter(district_code=district.code, code=code).first() if "\x00" not in code else None
    if found is None:
        raise Refused(_("There is no unit %(code)s in this district.") % {"code": code}, _("Choose one of the list."))
    return found
