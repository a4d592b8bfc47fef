"""One round: published, its lists and how they were judged; before, what the reader has to do with it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xiuhua.casework.refusals import Refused
from xiuhua.city.models import Site
from xiuhua.foundation.form_answers import Failed
from xiuhua.inspection.actions.lists import PlaceGiven, correct, decide, look_at, propose, publish_round
from xiuhua.inspection.campaign_queries import units
from xiuhua.inspection.campaign_rows import middle
from xiuhua.inspection.list_queries import Shown, shown
from xiuhua.inspection.models import ListLook, ListPlace, ListRound
from xiuhua.inspection.pages.campaigns.every import unit_of
from xiuhua.inspection.pages.campaigns.kinds import Kinds
from xiuhua.inspection.pages.failing import attempt, sent_photos
from xiuhua.inspection.pages.lists.asked import Asking, asked_place, asked_round
from xiuhua.inspection.pages.lists.forms import DecisionForm, LookForm, PlaceForm, PublishForm
from xiuhua.people.models import User
from xiuhua.people.permissions import require
from xiuhua.people.queries import unit_chain


@require_safe
def one_round(request: HttpRequest, district_code: str, round_key: str) -> HttpResponse:
    """The page of a round; 404 for an open one to whom it does not concern."""
    return show(*asked_round(request, district_code, round_key))


@require_POST
@require("lists.edit")
def propose_one(request: HttpRequest, district_code: str, round_key: str) -> HttpResponse:
    """Propose a place."""
    asking, owner = asked_round(request, district_code, round_key)
    form = PlaceForm(request.POST)
    failed = attempt(form, "propose", lambda: propose(owner, _given(asking, form), actor=asking.user))
    return _then(asking, owner, failed, _("The place is proposed."))


@require_POST
@require("lists.look")
def look(request: HttpRequest, district_code: str, round_key: str, place_id: int) -> HttpResponse:
    """Keep a look at a place."""
    asking, owner, place = asked_place(request, district_code, round_key, place_id)
    form = LookForm(request.POST)
    failed = attempt(
        form, f"look-{place.pk}",
        lambda: look_at(place, photos=sent_photos(request, "check"), actor=asking.user, **form.cleaned_data),
    )  # fmt: skip
    return _then(asking, owner, failed, _("Your look at “%(place)s” is kept.") % {"place": place})


@require_POST
@require("lists.secret")
def decide_one(request: HttpRequest, district_code: str, round_key: str, place_id: int) -> HttpResponse:
    """Put a place on a list, or on none."""
    asking, owner, place = asked_place(request, district_code, round_key, place_id)
    form = DecisionForm(request.POST)
    failed = attempt(form, f"decide-{place.pk}", lambda: decide(place, actor=asking.user, **form.cleaned_data))
    return _then(asking, owner, failed, _("Decided: “%(place)s”.") % {"place": place})


@require_POST
@require("lists.publish")
def publish(request: HttpRequest, district_code: str, round_key: str) -> HttpResponse:
    """Publish the round."""
    asking, owner = asked_round(request, district_code, round_key)
    failed = attempt(PublishForm(request.POST), "publish", lambda: publish_round(owner, actor=asking.user))
    return _then(asking, owner, failed, _("The lists are published."))


@require_POST
@require("lists.publish")
def correct_one(request: HttpRequest, district_code: str, round_key: str, place_id: int) -> HttpResponse:
    """Write a correction of what was published."""
    asking, owner, place = asked_place(request, district_code, round_key, place_id)
    form = DecisionForm(request.POST)
    failed = attempt(form, f"correct-{place.pk}", lambda: correct(place, actor=asking.user, **form.cleaned_data))
    return _then(asking, owner, failed, _("The correction stands beside what was published."))


def show(asking: Asking, owner: ListRound, failed: Failed | None = None) -> HttpResponse:
    """The page; what was typed into a form that was refused stands there again."""
    places = shown(owner, asking.sight)
    published = owner.state == ListRound.State.PUBLISHED
    proposing = asking.sight.proposes and not published
    may_look = {one.place.pk for one in places if not published and _may_look(asking, one)}
    context: dict[str, Any] = {
        "district": asking.district, "round": owner, "kind": Kinds.read().name(owner.kind), "sight": asking.sight,
        "published": published, "failed": failed, "places": places, "colours": ListPlace.Colour.choices,
        "looks": ListLook.Kind.choices, "over": asking.today >= owner.ends,
        "named": [
            (colour, label, [one for one in places if one.place.decided == colour])
            for colour, label in ListPlace.Colour.choices
        ],
        "unnamed": [one for one in places if not one.place.decided],
        "may_look": may_look,
        "above": failed if failed and _is_gone(failed.form, may_look, published=published) else None,
        "units": units(asking.district, asking.today) if proposing else [],
    }  # fmt: skip
    return render(asking.request, "inspection/lists/round.html", context, status=failed.status if failed else 200)


def _is_gone(form: str, may_look: set[int], *, published: bool) -> bool:
    """Whether a form that was refused stands on the page no more: somebody published, or the look is made."""
    name, _dash, place = form.partition("-")
    if name == "correct":
        return not published
    return published or (name == "look" and int(place) not in may_look)


def _may_look(asking: Asking, one: Shown) -> bool:
    """Whether the form of a look is offered: to who looks, has not yet, and is not of the place's unit."""
    user = asking.request.user
    if not asking.sight.looks or not isinstance(user, User):
        return False
    own = any(look.by_id == user.pk for look in one.looks)
    return not own and one.place.unit not in unit_chain(user.organisation)


def _given(asking: Asking, form: PlaceForm) -> PlaceGiven:
    given = form.cleaned_data
    unit = unit_of(asking.district, given["unit"]) if given["unit"] else None
    code, lon, lat = given["site"], given["lon"], given["lat"]
    site = Site.objects.filter(district=asking.district, code=code).first() if code and "\x00" not in code else None
    if code and site is None:
        raise Refused(
            _("There is no site %(code)s in this district.") % {"code": code},
            _("Take the code from the list of sites, or leave it out and give the place."),
        )
    if lon is None and lat is None and site is not None:
        lon, lat = middle(site)
    return PlaceGiven(given["name_zh"], given["proposed"], given["name_en"], site, unit, lon, lat)


def _then(asking: Asking, owner: ListRound, failed: Failed | None, said: str) -> HttpResponse:
    if failed:
        return show(asking, owner, failed)
    messages.success(asking.request, said)
    return HttpResponseRedirect(reverse("inspection:list-round", args=[asking.district.code, owner.key]))
