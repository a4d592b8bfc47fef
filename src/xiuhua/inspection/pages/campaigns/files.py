"""What can be taken from a campaign: its sites as CSV, and as points for the map."""

from collections.abc import Iterator

from django.http import HttpRequest, JsonResponse, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from xiuhua.foundation.spreadsheets import csv_lines
from xiuhua.inspection.campaign_files import COLUMNS
from xiuhua.inspection.campaign_queries import OVERDUE, is_overdue, sites
from xiuhua.inspection.campaign_states import STATES
from xiuhua.inspection.models import CampaignSite
from xiuhua.inspection.pages.campaigns.asked import Asking, asked_campaign
from xiuhua.inspection.pages.campaigns.one import Line, asked_narrowed

# After the columns of the file that is loaded, so that an export can be mended and loaded again.
MORE = (
    "town", "unit_name", "first_due", "state", "overdue", "done_at", "signed_at", "case", "photos_before",
    "photos_after",
)  # fmt: skip


@require_safe
def campaign_csv(request: HttpRequest, district_code: str, campaign_key: str) -> StreamingHttpResponse:
    """The sites that the address asks for, with the columns that an import reads first."""
    asking, campaign = asked_campaign(request, district_code, campaign_key)
    rows = sites(campaign, asked_narrowed(asking), asking.today)
    lines = csv_lines([*COLUMNS, *MORE], _rows(asking, list(rows)))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{campaign.key}-{asking.district.code}.csv"'
    return answer


@require_safe
def campaign_points(request: HttpRequest, district_code: str, campaign_key: str) -> JsonResponse:
    """The sites that the address asks for, as GeoJSON points with name and state."""
    asking, campaign = asked_campaign(request, district_code, campaign_key)
    lines = [
        Line(site, is_overdue(site, asking.today)) for site in sites(campaign, asked_narrowed(asking), asking.today)
    ]
    features = [
        {
            "type": "Feature", "geometry": {"type": "Point", "coordinates": [line.site.lon, line.site.lat]},
            "properties": {
                "name": f"{line.site.number} {line.site.name}", "text": line.word,
                "state": OVERDUE if line.overdue else line.site.state,
                "url": reverse("inspection:campaign-site", args=[district_code, campaign_key, line.site.number]),
            },
        }
        for line in lines
    ]  # fmt: skip
    answer = JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")
    answer["Vary"] = "Accept-Language, Cookie"
    return answer


def _rows(asking: Asking, found: list[CampaignSite]) -> Iterator[tuple[object, ...]]:
    for site in found:
        stages = [photo.stage for photo in site.photos.all()]
        yield (
            site.number, site.name_zh, site.name_en, site.site.code if site.site else "", site.lon, site.lat,
            site.problem, site.unit.code, site.due, site.town.code if site.town else "", site.unit.name, site.first_due,
            STATES[site.state].name, "yes" if is_overdue(site, asking.today) else "no",
            site.done_at.isoformat() if site.done_at else "", site.signed_at.isoformat() if site.signed_at else "",
            site.case.number if site.case else "", stages.count("before"), stages.count("after"),
        )  # fmt: skip
