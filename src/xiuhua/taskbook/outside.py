"""A monthly series from elsewhere: read from CSV, ranked and forecast like an indicator of one's own; pure.

One row an area and month: ``area``, ``month`` (2026-03, 2026/03 or 2026-03-01), ``value`` (empty: not known) and, where
it was published, ``n``, the observations under the value. Other names of the columns can be given. An area may have
several rows a month, its parts, if they are to be joined: by their ``n``, or each alike where none was published.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite, nan

import numpy as np
import numpy.typing as npt

from xiuhua.foundation.worktime import Refusal, gettext_noop

type Floats = npt.NDArray[np.float64]

COLUMNS = ("area", "month", "value", "n")
_MONTH = re.compile(r"\s*(\d{4})\s*[-/]\s*(\d{1,2})\s*(?:[-/]\s*\d{1,2}\s*)?\Z")
# Months from which the scatter of a series is told, where no n was published.
_RECENT, _LEAST = 12, 6


class OutsideError(Refusal, ValueError):
    """A file that cannot be read as a series; ``line`` is the line of the file, 0 for the file as a whole."""

    def __init__(self, line: int, template: str, **values: object) -> None:
        self.line = line
        super().__init__(template, line=line, **values)


@dataclass(frozen=True)
class Series:
    """Areas x months: ``values`` and ``n`` (``nan`` where unknown). ``months`` are first days without a gap."""

    areas: tuple[str, ...]
    months: tuple[date, ...]
    values: Floats
    n: Floats

    def errors(self, at: int = -1) -> Floats:
        """Standard error of the values of a month: of independent checks where n is known and the values are per cent.

        Elsewhere the scatter of the last 12 months, which holds real change beside the doubt and so rather too much.
        """
        last = at % len(self.months) + 1
        recent = self.values[:, max(0, last - _RECENT) : last]
        known = np.isfinite(recent).sum(axis=1)
        scatter = np.full(len(self.areas), np.nan)
        for place in np.flatnonzero(known >= _LEAST):
            scatter[place] = np.nanstd(recent[place], ddof=1)
        share = self.values[:, at] / 100
        with np.errstate(invalid="ignore", divide="ignore"):
            # Agresti and Coull: half of z^2 more of each kind, lest 100 % look certain.
            size = self.n[:, at] + 4
            middle = (share * self.n[:, at] + 2) / size
            binomial = 100 * np.sqrt(middle * (1 - middle) / size)
        return np.where(np.isfinite(binomial), binomial, scatter)


def read_series(lines: Iterable[str], names: Mapping[str, str] | None = None, *, join: bool = False) -> Series:
    """The series in ``lines`` of CSV; ``names`` gives the names of columns that differ from ``COLUMNS``.

    Raises ``OutsideError`` with the line for what cannot be read, and for a second row of an area and month unless
    ``join``.
    """
    reader = csv.DictReader(lines)
    called = {column: (names or {}).get(column, column) for column in COLUMNS}
    given = reader.fieldnames or []
    for column in COLUMNS[:3]:
        if called[column] not in given:
            raise OutsideError(
                1,
                gettext_noop("Line 1: there is no column %(column)s. The columns are: %(given)s."),
                column=called[column],
                given=", ".join(given) or "-",
            )
    found: dict[tuple[str, date], list[tuple[float, float]]] = {}
    for row in reader:
        key, pair = _read_row(row, called, reader.line_num)
        parts = found.setdefault(key, [])
        if parts and not join:
            raise OutsideError(
                reader.line_num,
                gettext_noop("Line %(line)s: %(area)s has a second row for %(month)s. Remove one, or join the parts."),
                area=key[0],
                month=f"{key[1]:%Y-%m}",
            )
        parts.append(pair)
    if not found:
        raise OutsideError(0, gettext_noop("The file has no row."))
    return _table(found)


def _read_row(
    row: Mapping[str, str], called: Mapping[str, str], line: int
) -> tuple[tuple[str, date], tuple[float, float]]:
    area = (row[called["area"]] or "").strip()
    if not area:
        raise OutsideError(line, gettext_noop("Line %(line)s: the area is empty. Give its name or code."))
    value = _number(row, called["value"], line)
    size = _number(row, called["n"], line) if called["n"] in row else nan
    if size < 0:
        raise OutsideError(
            line,
            gettext_noop("Line %(line)s: %(column)s is %(text)s, it cannot be negative."),
            column=called["n"],
            text=size,
        )
    return (area, _month(row[called["month"]] or "", line)), (value, size)


def _month(text: str, line: int) -> date:
    found = _MONTH.match(text)
    if not found or not 1 <= int(found[2]) <= 12 or int(found[1]) < 1:  # noqa: PLR2004
        raise OutsideError(
            line, gettext_noop("Line %(line)s: %(text)s is no month. Write it like 2026-03."), text=text.strip() or "-"
        )
    return date(int(found[1]), int(found[2]), 1)


def _number(row: Mapping[str, str], column: str, line: int) -> float:
    text = (row[column] or "").strip()
    if not text:
        return nan
    try:
        number = float(text)
    except ValueError:
        number = nan
    if not isfinite(number):
        raise OutsideError(
            line,
            gettext_noop(
                "Line %(line)s: %(column)s is %(text)s, which is no number. Leave it empty if it is not known."
            ),
            column=column,
            text=text,
        )
    return number


def _table(found: Mapping[tuple[str, date], list[tuple[float, float]]]) -> Series:
    areas = tuple(sorted({area for area, _ in found}))
    first, last = min(month for _, month in found), max(month for _, month in found)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    months = tuple(
        date(first.year + at // 12, at % 12 + 1, 1) for at in range(first.month - 1, first.month - 1 + count)
    )
    row_of, column_of = {area: at for at, area in enumerate(areas)}, {month: at for at, month in enumerate(months)}
    values, sizes = (np.full((len(areas), count), np.nan) for _ in range(2))
    for (area, month), parts in found.items():
        place = row_of[area], column_of[month]
        values[place], sizes[place] = _joined(parts)
    return Series(areas, months, values, sizes)


def _joined(parts: list[tuple[float, float]]) -> tuple[float, float]:
    """The value of an area from those of its parts: weighted by n where each has one, else each alike."""
    known = [(value, size) for value, size in parts if isfinite(value)]
    if not known:
        return nan, nan
    whole = sum(size for _, size in known)
    if isfinite(whole) and whole > 0:
        return sum(value * size for value, size in known) / whole, whole
    return sum(value for value, _ in known) / len(known), nan
