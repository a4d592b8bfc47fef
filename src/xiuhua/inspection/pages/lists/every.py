"""The red and black lists of a district by kind of places; and the form that opens a round."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xiuhua.foundation.form_answers import Failed
from xiuhua.inspection.actions.lists import open_round
from xiuhua.inspection.list_queries import Shown, rounds, shown
from xiuhua.inspection.models import ListPlace, ListRound
from xiuhua.inspection.pages.campaigns.kinds import Kinds
from xiuhua.inspection.pages.failing import attempt
from xiuhua.inspection.pages.lists.asked import Asking, asked
from xiuhua.inspection.pages.lists.forms import RoundForm
from xiuhua.people.permissions import require

RED, BLACK = ListPlace.Colour.RED.value, ListPlace.Colour.BLACK.value


@dataclass(frozen=True)
class Category:
    """A kind of places with its newest published round, its named places, and the rounds before."""

    name: str
    newest: ListRound
    red: list[Shown]
    black: list[Shown]
    earlier: list[ListRound]


@require_safe
def lists(request: HttpRequest, district_code: str) -> HttpResponse:
    """The newest published lists of every kind of places, those before them, and the rounds that are open."""
    return show(asked(request, district_code))


@require_POST
@require("lists.publish")
def open_one(request: HttpRequest, district_code: str) -> HttpResponse:
    """Open a round and go to it."""
    asking, form = asked(request, district_code), RoundForm(request.POST)

    def act() -> None:
        given = form.cleaned_data
        kind = Kinds.read().key(given.pop("kind"))
        open_round(asking.district, kind=kind, actor=asking.user, **given)

    if failed := attempt(form, "open", act):
        return show(asking, failed)
    messages.success(request, _("The round is open. Propose places now."))
    return HttpResponseRedirect(reverse("inspection:list-round", args=[district_code, form.data["key"].strip()]))


def show(asking: Asking, failed: Failed | None = None) -> HttpResponse:
    """The page; what was typed into a form that was refused stands there again."""
    kinds, found = Kinds.read(), rounds(asking.district, asking.sight)
    by_kind: dict[str, list[ListRound]] = {}
    for each in found:
        if each.state == ListRound.State.PUBLISHED:
            by_kind.setdefault(each.kind, []).append(each)
    context: dict[str, Any] = {
        "district": asking.district, "sight": asking.sight, "failed": failed, "kinds": kinds.names,
        "categories": [_category(kinds.name(kind), some, asking) for kind, some in by_kind.items()],
        "open": [(each, kinds.name(each.kind)) for each in found if each.state == ListRound.State.OPEN],
    }  # fmt: skip
    return render(asking.request, "inspection/lists/every.html", context, status=failed.status if failed else 200)


def _category(name: str, some: list[ListRound], asking: Asking) -> Category:
    places = shown(some[0], asking.sight)
    return Category(
        name, some[0], [one for one in places if one.place.decided == RED],
        [one for one in places if one.place.decided == BLACK], some[1:],
    )  # fmt: skip
