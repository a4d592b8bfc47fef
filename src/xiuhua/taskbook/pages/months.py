"""What was published: each month with its bulletins, what was learned later with the reason; what can be published."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from xiuhua.city.area_index import local_day
from xiuhua.foundation.form_answers import Failed
from xiuhua.people.permissions import may
from xiuhua.taskbook.actions.closing import PERMISSION
from xiuhua.taskbook.bulletin.listing import File, bulletins, files
from xiuhua.taskbook.models import Bulletin
from xiuhua.taskbook.pages.asked import sight_of
from xiuhua.taskbook.queries import Sight, closings, revisions
from xiuhua.taskbook.score_queries import months_to_publish


@require_safe
def months(request: HttpRequest, district_code: str) -> HttpResponse:
    """Every published month, the newest first."""
    return show_months(request, sight_of(request, district_code))


def show_months(request: HttpRequest, seen: Sight, failed: Failed | None = None) -> HttpResponse:
    """The page; with ``failed`` why a month was not published."""
    today = local_day(seen.district, timezone.now())
    made: dict[date, list[tuple[Bulletin, list[File]]]] = {}
    for each in bulletins(seen.district, request.user):
        made.setdefault(each.month, []).append((each, list(files(each))))
    changed = revisions(seen.district)
    context = {
        "district": seen.district, "inside": seen.inside, "revisions": changed,
        "rows": [
            (closing, made.get(closing.month, []), sum(each.closing_id == closing.pk for each in changed))
            for closing in closings(seen.district)
        ],
        "failed": failed, "may_publish": may(request.user, PERMISSION, district_code=seen.district.code),
        "waiting": months_to_publish(seen.district, today),
        "early": [(month, some) for month, some in made.items() if month not in seen.published],
    }  # fmt: skip
    return render(request, "taskbook/months.html", context, status=failed.status if failed else None)
