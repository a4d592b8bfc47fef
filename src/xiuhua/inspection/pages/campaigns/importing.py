"""The page on which a file of sites is taken in, and the file of the rows that were refused."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xiuhua.foundation.form_answers import Failed
from xiuhua.inspection import rejected_files
from xiuhua.inspection.actions.campaign_import import Imported, import_sites
from xiuhua.inspection.campaign_files import COLUMNS, read_rows, template
from xiuhua.inspection.models import Campaign
from xiuhua.inspection.pages.campaigns.asked import Asking, asked_campaign
from xiuhua.inspection.pages.campaigns.forms import ImportForm
from xiuhua.inspection.pages.failing import attempt
from xiuhua.people.permissions import require

SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@require("campaigns.edit")
def import_page(request: HttpRequest, district_code: str, campaign_key: str) -> HttpResponse:
    """Choose a file; then what became of it, with the refused rows to be taken home and mended."""
    asking, campaign = asked_campaign(request, district_code, campaign_key)
    if request.method != "POST":
        return _page(asking, campaign)
    form = ImportForm(request.POST, request.FILES)
    done: list[Imported] = []

    def act() -> None:
        file = form.cleaned_data["file"]
        rows = read_rows(file.name or "", file.read())
        done.append(import_sites(campaign, rows, actor=asking.user, reason=form.cleaned_data["reason"]))

    if failed := attempt(form, "import", act):
        return _page(asking, campaign, failed)
    token = rejected_files.keep(done[0].file(), asking.user.pk) if done[0].rejected else ""
    return _page(asking, campaign, None, done[0], token)


@require_safe
@require("campaigns.edit")
def rejected(request: HttpRequest, district_code: str, campaign_key: str, token: str) -> HttpResponse:
    """The refused rows of a file that the reader sent within the last day."""
    asking, campaign = asked_campaign(request, district_code, campaign_key)
    text = rejected_files.find(token, asking.user.pk)
    if text is None:
        raise Http404(_("This file is kept no longer: send the table again."))
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="rejected-{campaign.key}.csv"'
    return answer


@require_safe
def empty_table(request: HttpRequest, district_code: str, campaign_key: str) -> StreamingHttpResponse:
    """The empty table to fill in."""
    asked_campaign(request, district_code, campaign_key)
    answer = StreamingHttpResponse(template(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="sites.csv"'
    return answer


def _page(
    asking: Asking, campaign: Campaign, failed: Failed | None = None, done: Imported | None = None, token: str = ""
) -> HttpResponse:
    context = {
        "district": asking.district, "campaign": campaign, "failed": failed, "done": done, "token": token,
        "shown": done.rejected[:SHOWN] if done else [], "columns": COLUMNS.items(),
    }  # fmt: skip
    status = failed.status if failed else 200
    return render(asking.request, "inspection/campaigns/import.html", context, status=status)
