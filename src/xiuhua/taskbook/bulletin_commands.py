"""``xiuhua taskbook bulletin``: make the bulletin of a month."""

import click
from django.conf import settings
from django.utils.translation import gettext as _

from xiuhua.city.command_inputs import known_district
from xiuhua.taskbook.command_inputs import month_of

ACTOR = "command-line"


@click.command()
@click.option("--district", "code", required=True, help="Code of the district.")
@click.option("--month", "text", required=True, help="Year and month, e.g. 2026-03.")
@click.option(
    "--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Which PDF is named."
)
def bulletin(code: str, text: str, language: str) -> None:
    """Make the bulletin of a month as PDF and XLSX; says where the files lie. Nothing is made where nothing changed."""
    from xiuhua.taskbook.actions.bulletin import BulletinError, make_bulletin

    district, month = known_district(code), month_of(text)
    try:
        made = make_bulletin(district, month, ACTOR)
    except BulletinError as error:
        raise click.ClickException(str(error)) from None
    row = made.bulletin
    said = _("Edition %(version)s was made.") if made.new else _("Nothing changed: edition %(version)s stands.")
    click.echo(said % {"version": row.version})
    if row.provisional:
        click.echo(_("It is provisional: the month is not published."))
    if made.missing:
        numbers = ", ".join(f"U+{ord(char):04X}" for char in made.missing)
        click.echo(_("The font lacks %(numbers)s: printed as their numbers.") % {"numbers": numbers}, err=True)
    for name in (row.pdf_en if language == "en" else row.pdf, row.xlsx):
        click.echo(f"{settings.MEDIA_ROOT}/{name}")
