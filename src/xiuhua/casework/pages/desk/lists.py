"""The work list: queues, filters, rows with their remaining time; whole, or the list alone for a partial refresh."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xiuhua.casework.models import Report, SavedView
from xiuhua.casework.pages.desk.asked import Asking, at_desk
from xiuhua.casework.pages.desk.filters import Link, flag_links, options, queue_links
from xiuhua.casework.states import STATES
from xiuhua.casework.vocabulary import categories
from xiuhua.casework.worklist_bulk import bulk_moves
from xiuhua.casework.worklist_counts import counts
from xiuhua.casework.worklist_criteria import SORTS, read
from xiuhua.casework.worklist_order import WINDOW, place_of
from xiuhua.casework.worklists import Row, WorkList, default_queue, everything
from xiuhua.foundation.spreadsheets import csv_lines

EXPORTED = 10_000


@require_safe
@at_desk
def work(request: HttpRequest, asking: Asking) -> HttpResponseBase:
    """The cases that the reader asked for, or can act on; in the order in which they must be acted on."""
    criteria = default_queue(asking.sight, read(request.GET, asking.sight.district))
    listed = asking.work(criteria)
    backwards = "before" in request.GET
    page = listed.page(place_of(request.GET.get("before" if backwards else "after", "")), backwards=backwards)
    found = counts(listed)
    address = criteria.address()
    context = {
        "criteria": criteria, "page": page, "sort": listed.sort, "now": listed.now, "address": address,
        "queues": queue_links(criteria, found), "flags": flag_links(criteria, found),
        "sorts": [Link(_(label), criteria.address(sort=key), key == listed.sort) for key, label in SORTS.items()],
        "before": f"?{address}&before={page.before}" if page.before else "",
        "after": f"?{address}&after={page.after}" if page.after else "",
        "window": f"{WINDOW:,}", "may_bulk": asking.sight.has("case.bulk"),
        "may_accept": asking.sight.has("case.accept"), "moves": bulk_moves(),
        "no_calendar": listed.calendar is None,
    }  # fmt: skip
    partial = bool(request.headers.get("HX-Request")) and not request.headers.get("HX-History-Restore-Request")
    if not partial:
        context |= {"views": _views(asking, address), "filters": options(criteria, asking.sight.district)}
    answer = render(request, "casework/desk/_list.html" if partial else "casework/desk/work.html", context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _views(asking: Asking, address: str) -> list[tuple[SavedView, bool]]:
    return [(view, view.query == address) for view in SavedView.objects.filter(user=asking.user)]


@require_safe
@at_desk
def export(request: HttpRequest, asking: Asking) -> HttpResponseBase:
    """The list as CSV, as far as the reader may see it; at most ``EXPORTED`` rows, in the order of the list."""
    criteria = default_queue(asking.sight, read(request.GET, asking.sight.district))
    answer = StreamingHttpResponse(_lines(asking.work(criteria)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="cases-{asking.sight.district.code}.csv"'
    return answer


def _lines(work: WorkList) -> Iterator[str]:
    heads = [
        _("Number"), _("State"), _("Category"), _("Description"), _("Address"), _("Town"), _("Community"), _("Unit"),
        _("Handler"), _("Source"), _("Reported"), _("Deadline"), _("Time left"), _("Overdue"), _("Hard case"),
        _("Me too"), _("Reworks"), _("Longitude"), _("Latitude"),
    ]  # fmt: skip
    known = {each.id: each for each in categories().values()}
    rows = (_values(row, known[row.case.category_id].key) for row in everything(work, EXPORTED))
    return csv_lines(heads, rows)


def _values(row: Row, key: str) -> list[object]:
    case = row.case
    written = [
        timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else "" for at in (case.reported_at, case.deadline)
    ]
    late = case.overdue or (row.late and STATES[case.state].clock)
    return [
        case.number, STATES[case.state].name, f"{key} {case.category.name}", case.description, case.address,
        case.town or "", case.community or "", case.unit or "", case.handler or "", Report.Source(case.source).label,
        *written, row.left.text if row.left else "", _("yes") if late else "", _("yes") if case.hard else "",
        case.me_too, case.reworks, case.lon, case.lat,
    ]  # fmt: skip
