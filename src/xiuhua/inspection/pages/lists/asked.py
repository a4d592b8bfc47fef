"""What the address of a page of the lists asks for; a 404 that says where to go instead."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from xiuhua.city.choice import chosen_district
from xiuhua.city.models import District
from xiuhua.city.pages.asked import district_of
from xiuhua.inspection.campaign_queries import today
from xiuhua.inspection.list_queries import ListSight, list_sight, place_of, round_of
from xiuhua.inspection.models import ListPlace, ListRound
from xiuhua.people.models import User


@dataclass(frozen=True)
class Asking:
    """A reader at the lists of a district on its day."""

    request: HttpRequest
    district: District
    today: date
    sight: ListSight

    @property
    def user(self) -> User:
        """The account of the reader. Raises Http404 for nobody."""
        if not isinstance(self.request.user, User):
            raise Http404
        return self.request.user


def asked(request: HttpRequest, district_code: str) -> Asking:
    """The district of the address. Raises Http404."""
    district = chosen_district(request)
    if district is None or district.code != district_code:
        district = district_of(district_code)
    return Asking(request, district, today(district), list_sight(request.user, district))


def asked_round(request: HttpRequest, district_code: str, round_key: str) -> tuple[Asking, ListRound]:
    """The round of the address. Raises Http404 for one that is not there or not published for the reader."""
    asking = asked(request, district_code)
    found = round_of(asking.district, round_key, asking.sight)
    if found is None:
        raise Http404(
            _("%(district)s has published no lists %(key)s. The page of the lists shows those that are.")
            % {"district": asking.district.name, "key": round_key}
        )
    return asking, found


def asked_place(
    request: HttpRequest, district_code: str, round_key: str, place_id: int
) -> tuple[Asking, ListRound, ListPlace]:
    """The place of the address. Raises Http404."""
    asking, found = asked_round(request, district_code, round_key)
    place = place_of(found, place_id)
    if place is None:
        raise Http404(_("This round has no such place."))
    return asking, found, place
