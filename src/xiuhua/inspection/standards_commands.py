"""``xiuhua inspection standards load | export | list``: standards from a file, to a file, and which there are."""

from pathlib import Path

import click
from django.utils.translation import gettext as _

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)
ACTOR = "command-line"


@click.group()
def standards() -> None:
    """Standards: what is looked at, how it is graded, what passes."""


@standards.command()
@click.argument("file", type=FILE, required=False)
def load(file: Path | None) -> None:
    """Load standards from FILE (.yaml or .xlsx), without FILE the example set: all of them, or none."""
    from xiuhua.casework.refusals import Refused
    from xiuhua.inspection.actions.standards import EXAMPLE, load_standards

    try:
        report = load_standards(file or EXAMPLE, actor=ACTOR)
    except Refused as refused:
        click.echo(str(refused), err=True)
        raise SystemExit(1) from None
    click.echo(
        _("%(new)s new, %(changed)s changed, %(unchanged)s as before; %(force)s put in force, %(retired)s retired.")
        % {
            "new": len(report.new), "changed": len(report.changed), "unchanged": len(report.unchanged),
            "force": len(report.put_in_force), "retired": len(report.retired),
        }
    )  # fmt: skip


@standards.command()
@click.argument("refs", nargs=-1, metavar="[KEY@VERSION]...")
@click.option("--format", "form", type=click.Choice(["yaml", "xlsx"]), default="yaml", show_default=True)
@click.option("--out", type=OUT, help="The file to write. [default: standards.yaml or standards.xlsx here]")
def export(refs: tuple[str, ...], form: str, out: Path | None) -> None:
    """Write standards into a file that `load` takes again; all that are not retired when none is named."""
    from xiuhua.inspection.standard_files.writing import nested
    from xiuhua.inspection.standard_files.xlsx_out import write_xlsx
    from xiuhua.inspection.standard_files.yaml_out import write_yaml
    from xiuhua.inspection.standard_queries import named, not_retired

    found, missing = named(refs) if refs else (not_retired(), [])
    if missing:
        raise click.ClickException(
            _("There is no standard %(ref)s. `xiuhua inspection standards list` shows them.") % {"ref": missing[0]}
        )
    data, path = nested(found), out or Path(f"standards.{form}")
    path.write_bytes(write_yaml(data) if form == "yaml" else write_xlsx(data))
    click.echo(_("%(file)s written.") % {"file": path})


@standards.command(name="list")
def list_standards() -> None:
    """Every standard with its state, kind and items."""
    from xiuhua.inspection.standard_queries import every

    for row in every():
        click.echo(f"{row.ref:28} {row.get_state_display():10} {row.kind:20} {len(row.items.all()):3}  {row.name}")
