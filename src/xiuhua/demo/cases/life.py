"""A case living through its moves in memory: the rules of the engine without a database, for history in bulk.

Pure computation. What it may and may not do is data of ``casework.states``; a test replays every step against it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from xiuhua.casework.states import FIELD, MAX_DRAWS, MOVES, REPEAT, STATES
from xiuhua.demo.cases.effects import EFFECTS
from xiuhua.foundation.clock import Clock, Pause
from xiuhua.foundation.worktime import Unit, WorkCalendar

TIMER = "timer"
_GIVE_UP = {"check_filing": "give_up_filing_check", "check_closing": "give_up_check"}
CHECK_KINDS = {"check_filing": "before_filing", "check_closing": "before_closing"}
# By how much a timer, which is run each minute, comes late.
_LATE = timedelta(seconds=25)


class NotYetError(Exception):
    """The next move lies after the present: the case stays as it is."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A filing standard."""

    pk: int
    limit: int
    unit: Unit
    closing: str


@dataclass(frozen=True, slots=True)
class Person:
    """An account; without an id the platform or somebody without one."""

    pk: int | None
    name: str
    unit: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One step: what the table of steps holds. ``refers`` says which rows of the life ``data`` points to."""

    at: datetime
    move: str
    before: str
    after: str
    who: Person
    unit: int | None
    reason: str
    note: str
    data: dict[str, Any]


@dataclass(slots=True)
class FieldCheck:
    """A check of the life."""

    key: UUID
    kind: str
    draw: dict[str, Any]
    drawn_at: datetime
    passed: bool | None = None
    note: str = ""
    seen_at: datetime | None = None
    received_at: datetime | None = None
    cancelled_at: datetime | None = None
    place: tuple[float, float, float] | None = None


@dataclass(slots=True)
class Asked:
    """A request of the life for time or about a judgement."""

    kind: str
    asked_at: datetime
    who: Person
    reason: str
    until: datetime | None = None
    reviewed_at: datetime | None = None
    review_granted: bool | None = None
    decided_at: datetime | None = None
    granted: bool | None = None
    decision: str = ""


@dataclass(slots=True)
class Part:
    """A unit that takes part in the life."""

    unit: int
    since: datetime
    limit: int
    limit_unit: Unit
    deadline: datetime | None
    done_at: datetime | None = None


@dataclass(slots=True)
class Life:
    """The columns of a case and everything that belongs to it; ``end`` is the present."""

    number: str
    calendar: WorkCalendar
    end: datetime
    # Draws an inspector: (kind, passed over) -> record of the draw, None when nobody is left.
    draw: Callable[[str, frozenset[int]], dict[str, Any] | None]
    key: Callable[[], UUID]
    # The unit that answers now by duty, with what the history says of it: (unit, data).
    duty: Callable[[datetime], tuple[int, dict[str, Any]]]
    # Cases that may be merged into this one: when, and their numbers; those that were stand in ``absorbed``.
    incoming: list[tuple[datetime, str]] = field(default_factory=list)
    absorbed: dict[str, datetime] = field(default_factory=dict)
    state: str = ""
    state_since: datetime | None = None
    state_due: datetime | None = None
    changed_at: datetime | None = None
    rule: Rule | None = None
    unit: int | None = None
    handler: int | None = None
    clock: Clock | None = None
    deadline: datetime | None = None
    filed_at: datetime | None = None
    dispatched_at: datetime | None = None
    handed_back_at: datetime | None = None
    closed_at: datetime | None = None
    closing_reason: str = ""
    overdue: bool = False
    exempt: bool = False
    hard: bool = False
    me_too: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    steps: list[Told] = field(default_factory=list)
    checks: list[FieldCheck] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def make(
        self, move: str, at: datetime, who: Person, *, unit: int | None = None, reason: str = "", note: str = "",
        due: datetime | None = None, **data: Any,
    ) -> None:  # fmt: skip
        """Make a move. The effect on columns that only this move changes is the caller's (see ``moves``).

        Raises ``NotYetError`` after the present, ``ValueError`` where the state does not know the move.
        """
        if at > self.end:
            raise NotYetError
        if self.incoming and move != "absorb":
            self.absorb(at)
        if self.changed_at is not None and at < self.changed_at:
            raise ValueError(f"{move} at {at} comes before what happened last, at {self.changed_at}")
        rule, before = MOVES[move], self.state
        if rule.start and before not in rule.start:
            raise ValueError(f"{move} from {before}")
        old_deadline = self.deadline
        if (effect := EFFECTS.get(move)) is not None:
            due = effect(self, at, who, data) or due
        if rule.to:
            self.state, self.state_since = rule.to, at
            entered = STATES[rule.to]
            self.state_due = due or (self.deadline if entered.clock else at + entered.limit if entered.limit else None)
        elif due:
            self.state_due = due
        elif STATES[self.state].clock and self.deadline != old_deadline:
            self.state_due = self.deadline
        self.changed_at = at
        self.steps.append(Told(at, move, before, self.state, who, unit or self.unit, reason, note, data))

    def until(self, at: datetime) -> None:
        """Let the timers ring that are due before ``at``. Raises ``NotYetError`` when the present comes first."""
        while self.state_due is not None and self.state_due < at:
            when = max(self.state_due, self.changed_at or self.state_due) + _LATE
            if when >= at:
                return
            self._ring(when)
        if at > self.end:
            raise NotYetError

    def _ring(self, at: datetime) -> None:
        timer, move = Person(None, TIMER), STATES[self.state].timer
        if move == "redraw":
            drawn = [one for one in self.checks if one.drawn_at >= (self.state_since or at)]
            had = frozenset(one.draw["pick"] for one in drawn)
            record = self.draw(CHECK_KINDS[self.state], had) if len(drawn) < MAX_DRAWS else None
            if record is None:
                self.take_back(at)
                self.make(_GIVE_UP[self.state], at, timer)
                return
            self.take_back(at)
            check = FieldCheck(self.key(), CHECK_KINDS[self.state], record, at)
            self.checks.append(check)
            self.make(move, at, timer, due=at + FIELD, check=len(self.checks) - 1, inspector=record["pick"],
                      draw=record, passed_over=sorted(had))  # fmt: skip
        elif move == "ask_check":
            if any(step.move == "give_up_check" and step.at >= (self.handed_back_at or at) for step in self.steps):
                self.make("remind", at, timer)
            else:
                self.ask_check(at, timer)
        else:
            self.make(move, at, timer)

    def absorb(self, until: datetime) -> None:
        """Take in the cases that come by ``until`` while this one is open."""
        while self.incoming and self.incoming[0][0] <= until:
            at, number = self.incoming.pop(0)
            if self.state and STATES[self.state].open and at <= self.end:
                self.make("absorb", at, Person(None, "desk"), duplicate=number, followers=0)
                self.absorbed[number] = at

    def fixers(self) -> frozenset[int]:
        """The units that took part in fixing."""
        moves = {"hand_back", "assign", "party_done", "join"}
        return frozenset(
            unit for unit in (self.unit, *(step.unit for step in self.steps if step.move in moves)) if unit is not None
        )

    def take_back(self, at: datetime) -> None:
        """Cancel the open check."""
        for check in self.checks:
            if check.received_at is None and check.cancelled_at is None:
                check.cancelled_at = at

    def ask_check(self, at: datetime, who: Person) -> None:
        """Ask for the check that the state allows; the desk is reminded where nobody is left to make it."""
        move = "check_filing" if self.state == "reported" else "ask_check"
        record = self.draw(CHECK_KINDS[MOVES[move].to], frozenset())
        if record is None:
            self.make("remind", at, who, due=at + REPEAT)
            return
        if at > self.end:
            raise NotYetError
        self.checks.append(FieldCheck(self.key(), CHECK_KINDS[MOVES[move].to], record, at))
        self.make(move, at, who, check=len(self.checks) - 1, inspector=record["pick"], draw=record)

    def late(self, at: datetime) -> bool:
        """Whether the case is overdue at ``at``."""
        return self.overdue or (self.deadline is not None and self.deadline < at)

    def count(self, what: str) -> int:
        """How often something happened to the case."""
        return self.counts.get(what, 0)

    def more(self, what: str) -> None:
        """It happened once more."""
        self.counts[what] = self.count(what) + 1

    def start_clock(self, at: datetime) -> None:
        """Let a new clock run by the rule."""
        if self.rule is None:
            raise ValueError("no standard")
        self.put(Clock(at, self.rule.limit, self.rule.unit))

    def put(self, clock: Clock) -> None:
        """Set the clock and the deadline that follows from it."""
        self.clock, self.deadline = clock, clock.deadline(self.calendar)

    def pause(self, at: datetime, *, keep_deadline: bool) -> None:
        """Let the clock stand still."""
        if self.clock is None or self.clock.paused:
            return
        self.clock = self.clock.pause(at)
        if not keep_deadline:
            self.deadline = self.clock.deadline(self.calendar)

    def resume(self, at: datetime) -> None:
        """Let the clock run on."""
        if self.clock is not None and self.clock.paused:
            self.put(self.clock.resume(at))

    def withdraw(self, at: datetime, data: dict[str, Any], *kinds: str) -> None:
        """End open requests that a move makes pointless."""
        ended = [one for one in self.asked if one.kind in kinds and one.decided_at is None]
        for one in ended:
            one.decided_at = at
        if ended:
            data["withdrawn"] = len(ended)

    def pending(self, kind: str) -> Asked:
        """The open request of ``kind``. Raises ``StopIteration`` when there is none."""
        return next(one for one in self.asked if one.kind == kind and one.decided_at is None)

    @property
    def pauses(self) -> tuple[Pause, ...]:
        """The pauses of the clock."""
        return self.clock.pauses if self.clock else ()
