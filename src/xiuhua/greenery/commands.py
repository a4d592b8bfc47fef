"""``xiuhua greenery``: measure the three promises of a district, store and print them with what was assumed."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from django.utils.translation import gettext as _

from xiuhua.city.command_inputs import known_district
from xiuhua.city.models import District
from xiuhua.greenery.actions.change import ask_change
from xiuhua.greenery.actions.finish import finish, want_bands
from xiuhua.greenery.actions.measure import Done, Made, NoHomesError, measure_district, measured_of, take
from xiuhua.greenery.asking import HOURS, RUNS, Asked
from xiuhua.greenery.bands import bands
from xiuhua.greenery.csv_rows import home_rows, street_rows, write
from xiuhua.greenery.printing import change_lines, lines_of
from xiuhua.greenery.queries import asked_of, latest
from xiuhua.greenery.scene_of import scene_of
from xiuhua.greenery.sight import RANGE_M

ACTOR = "command"


@click.group()
def greenery() -> None:
    """Green from every window, a park at every door, shade on every walk."""


@greenery.command("measure")
@click.argument("district")
@click.option(
    "--range",
    "range_m",
    type=click.FloatRange(10, 500),
    default=RANGE_M,
    show_default=True,
    help="How far a window looks for trees, in metres.",
)
@click.option(
    "--hours",
    type=click.Choice(HOURS),
    default="summer",
    show_default=True,
    help="Hours of shade: a day a week from June to August, 10:00 to 16:00; or 15 July, 7:00 to 19:00.",
)
@click.option("--crowns-block", is_flag=True, help="Let crowns hide other trees: the lower band.")
@click.option("--no-view", is_flag=True, help="Leave the share of view out, which takes longest.")
@click.option(
    "--runs",
    type=click.IntRange(0, 1_000),
    default=RUNS,
    show_default=True,
    help="Runs with shifted heights, crowns and trees behind the bands; 0: no bands.",
)
@click.option("--force", is_flag=True, help="Measure again even where nothing changed.")
@click.option("--dry-run", is_flag=True, help="Print only; store nothing.")
@click.option("--buildings", type=click.Path(dir_okay=False, path_type=Path), help="Write a CSV row for each home.")
@click.option("--streets", type=click.Path(dir_okay=False, path_type=Path), help="Write a CSV row for each street.")
def measure_command(
    district: str, range_m: float, hours: str, runs: int, buildings: Path | None, streets: Path | None, *,
    crowns_block: bool, no_view: bool, force: bool, dry_run: bool,
) -> None:  # fmt: skip
    """Measure DISTRICT as it stands today, store its figures and print them with all that was assumed.

    Where neither the data nor the options changed the last measurement stands.
    """
    found = known_district(district)
    year = datetime.now(ZoneInfo(found.time_zone)).year
    asked = Asked(year, range_m, hours, crowns_block, view=not no_view, runs=runs)
    wanted = [(path, rows) for path, rows in ((buildings, home_rows), (streets, street_rows)) if path]
    try:
        done = _tried(found, asked) if dry_run else _made(found, asked, force=force or bool(wanted))
    except NoHomesError:
        raise click.ClickException(
            _("%(district)s has no homes yet: load buildings first (xiuhua load buildings FILE --district %(code)s).")
            % {"district": found, "code": found.code}
        ) from None
    for line in (_heading(done), *lines_of(done)):
        click.echo(line)
    for path, rows in wanted:
        if done.measured:
            write(path, rows(done.measured, scene_of(found)))
            click.echo(_("Written: %(path)s") % {"path": path})


@greenery.command("change")
@click.argument("district")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Day with which today is compared, YYYY-MM-DD."
)
def change_command(district: str, since: datetime) -> None:
    """Explain how the figures of DISTRICT moved since a day: felled, planted, grown, built, parks and the rest.

    Measured with the options of the last measurement; the result is kept beside it.
    """
    found = known_district(district)
    last = latest(found)
    asked = asked_of(last) if last else Asked(datetime.now(ZoneInfo(found.time_zone)).year, runs=RUNS)
    try:
        held = ask_change(found, asked, since.date(), actor=ACTOR)
        finish(held)
    except NoHomesError:
        raise click.ClickException(
            _("%(district)s has no homes on one of the two days: nothing can be compared.") % {"district": found}
        ) from None
    except ValueError:
        raise click.ClickException(_("%(day)s is not past: name an earlier day.") % {"day": since.date()}) from None
    for line in change_lines(held):
        click.echo(line)


def _made(found: District, asked: Asked, *, force: bool) -> Done:
    """Measured and stored, with all that was left to be worked out."""
    done = measure_district(found, asked, actor=ACTOR, force=force)
    want_bands(done.measurement)
    finish(done.measurement)
    return done


def _tried(found: District, asked: Asked) -> Made:
    """Measured with its bands, not stored."""
    taken = take(found, asked)
    made = measured_of(taken)
    if asked.runs:
        options = asked.options(taken.surveyed.scene, found.time_zone)
        made.measurement.bands = bands(made.measured, options, asked.runs, taken.seed).said()
    return made


def _heading(done: Done) -> str:
    held = done.measurement
    said = {"district": held.district, "day": held.data_on, "seconds": held.seconds}
    if done.measured is None:
        return _("%(district)s, data of %(day)s: nothing changed since, the last measurement stands.") % said
    return _("%(district)s, data of %(day)s, measured in %(seconds).1f s") % said


commands: list[click.Command] = [greenery]
