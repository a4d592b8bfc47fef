"""``xiuhua calendar``: declare, load, show and explain work calendars."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from fractions import Fraction
from pathlib import Path

import click
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from xiuhua.foundation import calendar_files, queries
from xiuhua.foundation.actions import calendars
from xiuhua.foundation.models import CalendarDay, WorkCalendarVersion
from xiuhua.foundation.rejections import Rejection
from xiuhua.foundation.wording import in_words
from xiuhua.foundation.worktime import Periods, Span, UndeclaredYearError, Unit, WorkCalendar

ACTOR = "command-line"


@contextmanager
def said_plainly() -> Iterator[None]:
    """What a person can mend ends the command with a message instead of a traceback."""
    try:
        yield
    except (ValueError, UndeclaredYearError, queries.UnknownCalendarError) as error:
        raise click.ClickException(in_words(error)) from None


@click.group()
def calendar() -> None:
    """Work calendars: when limits run."""


@calendar.command()
@click.argument("key")
@click.option("--zone", required=True, help="Zone whose clock the periods follow, e.g. Asia/Shanghai.")
@click.option("--periods", default="08:00-12:00,14:00-18:00", show_default=True, help="Work periods of a work day.")
@click.option("--weekend", default="6,7", show_default=True, help="Days of rest, 1 (Monday) to 7 (Sunday).")
@click.option("--work-day-hours", default=8, show_default=True, help="Work hours that make one work day of a limit.")
@click.option(
    "--year", "years", type=int, multiple=True, help="Declare this year with no day that differs from the week."
)
def declare(key: str, zone: str, periods: str, weekend: str, work_day_hours: int, years: tuple[int, ...]) -> None:
    """Set the weekly rules of calendar KEY; with --year, declare years that have no exceptions."""
    with said_plainly():
        row = calendars.define(
            key,
            zone=zone,
            periods=_periods(periods),
            weekend=_weekend(weekend),
            work_day_hours=work_day_hours,
            actor=ACTOR,
        )
        if years:
            row = calendars.declare_years(key, {year: [] for year in years}, actor=ACTOR, source="")
    click.echo(_("%(calendar)s stands.") % {"calendar": row})


@calendar.command()
@click.argument("key")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--package", type=click.Choice(calendar_files.PACKAGES), help="Take the years from this package.")
@click.option("--year", "years", type=int, multiple=True, help="Only these years, declared even without a row.")
@click.option("--source", default="", help="Where the days come from, e.g. the number of the notice.")
def load(key: str, file: Path | None, package: str | None, years: tuple[int, ...], source: str) -> None:
    """Declare years of calendar KEY from FILE (CSV or YAML: date, kind, name_zh, name_en) or from a package."""
    if (file is None) == (package is None):
        raise click.UsageError(_("Give a file or --package, one of the two."))
    with said_plainly():
        if file is None:
            found, refused = calendar_files.from_chinesecalendar(years), list[Rejection]()
        else:
            found, refused = calendar_files.read(file, years)
        for row in refused:
            click.echo(f"{row.row}: {row.field} {row.value!r}: {row.rule}; {row.remedy}", err=True)
        if refused:
            raise ValueError(_("Nothing was loaded: mend the rows above and load again."))
        if not found:
            raise ValueError(_("The file holds no day: say with --year which year has none."))
        made = calendars.declare_years(key, found, actor=ACTOR, source=source or package or str(file and file.name))
    days = sum(len(listed) for listed in found.values())
    click.echo(
        _("%(calendar)s: %(years)s years, %(days)s days.") % {"calendar": made, "years": len(found), "days": days}
    )


@calendar.command("add-day")
@click.argument("key")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("kind", type=click.Choice(calendar_files.KINDS))
@click.option("--name-zh", default="")
@click.option("--name-en", default="")
@click.option("--source", default="")
def add_day(key: str, day: datetime, kind: str, name_zh: str, name_en: str, source: str) -> None:
    """Add one DAY to calendar KEY: a new version, the old one stays."""
    with said_plainly():
        added = calendar_files.Day(day.date(), kind, name_zh, name_en)
        row = calendars.add_day(key, added, actor=ACTOR, source=source)
    click.echo(_("%(calendar)s stands.") % {"calendar": row})


@calendar.command()
@click.argument("key", required=False)
@click.option("--version", type=int, help="This version instead of the latest.")
@click.option("--year", type=int, help="List the days of this year only.")
def show(key: str | None, version: int | None, year: int | None) -> None:
    """Show calendar KEY with its days, or list all calendars."""
    if key is None:
        for row in queries.latest_calendars():
            click.echo(f"{row}  {row.zone}  {_years(row.years)}")
        return
    with said_plainly():
        found = queries.calendar(key, version)
    row = WorkCalendarVersion.objects.filter(key=key, **({"version": version} if version else {})).prefetch_related(
        "days"
    )[0]
    hours = ", ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in found.periods)
    click.echo(f"{row}  {row.zone}  {hours}  {_years(row.years)}  {row.source}")
    for day in row.days.all():
        if year in {None, day.date.year}:
            name = f"{day.name_zh} {day.name_en}".strip()
            click.echo(f"{day.date} {_weekday(day.date)}  {CalendarDay.Kind(day.kind).label}  {name}".rstrip())


@calendar.command()
@click.argument("key")
@click.argument("start", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]))
@click.argument("amount")
@click.argument("unit", type=click.Choice([*(unit.value for unit in Unit), "urgent_day"]))
@click.option("--version", type=int, help="Count with this version instead of the latest.")
def explain(key: str, start: datetime, amount: str, unit: str, version: int | None) -> None:
    """Show which stretches make up AMOUNT UNITs after START (on the clock of the calendar) and where they end."""
    with said_plainly():
        found = queries.calendar(key, version)
        begin = start.replace(tzinfo=found.tz)
        spans = found.explain(begin, _amount(amount), Unit(unit))
        end = found.add(begin, _amount(amount), Unit(unit))
    for span in spans:
        click.echo(_line(span, found))
    click.echo(_("Ends: %(moment)s") % {"moment": _moment(end, found)})


def _line(span: Span, found: WorkCalendar) -> str:
    end = span.end.astimezone(found.tz)
    same_day = end.date() == span.start.astimezone(found.tz).date()
    hours = float(span.length.total_seconds() / 3600)
    return f"{_moment(span.start, found)} - {f'{end:%H:%M}' if same_day else _moment(end, found)}  {hours:g} h"


def _moment(at: datetime, found: WorkCalendar) -> str:
    local = at.astimezone(found.tz)
    return f"{_weekday(local.date())} {local:%Y-%m-%d %H:%M}"


def _weekday(day: date) -> str:
    return str(WEEKDAYS_ABBR[day.weekday()])


def _years(years: list[int]) -> str:
    """Years as runs: 2004-2026, 2028."""
    runs: list[list[int]] = []
    for year in years:
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _periods(text: str) -> Periods:
    try:
        pairs = [part.strip().split("-") for part in text.split(",")]
        return tuple((time.fromisoformat(start.strip()), _end(end.strip())) for start, end in pairs)
    except ValueError:
        raise ValueError(_("Periods are written 08:00-12:00,14:00-18:00, not %(text)s.") % {"text": text}) from None


def _end(text: str) -> time:
    return time(0) if text == "24:00" else time.fromisoformat(text)


def _weekend(text: str) -> list[int]:
    try:
        return [int(part) - 1 for part in text.split(",") if part.strip()]
    except ValueError:
        raise ValueError(_("Days of rest are written 6,7, not %(text)s.") % {"text": text}) from None


def _amount(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise ValueError(_("An amount is a number such as 8 or 1.5, not %(text)s.") % {"text": text}) from None
