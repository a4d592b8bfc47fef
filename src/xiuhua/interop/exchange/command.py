"""``xiuhua load LAYER FILE``, ``xiuhua load district`` and ``xiuhua export LAYER``."""

import getpass
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from xiuhua.interop.exchange.targets import TARGETS

if TYPE_CHECKING:
    from xiuhua.city.models import District
    from xiuhua.interop.exchange.report import Report

FILE = click.Path(path_type=Path)
REGISTERS_WITHOUT_DISTRICT = ("codes",)


def language_option[F: Callable[..., Any]](command: F) -> F:
    """The language of what is said: ``--language``, else LANG, else Chinese."""
    return click.option("--language", type=click.Choice(["zh", "en"]), help="Language of the report; else LANG.")(
        command
    )


def spoken(language: str | None) -> AbstractContextManager[None]:
    """Activate the language that was asked for, or that LANG names."""
    wanted = language or (os.environ.get("LC_ALL") or os.environ.get("LANG") or "")[:2]
    return translation.override({"zh": "zh-hans", "en": "en"}.get(wanted, settings.LANGUAGE_CODE))


def actor() -> str:
    """Who works at the command line."""
    try:
        return f"cli:{getpass.getuser()}"[:80]
    except (OSError, KeyError):
        return "cli"


def pairs(_context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Read each ``LEFT=RIGHT`` of an option; the last ``=`` divides."""
    for text in given:
        if "=" not in text:
            raise click.BadParameter(f"{text!r} has no '='", param=parameter)
    return tuple((left.strip(), right.strip()) for left, _equals, right in (text.rpartition("=") for text in given))


OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--crs", default="", help="Coordinate system, if the file does not state it: EPSG:4326, EPSG:4490, "
                 "another EPSG number, GCJ-02, BD-09."),
    click.option("--map", "columns", multiple=True, callback=pairs, metavar="COLUMN=FIELD",
                 help="Use this column for this field; an empty field sets the column aside."),
    click.option("--value", "values", multiple=True, callback=pairs, metavar="FIELD:THEIRS=OURS",
                 help="Read one value of a field as another."),
    click.option("--set", "constants", multiple=True, callback=pairs, metavar="FIELD=VALUE",
                 help="Value for rows that leave the field empty."),
    click.option("--kind", default="", help="Kind of all objects whose row gives none."),
    click.option("--where", multiple=True, callback=pairs, metavar="COLUMN=A|B",
                 help="Only rows whose column has one of these values."),
    click.option("--encoding", default="", help="Encoding of the text; otherwise UTF-8, then GB 18030 are tried."),
    click.option("--layer", default="", help="Layer of a GeoPackage, or file of an archive or folder."),
    click.option("--swap", is_flag=True, help="Exchange longitude and latitude."),
    click.option("--union-by", default="", metavar="COLUMN", help="Merge rows that share the value of this column."),
    click.option("--code-set", default="", metavar="KEY@VERSION", help="Code set of bare category codes."),
    click.option("--source", default="", help="Where the data is from; otherwise the name of the file."),
    click.option("--prune", is_flag=True, help="Remove objects that the file does not have."),
    click.option("--dry-run", is_flag=True, help="Check and report everything, keep nothing."),
    click.option("--rejects", type=FILE, help="Write the refused rows with their reasons to this CSV file."),
)  # fmt: skip
CODES_OPTIONS = (
    click.option("--of", "set_kind", type=click.Choice(["component", "event"]), default="component",
                 show_default=True, help="What the categories of the set are of."),
    click.option("--name", default="", help="Name of the set."),
)  # fmt: skip


def loaders() -> Iterator[click.Command]:
    """One command for each layer and register."""
    for key, target in TARGETS.items():
        yield _loader(key, f"Load {target.en.lower()} from FILE.")


def _loader(key: str, help_text: str) -> click.Command:
    def run(file: Path, **given: Any) -> None:
        with spoken(given.pop("language")):
            _load(key, file, **given)

    own = key in REGISTERS_WITHOUT_DISTRICT
    decorated: Any = language_option(run)
    for option in reversed((*OPTIONS, *(CODES_OPTIONS if own else ()))):
        decorated = option(decorated)
    if not own:
        decorated = click.option("--district", "district_code", required=True, help="Code of the district.")(decorated)
        decorated = click.option("--create-district", metavar="NAME", help="Create the district if it is not there.")(
            decorated
        )
    decorated = click.argument("file", type=FILE)(decorated)
    epilog = "Exit code: 0 all rows taken, 1 nothing loaded, 3 some rows refused."
    return click.command(key, help=help_text, epilog=epilog)(decorated)


def _load(
    key: str,
    file: Path,
    *,
    columns: tuple[tuple[str, str], ...],
    values: tuple[tuple[str, str], ...],
    constants: tuple[tuple[str, str], ...],
    where: tuple[tuple[str, str], ...],
    kind: str,
    rejects: Path | None,
    district_code: str = "",
    create_district: str | None = None,
    **rest: Any,
) -> None:
    from xiuhua.interop.exchange import summary
    from xiuhua.interop.exchange.findings import FileRefusedError
    from xiuhua.interop.exchange.intake import Request, take
    from xiuhua.interop.exchange.report import write_rejects
    from xiuhua.interop.exchange.wording import refusal

    district = None if key in REGISTERS_WITHOUT_DISTRICT else required_district(district_code, create_district)
    request = Request(
        target=key, path=file, columns=columns, values=tuple(_translated(values)),
        defaults=dict(constants) | ({"kind": kind} if kind else {}),
        where=tuple((column, frozenset(wanted.split("|"))) for column, wanted in where), **rest,
    )  # fmt: skip
    try:
        report = take(district, request, actor=actor(), progress=_progress)
    except FileRefusedError as fault:
        raise click.ClickException(_("%(what)s %(remedy)s Nothing was loaded.") % _said(refusal(fault))) from None
    for line in summary.lines(report):
        click.echo(line)
    if rejects and report.rejected:
        # The mark at the beginning tells spreadsheets that the text is UTF-8.
        with rejects.open("w", encoding="utf-8-sig", newline="") as out:
            write_rejects(report, out)
        click.echo(_("The refused rows are in %(file)s: correct them there and load that file.") % {"file": rejects})
    _leave(report)


def _leave(report: "Report") -> None:
    if report.exit_code:
        click.get_current_context().exit(report.exit_code)


def _said(words: tuple[str, str]) -> dict[str, str]:
    return {"what": words[0], "remedy": words[1]}


def _translated(values: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str, str]]:
    for left, ours in values:
        field, colon, theirs = left.partition(":")
        if not colon:
            raise click.BadParameter(_("write --value field:theirs=ours, not %(given)s") % {"given": f"{left}={ours}"})
        yield field, theirs, ours


def _progress(positions: Iterable[int]) -> Iterable[int]:
    listed = list(positions)
    if not sys.stderr.isatty():
        return listed
    return _with_bar(listed)


def _with_bar(positions: list[int]) -> Iterator[int]:
    with click.progressbar(positions, label=_("rows"), file=sys.stderr) as bar:
        yield from bar


def required_district(code: str, create_as: str | None = None) -> "District":
    """The district ``code``, created with the name ``create_as`` where it is not there. Raises ``ClickException``."""
    from xiuhua.city.actions.districts import create_district
    from xiuhua.city.models import District

    if found := District.objects.filter(code=code).first():
        return found
    if create_as:
        return create_district(code, create_as, actor=actor())
    known = ", ".join(District.objects.values_list("code", flat=True)) or _("none")
    message = _("There is no district %(code)s (there are: %(known)s). Create it: xiuhua load district CODE NAME.")
    raise click.ClickException(message % {"code": code, "known": known})


@click.command()
@click.argument("code")
@click.argument("name")
@click.option("--name-en", default="", help="English name.")
@click.option("--time-zone", default="Asia/Shanghai", show_default=True, help="IANA name of its time zone.")
@click.option("--calendar", default="CN", show_default=True, help="Work calendar.")
@click.option("--attribution", default="", help="Whose data it is; printed on maps and in exported files.")
@language_option
def district(code: str, name: str, language: str | None, **more: str) -> None:
    """Create the district CODE with its Chinese NAME, or change its description."""
    from xiuhua.city.actions.districts import create_district

    with spoken(language):
        try:
            made = create_district(code, name, actor=actor(), **more)
        except ValueError as fault:
            raise click.ClickException(str(fault)) from None
        click.echo(
            _("District %(code)s %(name)s. Next: xiuhua load areas FILE --district %(code)s --kind district")
            % {"code": made.code, "name": made.name}
        )


@click.command()
@click.argument("layer", type=click.Choice(list(TARGETS)))
@click.option("--district", "district_code", required=True, help="Code of the district.")
@click.option("--format", "file_format", type=click.Choice(["geojson", "gpkg", "csv"]), default="geojson",
              show_default=True)  # fmt: skip
@click.option("--output", type=FILE, help="File to write; otherwise DISTRICT-LAYER.FORMAT here.")
@click.option("--code-set", default="", metavar="KEY@VERSION", help="Which code set (for codes).")
@language_option
def export(
    layer: str, district_code: str, file_format: str, output: Path | None, code_set: str, language: str | None
) -> None:
    """Write a layer or register of a district to a file that `load` takes in again."""
    from xiuhua.interop.exchange.writers import write_file

    with spoken(language):
        chosen = required_district(district_code)
        if layer == "codes" and not code_set:
            raise click.ClickException(_("Which codes? Add --code-set KEY@VERSION."))
        if file_format == "geojson" and not TARGETS[layer].geometry:
            raise click.ClickException(_("This register has no places; write it as csv or gpkg."))
        path = output or Path(f"{district_code}-{layer}.{file_format}")
        try:
            write_file(layer, chosen, path, file_format, code_set)
        except OSError as fault:
            message = _("%(file)s cannot be written (%(fault)s). Choose another place with --output.")
            raise click.ClickException(message % {"file": path, "fault": fault.strerror or fault}) from None
        click.echo(_("Written: %(file)s") % {"file": path})
