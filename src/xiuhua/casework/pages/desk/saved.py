"""Views that a person keeps: their filters under a name, as tabs of the work list."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xiuhua.casework.actions.views import forget_view, keep_view
from xiuhua.casework.pages.desk.asked import Asking, at_desk
from xiuhua.casework.refusals import Refused
from xiuhua.casework.worklist_criteria import read


@require_POST
@at_desk
def keep(request: HttpRequest, asking: Asking) -> HttpResponseBase:
    """Keep the filters of the page that was open under a name."""
    query = read(QueryDict(request.POST.get("query", "")).dict(), asking.sight.district).address()
    try:
        view = keep_view(asking.user, request.POST.get("name", ""), query)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Kept as “%(name)s”.") % {"name": view.name})
    return redirect(f"{reverse('casework:work')}?{query}")


@require_POST
def forget(request: HttpRequest, identity: int) -> HttpResponseBase:
    """Delete a view of one's own."""

    @at_desk
    def deleted(request: HttpRequest, asking: Asking) -> HttpResponseBase:
        try:
            name = forget_view(asking.user, identity)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The view “%(name)s” is deleted.") % {"name": name})
        return redirect("casework:work")

    return deleted(request)
