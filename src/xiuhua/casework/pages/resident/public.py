"""The public page of a case, and "me too"."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xiuhua.casework.actions.intake import join
from xiuhua.casework.models import Case
from xiuhua.casework.offers import entitled
from xiuhua.casework.pages.resident.limits import TooMany, count, too_many
from xiuhua.casework.pages.resident.shown import case_context
from xiuhua.casework.refusals import Refused
from xiuhua.people.models import User

JOINED = "joined-cases"


@require_safe
def public_case(request: HttpRequest, number: str) -> HttpResponse:
    """What everybody may see of a case; a merged one leads to the one that goes on."""
    case = _public(number)
    if case.master_id:
        return HttpResponseRedirect(reverse("casework:public-case", args=[_public_master(case).number]))
    context = case_context(case) | {
        "joined": request.session.get(JOINED, {}).get(case.number, ""),
        "staff": isinstance(request.user, User) and entitled(case, request.user).sees,
    }
    return render(request, "casework/resident/public_case.html", context)


def _public(number: str) -> Case:
    """The public case of this number. Raises Http404."""
    rows = Case.objects.select_related("category", "district", "unit", "town", "community", "master")
    case = rows.filter(number=number, public=True).first()
    if case is None:
        raise Http404(_("There is no public case %(number)s.") % {"number": number})
    return case


def _public_master(case: Case) -> Case:
    if case.master is None or not case.master.public:
        raise Http404(_("There is no public case %(number)s.") % {"number": case.number})
    return case.master


@require_POST
def me_too(request: HttpRequest, number: str) -> HttpResponse:
    """Say "me too" to an open case, once a session, and go to the page that follows it.

    No address is asked for here: by one that follows already, somebody else would come to the page of its owner.
    """
    case = _public(number)
    joined = dict(request.session.get(JOINED, {}))
    if token := joined.get(case.number):
        return HttpResponseRedirect(reverse("casework:follow", args=[token]))
    try:
        count(request, "join")
        user = request.user if isinstance(request.user, User) else None
        follower = join(case, user=user, language=get_language() or "zh-hans")
    except TooMany as often:
        return too_many(request, often)
    except Refused as refused:
        messages.error(request, f"{refused.reason} {refused.remedy}")
        return HttpResponseRedirect(reverse("casework:public-case", args=[case.number]))
    request.session[JOINED] = joined | {case.number: follower.token}
    messages.success(request, _("You follow this case. This page shows how it goes on; keep its address."))
    return HttpResponseRedirect(reverse("casework:follow", args=[follower.token]))
