"""``xiuhua lake``: write facts as Parquet, put telemetry into its days, look at them, ask them."""

import sys
from pathlib import Path

import click
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from django.utils.translation import gettext as _


@click.group()
def lake() -> None:
    """Facts as Parquet files: write, compact, look, ask."""


@lake.command()
@click.option("--fact", "names", multiple=True, help="Only this fact; may be given again.")
@click.option("--anew", is_flag=True, help="From the beginning, not from where the last writing ended.")
def write(names: tuple[str, ...], anew: bool) -> None:  # noqa: FBT001 - a flag of click
    """Write what changed in the rooms since the last time."""
    from xiuhua.lake.actions.write import write as write_facts

    try:
        done = write_facts(names, anew=anew)
    except LookupError as error:
        raise click.ClickException(str(error)) from None
    for one in done:
        click.echo(
            _("%(fact)s: %(rows)s rows, %(partitions)s partitions, %(seconds).1f s")
            % {"fact": one.fact, "rows": one.rows, "partitions": len(one.partitions), "seconds": one.seconds}
        )


@lake.command()
def compact() -> None:
    """Put telemetry that was acknowledged into its days."""
    from xiuhua.lake.actions.batches import compact as compact_batches

    for name, batches, rows, days in compact_batches():
        click.echo(
            _("%(stream)s: %(batches)s batches, %(rows)s rows, %(days)s days written")
            % {"stream": name, "batches": batches, "rows": rows, "days": days}
        )


@lake.command()
def status() -> None:
    """What lies in the lake, how far each fact was written, what telemetry waits."""
    from xiuhua.lake.queries import standing

    for one in standing():
        until = one.until.isoformat(timespec="seconds") if one.until else _("never written")
        click.echo(
            _("%(fact)-14s %(rows)12s rows  %(files)4s files  %(mb)9.1f MB  %(until)s")
            % {"fact": one.fact, "rows": f"{one.rows:,}", "files": one.files, "mb": one.size / 1e6, "until": until}
            + (_("  %(waiting)s batches wait") % {"waiting": one.waiting} if one.waiting else "")
        )


@lake.command()
@click.argument("sql")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file that ends in .csv or .parquet.")
@click.option("--rows", "limit", default=50, show_default=True, help="How many rows are printed.")
def query(sql: str, out: Path | None, limit: int) -> None:
    """Ask in SQL; every fact is a view. Nothing is changed and no other file is read."""
    from xiuhua.lake.asking import QuestionError, ask

    try:
        answer = ask(sql)
    except QuestionError as error:
        raise click.ClickException(str(error)) from None
    if out is None:
        _show(answer, limit)
    elif out.suffix == ".parquet":
        pq.write_table(answer, out, coerce_timestamps="us", allow_truncated_timestamps=True)
    elif out.suffix == ".csv":
        pa_csv.write_csv(answer, out)
    else:
        raise click.ClickException(_("The file must end in .csv or .parquet."))


def _show(answer: pa.Table, limit: int) -> None:
    names = answer.schema.names
    shown = answer.slice(0, limit).to_pylist()
    rows = [["" if value is None else str(value) for value in row.values()] for row in shown]
    widths = [max([len(name), *(len(row[place]) for row in rows)]) for place, name in enumerate(names)]
    for line in (names, *rows):
        sys.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n")
    if answer.num_rows > limit:
        click.echo(_("%(shown)s of %(all)s rows") % {"shown": limit, "all": answer.num_rows})


commands: list[click.Command] = [lake]
