"""The page of one case for those who work on it: what it is, what to do now, and everything that happened."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xiuhua.casework.dossier import Dossier, dossier, meet
from xiuhua.casework.nearby import nearby
from xiuhua.casework.offers import Entitled, entitled
from xiuhua.casework.origins import origins_of
from xiuhua.casework.pages.case.asking import CHECKING, Asking, handler_units
from xiuhua.casework.pages.case.clock import clock_context
from xiuhua.casework.pages.case.fields import MoveForm
from xiuhua.casework.pages.case.standing import ended_at, standing
from xiuhua.casework.pages.case.story import story
from xiuhua.casework.pages.case.words import FIRST, GRAVE, HINTS
from xiuhua.casework.refusals import CaseworkError
from xiuhua.casework.states import MOVES
from xiuhua.city.choice import offer_page
from xiuhua.foundation.plain import keepable
from xiuhua.people.models import User
from xiuhua.people.permissions import refusal

NEAR_M = 100.0


@dataclass
class Opened:
    """A case that somebody may see, and what they may do with it."""

    found: Dossier
    standing: Entitled
    user: User


@require_safe
def one_case(request: HttpRequest, number: str) -> HttpResponseBase:
    """The page; ``?move=`` opens the form of one of the moves that are offered."""
    opened = open_case(request, number)
    if isinstance(opened, HttpResponseBase):
        return opened
    asked = request.GET.get("move", "")
    move = asked if asked in opened.standing.moves else first_move(opened)
    return show(request, opened, move)


def open_case(request: HttpRequest, number: str) -> Opened | HttpResponseBase:
    """The case ``number`` for the person of the request; a redirect to sign-in for nobody.

    Raises ``Http404``, and ``PermissionDenied`` with words for those who may not see it.
    """
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path())
    found = dossier(number) if keepable(number) else None
    if found is None:
        raise Http404
    standing = entitled(found.case, request.user, reports=found.reports)
    if not standing.sees:
        why = refusal(request.user, "case.view", found.case.district.code, partly=True)
        raise PermissionDenied(why or _("This case lies outside your area or with another unit."))
    offer_page(request, "casework:work")  # who sees a case has work lists
    return Opened(found, standing, request.user)


def first_move(opened: Opened) -> str:
    """The move whose form is open when the page opens: what the case waits for from this person, or none."""
    found, moves = opened.found, opened.standing.moves
    petitioned = any(row.kind == "suspension" and row.decided_at is None for row in found.petitions)
    mine = any(
        row.inspector_id == opened.user.pk and row.kind == CHECKING.get(found.case.state) and row.received_at is None
        for row in found.checks
    )
    fits = {"suspend": petitioned, "pass": mine, "confirm": mine, "assign": not found.case.handler}
    return next((move for move in FIRST if move in moves and fits.get(move, True)), "")


def show(
    request: HttpRequest,
    opened: Opened,
    move: str,
    *,
    form: MoveForm | None = None,
    problem: CaseworkError | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the page with the form of ``move`` open; ``problem`` is why the last try failed."""
    found, now = opened.found, timezone.now()
    people = meet(found, handler_units(move, found))
    asking = Asking(found, move, opened.user, people, now) if move else None
    offered = move in opened.standing.moves
    if asking and form is None:
        form = MoveForm(asking, given=request.GET)
    context: dict[str, Any] = {
        "district": found.case.district,
        "case": found.case,
        "case_areas": [area for area in (found.case.community, found.case.town) if area],
        "now": now,
        "moves": [(key, MOVES[key], HINTS[key], key in GRAVE) for key in opened.standing.moves if key != move],
        "move": move if offered else "",
        "grave": move in GRAVE,
        "form": form if offered else None,
        "asking": asking if offered else None,
        "petition": asking.petition() if asking and offered else None,
        "problem": problem,
        "kept": form.texts() if form and not offered else [],
        "contacts": opened.standing.contacts,
        "originals": opened.standing.originals,
        "standing": standing(found),
        "origins": origins_of(found.case, opened.user),
        "ended_at": ended_at(found.case),
        **clock_context(found, now),
        **story(found, now),
    }
    return render(request, "casework/case/page.html", context, status=status)


@require_safe
def near(request: HttpRequest, number: str) -> HttpResponseBase:
    """Open cases near by, as a page of their own or as the part of the case page that asks for it."""
    opened = open_case(request, number)
    if isinstance(opened, HttpResponseBase):
        return opened
    case = opened.found.case
    rows = nearby(case.district, case.lon, case.lat, None, NEAR_M, unfiled=True)
    context = {
        "district": case.district,
        "case": case,
        "near": [row for row in rows if row.id != case.pk],
        "mergeable": "merge" in opened.standing.moves,
        "radius": NEAR_M,
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "casework/case/_near.html" if part else "casework/case/near.html", context)
