"""Which requests a client asks for: the parameters of GET requests, read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from xiuhua.casework.states import STATES
from xiuhua.interop.open311 import dates, service_codes
from xiuhua.interop.open311.faults import Fault, raise_all

MOST = 1000
WINDOW = timedelta(days=90)
# Further on nothing can be: databases count rows in 64 bits.
FURTHEST = 10**9
STATUSES = {
    "open": [key for key, state in STATES.items() if state.open],
    "closed": [key for key, state in STATES.items() if not state.open],
}
NUMBERS = 1000
LONGEST_NUMBER = 24
CORNERS = 4


@dataclass(frozen=True)
class Wanted:
    """Which cases, and which of those: ``where`` is a condition on ``Case``, then the slice ``[start:stop]``."""

    where: Q
    start: int = 0
    stop: int = MOST
    extensions: bool = False


def wanted(given: Mapping[str, str], zone: ZoneInfo, now: datetime) -> Wanted:
    """Read the parameters; an empty one is as good as none. Raises ``Faulty`` with everything that is wrong."""
    extended = _text(given, "extensions").casefold() in {"true", "1", "yes"}
    if numbers := _listed(given, "service_request_id"):
        return Wanted(Q(number__in=[one for one in numbers if is_number(one)][:NUMBERS]), extensions=extended)
    faults: list[Fault] = []
    where = Q()
    for read in (_services, _statuses, _box):
        where &= read(given, faults)
    where &= _dates(given, zone, now, faults)
    start, stop = _pages(given, faults)
    raise_all(faults)
    return Wanted(where, start, stop, extended)


def is_number(text: str) -> bool:
    """Whether the text could be the number of a request: nothing else reaches the database."""
    return 0 < len(text) <= LONGEST_NUMBER and text.isascii() and text.isprintable()


def _text(given: Mapping[str, str], name: str) -> str:
    return (given.get(name) or "").strip()


def _listed(given: Mapping[str, str], name: str) -> list[str]:
    return [part.strip() for part in _text(given, name).split(",") if part.strip()]


def _services(given: Mapping[str, str], faults: list[Fault]) -> Q:
    """Categories by the codes of their services; a code that nothing bears finds nothing."""
    codes = _listed(given, "service_code")
    if not codes:
        return Q()
    found = Q(pk__in=[])
    for key, version, code in filter(None, map(service_codes.parts, codes[:NUMBERS])):
        found |= Q(category__code_set__key=key, category__code_set__version=version, category__code=code)
    return found


def _statuses(given: Mapping[str, str], faults: list[Fault]) -> Q:
    asked = [status.casefold() for status in _listed(given, "status")]
    if strange := [status for status in asked if status not in STATUSES]:
        faults.append(Fault("status", _("status is open or closed, not %(given)s.") % {"given": strange[0][:40]}))
        return Q()
    return Q(state__in=sorted({state for status in asked for state in STATUSES[status]})) if asked else Q()


def _box(given: Mapping[str, str], faults: list[Fault]) -> Q:
    text = _text(given, "bbox")
    if not text:
        return Q()
    try:
        west, south, east, north = (float(part) for part in text.split(",", CORNERS))
    except ValueError:
        west = south = east = north = float("nan")
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004 - degrees
        faults.append(Fault("bbox", _("bbox is west,south,east,north in degrees, like 120.1,31.6,120.3,31.8.")))
        return Q()
    return Q(lon__range=(west, east), lat__range=(south, north))


def _dates(given: Mapping[str, str], zone: ZoneInfo, now: datetime, faults: list[Fault]) -> Q:
    """The time of the report, and that of the last change as clients read it."""
    seen = {name: moment(given, name, zone, faults) for name in
            ("start_date", "end_date", "updated_after", "updated_before")}  # fmt: skip
    if faults:
        return Q()
    after, before = seen["updated_after"], seen["updated_before"]
    where = Q()
    if after is not None:
        # What ended is as old as its end; the first condition, by index, leaves nothing out.
        where &= Q(changed_at__gte=after) & (Q(closed_at=None) | Q(closed_at__gte=after))
    if before is not None:
        until = before + timedelta(seconds=1)
        where &= Q(closed_at=None, changed_at__lt=until) | Q(closed_at__lt=until)
    start, end = seen["start_date"], seen["end_date"]
    if start is None and end is None and (after or before):
        return where
    try:
        start, end = window(start, end, now)
    except OverflowError:
        faults.append(Fault("date", _("start_date or end_date lies too far away.")))
        return Q()
    if seen["end_date"] is not None:
        faults += check_span(start, end, zone)
    # Clients write whole seconds: the last one counts to its end.
    return where & Q(reported_at__gte=start, reported_at__lt=end + timedelta(seconds=1))


def check_span(start: datetime, end: datetime, zone: ZoneInfo) -> list[Fault]:
    """What is wrong with a span: its ends are the wrong way round, or more than 90 days apart.

    Ninety days on the calendar are ninety days, also where a clock was put back on one of them.
    """
    if end < start:
        return [Fault("date_range", _("end_date lies before start_date."))]
    on_the_wall = [at.astimezone(zone).replace(tzinfo=None) for at in (start, end)]
    if min(end - start, on_the_wall[1] - on_the_wall[0]) > WINDOW:
        text = _("start_date and end_date may lie at most %(days)s days apart: ask in parts.")
        return [Fault("date_range", text % {"days": WINDOW.days})]
    return []


def window(start: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """The span asked for: without any bound the last 90 days, with one bound 90 days from it, at most until now."""
    if start is not None and end is not None:
        return start, end
    if start is not None:
        return start, min(start + WINDOW, now)
    end = end or now
    return end - WINDOW, end


def moment(given: Mapping[str, str], name: str, zone: ZoneInfo, faults: list[Fault]) -> datetime | None:
    """The instant given as ``name``, None for none or one that cannot be read, which is then a fault."""
    text = _text(given, name)
    if not text:
        return None
    try:
        return dates.parse(text, zone, end_of_day=name in {"end_date", "updated_before"})
    except ValueError:
        written = _("%(name)s is no time: write it like 2026-03-01T08:00:00Z or 2026-03-01T08:00:00%%2B08:00.")
        faults.append(Fault("date", written % {"name": name}))
        return None


def _pages(given: Mapping[str, str], faults: list[Fault]) -> tuple[int, int]:
    """The slice of a page: pages count from 1, and 0 is the first as well."""
    numbers: dict[str, int] = {}
    for name, default in (("page", 1), ("page_size", MOST)):
        text = _text(given, name) or str(default)
        if not (text.isascii() and text.isdecimal() and len(text) < len(str(FURTHEST))):
            faults.append(Fault("page", _("%(name)s must be a whole number from 0 on.") % {"name": name}))
            text = str(default)
        numbers[name] = int(text)
    size = min(numbers["page_size"] or MOST, MOST)
    start = (max(numbers["page"], 1) - 1) * size
    return start, start + size
