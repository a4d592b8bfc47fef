"""The doors of the start page: for each kind of reader, what to do here and where."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xiuhua.city.choice import chosen_district
from xiuhua.city.models import District
from xiuhua.people.permissions import Person, grants_of
from xiuhua.web.context import NEEDS, Link, place

# Reader, what there is to do, the addresses that serve it with their words.
CARDS = (
    (
        gettext_noop("Resident"),
        gettext_noop("Report what is wrong with a photo, follow it until somebody has seen that it is fixed."),
        (
            ("casework:report", gettext_noop("Report a problem")),
            ("casework:problems", gettext_noop("Problems")),
            ("taskbook:book", gettext_noop("Task book")),
            ("greenery:address", gettext_noop("Green at my address")),
            ("inspection:rooms", gettext_noop("Living rooms")),
            ("web:map", gettext_noop("Map")),
        ),
    ),
    (
        gettext_noop("Inspector and dispatcher"),
        gettext_noop("Accept, dispatch and check cases; find any place or object by two characters of its name."),
        (
            ("casework:work", gettext_noop("Work")),
            ("casework:hotline", gettext_noop("Hotline")),
            ("casework:checks", gettext_noop("Checks on the phone")),
            ("web:map", gettext_noop("Map")),
            ("city:search", gettext_noop("Search")),
        ),
    ),
    (
        gettext_noop("Responsible unit"),
        gettext_noop("Handle your unit's cases in time; see what it answers for and where nobody is named."),
        (
            ("casework:work", gettext_noop("Work")),
            ("city:duty", gettext_noop("Who answers")),
            ("city:duty-report", gettext_noop("Duty gaps")),
            ("inspection:campaigns", gettext_noop("Key-site campaigns")),
        ),
    ),
    (
        gettext_noop("Expert"),
        gettext_noop("Visit the places that wait for your look and grade them; look at living rooms square by square."),
        (
            ("inspection:my-visits", gettext_noop("My visits")),
            ("casework:checks", gettext_noop("Checks on the phone")),
            ("inspection:lists", gettext_noop("Red and black lists")),
            ("inspection:rooms", gettext_noop("Living rooms")),
        ),
    ),
    (
        gettext_noop("Leader and assessor"),
        gettext_noop("See each promise with its owner and how likely it is reached; compare towns; hold the meeting."),
        (
            ("taskbook:book", gettext_noop("Task book")),
            ("taskbook:comparison", gettext_noop("Comparison")),
            ("taskbook:meetings", gettext_noop("Meetings")),
            ("inspection:quality", gettext_noop("Cleanliness")),
            ("greenery:overview", gettext_noop("Greenery")),
        ),
    ),
    (
        gettext_noop("Planner of inspection"),
        gettext_noop("Draw the checks of a month, see what they can show, keep standards, look where nobody looked."),
        (
            ("inspection:plans", gettext_noop("Plans")),
            ("inspection:planner", gettext_noop("Planner")),
            ("inspection:checks", gettext_noop("Checks")),
            ("inspection:standards", gettext_noop("Standards")),
            ("inspection:seen", gettext_noop("Every inch seen")),
        ),
    ),
    (
        gettext_noop("Engineer"),
        gettext_noop("Load layers and duties, export them, read the machine interface."),
        (("city:codes", gettext_noop("Codes")), ("api:openapi-view", gettext_noop("Machine interface"))),
    ),
)


@dataclass(frozen=True)
class RoleCard:
    """One kind of reader with the places to begin."""

    title: str
    text: str
    links: list[Link]


def _closed(user: Person, district: District | None) -> set[str]:
    """The pages that refuse this account in the district."""
    if district is None or not user.is_authenticated:
        return set()
    wanted = {permission for needed in NEEDS.values() for permission in needed}
    held = {key for key, found in grants_of(user, wanted, district_code=district.code).items() if found}
    return {name for name, needed in NEEDS.items() if held.isdisjoint(needed)}


def role_cards(request: HttpRequest) -> list[RoleCard]:
    """The cards whose pages this installation has; whoever is signed in is led to no page that would refuse them.

    The anonymous see them all: they are told what there is, and asked to sign in where it is needed.
    """
    district = chosen_district(request)
    closed = _closed(request.user, district)
    cards = []
    for title, text, places in CARDS:
        there = [(place(name, district), label) for name, label in places if name not in closed]
        links = [Link(_(label), url) for url, label in there if url]
        if links:
            cards.append(RoleCard(_(title), _(text), links))
    return cards
