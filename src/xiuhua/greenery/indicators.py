"""Indicators of greenery: the figures of the last measurement of each month. Words in the YAML file beside."""

from pathlib import Path
from typing import Any

import ibis

from xiuhua.foundation.indicator_files import declare
from xiuhua.foundation.indicators import Counted, Look, Measure
from xiuhua.greenery.words import FIGURES
from xiuhua.lake.measures import month_of

FILE = Path(__file__).with_name("indicators.yaml")


def _measure(figure: str) -> Measure:
    """The measure of one figure; all of them share the rows of the month's last measurement."""

    def counted(look: Look) -> Counted:
        rows = look.once("greenery", lambda: _last(look))
        mine, none = rows.figure == figure, ibis.literal(0, type="int64")
        part, whole = (ibis.ifelse(mine, column, none) for column in (rows.part, rows.whole))
        return Counted(rows, None, part, whole, n=whole)

    return counted


def _last(look: Look) -> Any:
    """The cells of the last measurement of each month, with the number of the month."""
    cells = look.table("greenery_cell")
    first, end = look.edges[0].date(), look.edges[-1].date()
    rows = cells.filter(cells.day >= first, cells.day < end)
    rows = rows.mutate(month=month_of(rows.day, look.edges))
    last = rows.group_by("month").aggregate(last=rows.at.max())
    rows = rows.inner_join(last, "month")
    return rows.filter(rows.at == rows.last)


declare(FILE, "greenery", {f"greenery_{figure}": _measure(figure) for figure in FIGURES})
