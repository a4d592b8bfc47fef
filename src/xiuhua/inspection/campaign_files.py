"""Files of sites: CSV (UTF-8 or GB 18030) or XLSX, headings in Chinese, English or as keys; one dictionary a row.

The first sheet of a workbook is read. Values come as texts; the rows keep the headings they had, so that refused ones
can be given back as they came.
"""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import openpyxl
from django.utils.translation import gettext as _

from xiuhua.casework.refusals import Refused
from xiuhua.foundation.spreadsheets import MARK, csv_lines

# Key, headings and whether every row needs a value. Names stand for the codes of units and sites.
COLUMNS: dict[str, tuple[str, str, bool]] = {
    "number": ("编号", "Number", False),
    "name_zh": ("名称", "Name", True),
    "name_en": ("英文名称", "English name", False),
    "site": ("场所代码", "Site code", False),
    "lon": ("经度", "Longitude", False),
    "lat": ("纬度", "Latitude", False),
    "problem": ("存在问题", "Problem", True),
    "unit": ("责任单位代码", "Unit code", True),
    "due": ("完成期限", "Due", True),
}
_KEYS = {
    heading.casefold(): key
    for key, (zh, en, _needed) in COLUMNS.items()
    for heading in (key, zh, en)
}  # fmt: skip
LARGEST, MOST_ROWS, WIDEST = 50_000_000, 5_000, 60
_LONGEST_CELL = 1 << 20
_ENCODINGS = ("utf-8-sig", "gb18030")
type Row = dict[str, str]


def read_rows(name: str, content: bytes) -> list[Row]:
    """Every row by the headings of the file. Raises ``Refused`` for what is no table of sites."""
    if not content.strip():
        raise Refused(_("The file is empty."), _("Save the table again and send it."))
    cells = _workbook(content) if content.startswith(b"PK") or name.lower().endswith(".xlsx") else _text(content)
    headings = [text.strip().rstrip("*").strip() for text in next(cells, [])]
    known = {key_of(heading) for heading in headings}
    if missing := [COLUMNS[key][0] for key, (_zh, _en, needed) in COLUMNS.items() if needed and key not in known]:
        raise Refused(
            _("The file has no column: %(names)s.") % {"names": "、".join(missing)},
            _("Its first line must hold the headings; the empty table to fill in shows them."),
        )
    rows = []
    for values in cells:
        if any(value.strip() for value in values):
            rows.append(dict(zip(headings, [*values, *[""] * len(headings)], strict=False)))
        if len(rows) > MOST_ROWS:
            raise Refused(
                _("The file has more than %(most)s rows.") % {"most": MOST_ROWS}, _("Divide it and send the parts.")
            )
    return rows


def key_of(heading: str) -> str:
    """The key that a heading stands for; empty for one that is not known."""
    return _KEYS.get(heading.strip().casefold(), "")


def template() -> Iterator[str]:
    """The empty table to fill in, as CSV."""
    return csv_lines([zh for zh, _en, _needed in COLUMNS.values()], [])


def _text(content: bytes) -> Iterator[list[str]]:
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Refused(_("The file is neither UTF-8 nor GB 18030."), _("Save it as CSV in UTF-8, or as .xlsx."))
    if "\x00" in text:
        raise Refused(_("The file is no table."), _("Save it as CSV in UTF-8, or as .xlsx."))
    text = text.removeprefix(MARK)
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    csv.field_size_limit(_LONGEST_CELL)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise Refused(_("The file cannot be read: %(why)s.") % {"why": error}, _("Export it again.")) from None


def _workbook(content: bytes) -> Iterator[list[str]]:
    remedy = _("Save it as an Excel workbook (.xlsx), without a password.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > LARGEST:
                raise Refused(_("The workbook unfolds to too much."), _("Remove pictures and unused sheets."))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
            sheet.reset_dimensions()
            rows = [[_cell(value) for value in row] for row in _bounded(sheet)]
    except (
        zipfile.BadZipFile,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        SyntaxError,
        OSError,
        EOFError,
    ) as e:
        raise Refused(_("This is not a workbook: %(why)s.") % {"why": str(e)[:80]}, remedy) from None
    yield from rows


def _bounded(sheet: Any) -> Iterator[tuple[Any, ...]]:
    for number, row in enumerate(sheet.iter_rows(max_col=WIDEST, values_only=True)):
        if number > 2 * MOST_ROWS:
            break
        yield row


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
