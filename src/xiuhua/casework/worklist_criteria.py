"""What a reader asks of the work list: read from the address, kept whole in it, never a reason to fail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xiuhua.casework.deadlines import COLOURS
from xiuhua.casework.models import Report
from xiuhua.casework.states import OPEN, STATES
from xiuhua.casework.vocabulary import categories, units
from xiuhua.city.actions.derived import AREA_KEYS
from xiuhua.city.area_index import area_index
from xiuhua.city.models import District, local
from xiuhua.foundation.plain import keepable

# The queues of the desk; "todo" is what the reader can act on, whatever their role.
QUEUES: dict[str, tuple[str, tuple[str, ...]]] = {
    "todo": (gettext_noop("To do"), OPEN),
    "accept": (gettext_noop("To accept"), ("reported", "check_filing")),
    "dispatch": (gettext_noop("To dispatch"), ("filed",)),
    "units": (gettext_noop("With units"), ("dispatched", "handling", "suspended")),
    "check": (gettext_noop("To check"), ("handed_back", "check_closing")),
    "close": (gettext_noop("To close"), ("verified",)),
    "open": (gettext_noop("All open"), OPEN),
    "ended": (gettext_noop("Ended"), tuple(key for key in STATES if key not in OPEN)),
}
SORTS = {
    "urgent": gettext_noop("Most urgent first"),
    "waiting": gettext_noop("Longest waiting first"),
    "recent": gettext_noop("Latest change first"),
}
# Yes-or-no filters: what they leave in the list.
FLAGS = {
    "mine": gettext_noop("In my hands"),
    "overdue": gettext_noop("Overdue"),
    "asked": gettext_noop("Asked for time"),
    "again": gettext_noop("Reworked or reopened"),
}
COLOUR_NAMES = {
    "overdue": gettext_noop("Overdue"),
    "red": gettext_noop("Red: less than a fifth of the time left"),
    "amber": gettext_noop("Amber: less than half of the time left"),
    "green": gettext_noop("Green"),
}
HARD = "hard"
TEXT_LENGTH = 60
# Words of the address that choose what is listed; what else stands there (a page, the district) does not.
NAMES = ("queue", "ledger", "state", "category", "area", "unit", "source", "colour", *FLAGS, "q", "from", "to", "sort")
_YEARS = range(1990, 2101)


@dataclass(frozen=True)
class Criteria:
    """What was asked, each part empty where nothing was; ``refused`` says of each part not understood what to do."""

    queue: str = ""
    hard: bool = False
    state: str = ""
    category: str = ""
    categories: tuple[int, ...] = ()
    area: str = ""
    unit: str = ""
    source: str = ""
    colour: str = ""
    flags: frozenset[str] = frozenset()
    text: str = ""
    since: date | None = None
    until: date | None = None
    sort: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)

    def address(self, **changed: str) -> str:
        """The criteria as the query of an address, with ``changed`` parts; an empty part is left out."""
        parts = {
            "queue": self.queue, "ledger": HARD if self.hard else "", "state": self.state, "category": self.category,
            "area": self.area, "unit": self.unit, "source": self.source, "colour": self.colour,
            **{name: "1" if name in self.flags else "" for name in FLAGS}, "q": self.text,
            "from": self.since.isoformat() if self.since else "", "to": self.until.isoformat() if self.until else "",
            "sort": self.sort,
        }  # fmt: skip
        return urlencode({name: value for name, value in (parts | changed).items() if value})

    @property
    def narrowed(self) -> bool:
        """Whether more than a queue was asked for."""
        return bool(Criteria(queue=self.queue, hard=self.hard, sort=self.sort).address() != self.address())

    @property
    def dated(self) -> bool:
        """Whether the day of the report was asked for."""
        return self.since is not None or self.until is not None


def read(params: Mapping[str, str], district: District) -> Criteria:
    """The criteria that an address names. What makes no sense is left out and said in ``refused``."""
    refused: dict[str, str] = {}

    def one_of(name: str, known: object, remedy: str) -> str:
        value = params.get(name, "")
        if not value or value in known:  # type: ignore[operator]
            return value
        refused[name] = remedy
        return ""

    choose = _("Choose one of the list.")
    category, ids = _category(params.get("category", ""))
    if ids == ():
        refused["category"] = choose
    days = {name: _day(params.get(name, "")) for name in ("from", "to")}
    for name, day in days.items():
        if params.get(name, "") and day is None:
            refused[name] = _("Write a day like 2026-03-01.")
    text = params.get("q", "").strip()
    if not keepable(text):
        refused["q"], text = _("Type it again without control characters."), ""
    return Criteria(
        queue=one_of("queue", QUEUES, choose), hard=params.get("ledger", "") == HARD,
        state=one_of("state", STATES, choose), category=category, categories=ids or (),
        area=one_of("area", area_names(district), choose), unit=one_of("unit", units(district.code), choose),
        source=one_of("source", Report.Source.values, choose),
        colour=one_of("colour", [name for _share, name in COLOURS], choose),
        flags=frozenset(name for name in FLAGS if params.get(name, "") in {"1", "on", "true"}),
        text=text[:TEXT_LENGTH], since=days["from"], until=days["to"], sort=one_of("sort", SORTS, choose),
        refused=refused,
    )  # fmt: skip


def cased(text: str) -> bool:
    """Whether upper and lower case differ in ``text``."""
    return text.upper() != text.lower()


def area_names(district: District) -> dict[str, str]:
    """The areas that a case keeps by key, as ``kind:code`` with their names, coarse kinds first; no single grids."""
    found = {}
    for kind in AREA_KEYS.values():
        layer = area_index(district).of_kind(kind)
        for place in layer.places if layer else ():
            found[f"{kind}:{place.code}"] = local(place.name_zh, place.name_en)
    return found


def bounds(criteria: Criteria, district: District) -> tuple[datetime | None, datetime | None]:
    """From when up to when a case was reported, by the days of the district."""
    zone = ZoneInfo(district.time_zone)

    def midnight(day: date) -> datetime:
        return datetime.combine(day, time(0), zone)

    until = midnight(criteria.until + timedelta(days=1)) if criteria.until else None
    return midnight(criteria.since) if criteria.since else None, until


def _category(value: str) -> tuple[str, tuple[int, ...] | None]:
    """The category or ``class:NAME`` and the ids it means; ids None where nothing was asked, () where it is unknown."""
    if not value:
        return "", None
    known = categories()
    if value.startswith("class:"):
        wanted = value.partition(":")[2]
        ids = tuple(each.id for each in known.values() if each.class_zh == wanted)
    else:
        ids = (known[value].id,) if value in known else ()
    return (value, ids) if ids else ("", ())


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in _YEARS else None
