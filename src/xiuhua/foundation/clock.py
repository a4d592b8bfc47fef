"""A limit that runs, stands still and runs on: one clock for every case, task and promise.

Pure computation over ``worktime``. A clock knows no calendar version: the deadline is worked out with the
calendar of the day, so that a day added to the calendar moves the deadlines it should move (``recompute``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from xiuhua.foundation.worktime import Amount, Refusal, Span, Unit, WorkCalendar, gettext_noop


class ClockError(Refusal, ValueError):
    """A move that the clock does not allow."""


@dataclass(frozen=True)
class Pause:
    """The clock stands still from ``start`` until ``end``, or still does when there is no end."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True)
class Clock:
    """A limit of ``amount`` units from ``start``, less the time of its pauses (in order, apart)."""

    start: datetime
    amount: Amount
    unit: Unit
    pauses: tuple[Pause, ...] = ()

    @property
    def paused(self) -> bool:
        """Whether the clock stands still now."""
        return bool(self.pauses) and self.pauses[-1].end is None

    def pause(self, at: datetime) -> "Clock":
        """The clock standing still from ``at``. Raises ``ClockError`` when it does already or ``at`` is too early."""
        if self.paused:
            raise ClockError(gettext_noop("The clock stands still already: let it run before it is stopped again."))
        since = (self.pauses[-1].end if self.pauses else None) or self.start
        if at < since:
            text = gettext_noop("The clock cannot be stopped at %(at)s: it runs only since %(since)s.")
            raise ClockError(text, at=at, since=since)
        return replace(self, pauses=(*self.pauses, Pause(at)))

    def resume(self, at: datetime) -> "Clock":
        """The clock running on from ``at``. Raises ``ClockError`` when it runs or ``at`` is before the pause."""
        if not self.paused:
            raise ClockError(gettext_noop("The clock is running: only a clock that stands still can run on."))
        last = self.pauses[-1]
        if at < last.start:
            text = gettext_noop("The clock cannot run on at %(at)s: it stopped only at %(since)s.")
            raise ClockError(text, at=at, since=last.start)
        return replace(self, pauses=(*self.pauses[:-1], Pause(last.start, at)))

    def extend(self, amount: Amount) -> "Clock":
        """The clock with ``amount`` units more: the deadline moves by that much running time."""
        if amount < 0:
            raise ClockError(gettext_noop("An extension cannot be negative: %(amount)s."), amount=amount)
        return replace(self, amount=self.amount + amount)

    def used(self, calendar: WorkCalendar, now: datetime) -> Fraction:
        """Units used up at ``now``, pauses left out; more than ``amount`` when overdue."""
        runs = ((start, min(end or now, now)) for start, end in self._runs() if start < now)
        return sum((calendar.between(start, end, self.unit) for start, end in runs), Fraction(0))

    def remaining(self, calendar: WorkCalendar, now: datetime) -> Fraction:
        """Units left at ``now``: frozen while the clock stands still, negative when overdue."""
        return self.amount - self.used(calendar, now)

    def deadline(self, calendar: WorkCalendar) -> datetime | None:
        """When the limit is used up (UTC); None while the clock stands still with something left."""
        left = Fraction(self.amount)
        for start, end in self._runs():
            if end is None:
                return calendar.add(start, left, self.unit)
            run = calendar.between(start, end, self.unit)
            if run >= left:
                return calendar.add(start, left, self.unit)
            left -= run
        return None

    def explain(self, calendar: WorkCalendar, until: datetime | None = None) -> list[Span]:
        """The stretches that count, up to ``until`` or to the deadline (or to the pause that still lasts)."""
        stop = until or self.deadline(calendar)
        spans: list[Span] = []
        for start, end in self._runs():
            last = min(moment for moment in (end, stop) if moment) if end or stop else start
            spans += calendar.stretches(start, last, self.unit)
        return spans

    def _runs(self) -> list[tuple[datetime, datetime | None]]:
        """The stretches in which the clock runs; only the last may be open."""
        runs: list[tuple[datetime, datetime | None]] = []
        start: datetime | None = self.start
        for pause in self.pauses:
            if start is not None:
                runs.append((start, pause.start))
            start = pause.end
        if start is not None:
            runs.append((start, None))
        return runs


@dataclass(frozen=True)
class DeadlineChange:
    """A deadline that a new calendar moves."""

    before: datetime | None
    after: datetime | None


def recompute(clocks: Mapping[str, Clock], old: WorkCalendar, new: WorkCalendar) -> dict[str, DeadlineChange]:
    """The deadlines that differ under ``new``, by the key of their clock; the others are left out."""
    changes = {}
    for key, clock in clocks.items():
        change = DeadlineChange(clock.deadline(old), clock.deadline(new))
        if change.before != change.after:
            changes[key] = change
    return changes
