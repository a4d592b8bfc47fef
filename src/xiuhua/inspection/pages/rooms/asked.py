"""What the address of a page of living rooms asks for, and what its reader may do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.city.area_index import local_day
from xiuhua.city.models import District
from xiuhua.city.pages.asked import district_of
from xiuhua.inspection.models import LivingRoom
from xiuhua.inspection.rooms_queries import rooms
from xiuhua.inspection.rooms_sequence import season_of
from xiuhua.inspection.rooms_states import ACCEPT, APPLY, INSIDE, PUBLIC, READ
from xiuhua.people.models import User
from xiuhua.people.permissions import Grant, grants_of, refusal
from xiuhua.people.queries import unit_chain

# The largest key that the databases know; SQLite refuses to look for a larger one.
LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Reader:
    """A reader in a district with the rights that the pages of living rooms ask for."""

    district: District
    rights: dict[str, list[Grant]] = field(default_factory=dict)

    @property
    def inside(self) -> bool:
        """Whether the reader works with living rooms."""
        return any(self.rights.values())

    @property
    def accepts(self) -> bool:
        """Whether the reader decides on living rooms."""
        return bool(self.rights[ACCEPT])

    @property
    def applies(self) -> bool:
        """Whether the reader may apply for some unit."""
        return any(grant.scope == "any" or grant.unit_code for grant in self.rights[APPLY])

    @property
    def season(self) -> str:
        """The season of today on the clock of the district."""
        return season_of(local_day(self.district, timezone.now()))

    def answers_for(self, room: LivingRoom) -> bool:
        """Whether the reader may act for the unit of the room."""
        codes = [each.code for each in unit_chain(room.unit)]
        return any(grant.covers((), "", codes, own=False) for grant in self.rights[APPLY])


def reader_of(request: HttpRequest, district_code: str) -> Reader:
    """The reader in the district of the address. Raises Http404."""
    district = district_of(district_code)
    return Reader(district, grants_of(request.user, INSIDE, district_code=district.code))


def room_of(reader: Reader, code: str) -> LivingRoom:
    """The room of this code, where the reader may see it. Raises Http404."""
    found = rooms(reader.district).filter(code=code.replace("\x00", "")).first()
    if found is None or (found.state not in PUBLIC and not reader.inside):
        raise Http404(_("There is no living room %(code)s here. The list shows those there are.") % {"code": code})
    return found


def signed(request: HttpRequest) -> User:
    """Who is signed in; guarded pages have somebody."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def inside[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponseBase]:
    """Guard a page of the office side: the anonymous go to sign-in, others without a right get 403 with the reason."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        request = args[0]
        assert isinstance(request, HttpRequest)
        code = str(kwargs["district_code"])
        if reader_of(request, code).inside:
            return view(*args, **kwargs)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise PermissionDenied(refusal(request.user, READ, code, partly=True))

    return guarded
