"""What the address of a page asks for: district, book, year, month; a 404 that says where to go instead."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.city.choice import chosen_district, offer_page
from xiuhua.city.models import District
from xiuhua.city.pages.asked import district_of
from xiuhua.foundation.indicators import Indicator, indicators
from xiuhua.taskbook.models import Book
from xiuhua.taskbook.queries import Sight, books, sight

KEY_LENGTH = 60


@dataclass(frozen=True)
class Asking:
    """A reader at a book of a district; ``book`` is None where the district has none that the reader may see."""

    seen: Sight
    books: list[Book]
    book: Book | None

    @property
    def district(self) -> District:
        """The district of the page."""
        return self.seen.district

    @property
    def today(self) -> date:
        """The day in the zone of the district."""
        return timezone.now().astimezone(ZoneInfo(self.district.time_zone)).date()

    def book_there(self) -> Book:
        """The book. Raises Http404 where there is none."""
        if self.book is None:
            raise Http404(_("%(district)s has no task book here.") % {"district": self.district.name})
        return self.book


def asked(request: HttpRequest, district_code: str) -> Asking:
    """The district of the address and the book ``?book=``, else the newest issued one. Raises Http404."""
    seen = sight_of(request, district_code)
    found = books(seen)
    wanted = asked_text(request, "book")
    book = next((each for each in found if each.key == wanted), None) if wanted else next(iter(found), None)
    if wanted and book is None:
        known = ", ".join(each.key for each in found) or _("none")
        raise Http404(_("There is no task book %(key)s here. Books: %(known)s.") % {"key": wanted, "known": known})
    return Asking(seen, found, book)


def sight_of(request: HttpRequest, district_code: str) -> Sight:
    """The district of the address, and what the reader sees of it. Raises Http404."""
    district = chosen_district(request)
    if district is None or district.code != district_code:
        district = district_of(district_code)
    seen = sight(district, request.user)
    if seen.cases:
        offer_page(request, "casework:work")
    return seen


def asked_text(request: HttpRequest, name: str) -> str:
    """A parameter of the address, short and without what no database can be asked for."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:KEY_LENGTH]


def asked_year(request: HttpRequest, book: Book, fitting: int) -> int:
    """``?year=`` where the book has it, else the year of the book nearest to ``fitting``."""
    wanted = asked_text(request, "year")
    year = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) == 4 else fitting  # noqa: PLR2004 - digits of a year
    return min(max(year, book.first_year), book.last_year)


def asked_month(request: HttpRequest, seen: Sight, there: list[date]) -> date | None:
    """``?month=2026-03`` where it is one of ``there``, else the newest published, else the newest; None without any.

    A month that is not over says little yet, so nobody is shown it who did not ask for it.
    """
    wanted = asked_text(request, "month")
    fitting = [month for month in there if month in seen.published] or there
    return next((month for month in there if f"{month:%Y-%m}" == wanted), fitting[-1] if fitting else None)


def indicator_of(key: str) -> Indicator:
    """The indicator of this key. Raises Http404."""
    found = indicators().get(key)
    if found is None:
        raise Http404(_("There is no indicator %(key)s. The list of indicators shows those there are.") % {"key": key})
    return found
