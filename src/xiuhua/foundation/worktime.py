"""The work calendar and its time units: when is a deadline, how much is left, and why.

Pure computation. Instants are aware datetimes: any zone comes in, UTC goes out. Amounts are exact
(``int`` or ``Fraction``): nothing is lost between a limit, a deadline and what is left of it.

Edges, decided once:

* a start outside work time counts from the start of the next period;
* an amount used up exactly at the end of a period ends there, not at the start of the next period;
* a natural day is 24 hours, also across a change of the clock;
* a period runs from the first instant at which the local clock reaches its start to the first instant
  at which it reaches its end, so that a period over a change of the clock is as long as it really lasts.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

SATURDAY, SUNDAY = 5, 6
MIDNIGHT = time(0)
_MICROSECOND = timedelta(microseconds=1)


def gettext_noop(text: str) -> str:
    """Mark ``text`` for translation; pure modules leave translating to whoever shows it."""
    return text


Periods = tuple[tuple[time, time], ...]
Amount = int | Fraction


class Unit(StrEnum):
    """What a limit counts in. Source: the unit rules for municipal case handling limits."""

    URGENT_HOUR = "urgent_hour"  # runs through nights, weekends and holidays
    WORK_HOUR = "work_hour"  # runs in the work periods of work days
    WORK_DAY = "work_day"  # a fixed number of work hours, 8 unless the calendar says otherwise
    NATURAL_DAY = "natural_day"  # 24 hours, continuous
    URGENT_DAY = "natural_day"  # another name: the urgent day is treated as a natural day

    @classmethod
    def _missing_(cls, value: object) -> "Unit | None":
        return cls.NATURAL_DAY if value == "urgent_day" else None

    @property
    def continuous(self) -> bool:
        """Whether the unit runs at all times and asks no calendar."""
        return self in {Unit.URGENT_HOUR, Unit.NATURAL_DAY}


class Refusal(Exception):  # noqa: N818 - the base of errors, not one of them
    """An error whose words can be put into another language: ``template % values`` (see ``wording.in_words``)."""

    def __init__(self, template: str, **values: object) -> None:
        self.template, self.values = template, values
        super().__init__(template % values)


class CalendarError(Refusal, ValueError):
    """A calendar that contradicts itself."""


class UndeclaredYearError(Refusal, LookupError):
    """Work time was asked of a year that the calendar does not declare."""

    def __init__(self, year: int, key: str) -> None:
        self.year, self.key = year, key
        template = gettext_noop(
            "Work calendar %(key)s does not declare %(year)s: its holidays and make-up working days are unknown. "
            "Declare the year, e.g. `xiuhua calendar load %(key)s --year %(year)s FILE`."
        )
        super().__init__(template, key=key or "(unnamed)", year=year)


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of time from ``start`` up to, not including, ``end`` (UTC)."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long the stretch lasts."""
        return self.end - self.start


@dataclass(frozen=True)
class _Year:
    """The work spans of one local year, with the work time before each of them."""

    spans: tuple[Span, ...]
    starts: tuple[datetime, ...]
    before: tuple[timedelta, ...]
    total: timedelta

    def worked(self, at: datetime) -> timedelta:
        """Work time of this year up to ``at``."""
        index = bisect_right(self.starts, at) - 1
        if index < 0:
            return timedelta()
        span = self.spans[index]
        return self.before[index] + min(at, span.end) - span.start


@dataclass(frozen=True)
class WorkCalendar:
    """When people work in one zone: periods, weekend, and for each declared year its exceptions.

    ``weekend`` counts Monday as 0. ``holidays`` are days off, ``make_up_days`` are working days whatever
    their weekday. A period that ends at 00:00 ends at midnight. Raises ``CalendarError`` when the parts
    contradict one another.
    """

    zone: str
    periods: Periods = ((time(8), time(12)), (time(14), time(18)))
    weekend: frozenset[int] = frozenset({SATURDAY, SUNDAY})
    years: frozenset[int] = frozenset()
    holidays: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()
    work_day_hours: int = 8
    key: str = ""
    _cache: dict[int, _Year] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError):
            text = gettext_noop("Zone %(zone)s is unknown: write it as in Asia/Shanghai.")
            raise CalendarError(text, zone=self.zone) from None
        if not self.periods:
            raise CalendarError(gettext_noop("A work calendar needs at least one work period."))
        minutes = [(_minute_of_day(start), _minute_of_day(end) or 24 * 60) for start, end in self.periods]
        apart = all(earlier[1] <= later[0] for earlier, later in pairwise(minutes))
        if not apart or any(end <= start for start, end in minutes):
            text = gettext_noop("Work periods must end after they start, in order and apart: %(periods)s.")
            raise CalendarError(text, periods=_clock(self.periods))
        if self.work_day_hours < 1:
            text = gettext_noop("A work day has at least 1 work hour, not %(hours)s.")
            raise CalendarError(text, hours=self.work_day_hours)
        if wrong := [day for day in self.weekend if day not in range(7)]:
            text = gettext_noop("There is no day of the week number %(day)s: Monday is 1, Sunday 7.")
            raise CalendarError(text, day=wrong[0] + 1)
        if both := self.holidays & self.make_up_days:
            text = gettext_noop("%(day)s is both a day off and a make-up working day: keep one of the two.")
            raise CalendarError(text, day=min(both))
        if lost := [day for day in self.holidays | self.make_up_days if day.year not in self.years]:
            text = gettext_noop("%(day)s lies in %(year)s, which is not declared: declare the year too.")
            raise CalendarError(text, day=min(lost), year=min(lost).year)

    @cached_property
    def tz(self) -> ZoneInfo:
        """The zone whose wall clock the periods follow."""
        return ZoneInfo(self.zone)

    def is_work_day(self, day: date) -> bool:
        """Whether people work on the local date ``day``. Raises ``UndeclaredYearError``."""
        if day.year not in self.years:
            raise UndeclaredYearError(day.year, self.key)
        if day in self.make_up_days:
            return True
        return day not in self.holidays and day.weekday() not in self.weekend

    def is_work_time(self, at: datetime) -> bool:
        """Whether ``at`` lies in a work period (its end does not)."""
        at = _utc(at)
        return any(span.start <= at < span.end for span in self.day_spans(self._local_day(at)))

    def day_spans(self, day: date) -> list[Span]:
        """The work periods of the local date ``day``; empty on a day off."""
        if not self.is_work_day(day):
            return []
        spans = [
            Span(
                first_instant(day, start, self.tz),
                first_instant(day + timedelta(days=end == MIDNIGHT), end, self.tz),
            )
            for start, end in self.periods
        ]
        return [span for span in spans if span.start < span.end]

    def _local_day(self, at: datetime) -> date:
        return at.astimezone(self.tz).date()

    def _year(self, year: int) -> _Year:
        if year not in self._cache:
            first = date(year, 1, 1)
            days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
            spans = tuple(span for day in days for span in self.day_spans(day))
            before, total = [], timedelta()
            for span in spans:
                before.append(total)
                total += span.length
            self._cache[year] = _Year(spans, tuple(span.start for span in spans), tuple(before), total)
        return self._cache[year]

    def length_of(self, amount: Amount, unit: Unit) -> timedelta:
        """How long ``amount`` units last: work time for work units, plain time for the others."""
        hours = {Unit.NATURAL_DAY: 24, Unit.WORK_DAY: self.work_day_hours}.get(unit, 1)
        return round(Fraction(amount) * hours * 3_600_000_000) * _MICROSECOND

    def add(self, start: datetime, amount: Amount, unit: Unit) -> datetime:
        """The instant at which ``amount`` units after ``start`` are used up.

        Raises ``ValueError`` for a negative amount, ``UndeclaredYearError`` where work time runs into a
        year that is not declared. An amount of 0 gives ``start`` back.
        """
        start, length = _utc(start), self.length_of(_not_negative(amount), unit)
        if unit.continuous or not length:
            return start + length
        year = self._local_day(start).year
        table = self._year(year)
        goal = table.worked(start) + length
        while goal > table.total:
            goal -= table.total
            year += 1
            table = self._year(year)
        # The last span with less work time before it than the goal: a goal at the end of a period stays there.
        index = bisect_right(table.before, goal - _MICROSECOND) - 1
        return table.spans[index].start + (goal - table.before[index])

    def between(self, start: datetime, end: datetime, unit: Unit) -> Fraction:
        """How many units pass from ``start`` to ``end``; negative when ``end`` comes first.

        What is left at ``now`` is ``between(now, deadline, unit)``, negative when overdue; what has been used
        is ``between(start, now, unit)``. Raises ``UndeclaredYearError`` for work units.
        """
        start, end = _utc(start), _utc(end)
        if end < start:
            return -self.between(end, start, unit)
        one = self.length_of(1, unit)
        if unit.continuous:
            return Fraction((end - start) // _MICROSECOND, one // _MICROSECOND)
        first, last = self._local_day(start).year, self._local_day(end).year
        worked = sum((self._year(year).total for year in range(first, last)), timedelta())
        worked += self._year(last).worked(end) - self._year(first).worked(start)
        return Fraction(worked // _MICROSECOND, one // _MICROSECOND)

    def explain(self, start: datetime, amount: Amount, unit: Unit) -> list[Span]:
        """The stretches that make up ``amount`` units after ``start``, so that a page can print them.

        The lengths add up to the amount and the last stretch ends at the deadline of ``add``.
        """
        start, end = _utc(start), self.add(start, amount, unit)
        return self.stretches(start, end, unit)

    def stretches(self, start: datetime, end: datetime, unit: Unit) -> list[Span]:
        """The stretches between two instants in which ``unit`` runs."""
        start, end = _utc(start), _utc(end)
        if end <= start:
            return []
        if unit.continuous:
            return [Span(start, end)]
        found = []
        for year in range(self._local_day(start).year, self._local_day(end).year + 1):
            table = self._year(year)
            first = max(bisect_right(table.starts, start) - 1, 0)
            for span in table.spans[first : bisect_left(table.starts, end)]:
                clipped = Span(max(span.start, start), min(span.end, end))
                if clipped.start < clipped.end:
                    found.append(clipped)
        return found


def first_instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) at which the clock of ``zone`` shows ``clock`` on ``day`` or has passed it.

    Where the clock jumps over ``clock`` this is the instant of the jump; where it shows ``clock`` twice, the first.
    """
    wall = datetime.combine(day, clock)
    found = wall.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wall:
        return found
    low, high = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), found
    while high - low > _MICROSECOND:
        middle = low + (high - low) // 2
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            low = middle
        else:
            high = middle
    return high


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no zone: give an aware datetime")
    return at.astimezone(UTC)


def _not_negative(amount: Amount) -> Amount:
    if amount < 0:
        raise ValueError(f"a limit cannot be negative: {amount}")
    return amount


def _minute_of_day(clock: time) -> float:
    return clock.hour * 60 + clock.minute + clock.second / 60


def _clock(periods: Periods) -> str:
    return ", ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in periods)
