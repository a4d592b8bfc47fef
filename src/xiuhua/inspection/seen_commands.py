"""``xiuhua inspection cells refresh``: read when each square of 100 m was last seen."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click
from django.utils.translation import gettext as _

from xiuhua.city.command_inputs import known_district


@click.group()
def cells() -> None:
    """Squares of 100 m and when each was last seen."""


@cells.command()
@click.argument("district")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Read again what came since this day.")
@click.option("--all", "everything", is_flag=True, help="Read everything again.")
def refresh(district: str, since: datetime | None, *, everything: bool) -> None:
    """Read what was seen in DISTRICT since the last time: checks, cases, vehicles."""
    from xiuhua.inspection.actions.cells import refresh_cells

    found = known_district(district)
    first = since.replace(tzinfo=ZoneInfo(found.time_zone)) if since else None
    if everything:
        first = datetime(1970, 1, 1, tzinfo=UTC)
    done = refresh_cells(found, first, actor="command")
    for source, count in done.seen.items():
        click.echo(_("%(source)s: %(count)s squares") % {"source": source, "count": count})
    click.echo(_("%(count)s squares have a later instant now.") % {"count": done.changed})
