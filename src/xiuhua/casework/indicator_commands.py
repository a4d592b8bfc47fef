"""``xiuhua casework indicators``."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import click
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.city.command_inputs import district_of

DAY = click.DateTime(["%Y-%m-%d"])
_DAYS = 90


@click.command()
@click.option("--district", "code", help="Code of the district; may be left out where there is one alone.")
@click.option("--from", "first", type=DAY, help="First day, e.g. 2026-01-01. [default: 90 days before the last]")
@click.option("--to", "last", type=DAY, help="Last day. [default: today]")
@click.option("--by", type=click.Choice(["unit", "town", "month"]), help="Count each of these by itself.")
@click.option("--key", "keys", multiple=True, help="Only this indicator; may be given again.")
def indicators(
    code: str | None, first: datetime | None, last: datetime | None, by: str | None, keys: tuple[str, ...]
) -> None:
    """Count the evaluation indicators from the cases as they stand: value, numerator / denominator, cases counted."""
    from xiuhua.casework.counting import counted, period_of, table_of
    from xiuhua.foundation.indicators import indicators as known
    from xiuhua.foundation.indicators import shown as as_shown

    if unknown := [key for key in keys if key not in known()]:
        raise click.ClickException(
            _("There is no indicator %(key)s. Known: %(known)s.") % {"key": unknown[0], "known": ", ".join(known())}
        )
    district = district_of(code)
    now = timezone.now()
    until = last.date() if last else now.astimezone(ZoneInfo(district.time_zone)).date()
    since = first.date() if first else until - timedelta(days=_DAYS)
    if since > until:
        raise click.ClickException(_("The first day lies after the last: exchange the two."))
    period = period_of(district, since, until, now)
    table = table_of(district, period)
    click.echo(
        _("%(district)s, %(first)s to %(last)s, %(cases)s cases read.")
        % {"district": district, "first": since, "last": until, "cases": len(table)}
    )
    names = _unit_names(district.code) if by == "unit" else {}
    for indicator, values in counted(district, table, period, by=by or "", keys=keys):
        click.echo(f"{indicator.name} ({indicator.key})")
        for value in values:
            ratio = as_shown(value.value, indicator.unit)
            shown = "-" if ratio is None else f"{ratio:.2f} {indicator.unit}"
            group = f"  {value.group} {names.get(value.group, '')}".rstrip() if value.group else " "
            click.echo(f"{shown:>14}  {value.numerator:,.0f} / {value.denominator:,.0f}{group}")


def _unit_names(district_code: str) -> dict[str, str]:
    from xiuhua.people.models import Organisation

    return {unit.code: unit.name for unit in Organisation.objects.filter(district_code=district_code)}
