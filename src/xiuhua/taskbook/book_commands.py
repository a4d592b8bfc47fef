"""``xiuhua taskbook load | export | issue | close``: a book from a file, to a file, and its states."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.utils.translation import gettext as _

from xiuhua.city.command_inputs import known_district
from xiuhua.taskbook.command_inputs import answered
from xiuhua.taskbook.refusals import TaskbookError

if TYPE_CHECKING:
    from xiuhua.taskbook.models import Book

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)
ACTOR = "command-line"
_DISTRICT = click.option("--district", "code", required=True, help="Code of the district.")


@click.command()
@click.argument("file", type=FILE)
@_DISTRICT
@click.option("--reason", default="", help="Why an issued book changes; it becomes the next version.")
def load(file: Path, code: str, reason: str) -> None:
    """Load a task book from FILE (.yaml or .xlsx): all of it, or nothing and a list of everything that is wrong."""
    from xiuhua.taskbook.actions.load import load_book
    from xiuhua.taskbook.book_file.reading import read_file

    try:
        report = load_book(read_file(file), known_district(code), actor=ACTOR, reason=reason)
    except TaskbookError as refused:
        click.echo(str(refused), err=True)
        raise SystemExit(1) from None
    if report.unchanged:
        click.echo(_("%(book)s, version %(version)s: the file says what is there already.") % _said(report.book))
        return
    click.echo(
        _("%(book)s, version %(version)s: %(new)s new, %(changed)s changed, %(gone)s gone.")
        % {
            **_said(report.book), "new": report.new.total(), "changed": report.changed.total(),
            "gone": report.gone.total(),
        }
    )  # fmt: skip


@click.command()
@click.argument("key")
@_DISTRICT
@click.option("--format", "form", type=click.Choice(["yaml", "xlsx"]), default="yaml", show_default=True)
@click.option("--out", type=OUT, help="The file to write. [default: KEY.yaml or KEY.xlsx here]")
def export(key: str, code: str, form: str, out: Path | None) -> None:
    """Write the task book KEY into a file that `load` takes again."""
    from xiuhua.taskbook.book_file.tables import nested
    from xiuhua.taskbook.book_file.xlsx_out import write_xlsx
    from xiuhua.taskbook.book_file.yaml_out import write_yaml
    from xiuhua.taskbook.stored import tables_of

    data = nested(tables_of(_book(key, code)))
    path = out or Path(f"{key}.{form}")
    path.write_bytes(write_yaml(data) if form == "yaml" else write_xlsx(data))
    click.echo(_("%(file)s written.") % {"file": path})


@click.command()
@click.argument("key")
@_DISTRICT
def issue(key: str, code: str) -> None:
    """Issue the draft KEY: from now on it changes only by new versions with a reason."""
    from xiuhua.taskbook.actions.books import issue_book

    with answered():
        book = issue_book(_book(key, code), actor=ACTOR)
    click.echo(_("%(book)s, version %(version)s: issued.") % _said(book))


@click.command()
@click.argument("key")
@_DISTRICT
@click.option("--note", required=True, help="How the programme ended.")
def close(key: str, code: str, note: str) -> None:
    """Close the issued book KEY: it stays to be read."""
    from xiuhua.taskbook.actions.books import close_book

    with answered():
        book = close_book(_book(key, code), note=note, actor=ACTOR)
    click.echo(_("%(book)s, version %(version)s: closed.") % _said(book))


def _said(book: "Book") -> dict[str, object]:
    return {"book": f"{book} ({book.key})", "version": book.version}


def _book(key: str, code: str) -> "Book":
    from xiuhua.taskbook.models import Book

    district = known_district(code)
    found = Book.objects.filter(district=district, key=key).select_related("district").first()
    if found is None:
        known = ", ".join(Book.objects.filter(district=district).values_list("key", flat=True)) or "-"
        raise click.ClickException(_("There is no book %(key)s. Known: %(known)s.") % {"key": key, "known": known})
    return found
