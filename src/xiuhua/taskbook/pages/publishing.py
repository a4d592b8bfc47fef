"""Publish a month by a form: what is in the way is told on the page, all at once."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xiuhua.foundation.form_answers import Failed
from xiuhua.people.models import User
from xiuhua.people.permissions import require
from xiuhua.taskbook.actions.closing import PERMISSION, publish_month
from xiuhua.taskbook.months import month_from
from xiuhua.taskbook.pages.asked import sight_of
from xiuhua.taskbook.pages.months import show_months
from xiuhua.taskbook.refusals import TaskbookError

INVALID = 422
LONGEST = 2000


@require_POST
@require(PERMISSION)
def publish(request: HttpRequest, district_code: str) -> HttpResponse:
    """Freeze the month of the form; with the page again where that cannot be."""
    seen = sight_of(request, district_code)
    if not isinstance(request.user, User):
        raise Http404
    month, note = request.POST.get("month", "")[:7], request.POST.get("note", "").replace("\x00", "")
    found, typed = month_from(month), {"month": month, "note": note[:LONGEST]}
    if found is None or len(note) > LONGEST:
        reasons = [
            _("Choose a month of the list, and write a remark of at most %(longest)s characters.")
            % {"longest": LONGEST}
        ]
        return show_months(request, seen, Failed("publish", reasons, typed, INVALID))
    try:
        publish_month(seen.district, found, actor=request.user, note=note)
    except TaskbookError as error:
        return show_months(request, seen, Failed("publish", [error.reason, error.remedy], typed, INVALID))
    messages.success(request, _("%(month)s is published: later truth is written as a revision.") % {"month": month})
    return HttpResponseRedirect(reverse("taskbook:months", args=[district_code]))
