"""Where each figure is explained: the address of a page, without host."""

from datetime import date
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from xiuhua.city.models import District
from xiuhua.foundation.indicators import indicators
from xiuhua.taskbook.groups import DISTRICT, UNIT
from xiuhua.taskbook.models import Book, Goal, Score, Value
from xiuhua.taskbook.months import written


def of_value(district_code: str, row: Value) -> str:
    """The page of the indicator in the month and group; the interface where nobody offers the indicator any more."""
    asked = {"month": written(row.month), "scope": row.scope, "code": row.code}
    if row.indicator in indicators():
        return _with(reverse("taskbook:indicator", args=[district_code, row.indicator]), asked)
    return _with(reverse("api:list_values", args=[district_code]), {**asked, "indicator": row.indicator})


def of_goal(goal: Goal, year: int) -> str:
    """The page of a goal: its months, targets, forecasts and commitments."""
    where = reverse("taskbook:goal", args=[goal.book.district.code, goal.key])
    return _with(where, {"book": goal.book.key, "year": str(year)})


def of_book(book: Book, year: int) -> str:
    """The page of the book in a year."""
    return _with(reverse("taskbook:book", args=[book.district.code]), {"book": book.key, "year": str(year)})


def of_room(district: District) -> str:
    """The first page of the room, where there is no book yet."""
    return reverse("taskbook:book", args=[district.code])


def of_projects(book: Book) -> str:
    """The page of the projects of a book."""
    return _with(reverse("taskbook:projects", args=[book.district.code]), {"book": book.key})


def of_score(row: Score) -> str:
    """The page of who was scored, which computes the score before the reader's eyes."""
    code, asked = row.book.district.code, {"book": row.book.key, "month": written(row.month)}
    if row.scope == DISTRICT:
        return _with(reverse("taskbook:comparison", args=[code]), asked)
    if row.scope == UNIT:
        return _with(reverse("taskbook:unit", args=[code, row.code]), asked)
    return _with(reverse("taskbook:area", args=[code, row.scope, row.code]), asked)


def of_bulletin(district: District, month: date, version: int) -> str:
    """The bulletin itself: its figures by their numbers, its files."""
    return reverse("taskbook:bulletin", args=[district.code, written(month), version])


def whole(address: str) -> str:
    """The address with the host of this installation, as a printed page needs it."""
    return f"{settings.XIUHUA_BASE_URL}{address}"


def _with(address: str, asked: dict[str, str]) -> str:
    return f"{address}?{urlencode({name: part for name, part in asked.items() if part})}"
