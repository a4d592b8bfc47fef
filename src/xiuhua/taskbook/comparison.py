"""A published table against its formulas: what each row should be by each, and which formula gives what was printed.

Pure computation over rows of named numbers, and the reading of such rows from a CSV or XLSX file.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xiuhua.foundation.worktime import Refusal, gettext_noop
from xiuhua.taskbook.formula import Formula, FormulaError, tidy_name

WITHIN = 0.001
ENCODINGS = ("utf-8-sig", "gb18030")
_NOTHING = {"", "-", "—", "/"}


class TableError(Refusal, ValueError):
    """A file that is no table of named numbers."""


@dataclass(frozen=True)
class Compared:
    """A row: what each formula gives, what was published. ``fault`` says why a formula gave nothing."""

    name: str
    results: tuple[float | None, ...]
    published: float
    fault: FormulaError | None = None

    def differences(self) -> tuple[float | None, ...]:
        """Each result minus what was published."""
        return tuple(None if result is None else result - self.published for result in self.results)

    def reproduced(self, within: float = WITHIN) -> tuple[bool, ...]:
        """Which formulas give the published number, to ``within``."""
        # A published number was rounded: what lies on the edge of the rounding counts.
        return tuple(gap is not None and abs(gap) <= within + 1e-9 for gap in self.differences())


def compare(
    rows: Sequence[Mapping[str, Any]], formulas: Sequence[Formula], *, published: str, name: str
) -> list[Compared]:
    """Each row by each of ``formulas``; ``published`` and ``name`` are columns.

    Raises ``TableError`` with row and column for a number that is none.
    """
    found = []
    for number, row in enumerate(rows, start=1):
        texts = {column: value for column, value in row.items() if column != name}
        needed = {column for formula in formulas for column in formula.names if column in texts} | {published}
        values = {column: _number(number, column, texts.get(column)) for column in needed}
        results: list[float | None] = []
        fault = None
        for formula in formulas:
            try:
                results.append(formula.evaluate(values))
            except FormulaError as error:
                results.append(None)
                fault = fault or error
        found.append(Compared(str(row.get(name, number)), tuple(results), values[published], fault))
    return found


def _number(row: int, column: str, value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    text = str("" if value is None else value).strip().replace(",", "")
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        raise TableError(
            gettext_noop("Row %(row)s, column %(column)s: “%(value)s” is no number. Correct it or leave the row out."),
            row=row, column=column, value="" if text in _NOTHING else text[:40],
        ) from None  # fmt: skip


def read_table(path: Path) -> list[dict[str, Any]]:
    """The rows of a CSV or XLSX file (first sheet), by the names of its first row. Raises ``TableError``."""
    try:
        rows = _sheet(path) if path.suffix.lower() == ".xlsx" else _lines(path)
    except (OSError, KeyError, ValueError, csv.Error) as error:
        raise TableError(
            gettext_noop("%(file)s cannot be read: %(error)s. Save it as XLSX, or as CSV in UTF-8."),
            file=path.name, error=error,
        ) from None  # fmt: skip
    if len(rows) < 2:  # noqa: PLR2004 - names and one row
        raise TableError(gettext_noop("%(file)s has no rows below the names of its columns."), file=path.name)
    names = [tidy_name(str("" if cell is None else cell)) for cell in rows[0]]
    if twice := [each for each in dict.fromkeys(names) if each and names.count(each) > 1]:
        raise TableError(gettext_noop("Two columns are called %(column)s: rename one."), column=twice[0])
    return [dict(zip(names, row, strict=False)) for row in rows[1:] if any(cell not in {None, ""} for cell in row)]


def _sheet(path: Path) -> list[list[Any]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except BadZipFile as error:
        raise ValueError(str(error)) from None
    try:
        return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    finally:
        book.close()


def _lines(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return [row for row in csv.reader(io.StringIO(text)) if row]
    raise ValueError("neither UTF-8 nor GB 18030")
