"""``xiuhua casework``: standards, timers, the drawing of the lifecycle. Further commands join the group."""

import csv
from pathlib import Path

import click
from django.utils.translation import gettext as _

from xiuhua.casework.indicator_commands import indicators
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


@casework.command()
@click.argument("text", default="")
def suggestion(text: str) -> None:
    """Measure how well categories are told from texts; with TEXT, say what it suggests."""
    from xiuhua.casework.suggesting import measured, suggest
    from xiuhua.city.models import Code

    for each in suggest(text) if text else []:
        click.echo(f"{each.confidence:6.1%}  {Code.objects.select_related('code_set').get(pk=each.category)}")
    for what, found in measured().items() if not text else ():
        if not found.texts:
            click.echo(_("%(what)s: no texts yet.") % {"what": what})
            continue
        click.echo(
            _("%(what)s: %(texts)s texts held out, right first %(top1).1f %%, among three %(top3).1f %%.")
            % {"what": what, "texts": found.texts, "top1": 100 * found.top1, "top3": 100 * found.top3}
        )


@casework.command()
@click.option("--source", default=None, help="Set the rule of this source; '*' for all without one.")
@click.option("--contact-days", type=int, help="Days that contacts are kept after the end; without it, for ever.")
@click.option("--original-days", type=int, help="Days that original photos are kept after the end; likewise.")
def retention(source: str | None, contact_days: int | None, original_days: int | None) -> None:
    """Let go now of what is kept no longer (the schedule does this each night), or set a rule. Says the rules."""
    from xiuhua.casework.actions.retention import rules, set_rule, tidy

    if source is None:
        done = tidy(actor=ACTOR)
        click.echo(
            _("%(reports)s reports made anonymous, %(originals)s originals and %(orphans)s stray photos removed.")
            % vars(done)
        )
    else:
        try:
            set_rule(source.replace("*", ""), contact_days, original_days, actor=ACTOR)
        except ValueError as error:
            raise click.ClickException(str(error)) from None
    for name, days in rules().items():
        contact, original = (_("for ever") if each is None else _("%(days)s days") % {"days": each} for each in days)
        click.echo(
            _("%(source)s: contacts %(contact)s, originals %(original)s.")
            % {"source": name or "*", "contact": contact, "original": original}
        )


casework.add_command(indicators)
commands: list[click.Command] = [casework]
