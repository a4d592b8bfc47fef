"""Months: as people write them (2026-03 stands for its first day), one after another, on the clock of a district."""

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from xiuhua.foundation.worktime import first_instant

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1990, 2100


def month_from(text: str) -> date | None:
    """The first day of the month ``text``; None for what is no month of the years that can be kept."""
    found = _MONTH.fullmatch(text)
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return None
    return date(int(found[1]), int(found[2]), 1)


def written(month: date) -> str:
    """The month as text, as in 2026-03."""
    return f"{month:%Y-%m}"


def month_after(month: date, count: int = 1) -> date:
    """The month that lies ``count`` months after ``month``; before it where the count is negative."""
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def months_between(first: date, last: date) -> list[date]:
    """The first days of the months from that of ``first`` to that of ``last``, both within."""
    found, month = [], first.replace(day=1)
    while month <= last:
        found.append(month)
        month = month_after(month)
    return found


def edges_of(months: list[date], time_zone: str) -> tuple[datetime, ...]:
    """The beginnings of ``months``, which follow one another, and the end of the last."""
    zone = ZoneInfo(time_zone)
    days = [*months, month_after(months[-1])]
    return tuple(first_instant(day, time(0), zone).astimezone(zone) for day in days)
