"""Work calendar of the demonstration: years for which no official notice is known get the fixed holidays alone."""

from datetime import date, datetime, timedelta

from xiuhua.foundation import queries
from xiuhua.foundation.actions.calendars import declare_years
from xiuhua.foundation.calendar_files import Day, Years
from xiuhua.foundation.models import CalendarDay

# Month and day of the first day off, how many, and the name: those of the holidays that follow the solar year.
FIXED = ((1, 1, 1, "元旦", "New Year's Day"), (5, 1, 3, "劳动节", "Labour Day"), (10, 1, 7, "国庆节", "National Day"))
SOURCE = "xiuhua demo: fixed holidays only, no official notice known"


def declare_missing(key: str, now: datetime, *, actor: str) -> list[int]:
    """Declare the years from two before ``now`` to the next that calendar ``key`` lacks. Returns which.

    A limit that begins at the end of a year runs into the next: without it nothing could be dispatched in winter.
    """
    known = queries.calendar(key).years
    missing: Years = {
        year: [
            Day(date(year, month, first) + timedelta(days=n), CalendarDay.Kind.HOLIDAY, f"{zh}（示意）", en)
            for month, first, days, zh, en in FIXED
            for n in range(days)
        ]
        for year in range(now.year - 2, now.year + 2)
        if year not in known
    }
    if missing:
        declare_years(key, missing, actor=actor, source=SOURCE)
    return sorted(missing)
