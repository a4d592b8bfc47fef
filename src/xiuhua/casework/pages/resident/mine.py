"""The reports of an account."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiuhua.casework.models import Follower, Report

ROWS = 25


@never_cache
@login_required
@require_safe
def my_reports(request: HttpRequest) -> HttpResponse:
    """What this account reported, the newest first, and what it said "me too" to."""
    related = ("case__category", "case__district", "case__unit", "case__master")
    user = request.user.pk
    reports = Report.objects.filter(user=user).select_related(*related).order_by("-received_at", "-pk")
    page = Paginator(reports, ROWS).get_page(request.GET.get("page"))
    joined = Follower.objects.filter(user=user, me_too=True).select_related(*related).order_by("-since")[:ROWS]
    return render(request, "casework/resident/my_reports.html", {"page": page, "joined": joined})
