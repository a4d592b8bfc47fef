"""``xiuhua taskbook measure``, ``values`` and the pages that describe each indicator."""

from datetime import datetime
from pathlib import Path

import click
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.city.area_index import local_day
from xiuhua.city.command_inputs import district_of

MONTH = click.DateTime(["%Y-%m"])


@click.command()
@click.option("--district", "code", help="Code of the district; may be left out where there is one alone.")
@click.option("--from", "first", type=MONTH, help="First month, e.g. 2026-01. [default: the last]")
@click.option("--to", "last", type=MONTH, help="Last month. [default: this one]")
@click.option("--key", "keys", multiple=True, help="Only this indicator; may be given again.")
@click.option("--by", "kinds", multiple=True, help="Kind of area, or unit; may be given again. [default: town, unit]")
@click.option("--engine", "kind", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True)
@click.option("--write/--no-write", "fresh", default=True, help="Write the facts into the lake first.")
def measure(
    code: str | None, first: datetime | None, last: datetime | None, keys: tuple[str, ...], kinds: tuple[str, ...],
    kind: str, *, fresh: bool,
) -> None:  # fmt: skip
    """Count the indicators for months and keep their values."""
    from xiuhua.lake.actions.batches import compact
    from xiuhua.lake.actions.write import write
    from xiuhua.lake.engines import EngineError, open_engine
    from xiuhua.taskbook.actions.measure import KINDS, MeasureError
    from xiuhua.taskbook.actions.measure import measure as count
    from xiuhua.taskbook.months import months_between

    district = district_of(code)
    until = last.date() if last else local_day(district, timezone.now())
    since = first.date() if first else until.replace(day=1)
    if since > until:
        raise click.ClickException(_("The first month lies after the last: exchange the two."))
    if fresh:
        write()
        compact()
    months = months_between(since, until)
    try:
        with open_engine(kind) as engine:
            done = count(district, months, actor="command", keys=keys, kinds=kinds or KINDS, engine=engine)
    except (MeasureError, EngineError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(
        _("%(kept)s values of %(months)s months kept, %(missing)s of them without a value, %(seconds).1f s")
        % {"kept": done.kept, "months": len(done.months), "missing": done.missing, "seconds": done.seconds}
    )
    if done.later:
        click.echo(
            _("%(count)s figures of published months would differ today; they stay as published:")
            % {"count": len(done.later)}
        )
        for one in done.later[:20]:
            click.echo(f"  {one.indicator} {one.month:%Y-%m} {one.scope} {one.code}: {one.before} -> {one.after}")


@click.command()
@click.argument("key")
@click.option("--district", "code", help="Code of the district; may be left out where there is one alone.")
@click.option("--month", type=MONTH, help="One month, e.g. 2026-01. [default: all]")
@click.option("--scope", default="district", show_default=True, help="district, a kind of area, or unit.")
def values(key: str, code: str | None, month: datetime | None, scope: str) -> None:
    """Print the kept values of the indicator KEY with numerator, denominator, n and interval."""
    from xiuhua.foundation.indicators import indicators, shown
    from xiuhua.taskbook.models import Value

    if key not in indicators():
        known = ", ".join(sorted(indicators()))
        raise click.ClickException(_("There is no indicator %(key)s. Known: %(known)s.") % {"key": key, "known": known})
    indicator = indicators()[key]
    rows = Value.objects.filter(district=district_of(code), indicator=key, scope=scope).order_by("month", "code")
    if month:
        rows = rows.filter(month=month.date())
    if not rows:
        raise click.ClickException(_("Nothing was counted here yet: run xiuhua taskbook measure."))
    click.echo(f"{indicator.name} ({key} v{indicator.version}, {indicator.unit})")
    for row in rows:
        low, value, high = (shown(one, indicator.unit) for one in (row.low, row.value, row.high))
        said = row.missing if value is None else f"{value:.2f}"
        doubt = "" if low is None or high is None else f"[{low:.2f}, {high:.2f}]"
        click.echo(
            f"{row.month:%Y-%m}  {row.code:<12}  {said:>14}  {doubt:<18}  {row.numerator:,.0f} / {row.denominator:,.0f}"
            f"  n={row.n:,}"
        )


@click.command("indicator-pages")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def indicator_pages(folder: Path) -> None:
    """Write the page of each indicator into FOLDER (docs/indicators)."""
    from xiuhua.taskbook.indicator_pages import pages

    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages():
        (folder / name).write_text(text, encoding="utf-8")


commands = [measure, values, indicator_pages]
