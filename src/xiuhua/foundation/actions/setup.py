"""Make a database ready to work in: tables, cache, a first work calendar, the schedules every installation needs."""

from django.core.management import call_command

from xiuhua.foundation import calendar_files
from xiuhua.foundation.actions.calendars import declare_years, define
from xiuhua.foundation.actions.jobs import set_default_schedules
from xiuhua.foundation.models import WorkCalendarVersion

# A calendar that ships with years already declared: key -> (zone, the package that knows its holidays).
FIRST_CALENDAR = ("CN", "Asia/Shanghai", "chinesecalendar")


def set_up(zone: str, *, actor: str) -> None:
    """Migrate and add what is missing; what is there stays as it is. Safe to repeat, also after an upgrade.

    ``zone`` is the zone in whose night the daily jobs run.
    """
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    key, home, package = FIRST_CALENDAR
    if not WorkCalendarVersion.objects.filter(key=key).exists():
        define(key, zone=home, actor=actor)
        declare_years(key, calendar_files.from_chinesecalendar(), actor=actor, source=package)
    set_default_schedules(zone, actor=actor)
