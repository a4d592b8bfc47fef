"""Reads of the foundation that more than one caller needs: work calendars and the health of the machinery."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from functools import lru_cache

from django.db.models import Max
from django.utils.translation import gettext as _

from xiuhua.foundation.models import CalendarDay, WorkCalendarVersion
from xiuhua.foundation.statements import run
from xiuhua.foundation.worktime import WorkCalendar

YEAR_AHEAD = timedelta(days=45)


class UnknownCalendarError(LookupError):
    """A calendar, or a version of one, that is not there."""

    def __init__(self, key: str, version: int | None = None) -> None:
        self.key, self.version = key, version
        wanted = key if version is None else f"{key} v{version}"
        super().__init__(
            _("There is no work calendar %(key)s: make it with `xiuhua calendar declare`.") % {"key": wanted}
        )


def calendar(key: str, version: int | None = None) -> WorkCalendar:
    """The work calendar ``key`` as of ``version``, the latest when none is given.

    Versions never change, so each is built once a process. Raises ``UnknownCalendarError``.
    """
    which, value = ("> %s", 0) if version is None else ("= %s", version)
    sql = f"""
        SELECT id, created_at FROM foundation_workcalendarversion
        WHERE key = %s AND version {which} ORDER BY version DESC LIMIT 1
    """  # noqa: S608 - one of two texts of this function
    row = run(sql, [key, value]).fetchone()
    if row is None:
        raise UnknownCalendarError(key, version)
    return _built(*row)


@lru_cache(maxsize=64)
def _built(pk: int, _created_at: datetime | str) -> WorkCalendar:
    """Built once for each version; the time it was made tells it from one of a database that was set up anew."""
    row = WorkCalendarVersion.objects.get(pk=pk)
    return as_calendar(row, row.days.all())


def as_calendar(row: WorkCalendarVersion, days: Iterable[CalendarDay]) -> WorkCalendar:
    """The rows of one version as a calendar to count with. Raises ``CalendarError``."""
    days = list(days)
    return WorkCalendar(
        key=row.key,
        zone=row.zone,
        periods=tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in row.periods),
        weekend=frozenset(row.weekend),
        years=frozenset(row.years),
        holidays=frozenset(day.date for day in days if day.kind == CalendarDay.Kind.HOLIDAY),
        make_up_days=frozenset(day.date for day in days if day.kind == CalendarDay.Kind.WORKDAY),
        work_day_hours=row.work_day_hours,
    )


def latest_calendars() -> list[WorkCalendarVersion]:
    """The latest version of every calendar."""
    newest = WorkCalendarVersion.objects.values("key").annotate(newest=Max("version"))
    wanted = {row["key"]: row["newest"] for row in newest}
    return [row for row in WorkCalendarVersion.objects.all() if wanted[row.key] == row.version]


def calendars_running_out(now: datetime) -> dict[str, int]:
    """Calendars whose declared years end within 45 days, with the year that is missing."""
    year = (now + YEAR_AHEAD).year
    return {row.key: year for row in latest_calendars() if year not in row.years}
