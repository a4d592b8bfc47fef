"""``xiuhua casework``: standards, timers, the drawing of the lifecycle. Further commands join the group."""

import csv
from pathlib import Path

import click
from django.utils.translation import gettext as _

from xiuhua.casework.lifecycle import written_into
from xiuhua.city.models import CodeSet

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
ACTOR = "command-line"


@click.group()
def casework() -> None:
    """Reports and cases."""


@casework.command()
@click.argument("file", type=FILE)
@click.option(
    "--codes", "names", multiple=True, required=True, metavar="SET@VERSION", help="Code set of the categories."
)
@click.option("--prune", is_flag=True, help="End the standards that the file does not name.")
@click.option("--source", default="", help="Where the standards come from, where no row says so.")
def standards(file: Path, names: tuple[str, ...], prune: bool, source: str) -> None:  # noqa: FBT001 - click passes flags by name
    """Load filing standards with their limits from FILE (CSV). Give --codes once for each kind of category."""
    from xiuhua.casework.actions.standards import load_standards

    sets = [_code_set(name) for name in names]
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (UnicodeDecodeError, csv.Error) as error:
        raise click.ClickException(_("%(file)s is not CSV in UTF-8: %(why)s") % {"file": file, "why": error}) from None
    report = load_standards(sets, rows, actor=ACTOR, source=source or file.name, prune=prune)
    for each in report.rejected:
        click.echo(f"{each.row}  {each.code}  {each.field}={each.value!r}: {each.rule} {each.remedy}", err=True)
    click.echo(
        _("%(inserted)s new, %(replaced)s changed, %(unchanged)s unchanged, %(ended)s ended, %(rejected)s refused.")
        % {**vars(report), "rejected": len(report.rejected)}
    )
    if rows and len(report.rejected) == len(rows):
        raise SystemExit(1)


def _code_set(name: str) -> CodeSet:
    key, _at, version = name.partition("@")
    found = CodeSet.objects.filter(key=key, version=version).first()
    if found is None:
        known = ", ".join(str(each) for each in CodeSet.objects.all())
        raise click.ClickException(
            _("There is no code set %(name)s. Known: %(known)s.") % {"name": name, "known": known or "-"}
        )
    return found


@casework.command()
def ring() -> None:
    """Ring now for every case that waits too long (the schedule does this each minute)."""
    from xiuhua.casework.actions.timers import recompute_deadlines, run_due

    moved = recompute_deadlines()
    done = run_due()
    click.echo(
        _("%(recomputed)s deadlines moved, %(moved)s moves made, %(told)s desks told, %(overtaken)s left alone.")
        % {"recomputed": moved, **vars(done)}
    )


@casework.command()
@click.argument("page", type=FILE)
def lifecycle(page: Path) -> None:
    """Draw the lifecycle into PAGE (docs/rooms/casework.md), between its marks."""
    page.write_text(written_into(page.read_text(encoding="utf-8")), encoding="utf-8")


commands: list[click.Command] = [casework]
