"""The last page of a report: is it known, the questions of its category, how to reach the reporter; and after it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiuhua.casework.actions.intake import Submission, submit
from xiuhua.casework.asking import given_in, questions_of
from xiuhua.casework.models import Report, Service
from xiuhua.casework.nearby import NearbyCase, nearby
from xiuhua.casework.pages.resident.catalogue import offers
from xiuhua.casework.pages.resident.draft import Draft, district_of, draft_of, keep
from xiuhua.casework.pages.resident.kind import begun
from xiuhua.casework.pages.resident.limits import TooMany, count, too_many
from xiuhua.casework.pages.resident.what import areas, gone, sent_page
from xiuhua.casework.public_history import promise
from xiuhua.casework.questions import answered
from xiuhua.casework.refusals import Refused
from xiuhua.casework.submission import check_contact
from xiuhua.city.models import Code
from xiuhua.people.models import User

RADIUS_M = 50.0


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Look whether it is known, answer the questions, say how to be reached, send."""
    draft = begun(request, draft_id)
    if isinstance(draft, HttpResponse):
        return draft
    category = draft.code()
    if category is None or category.pk not in offers():
        return HttpResponseRedirect(reverse("casework:report-category", args=[draft_id]))
    if request.method != "POST":
        return _page(request, draft, category, {}, {})
    return _send(request, draft, category)


def _send(request: HttpRequest, draft: Draft, category: Code) -> HttpResponse:
    """Check what the form holds and hand the report in; show it again with what is wrong."""
    schema = _schema(category)
    draft.answers = given_in(schema, request.POST)
    draft.phone = request.POST.get("phone", "").replace("\x00", "").strip()[:60]
    draft.email = request.POST.get("email", "").replace("\x00", "").strip()[:254]
    language = request.POST.get("language", "")
    draft.language = language if language in dict(settings.LANGUAGES) else ""
    keep(request, draft)
    _values, problems = answered(schema, draft.answers)
    errors = contact_errors(draft.email, draft.phone)
    if request.POST.get("consent") != "yes":
        errors["consent"] = _("Tick this, otherwise the report cannot be sent.")
    if problems or errors:
        return _page(request, draft, category, errors, problems)
    try:
        if not request.user.is_authenticated:
            count(request, "report")
        report = submit(_submission(draft, category), user=request.user if isinstance(request.user, User) else None)
    except TooMany as often:
        return too_many(request, often)
    except Refused as refused:
        return _page(request, draft, category, {"all": f"{refused.reason} {refused.remedy}"}, {})
    # What was told is in the report now; the session need not hold it any longer.
    sent_draft = Draft(draft.id, draft.key, draft.district, sent=report.token)
    keep(request, sent_draft)
    return sent_page(sent_draft)


def _submission(draft: Draft, category: Code) -> Submission:
    return Submission(
        idempotency_key=draft.key, district=district_of(draft), source=Report.Source.WEB,
        lon=draft.lon or 0.0, lat=draft.lat or 0.0, category=category, description=draft.text,
        placed_by=draft.placed_by, address=draft.address, answers=draft.answers, contact_phone=draft.phone,
        contact_email=draft.email, photos=draft.photos, language=draft.language or get_language() or "zh-hans",
    )  # fmt: skip


def contact_errors(email: str, phone: str) -> dict[str, str]:
    """What is wrong with the ways to reach somebody, by field; both may be empty."""
    errors = {}
    for name, address, number in (("email", email, ""), ("phone", "", phone)):
        try:
            check_contact(address, number)
        except Refused as refused:
            errors[name] = f"{refused.reason} {refused.remedy}"
    return errors


def _schema(category: Code) -> dict[str, Any]:
    service = Service.objects.filter(category=category).first()
    schema: dict[str, Any] = service.questions if service else {}
    return schema


def _page(
    request: HttpRequest, draft: Draft, category: Code, errors: dict[str, str], problems: dict[str, str]
) -> HttpResponse:
    district = district_of(draft)
    known = nearby(district, draft.lon or 0.0, draft.lat or 0.0, category, RADIUS_M)
    context = {
        "draft": draft, "draft_id": UUID(draft.id), "district": district, "category": category, "errors": errors,
        "wrong": bool(errors or problems), "questions": questions_of(_schema(category), draft.answers, problems),
        "areas": areas(draft, district), "nearby": [(case, distance(case), age(case.age)) for case in known],
        "languages": settings.LANGUAGES, "language": draft.language or get_language(), "radius": int(RADIUS_M),
    }  # fmt: skip
    return render(request, "casework/resident/send.html", context, status=422 if context["wrong"] else 200)


def distance(case: NearbyCase) -> str:
    """How far a case is, in whole metres; two points closer than the position is good for are the same place."""
    metres = round(case.distance_m)
    return (
        ngettext("%(count)s metre away", "%(count)s metres away", metres) % {"count": metres} if metres else _("here")
    )


def age(passed: timedelta) -> str:
    """For how long a case has been known."""
    hours = int(passed.total_seconds() // 3600)
    if hours < 1:
        return _("reported just now")
    if hours < 48:  # noqa: PLR2004 - two days
        return ngettext("reported %(count)s hour ago", "reported %(count)s hours ago", hours) % {"count": hours}
    days = hours // 24
    return ngettext("reported %(count)s day ago", "reported %(count)s days ago", days) % {"count": days}


@never_cache
@require_safe
def sent(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The report has arrived: its number, the link to follow it, what happens next."""
    draft = draft_of(request, draft_id)
    report = (
        Report.objects.filter(token=draft.sent).select_related("case__category", "case__district").first()
        if draft and draft.sent
        else None
    )
    if report is None:
        return gone(request)
    path = reverse("casework:follow", args=[report.token])
    context = {
        "report": report, "case": report.case, "district": report.case.district, "follow_path": path,
        "follow_link": request.build_absolute_uri(path), "promise": promise(report.case.category),
        "told": bool(report.contact_email or report.contact_phone or report.user_id),
    }  # fmt: skip
    return render(request, "casework/resident/sent.html", context)
