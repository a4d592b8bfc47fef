"""Deadlines a second: the yearly tables of the work calendar against walking day by day."""

import random
import time
from datetime import UTC, datetime, timedelta

from xiuhua.foundation.calendar_files import WORKDAY, from_chinesecalendar
from xiuhua.foundation.worktime import Unit, WorkCalendar

CASES = 20_000


def walk(calendar: WorkCalendar, start: datetime, hours: int) -> datetime:
    """The baseline: go through the work periods day after day until the hours are used up."""
    left, day = timedelta(hours=hours), start.astimezone(calendar.tz).date()
    while True:
        for span in calendar.day_spans(day):
            begin = max(span.start, start)
            if begin < span.end:
                if left <= span.end - begin:
                    return begin + left
                left -= span.end - begin
        day += timedelta(days=1)


def main() -> None:
    """Print both rates and their ratio for limits of 2 hours to 15 work days."""
    years = from_chinesecalendar([2024, 2025, 2026])
    days = [day for listed in years.values() for day in listed]
    calendar = WorkCalendar(
        zone="Asia/Shanghai",
        years=frozenset(years),
        holidays=frozenset(day.date for day in days if day.kind != WORKDAY),
        make_up_days=frozenset(day.date for day in days if day.kind == WORKDAY),
    )
    draw = random.Random(1)
    begin = datetime(2024, 1, 2, tzinfo=UTC)
    cases = [
        (begin + timedelta(minutes=draw.randrange(1_300_000)), draw.choice((2, 4, 8, 24, 40, 120)))
        for _ in range(CASES)
    ]
    timings = {}
    for name, count in (("walk day by day", walk), ("yearly tables", lambda c, s, h: c.add(s, h, Unit.WORK_HOUR))):
        since = time.perf_counter()
        found = [count(calendar, start, hours) for start, hours in cases]
        timings[name] = time.perf_counter() - since, found
    (slow, expected), (fast, found) = timings.values()
    if found != expected:
        raise AssertionError("the two ways disagree")
    for name, (seconds, _) in timings.items():
        print(f"{name:16} {CASES / seconds:10,.0f} deadlines/s")
    print(f"{'ratio':16} {slow / fast:10.1f} x")


if __name__ == "__main__":
    main()
