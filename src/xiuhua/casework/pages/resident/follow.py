"""The page behind a token: how a case stands for the one who reported it or said "me too", and what they can do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from xiuhua.casework.actions import following
from xiuhua.casework.actions.objection import object_to
from xiuhua.casework.actions.ratings import LONGEST as LONGEST_RATING
from xiuhua.casework.actions.ratings import may_rate, rate
from xiuhua.casework.models import Case, Follower, Photo, Rating, Report
from xiuhua.casework.pages.photos.showing import answered
from xiuhua.casework.pages.resident.limits import TooMany, count, too_many
from xiuhua.casework.pages.resident.shown import case_context
from xiuhua.casework.refusals import Refused
from xiuhua.casework.states import MAX_REOPENINGS

LONGEST_OBJECTION = 2000
MOST_PHOTOS = 3


@dataclass(frozen=True)
class Followed:
    """What a token stands for: a report, a follower, or both; ``own`` is its case, ``case`` the one that leads."""

    token: str
    own: Case
    case: Case
    report: Report | None
    follower: Follower | None


def followed(token: str) -> Followed:
    """What the token stands for. Raises Http404."""
    related = ("case__category", "case__district", "case__unit", "case__master")
    report = Report.objects.filter(token=token).select_related(*related).first()
    follower = Follower.objects.filter(token=token).select_related(*related).first()
    holder = report or follower
    if holder is None:
        raise Http404(_("This link leads to no case. Copy it again from the message or the page that gave it to you."))
    own, case = holder.case, holder.case
    if case.master_id:
        case = Case.objects.select_related("category", "district", "unit").get(pk=case.master_id)
    return Followed(token, own, case, report, follower)


@require_safe
@cache_control(private=True, no_store=True)
def follow_photo(request: HttpRequest, token: str, key: UUID, size: str) -> HttpResponse:
    """A photo of the report behind the token, before everybody may see it."""
    photo = Photo.objects.filter(key=key, report__token=token, public=True).first()
    if photo is None:
        raise Http404(_("There is no such photo."))
    return answered(request, photo, size, everybody=False)


@method_decorator(cache_control(private=True, no_store=True), name="dispatch")
class FollowPage(View):
    """Looking changes nothing; each form posts what to ``do``."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep the token away from search engines and from other sites.

        The referrer policy is not "no-referrer": under it browsers send the forms of the page without their origin,
        which the protection of forms refuses.
        """
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "same-origin"
        return response

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """How the case stands."""
        return _page(request, followed(token))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Do what the form says and show the page again; with what is wrong beside its form."""
        found, do = followed(token), request.POST.get("do", "")
        doing = DOINGS.get(do)
        if doing is None:
            return _page(request, found, {"all": _("Choose what to do on this page.")})
        try:
            count(request, "join")
            messages.success(request, doing(request, found))
        except TooMany as often:
            return too_many(request, often)
        except Refused as refused:
            return _page(request, found, {do: f"{refused.reason} {refused.remedy}"})
        if found.report is None and not Follower.objects.filter(token=token).exists():
            return HttpResponseRedirect(reverse("casework:public-case", args=[found.case.number]))
        return HttpResponseRedirect(reverse("casework:follow", args=[token]))


def _reporter(found: Followed) -> Report:
    """The report of the token. Raises ``Refused`` for one who only said "me too"."""
    if found.report is None:
        raise Refused(_("Only who reported the problem can do this."), _("If it is there again, report it anew."))
    return found.report


def _subscribe(request: HttpRequest, found: Followed) -> str:
    email, phone = _line(request, "email", 254), _line(request, "phone", 60)
    following.follow(found.token, email=email, phone=phone, language=request.POST.get("language", ""))
    return _("You will hear of each step.")


def _leave(_request: HttpRequest, found: Followed) -> str:
    if found.follower is not None:
        following.leave(found.follower)
    return _("No more messages are sent.")


def _speak(request: HttpRequest, found: Followed) -> str:
    if found.follower is not None:
        following.speak(found.follower, request.POST.get("language", ""))
    return _("The language of messages is changed.")


def _rate(request: HttpRequest, found: Followed) -> str:
    score = request.POST.get("score", "")
    rate(_reporter(found), int(score) if score in {"1", "2", "3", "4", "5"} else 0, request.POST.get("text", ""))
    return _("Thank you. You may change this while the time to rate lasts.")


def _object(request: HttpRequest, found: Followed) -> str:
    reason = request.POST.get("reason", "").replace("\x00", "").strip()
    if not reason:
        raise Refused(_("Say what is not fixed."), _("One sentence is enough."))
    if len(reason) > LONGEST_OBJECTION:
        raise Refused(
            _("The text has %(length)s characters.") % {"length": len(reason)},
            _("Shorten it to at most %(longest)s.") % {"longest": LONGEST_OBJECTION},
        )
    object_to(_reporter(found), reason, request.FILES.getlist("photos")[:MOST_PHOTOS])
    return _("The case is open again. The unit has been told that it is not fixed.")


def _line(request: HttpRequest, name: str, longest: int) -> str:
    return request.POST.get(name, "").replace("\x00", "").strip()[:longest]


DOINGS: dict[str, Callable[[HttpRequest, Followed], str]] = {
    "subscribe": _subscribe, "leave": _leave, "language": _speak, "rate": _rate, "object": _object,
}  # fmt: skip


def _page(request: HttpRequest, found: Followed, errors: dict[str, str] | None = None) -> HttpResponse:
    follower, report = found.follower, found.report
    context = case_context(found.case, report) | {
        "found": found, "errors": errors or {}, "languages": settings.LANGUAGES,
        "hears": follower if follower and (follower.email or follower.phone or follower.user_id) else None,
        "rating": Rating.objects.filter(report=report).first() if report else None,
        "may_rate": report is not None and may_rate(found.case), "scores": (5, 4, 3, 2, 1),
        "may_object": report is not None and found.case.state == "closed" and found.case.reopenings < MAX_REOPENINGS,
        "given": request.POST if errors else {}, "longest_rating": LONGEST_RATING,
        "longest_objection": LONGEST_OBJECTION,
    }  # fmt: skip
    return render(request, "casework/resident/follow.html", context, status=422 if errors else 200)
