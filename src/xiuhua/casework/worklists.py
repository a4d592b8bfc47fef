"""Work lists: a page of cases, most urgent first, within what a person may see; fast among a million.

A page is found state by state, each by its own index and cut to the size of the page, in one query; there is no
OFFSET.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiuhua.casework.compound import ANY, Question, together
from xiuhua.casework.deadlines import COLOURS, Left, colour, left
from xiuhua.casework.models import Case, Petition, Photo
from xiuhua.casework.states import CLOCK, OPEN, STATES
from xiuhua.casework.visible import Sight
from xiuhua.casework.worklist_criteria import Criteria
from xiuhua.casework.worklist_kept import NOW, PLACE, exchanged, kept, stand_ins, steady
from xiuhua.casework.worklist_order import Place, Slice, alike, branch, instant, latest_first, sorted_rows
from xiuhua.casework.worklist_queues import Narrowing, Selection, acts, narrowing, selection
from xiuhua.foundation.single import Planned, planned
from xiuhua.foundation.worktime import WorkCalendar

PAGE = 50


@dataclass(frozen=True)
class DeskLeft:
    """What is left of a limit of the desk or of a check, which runs through nights; shown as a ``Left`` is."""

    time: timedelta
    colour: str
    paused: bool = False

    @property
    def text(self) -> str:
        """What is left, in minutes, hours or days."""
        minutes = int(abs(self.time).total_seconds() // 60)
        if not minutes:
            return _("less than a minute over") if self.time < _NOTHING else _("less than a minute left")
        if minutes < _HOUR:
            amount = ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
        elif minutes < 2 * _DAY:
            amount = ngettext("%(count)s hour", "%(count)s hours", minutes // _HOUR) % {"count": minutes // _HOUR}
        else:
            amount = ngettext("%(count)s day", "%(count)s days", minutes // _DAY) % {"count": minutes // _DAY}
        return (_("%(amount)s over") if self.time < _NOTHING else _("%(amount)s left")) % {"amount": amount}


_HOUR, _DAY, _NOTHING = 60, 24 * 60, timedelta(0)


@dataclass(frozen=True)
class Row:
    """One case of a list with what is left of its limit; ``late`` when it has passed."""

    case: Case
    left: Left | DeskLeft | None
    late: bool

    @property
    def value(self) -> str:
        """The case with the version that the reader saw, as a form sends it."""
        return f"{self.case.number}:{self.case.version}"

    @property
    def marked(self) -> bool:
        """Whether there is more to say of the case than of most, which the page then looks for."""
        case, asked = self.case, getattr(self.case, "asked", False)
        return any((case.me_too, asked, case.hard, case.reopenings, case.reworks, case.refusals, case.overdue))


@dataclass(frozen=True)
class Page:
    """Rows with the places before and after them, where there are more; ``windowed`` when not all were looked at."""

    rows: list[Row]
    before: Place | None
    after: Place | None
    windowed: bool


@dataclass(frozen=True)
class Listed:
    """The question for a page, None where no case can be meant; ``windowed`` as in ``Page``."""

    rows: Planned[Case] | None
    windowed: bool


@dataclass(frozen=True)
class WorkList:
    """The cases that a person asked for, at one instant."""

    sight: Sight
    criteria: Criteria
    now: datetime
    calendar: WorkCalendar | None

    @cached_property
    def chosen(self) -> Selection:
        """The cases of the queue, before anything else narrows them."""
        return selection(self.sight, self.criteria)

    @property
    def sort(self) -> str:
        """By the day of the report where that was asked for; the most urgent first where nothing has ended."""
        if self.criteria.dated:
            return "reported"
        over = any(state not in OPEN for states, _parts in self.chosen for state in states)
        asked = "" if over and self.criteria.sort == "urgent" else self.criteria.sort
        return asked or ("recent" if over else "urgent")

    @cached_property
    def steady(self) -> bool:
        """Whether its questions can be kept for others who ask alike."""
        return steady(self.sight, self.criteria)

    def kept[T](self, asked: Hashable, make: "Callable[[WorkList], T]") -> T:
        """What ``make`` puts together: once for all that ask alike, with stand-ins, where the list is steady."""
        if not self.steady:
            return make(self)
        sight, criteria = stand_ins(self.sight, self.criteria)
        return kept(sight, criteria, asked, lambda: make(replace(self, sight=sight, criteria=criteria, now=NOW)))

    def values(self, values: Sequence[Any], place: Place | None = None) -> list[Any]:
        """The values of a question that was ``kept``, as this list means them."""
        return exchanged(values, self.sight, self.criteria, self.now, place) if self.steady else list(values)

    def page(self, place: Place | None = None, *, backwards: bool = False, size: int = PAGE) -> Page:
        """The rows after ``place``, or before it; in one query, however many cases there are."""
        sort = self.sort
        piece = Slice(size, PLACE if place is not None and self.steady else place, backwards)
        listed = self.kept(("page", sort, piece if self.steady else None), lambda work: work.listed(piece))
        rows = listed.rows.rows(self.values(listed.rows.values, place)) if listed.rows else []
        rows = sorted_rows(rows, sort)
        more_there = len(rows) > size
        rows = rows[-size:] if backwards else rows[:size]
        before = rows and (more_there if backwards else place is not None)
        after = rows and (True if backwards else more_there)
        return Page(
            [self.row(case) for case in rows],
            Place(instant(rows[0], sort), rows[0].pk) if before else None,
            Place(instant(rows[-1], sort), rows[-1].pk) if after else None,
            listed.windowed,
        )

    def listed(self, piece: Slice) -> "Listed":
        """The question for the rows of ``piece`` and one more."""
        sort, falling = self.sort, latest_first(self.sort) != piece.backwards
        questions, windowed = [], False
        for states, cases, more in narrowed(self, self.chosen, self.criteria):
            windowed = windowed or bool(more.slow)
            for kinds, found in alike(states, sort).items():
                for key in kinds:
                    some = branch(cases, more.slow, key, piece, descending=latest_first(sort))
                    questions.append(Question(some.rows, found, some.window))
        if not questions:
            return Listed(None, windowed)
        sql, params = together(questions)
        way = " DESC" if falling else ""
        cut = f'SELECT "id" FROM ({sql}) AS u ORDER BY "at"{way}, "id"{way} LIMIT {piece.size + 1}'  # noqa: S608 - compiled by Django
        return Listed(planned(complete(Case.objects.filter(pk__in=RawSQL(cut, params))).order_by()), windowed)  # noqa: S611 - as above

    def row(self, case: Case) -> Row:
        """One case as the list shows it."""
        case.district = self.sight.district
        limit = STATES[case.state].limit
        if limit:
            time = case.state_since + limit - self.now
            share = Fraction(time // timedelta(seconds=1), limit // timedelta(seconds=1))
            return Row(case, DeskLeft(time, colour(share, 1)), late=time < _NOTHING)
        if not (STATES[case.state].clock or case.state == "suspended"):
            return Row(case, None, late=False)
        kept = left(case, self.calendar, self.now) if self.calendar else None
        late = case.state in CLOCK and case.deadline is not None and case.deadline < self.now
        if kept and late:
            kept = replace(kept, colour=COLOURS[0][1])
        return Row(case, kept, late=late)


def narrowed(
    work: WorkList, chosen: Selection, criteria: Criteria, *, at_once: bool = False
) -> Iterator[tuple[Sequence[str], "QuerySet[Case]", Narrowing]]:
    """The cases of ``ANY`` of several states that are asked about alike, by index, and what else narrows them.

    With ``at_once`` the cases of all these states instead of ``ANY``.
    """
    for states, parts in chosen:
        for some in (tuple(s for s in states if s in CLOCK), tuple(s for s in states if s not in CLOCK)):
            found = narrowing(criteria, work.sight, work.now, work.calendar, clock=some[0] in CLOCK) if some else None
            if found is None:
                continue
            wanted = Q(state__in=some) if at_once else Q(state=ANY)
            for part in parts:
                yield some, Case.objects.filter(part, found.fast, work.sight.place, wanted), found


def complete(cases: "QuerySet[Case]") -> "QuerySet[Case]":
    """Cases with all that a row shows: no query a row."""
    first = (
        Photo.objects.filter(case=OuterRef("pk"), stage=Photo.Stage.BEFORE, unreadable=False)
        .order_by("id")
        .values("key")[:1]
    )
    pending = Petition.objects.filter(case=OuterRef("pk"), decided_at=None)
    return (
        cases.select_related("category", "town", "community", "unit", "handler")
        .defer("town__geom", "community__geom")
        .annotate(photo=Subquery(first), asked=Exists(pending))
    )


def default_queue(sight: Sight, criteria: Criteria) -> Criteria:
    """``criteria`` with the queue that opens when none was asked for: what the person can act on, else all open."""
    if criteria.queue or criteria.state:
        return criteria
    return replace(criteria, queue="open" if criteria.hard or not acts(sight) else "todo")


def everything(work: WorkList, most: int) -> Iterator[Row]:
    """The rows of the whole list, page by page, at most ``most``."""
    place, given = None, 0
    while given < most:
        page = work.page(place, size=min(500, most - given))
        yield from page.rows
        given += len(page.rows)
        place = page.after
        if place is None:
            return
