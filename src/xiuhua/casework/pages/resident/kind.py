"""The second page of a report: what kind of problem it is."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xiuhua.casework.pages.resident.catalogue import by_class, offers, suggested
from xiuhua.casework.pages.resident.draft import Draft, district_of, draft_of, keep
from xiuhua.casework.pages.resident.what import gone, outside, sent_page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def kind(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Choose the category: three that the text suggests, then all of them by class."""
    draft = begun(request, draft_id)
    if isinstance(draft, HttpResponse):
        return draft
    rows, error = offers(), ""
    if request.method == "POST":
        chosen = request.POST.get("category", "")
        if any(offer.reference == chosen for _code, offer in rows.values()):
            if draft.category != chosen:
                draft.category, draft.answers = chosen, {}
            keep(request, draft)
            return HttpResponseRedirect(reverse("casework:report-send", args=[draft_id]))
        error = _("Choose what kind of problem it is.")
    found = suggested(draft.text, rows)
    context = {
        "draft": draft, "draft_id": draft_id, "district": district_of(draft), "error": error, "suggestions": found,
        "classes": [
            (group, group.holds(draft.category)) for group in by_class(rows.values())
        ],
        "shown": {each.offer.reference for each in found},
    }  # fmt: skip
    return render(request, "casework/resident/kind.html", context, status=422 if error else 200)


def begun(request: HttpRequest, draft_id: UUID) -> Draft | HttpResponse:
    """The draft whose first page is complete, or where to go instead."""
    draft = draft_of(request, draft_id)
    if draft is None:
        return gone(request)
    if draft.sent:
        return sent_page(draft)
    return unfinished(draft) or draft


def unfinished(draft: Draft) -> HttpResponse | None:
    """Back to the first page while it lacks something."""
    if (draft.text.strip() or draft.photos) and draft.placed and not outside(draft, district_of(draft)):
        return None
    return HttpResponseRedirect(reverse("casework:report-what", args=[UUID(draft.id)]))
