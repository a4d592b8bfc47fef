"""``xiuhua taskbook outside``: an outside series, ranked with its doubt and forecast to the end of the year."""

import csv
import gzip
import sys
import zlib
from math import isfinite
from pathlib import Path

import click
import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xiuhua.foundation.wording import in_words
from xiuhua.taskbook.outside import COLUMNS, OutsideError, Series, read_series
from xiuhua.taskbook.ranks import Band, bands, rank_sets

_DECEMBER = 12
BANDS: dict[Band, str] = {
    "above": gettext_noop("clearly above"),
    "same": gettext_noop("not separable"),
    "below": gettext_noop("clearly below"),
    "": "",
}
_REASONS = {
    "too_few_points": gettext_noop("fewer than 6 months"),
    "too_few_recent_points": gettext_noop("fewer than 6 of the last 12 months"),
}


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--area", "shown", multiple=True, help="Show only this area; may be given again. All are ranked.")
@click.option("--columns", nargs=3, default=COLUMNS[:3], show_default=True, help="Names of area, month and value.")
@click.option("--n-column", default="n", show_default=True, help="Name of the column with the number of observations.")
@click.option("--join", is_flag=True, help="Several rows of an area and month are its parts: join them.")
@click.option("--direction", type=click.Choice(["up", "down"]), default="up", show_default=True, help="What is better.")
@click.option("--low", type=float, default=0.0, show_default=True, help="Least value there can be.")
@click.option("--high", type=float, default=100.0, show_default=True, help="Greatest value there can be.")
def outside(
    file: Path,
    shown: tuple[str, ...],
    columns: tuple[str, str, str],
    n_column: str,
    join: bool,  # noqa: FBT001 - a flag of click
    direction: str,
    low: float,
    high: float,
) -> None:
    """Rank an outside monthly series (CSV, also .gz) at its last month and forecast it to the end of the year."""
    from xiuhua.taskbook.forecast import forecast

    series = _read(file, dict(zip(COLUMNS, (*columns, n_column), strict=True)), join=join)
    if unknown := sorted(set(shown) - set(series.areas)):
        raise click.ClickException(
            _("There is no area %(area)s in the file. Known: %(known)s.")
            % {"area": unknown[0], "known": ", ".join(series.areas[:20])}
        )
    sign = 1 if direction == "up" else -1
    sets = rank_sets(sign * series.values[:, -1], series.errors())
    standings, last = bands(sets), series.months[-1]
    ahead = (_DECEMBER - last.month) or _DECEMBER
    end = f"{last.year + (last.month == _DECEMBER)}-{_DECEMBER}"
    click.echo(
        _("%(month)s, %(areas)s areas; places that cannot be excluded (95 %%), forecast for %(end)s (80 %%).")
        % {"month": f"{last:%Y-%m}", "areas": int((sets.best > 0).sum()), "end": end}
    )
    for place in np.argsort(-sign * np.nan_to_num(series.values[:, -1], nan=-sign * np.inf), kind="stable"):
        if shown and series.areas[place] not in shown:
            continue
        value = series.values[place, -1]
        standing = f"{sets.best[place]}-{sets.worst[place]}" if sets.best[place] else "-"
        predicted = forecast(series.values[place], periods_ahead=ahead, low=low, high=high)
        told = (
            f"{predicted.expected:.1f} ({predicted.low:.1f}-{predicted.high:.1f})"
            if predicted.expected is not None
            else f"- ({_(_REASONS[predicted.reason])})"
        )
        band = standings[place]
        sys.stdout.write(
            f"{series.areas[place]:<16} {f'{value:.1f}' if isfinite(value) else '-':>7}  {standing:>7}  "
            f"{_(BANDS[band]) if band else '-'}  {told} {predicted.method}".rstrip()
            + "\n"
        )


def _read(file: Path, names: dict[str, str], *, join: bool) -> Series:
    opener = gzip.open if file.suffix == ".gz" else open
    try:
        with opener(file, "rt", encoding="utf-8-sig", newline="") as lines:
            return read_series(lines, names, join=join)
    except OutsideError as error:
        raise click.ClickException(in_words(error)) from None
    except (UnicodeDecodeError, gzip.BadGzipFile, zlib.error, EOFError, csv.Error) as error:
        raise click.ClickException(
            _("%(file)s is no CSV in UTF-8: %(error)s") % {"file": file, "error": error}
        ) from None
