"""Meetings of a book: what is to be talked about, what was said of each commitment, the minutes."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xiuhua.foundation.form_answers import Failed
from xiuhua.people.permissions import grants_of, require
from xiuhua.taskbook.models import Commitment, Meeting
from xiuhua.taskbook.pages.asked import Asking, asked
from xiuhua.taskbook.pages.book import standings
from xiuhua.taskbook.pages.goal_rows import Standing
from xiuhua.taskbook.queries import INSIDE, commitments, goals, meeting_by_id, meetings, named_goals, reviews, units

# The lights that a meeting talks about, the most urgent first.
URGENT = ("red", "yellow", "grey")
REVIEW, COMMIT = "taskbook.review", "taskbook.commit"


@dataclass(frozen=True)
class Due:
    """A commitment on the agenda; ``failed`` is what was refused of its form."""

    commitment: Commitment
    reviewed: bool = False
    failed: Failed | None = None


@require_safe
@require(INSIDE)
def every_meeting(request: HttpRequest, district_code: str) -> HttpResponse:
    """The meetings of the book, the newest first, and what the next one is about."""
    return show_meetings(request, asked(request, district_code))


@require_safe
@require(INSIDE)
def one_meeting(request: HttpRequest, district_code: str, meeting_id: int) -> HttpResponse:
    """A meeting with its agenda while it is open, with what was said, and its minutes."""
    return show_meeting(request, *meeting_of(request, district_code, meeting_id))


def show_meetings(request: HttpRequest, asking: Asking, failed: Failed | None = None) -> HttpResponse:
    """The list of meetings; with the form that opens one where the reader may and the book is issued."""
    context: dict[str, Any] = {
        "district": asking.district, "book": asking.book, "today": asking.today, "failed": failed,
        **_rights(request, asking),
    }  # fmt: skip
    if asking.book is not None:
        context |= {"meetings": list(meetings(asking.book)), **agenda(asking, asking.today, set(), None)}
        context["may_open"] = context["may_review"] and asking.book.state == "issued"
        context["units"] = units(asking.district) if context["may_open"] else []
    return render(request, "taskbook/meetings.html", context, status=failed.status if failed else 200)


def show_meeting(request: HttpRequest, asking: Asking, meeting: Meeting, failed: Failed | None = None) -> HttpResponse:
    """The page of a meeting; what was typed into a form that was refused stands there again."""
    said = list(reviews(meeting))
    context: dict[str, Any] = {
        "district": asking.district, "book": meeting.book, "meeting": meeting, "reviews": said, "today": asking.today,
        "promised": list(commitments(meeting.book).filter(meeting=meeting)), "failed": failed,
        "states": Commitment.State.choices, **_rights(request, asking),
    }  # fmt: skip
    if meeting.closed_at is None:
        reviewed = {each.commitment_id for each in said}
        context |= agenda(asking, max(meeting.held_on, asking.today), reviewed, failed)
        if context["may_commit"]:
            context |= {"units": units(asking.district), "goals": named_goals(meeting.book)}
    else:
        context |= {"may_review": False, "may_commit": False}
    return render(request, "taskbook/meeting.html", context, status=failed.status if failed else 200)


def meeting_of(request: HttpRequest, district_code: str, meeting_id: int) -> tuple[Asking, Meeting]:
    """The meeting of the district and the reader at its book. Raises Http404."""
    asking = asked(request, district_code)
    meeting = meeting_by_id(asking.district, meeting_id) if meeting_id < 2**63 else None
    if meeting is None:
        raise Http404(_("There is no such meeting here. The list of meetings shows those there are."))
    return Asking(asking.seen, asking.books, meeting.book), meeting


def agenda(asking: Asking, day: date, reviewed: set[int], failed: Failed | None) -> dict[str, Any]:
    """Goals that are not on course, the most urgent first, and commitments that are late or due by ``day``."""
    book = asking.book_there()
    year = min(max(asking.today.year, book.first_year), book.last_year)
    rows = standings(asking, goals(book, asking.today), year)
    urgent: list[Standing] = [row for colour in URGENT for row in rows if row.light.colour == colour]
    still = [
        Due(each, each.pk in reviewed, failed if failed and failed.form == f"review-{each.pk}" else None)
        for each in commitments(book).filter(state=Commitment.State.OPEN).order_by("due", "pk")
    ]
    return {
        "urgent": urgent, "year": year, "due": [each for each in still if each.commitment.due <= day],
        "later": [each for each in still if each.commitment.due > day],
    }  # fmt: skip


def _rights(request: HttpRequest, asking: Asking) -> dict[str, bool]:
    found = grants_of(request.user, (REVIEW, COMMIT), district_code=asking.district.code)
    return {"may_review": bool(found[REVIEW]), "may_commit": bool(found[COMMIT])}
