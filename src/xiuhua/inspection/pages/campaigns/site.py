"""One site: how it was and how it is side by side, its story, and the moves of whoever may make them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xiuhua.casework.models import Service
from xiuhua.casework.refusals import Refused
from xiuhua.city.models import Code
from xiuhua.city.queries import find_category
from xiuhua.foundation.form_answers import Failed
from xiuhua.inspection.actions import campaign_moves as moves
from xiuhua.inspection.actions.campaign_steps import did_it
from xiuhua.inspection.actions.campaigns import change_site
from xiuhua.inspection.campaign_queries import is_overdue, units
from xiuhua.inspection.campaign_states import MOVES, moves_from
from xiuhua.inspection.models import Campaign, CampaignSite, SitePhoto, SiteStep
from xiuhua.inspection.pages.campaigns.asked import Asking, asked_site
from xiuhua.inspection.pages.campaigns.forms import MoveForm, SiteForm
from xiuhua.inspection.pages.campaigns.one import Line, site_given
from xiuhua.inspection.pages.failing import attempt, sent_photos
from xiuhua.people.models import User
from xiuhua.people.permissions import may, require
from xiuhua.people.queries import unit_chain


@dataclass(frozen=True)
class Told:
    """A step in words."""

    step: SiteStep
    word: str


@require_safe
def one_site(request: HttpRequest, district_code: str, campaign_key: str, site_number: int) -> HttpResponse:
    """The page of a site."""
    return show(*asked_site(request, district_code, campaign_key, site_number))


@require_POST
def move_site(
    request: HttpRequest, district_code: str, campaign_key: str, site_number: int, site_move: str
) -> HttpResponseBase:
    """Make a move of the lifecycle, with its permission for something of the district; the action asks for more."""
    if site_move not in _ACTS:
        raise Http404(_("There is no such move."))
    permission = MOVES["link_case" if site_move == "open_case" else site_move].permission
    return require(permission, partly=True)(_move)(
        request, district_code=district_code, campaign_key=campaign_key, site_number=site_number, move=site_move
    )


def _move(request: HttpRequest, district_code: str, campaign_key: str, site_number: int, move: str) -> HttpResponse:
    asking, campaign, site = asked_site(request, district_code, campaign_key, site_number)
    form = SiteForm(request.POST) if move == "change" else MoveForm(request.POST)
    if failed := attempt(form, move, lambda: _ACTS[move](asking, site, form.cleaned_data)):
        return show(asking, campaign, site, failed)
    messages.success(request, _("Kept: %(move)s.") % {"move": _word(move)})
    return HttpResponseRedirect(reverse("inspection:campaign-site", args=[district_code, campaign_key, site_number]))


def show(asking: Asking, campaign: Campaign, site: CampaignSite, failed: Failed | None = None) -> HttpResponse:
    """The page; what was typed into a form that was refused stands there again."""
    photos: list[SitePhoto] = list(site.photos.all())
    offered = offers(asking, campaign, site)
    context: dict[str, Any] = {
        "district": asking.district, "campaign": campaign, "site": site,
        "line": Line(site, is_overdue(site, asking.today)),
        "before": [photo for photo in photos if photo.stage == "before"],
        "after": [photo for photo in photos if photo.stage == "after"], "today": asking.today,
        "steps": [Told(step, _word(step.move)) for step in site.steps.select_related("user__organisation")],
        "offered": offered, "failed": failed,
        "typed": failed.typed if failed and failed.form == "change" else _as_it_is(site), "inside": bool(asking.rights),
        "above": failed if failed and _form_of(failed.form) not in offered else None,
        "units": units(asking.district, asking.today) if "change" in offered else [],
        "categories": _categories() if "link_case" in offered and site.case_id is None else [],
        "did_it": isinstance(asking.request.user, User) and bool(asking.rights) and did_it(site, asking.request.user),
    }  # fmt: skip
    return render(asking.request, "inspection/campaigns/site.html", context, status=failed.status if failed else 200)


def offers(asking: Asking, campaign: Campaign, site: CampaignSite) -> set[str]:
    """The moves that the reader may make with the site now."""
    user = asking.request.user
    if not isinstance(user, User) or campaign.closed_at is not None or not asking.rights:
        return set()
    codes = [unit.code for unit in unit_chain(site.unit)]
    own = did_it(site, user)
    return {
        key
        for key in moves_from(site.state)
        if may(user, MOVES[key].permission, district_code=asking.district.code, unit_codes=codes)
        and not (MOVES[key].not_doer and own)
    }


def _form_of(move: str) -> str:
    """The move among whose forms that of ``move`` stands."""
    return "link_case" if move == "open_case" else move


def _as_it_is(site: CampaignSite) -> dict[str, str]:
    """The site as its form shows it."""
    return {
        "name_zh": site.name_zh, "name_en": site.name_en, "problem": site.problem, "unit": site.unit.code,
        "due": site.due.isoformat(), "lon": str(site.lon), "lat": str(site.lat),
        "site": site.site.code if site.site else "",
    }  # fmt: skip


def _word(move: str) -> str:
    return MOVES[move].name if move in MOVES else _("Open a case")


def _categories() -> list[Code]:
    """The categories that can be reported without answering questions, which the form of a site does not ask."""
    found = Service.objects.select_related("category__code_set").order_by("category__code_set", "category__code")
    return [service.category for service in found if not service.questions.get("required")]


def _open_case(asking: Asking, site: CampaignSite, given: dict[str, Any]) -> None:
    category = find_category(given["category"])
    if category is None:
        raise Refused(_("There is no such category."), _("Choose one of the list."))
    moves.open_case(site, category, actor=asking.user, expected_version=given["expected_version"])


# What each form does. "open_case" is a form of its own beside "link_case", of which it is the other way.
_ACTS: dict[str, Callable[[Asking, CampaignSite, dict[str, Any]], object]] = {
    "photograph": lambda asking, site, given: moves.photograph(
        site, sent_photos(asking.request, "before"), actor=asking.user, expected_version=given["expected_version"]
    ),
    "report": lambda asking, site, given: moves.report_done(
        site, sent_photos(asking.request, "after"), note=given["reason"], actor=asking.user,
        expected_version=given["expected_version"],
    ),
    "sign": lambda asking, site, given: moves.sign_off(
        site, note=given["reason"], actor=asking.user, expected_version=given["expected_version"]
    ),
    "send_back": lambda asking, site, given: moves.send_back(
        site, reason=given["reason"], actor=asking.user, expected_version=given["expected_version"]
    ),
    "reopen": lambda asking, site, given: moves.reopen_site(
        site, reason=given["reason"], actor=asking.user, expected_version=given["expected_version"]
    ),
    "drop": lambda asking, site, given: moves.drop_site(
        site, reason=given["reason"], actor=asking.user, expected_version=given["expected_version"]
    ),
    "link_case": lambda asking, site, given: moves.link_case(
        site, given["case"], actor=asking.user, expected_version=given["expected_version"]
    ),
    "open_case": _open_case,
    "change": lambda asking, site, given: change_site(
        site, site_given(asking, given), reason=given["reason"], actor=asking.user,
        expected_version=given["expected_version"],
    ),
}  # fmt: skip
