"""What every page needs to know: the district, where one can go, who is signed in."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xiuhua.city.choice import PARAMETER, chosen_district, offered_districts
from xiuhua.city.models import District
from xiuhua.people.permissions import grants_of

# The pages of the navigation: address name, label. A page whose room is not installed is left out.
NAVIGATION = (
    ("web:map", gettext_noop("Map")),
    ("casework:work", gettext_noop("Work")),
    ("casework:report", gettext_noop("Report")),
    ("casework:problems", gettext_noop("Problems")),
    ("taskbook:book", gettext_noop("Task book")),
    ("inspection:quality", gettext_noop("Cleanliness")),
    ("greenery:overview", gettext_noop("Greenery")),
    ("inspection:my-visits", gettext_noop("My visits")),
    ("city:layers", gettext_noop("Lists")),
    ("city:duty", gettext_noop("Who answers")),
    ("people:organisations", gettext_noop("Organisations")),
)
# What a page asks of its readers: any of these for some of the district. A page that is not here is open to all.
NEEDS = {
    "casework:work": ("case.view",), "casework:hotline": ("case.accept",),
    "casework:checks": ("case.check", "inspection.check"), "city:duty-report": ("duty.report",),
    "taskbook:meetings": ("taskbook.follow",), "inspection:planner": ("inspection.plan",),
    "inspection:checks": ("inspection.read",), "inspection:my-visits": ("lists.look",),
}  # fmt: skip


@dataclass(frozen=True)
class Link:
    """A place to go: its words, its address, and as ``aria-current`` says it whether the reader is there or beneath."""

    label: str
    url: str
    current: str = ""


def address(name: str, *args: str) -> str | None:
    """The path called ``name``, or None where no installed room has it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None


def place(name: str, district: District | None, *args: str) -> str | None:
    """The path of a page of ``district``: with its code in the path, or as a parameter, or None without such a page."""
    if district is None:
        return address(name)
    if path := address(name, district.code, *args):
        return path
    path = address(name, *args)
    return path and f"{path}?{urlencode({PARAMETER: district.code})}"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the base template: ``district``, ``districts``, ``navigation``, ``account_links``."""
    try:
        district, districts = chosen_district(request), offered_districts(request)
    except DatabaseError:
        # An error page must still be drawn when the database is what failed.
        district, districts = None, []
    several = district is not None and len(districts) > 1
    in_path = request.resolver_match is not None and "district_code" in request.resolver_match.kwargs
    offered = [
        (_(label), url)
        for name, label in NAVIGATION
        if (url := place(name, district)) and _permitted(request, name, district)
    ]
    here = _here(request.path, [url for _label, url in offered])
    return {
        "district": district,
        "districts": districts,
        "district_query": "?" + urlencode({PARAMETER: district.code}) if district and several else "",
        # A page whose address holds a district has no twin in the other one: the choice then leads to the start.
        "district_form": reverse("web:start") if in_path else request.path,
        "navigation": [Link(label, url, here.get(url, "")) for label, url in offered],
        "account_links": _account_links(request),
    }


def _here(path: str, urls: list[str]) -> dict[str, str]:
    """Of ``urls`` the one that is this page, or the nearest one above it, and how ``aria-current`` calls that."""
    places = {url.partition("?")[0]: url for url in urls}
    above = [place for place in places if path == place or path.startswith(f"{place.rstrip('/')}/")]
    nearest = max(above, key=len, default=None)
    return {} if nearest is None else {places[nearest]: "page" if path == nearest else "true"}


def _permitted(request: HttpRequest, name: str, district: District | None) -> bool:
    """Whether the reader is offered the page. A view that knows already says so (``city.choice.offer_page``)."""
    needed, user = NEEDS.get(name), getattr(request, "user", None)
    if needed is None:
        return True
    if name in getattr(request, "offered_pages", ()):
        return True
    if user is None or district is None or not user.is_authenticated:
        return False
    try:
        return any(grants_of(user, needed, district_code=district.code).values())
    except DatabaseError:
        return False


def _account_links(request: HttpRequest) -> list[Link]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        names = [("account_login", _("Sign in"))]
    else:
        names = [
            ("casework:my-reports", _("My reports")), ("people:account", str(user)), ("account_logout", _("Sign out")),
        ]  # fmt: skip
        if user.is_staff:
            names.insert(2, ("admin:index", _("Back office")))
    return [Link(label, url, "page" if request.path == url else "") for name, label in names if (url := address(name))]
