"""Where each figure is explained: the address of a page or of the interface, without host."""

from datetime import date
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from xiuhua.city.models import District
from xiuhua.taskbook.groups import UNIT
from xiuhua.taskbook.models import Book, Score, Value
from xiuhua.taskbook.months import written


def of_value(district_code: str, row: Value) -> str:
    """The value as the interface gives it, with all that it was made of."""
    asked = {"indicator": row.indicator, "scope": row.scope, "code": row.code, "month": written(row.month)}
    return f"/api/taskbook/{district_code}/values?" + urlencode({name: part for name, part in asked.items() if part})


def of_book(book: Book, year: int) -> str:
    """The page of the book in a year."""
    return f"/taskbook/{book.district.code}/?" + urlencode({"book": book.key, "year": year})


def of_score(row: Score) -> str:
    """The page that computes a score before the reader's eyes."""
    args = ["unit", row.code] if row.scope == UNIT else ["area", row.scope, row.code]
    path = reverse(f"taskbook:{args[0]}", args=[row.book.district.code, *args[1:]])
    return f"{path}?{urlencode({'book': row.book.key, 'month': written(row.month)})}"


def of_bulletin(district: District, month: date, version: int) -> str:
    """The bulletin itself, with its figures and files."""
    return f"/api/taskbook/{district.code}/bulletins/{written(month)}/{version}"


def whole(address: str) -> str:
    """The address with the host of this installation, as a printed page needs it."""
    return f"{settings.XIUHUA_BASE_URL}{address}"
