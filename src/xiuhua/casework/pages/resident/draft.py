"""A report that is being written: kept in the session from page to page, so that nothing typed is ever lost.

The photos of a draft are known to the session alone: nobody can attach the photo of another. The key that makes a
repeated submission one report is made with the draft.
"""

import secrets
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from xiuhua.city.choice import PARAMETER, chosen_district
from xiuhua.city.models import Code, District
from xiuhua.city.queries import find_category

SESSION = "report-drafts"
# Drafts that one session keeps, the newest.
KEPT = 8
MOST_PHOTOS = 5


@dataclass
class Draft:
    """What has been told so far. ``key`` makes a repeated submission one report, ``sent`` is its token once it is."""

    id: str
    key: str
    district: str
    text: str = ""
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    placed_by: str = ""
    photos: list[str] = field(default_factory=list)
    category: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    phone: str = ""
    email: str = ""
    language: str = ""
    sent: str = ""

    @property
    def placed(self) -> bool:
        """Whether the place is known."""
        return self.lon is not None and self.lat is not None

    def code(self) -> Code | None:
        """The category that was chosen."""
        return find_category(self.category) if self.category else None

    def place(self, lon: float, lat: float, placed_by: str) -> None:
        """Set the place, to about a tenth of a metre."""
        self.lon, self.lat, self.placed_by = round(lon, 6), round(lat, 6), placed_by


def draft_of(request: HttpRequest, identity: UUID) -> Draft | None:
    """The draft of this session with this id; in the district that the address names, where it names one."""
    kept = request.session.get(SESSION, {}).get(identity.hex)
    if kept is None:
        return None
    draft = Draft(**kept)
    if PARAMETER in request.GET and (district := chosen_district(request)) is not None:
        draft.district = district.code
    return draft


def new_draft(identity: UUID, district: District) -> Draft:
    """A draft of which nothing is kept yet."""
    return Draft(id=identity.hex, key=f"web:{secrets.token_urlsafe(24)}", district=district.code)


def keep(request: HttpRequest, draft: Draft) -> None:
    """Keep the draft in the session, as the newest."""
    drafts = dict(request.session.get(SESSION, {}))
    drafts.pop(draft.id, None)
    drafts[draft.id] = asdict(draft)
    request.session[SESSION] = dict(list(drafts.items())[-KEPT:])


def district_of(draft: Draft) -> District:
    """The district that the draft is for."""
    return District.objects.get(code=draft.district)
