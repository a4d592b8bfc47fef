"""Changes of a work calendar: each makes a new version and leaves the old ones as they are."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Any

from django.db import transaction
from django.utils import timezone

from xiuhua.foundation import events
from xiuhua.foundation.calendar_files import Day
from xiuhua.foundation.models import CalendarDay, WorkCalendarVersion
from xiuhua.foundation.queries import UnknownCalendarError, as_calendar
from xiuhua.foundation.worktime import SATURDAY, SUNDAY, CalendarError, Periods, gettext_noop

KEY_LENGTH, SOURCE_LENGTH = 40, 200
DEFAULT_PERIODS: Periods = ((time(8), time(12)), (time(14), time(18)))


@dataclass(frozen=True)
class _Content:
    """What one version says."""

    zone: str
    periods: list[list[str]]
    weekend: list[int]
    work_day_hours: int
    years: frozenset[int] = frozenset()
    days: frozenset[Day] = field(default=frozenset())

    def columns(self) -> dict[str, Any]:
        return {
            "zone": self.zone,
            "periods": self.periods,
            "weekend": self.weekend,
            "work_day_hours": self.work_day_hours,
            "years": sorted(self.years),
        }


def define(
    key: str,
    *,
    zone: str,
    actor: str,
    periods: Periods = DEFAULT_PERIODS,
    weekend: Iterable[int] = (SATURDAY, SUNDAY),
    work_day_hours: int = 8,
    source: str = "",
) -> WorkCalendarVersion:
    """Set the weekly rules of calendar ``key``, new or known; declared years and their days stay.

    Raises ``CalendarError`` for rules that contradict one another.
    """
    written = [[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in periods]
    rules = _Content(zone, written, sorted(set(weekend)), work_day_hours)

    def change(old: _Content | None) -> _Content:
        return replace(rules, years=old.years, days=old.days) if old else rules

    return _publish(key, "calendar.defined", change, actor, source)


def declare_years(key: str, years: Mapping[int, Iterable[Day]], *, actor: str, source: str) -> WorkCalendarVersion:
    """Declare ``years`` of calendar ``key`` with the days that differ from the week, in place of what was declared.

    Raises ``UnknownCalendarError``, and ``CalendarError`` for a day outside its year or listed twice.
    """
    declared = {year: list(days) for year, days in years.items()}
    for year, days in declared.items():
        _check_days(year, days)

    def change(old: _Content | None) -> _Content:
        old = _known(key, old)
        kept = {day for day in old.days if day.date.year not in declared}
        return replace(old, years=old.years | declared.keys(), days=frozenset(kept.union(*declared.values())))

    return _publish(key, "calendar.years_declared", change, actor, source)


def declare_year(key: str, year: int, days: Iterable[Day], *, actor: str, source: str) -> WorkCalendarVersion:
    """``declare_years`` for a single year."""
    return declare_years(key, {year: list(days)}, actor=actor, source=source)


def add_day(key: str, day: Day, *, actor: str, source: str = "") -> WorkCalendarVersion:
    """Add ``day`` to a declared year of calendar ``key``, in place of what was said of that day before.

    Raises ``UnknownCalendarError``, and ``CalendarError`` when the year is not declared.
    """

    def change(old: _Content | None) -> _Content:
        old = _known(key, old)
        return replace(old, days=frozenset({other for other in old.days if other.date != day.date} | {day}))

    return _publish(key, "calendar.day_added", change, actor, source)


def _publish(
    key: str, verb: str, change: Callable[[_Content | None], _Content], actor: str, source: str
) -> WorkCalendarVersion:
    """Write the changed content as the next version, with its event; the latest version when nothing changes."""
    _check_texts(key, source)
    chain = f"calendar:{key}"
    with transaction.atomic():
        events.lock(chain)
        latest = WorkCalendarVersion.objects.filter(key=key).prefetch_related("days").first()
        old = _content(latest) if latest else None
        new = change(old)
        if latest is not None and new == old:
            return latest
        row = WorkCalendarVersion(
            key=key, version=latest.version + 1 if latest else 1, source=source, created_at=timezone.now(),
            **new.columns(),
        )  # fmt: skip
        days = [CalendarDay(calendar=row, **vars(day)) for day in sorted(new.days)]
        as_calendar(row, days)  # refuses what contradicts itself before anything is written
        row.save(force_insert=True)
        CalendarDay.objects.bulk_create(days)
        gone, come = _difference(old, new)
        events.record(
            chain=chain, verb=verb, actor=actor, subject=f"foundation.calendar:{key}",
            before={"version": row.version - 1, **old.columns(), "days": gone} if old else None,
            after={"version": row.version, "source": source, **new.columns(), "days": come},
        )  # fmt: skip
    return row


def _content(row: WorkCalendarVersion) -> _Content:
    days = frozenset(Day(day.date, day.kind, day.name_zh, day.name_en) for day in row.days.all())
    return _Content(row.zone, row.periods, row.weekend, row.work_day_hours, frozenset(row.years), days)


def _difference(old: _Content | None, new: _Content) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The days only the old and only the new version has."""
    before = old.days if old else frozenset()
    return [vars(day) for day in sorted(before - new.days)], [vars(day) for day in sorted(new.days - before)]


def _known(key: str, old: _Content | None) -> _Content:
    if old is None:
        raise UnknownCalendarError(key)
    return old


def _check_days(year: int, days: list[Day]) -> None:
    if len({day.date for day in days}) < len(days):
        raise CalendarError(gettext_noop("A day of %(year)s is listed twice: keep one entry for each day."), year=year)
    if wrong := [day.date for day in days if day.date.year != year]:
        text = gettext_noop("%(day)s does not lie in %(year)s: declare it with its own year.")
        raise CalendarError(text, day=wrong[0], year=year)


def _check_texts(key: str, source: str) -> None:
    if not key or not key.isprintable() or any(character.isspace() for character in key):
        raise CalendarError(gettext_noop("The key of a calendar is a short word without spaces, such as CN."))
    for text, limit in ((key, KEY_LENGTH), (source, SOURCE_LENGTH)):
        if len(text) > limit:
            message = gettext_noop("%(text)s is too long: at most %(limit)s characters.")
            raise CalendarError(message, text=f"{text[:40]}...", limit=limit)
