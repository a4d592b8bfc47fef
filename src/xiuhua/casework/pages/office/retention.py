"""How long what persons told is kept, by the way it came."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xiuhua.casework.actions.retention import rules, set_rule
from xiuhua.casework.models import Report, RetentionRule
from xiuhua.casework.pages.office.catalogue import EDIT, INVALID
from xiuhua.casework.pages.office.forms import RetentionForm
from xiuhua.people.permissions import require


@require_http_methods(["GET", "HEAD", "POST"])
@require(EDIT, district=None)
def retention(request: HttpRequest) -> HttpResponse:
    """The rule of each source; a source without one follows that for all others, which has the name ``*``."""
    by_source, kept = rules(), set(RetentionRule.objects.values_list("source", flat=True))
    sources = ["", *Report.Source.values]
    form, sent = None, ""
    if request.method == "POST":
        sent = request.POST.get("source", "").replace("*", "")
        if sent not in sources:
            raise Http404
        form = RetentionForm(request.POST, auto_id=f"id_%s_{sent}")
        if form.is_valid():
            set_rule(sent, **form.cleaned_data, actor=request.user.get_username())
            messages.success(request, _("The rule is saved. It is applied every night."))
            return HttpResponseRedirect(reverse("casework:retention"))
    rows = []
    for source in sources:
        contact, original = by_source.get(source, by_source[""])
        empty = RetentionForm(initial={"contact_days": contact, "original_days": original}, auto_id=f"id_%s_{source}")
        name = Report.Source(source).label if source else _("All others")
        rows.append((source or "*", name, form if form and source == sent else empty, source in kept or not source))
    status = INVALID if form else 200
    return render(request, "casework/office/retention.html", {"rows": rows}, status=status)
