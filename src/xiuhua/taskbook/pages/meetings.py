"""Meetings of a book: what is to be talked about, what was said of each commitment, the minutes."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xiuhua.people.permissions import require
from xiuhua.taskbook.models import Meeting
from xiuhua.taskbook.pages.asked import Asking, asked
from xiuhua.taskbook.pages.book import standings
from xiuhua.taskbook.pages.goal_rows import Standing
from xiuhua.taskbook.queries import INSIDE, commitments, goals, meetings, reviews

# The lights that a meeting talks about, the most urgent first.
URGENT = ("red", "yellow", "grey")


@require_safe
@require(INSIDE)
def every_meeting(request: HttpRequest, district_code: str) -> HttpResponse:
    """The meetings of the book, the newest first, and what the next one is about."""
    asking = asked(request, district_code)
    context: dict[str, Any] = {"district": asking.district, "book": asking.book, "today": asking.today}
    if asking.book is not None:
        context |= {"meetings": list(meetings(asking.book)), **agenda(asking, asking.today)}
    return render(request, "taskbook/meetings.html", context)


@require_safe
@require(INSIDE)
def one_meeting(request: HttpRequest, district_code: str, meeting_id: int) -> HttpResponse:
    """A meeting with its agenda while it is open, with what was said, and its minutes."""
    asking, meeting = meeting_of(request, district_code, meeting_id)
    said = list(reviews(meeting))
    context: dict[str, Any] = {
        "district": asking.district, "book": meeting.book, "meeting": meeting, "reviews": said, "today": asking.today,
        "promised": list(commitments(meeting.book).filter(meeting=meeting)),
        "reviewed": {each.commitment_id for each in said},
    }  # fmt: skip
    if meeting.closed_at is None:
        context |= agenda(asking, meeting.held_on)
    return render(request, "taskbook/meeting.html", context)


def meeting_of(request: HttpRequest, district_code: str, pk: int) -> tuple[Asking, Meeting]:
    """The meeting of the district and the reader at its book. Raises Http404."""
    asking = asked(request, district_code)
    rows = Meeting.objects.select_related("book__district", "chair").filter(book__district=asking.district)
    meeting = rows.filter(pk=pk).first() if pk < 2**63 else None
    if meeting is None:
        raise Http404(_("There is no such meeting here. The list of meetings shows those there are."))
    return Asking(asking.seen, asking.books, meeting.book), meeting


def agenda(asking: Asking, day: date) -> dict[str, Any]:
    """Goals that are not on course, the most urgent first, and commitments that are late or due by ``day``."""
    book = asking.book_there()
    year = min(max(asking.today.year, book.first_year), book.last_year)
    rows = standings(asking, goals(book, asking.today), year)
    urgent: list[Standing] = [row for colour in URGENT for row in rows if row.light.colour == colour]
    due = commitments(book).filter(state="open").order_by("due", "pk")
    return {
        "urgent": urgent, "year": year, "due": [each for each in due if each.due <= day],
        "later": [each for each in due if each.due > day],
    }  # fmt: skip
