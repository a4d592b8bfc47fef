"""Which cases are in a queue: for each state the filters that hold them, no case twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db.models import Q

from xiuhua.casework.deadlines import COLOURS
from xiuhua.casework.models import Check, Petition, Standard
from xiuhua.casework.offers import SEE
from xiuhua.casework.states import CLOCK, MAX_EXTENSIONS
from xiuhua.casework.unit_tree import unit_tree
from xiuhua.casework.visible import Sight, disjoint, either
from xiuhua.casework.vocabulary import units
from xiuhua.casework.worklist_criteria import QUEUES, Criteria, bounds, cased
from xiuhua.city.actions.derived import AREA_KEYS
from xiuhua.city.models import Area
from xiuhua.foundation.worktime import UndeclaredYearError, Unit, WorkCalendar

# The permissions that a work list asks about, all at once.
ACTING = ("case.accept", "case.dispatch", "case.close", "case.assign", "case.handle", "case.check", "case.appeal")
PERMISSIONS = (SEE, "case.bulk", *ACTING)
_EVERY = Q()
# States with the disjoint filters that hold their cases; each state once.
type Selection = Sequence[tuple[Sequence[str], Sequence[Q]]]


@dataclass(frozen=True)
class Narrowing:
    """Filters of one state: ``fast`` ones have an index or hold for many; ``slow`` ones look at case after case."""

    fast: Q
    slow: Q


def selection(sight: Sight, criteria: Criteria) -> Selection:
    """The cases of the queue that was asked for, within what the reader may see."""
    if criteria.state:
        return [((criteria.state,), sight.parts())]
    if criteria.queue == "todo":
        return todo(sight)
    return [(QUEUES[criteria.queue][1], sight.parts())] if criteria.queue else []


def acts(sight: Sight) -> bool:
    """Whether the person acts on cases day by day; who only decides on appeals rather looks at all that is open."""
    return any(sight.has(permission) for permission in ACTING if permission != "case.appeal")


def todo(sight: Sight) -> Selection:
    """What the reader can act on now, by what they are entitled to; nothing for those who only look."""
    seen = either(sight.parts())
    wanted: dict[str, list[Q]] = {}
    if seen is None:
        return []

    def add(permission: str, states: tuple[str, ...], more: Q = _EVERY) -> None:
        if not sight.has(permission):
            return
        within = _EVERY if seen == _EVERY or sight.reaches_no_further(permission) else seen
        for state in states:
            wanted.setdefault(state, []).extend(part & more & within for part in sight.parts(permission))

    add("case.accept", ("reported",))
    add("case.dispatch", ("filed",))
    add("case.assign", CLOCK)
    add("case.handle", ("dispatched",))
    add("case.handle", ("handling",), Q(handler=sight.user))
    add("case.dispatch", CLOCK, _pending(Petition.Kind.EXTENSION, Petition.Kind.SUSPENSION))
    add("case.close", ("handed_back", "verified"))
    add("case.check", ("check_filing", "check_closing"), _my_checks(sight))
    add("case.appeal", ("closed",), _pending(Petition.Kind.APPEAL) & Q(petitions__reviewed_at__isnull=False))
    return _grouped({state: disjoint(parts) for state, parts in wanted.items()})


def _grouped(wanted: Mapping[str, list[Q]]) -> Selection:
    """States whose cases are held by the same filters, together."""
    found: list[tuple[list[str], list[Q]]] = []
    for state, parts in wanted.items():
        same = next((states for states, others in found if others == parts), None)
        if same is None:
            found.append(([state], parts))
        else:
            same.append(state)
    return found


def _my_checks(sight: Sight) -> Q:
    mine = Check.objects.filter(inspector=sight.user, received_at=None, cancelled_at=None)
    return Q(pk__in=mine.order_by().values("case_id"))


def _pending(*kinds: str) -> Q:
    return Q(pk__in=Petition.objects.filter(decided_at=None, kind__in=kinds).order_by().values("case_id"))


def narrowing(
    criteria: Criteria, sight: Sight, now: datetime, calendar: WorkCalendar | None, *, clock: bool
) -> Narrowing | None:
    """The filters that ``criteria`` put on cases whose ``clock`` runs or does not; None where none can be meant."""
    slow, marked = _by_looking(criteria), _marked(criteria, clock=clock)
    fast = _by_place(criteria, sight) & _by_report(criteria, sight)
    if "mine" in criteria.flags:
        fast &= Q(handler=sight.user) | _my_checks(sight)
    if "asked" in criteria.flags:
        fast &= _pending(*Petition.Kind.values)
    if criteria.hard:
        fast &= Q(hard=True)
    if "overdue" in criteria.flags and clock:
        fast &= Q(deadline__lt=now)
    # The rare ones have indexes in the orders of the lists, but not by the day of the report.
    if criteria.dated:
        slow &= marked
    else:
        fast &= marked
    if not criteria.colour:
        return Narrowing(fast, slow)
    coloured = _colour(criteria.colour, now, calendar) if clock else None
    return Narrowing(fast & coloured, slow) if coloured is not None else None


def _by_place(criteria: Criteria, sight: Sight) -> Q:
    found = Q()
    if criteria.categories:
        found &= Q(category_id__in=criteria.categories)
    if criteria.area:
        found &= _area(criteria.area, sight)
    if criteria.unit:
        found &= _unit(criteria.unit, sight)
    return found


def _by_report(criteria: Criteria, sight: Sight) -> Q:
    since, until = bounds(criteria, sight.district)
    return (Q(reported_at__gte=since) if since else Q()) & (Q(reported_at__lt=until) if until else Q())


def _marked(criteria: Criteria, *, clock: bool) -> Q:
    """Reworked or reopened, whose index keeps the source as well; once late, where no clock tells it."""
    found = Q()
    if "again" in criteria.flags:
        found &= Q(reworks__gt=0) | Q(reopenings__gt=0)
        if criteria.source:
            found &= Q(source=criteria.source)
    if "overdue" in criteria.flags and not clock:
        found &= Q(overdue=True)
    return found


def _by_looking(criteria: Criteria) -> Q:
    """What no index answers."""
    found = Q()
    if criteria.source and "again" not in criteria.flags:
        found &= Q(source=criteria.source)
    if criteria.text:
        number = Q(number__startswith=criteria.text)
        # PostgreSQL writes every text anew in upper case to compare it so: not for texts that have no case.
        has = "icontains" if cased(criteria.text) else "contains"
        found &= number | Q(**{f"description__{has}": criteria.text}) | Q(**{f"address__{has}": criteria.text})
    return found


def _area(named: str, sight: Sight) -> Q:
    kind, _colon, code = named.partition(":")
    column = next(column for column, each in AREA_KEYS.items() if each == kind)
    ids = Area.objects.filter(district=sight.district, kind=kind, code=code).order_by().values("pk")
    return Q(**{f"{column}_id__in": ids})


def _unit(code: str, sight: Sight) -> Q:
    below = unit_tree(sight.district.code).below(units(sight.district.code)[code].id)
    return Q(unit_id__in=sorted(below))


def _colour(name: str, now: datetime, calendar: WorkCalendar | None) -> Q | None:
    """Running clocks of a colour, which is a share of the limit: each limit in use has a stretch of deadlines."""
    if name == COLOURS[0][1]:
        return Q(deadline__lt=now)
    if calendar is None:
        return None
    place = next(number for number, (_share, each) in enumerate(COLOURS) if each == name)
    found: Q | None = None
    for limit, unit in Standard.objects.order_by().values_list("limit", "unit").distinct():
        for amount in (limit * times for times in range(1, MAX_EXTENSIONS + 2)):
            low = _after(calendar, now, amount * COLOURS[place - 1][0], unit)
            high = _after(calendar, now, amount * COLOURS[place][0], unit)
            if low is None:
                continue
            clock = Q(clock_amount=amount, clock_unit=unit)
            clock &= Q(deadline__gte=now) if place == 1 else Q(deadline__gt=low)
            clock &= Q(deadline__lte=high) if high and place < len(COLOURS) - 1 else Q()
            found = clock if found is None else found | clock
    return found


def _after(calendar: WorkCalendar, now: datetime, amount: Fraction, unit: str) -> datetime | None:
    """When so much time is used up; None in a year that nobody declared, in which no deadline lies."""
    try:
        return calendar.add(now, amount, Unit(unit))
    except UndeclaredYearError:
        return None
