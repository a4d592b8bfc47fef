"""``xiuhua taskbook compare-formula``: check a published table against its formulas."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from django.utils.translation import gettext as _

from xiuhua.foundation.wording import in_words
from xiuhua.foundation.worktime import Refusal
from xiuhua.taskbook.comparison import WITHIN, Compared

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Say what a pure module refused in the language of the reader."""
    try:
        yield
    except Refusal as error:
        raise click.ClickException(in_words(error)) from None


@click.command("compare-formula")
@click.argument("file", type=FILE)
@click.option("--printed", required=True, help="The formula as printed, over the names of the columns.")
@click.option("--real", required=True, help="The formula to compare it with.")
@click.option("--published", required=True, help="The column of the published number.")
@click.option("--name", required=True, help="The column that names a row.")
@click.option("--within", default=WITHIN, show_default=True, help="Largest difference that counts as the same.")
def compare_formula(file: Path, printed: str, real: str, published: str, name: str, within: float) -> None:
    """Compute each row of a published table (FILE: CSV or XLSX) by two formulas, and say which gives what was printed.

    A formula has names of columns, numbers, + - * / %, brackets, min and max: "(in_time*100 + late*40)*80% + 20".
    """
    from xiuhua.taskbook.comparison import compare, read_table
    from xiuhua.taskbook.formula import read, tidy_name

    with in_plain_words():
        formulas = [read(printed), read(real)]
        rows = read_table(file)
        columns = list(rows[0]) if rows else []
        for column in (published, name):
            if tidy_name(column) not in columns:
                raise click.ClickException(
                    _("%(file)s has no column %(column)s. It has: %(known)s.")
                    % {"file": file.name, "column": column, "known": ", ".join(columns)}
                )
        found = compare(rows, formulas, published=tidy_name(published), name=tidy_name(name))
    heads = [_("row"), _("published"), _("printed formula"), _("difference"), _("other formula"), _("difference")]
    click.echo("\t".join(heads))
    for each in found:
        click.echo(_line(each, within))
        if each.fault:
            click.echo(f"  {in_words(each.fault)}")
    for place, which in enumerate((_("The printed formula"), _("The other formula"))):
        same = sum(each.reproduced(within)[place] for each in found)
        click.echo(
            _("%(which)s gives %(same)s of %(all)s rows to within %(within)s.")
            % {"which": which, "same": same, "all": len(found), "within": within}
        )


def _line(row: Compared, within: float) -> str:
    cells = [row.name, f"{row.published:.3f}"]
    for result, gap, same in zip(row.results, row.differences(), row.reproduced(within), strict=True):
        cells += ["-", "-"] if result is None or gap is None else [f"{result:.3f}", "=" if same else f"{gap:+.3f}"]
    return "\t".join(cells)
