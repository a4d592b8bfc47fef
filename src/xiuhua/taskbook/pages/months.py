"""What was published: each month with its bulletins, and what was learned later with the reason."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xiuhua.taskbook.bulletin.listing import File, bulletins, files
from xiuhua.taskbook.models import Bulletin
from xiuhua.taskbook.pages.asked import sight_of
from xiuhua.taskbook.queries import closings, revisions


@require_safe
def months(request: HttpRequest, district_code: str) -> HttpResponse:
    """Every published month, the newest first."""
    seen = sight_of(request, district_code)
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
        "early": [(month, some) for month, some in made.items() if month not in seen.published],
    }  # fmt: skip
    return render(request, "taskbook/months.html", context)
