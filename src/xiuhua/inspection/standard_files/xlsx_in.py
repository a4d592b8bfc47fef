"""Read standards from XLSX: a sheet of standards and one of items, headings in Chinese, English or as keys."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from xiuhua.foundation.placed.faults import Fault
from xiuhua.foundation.placed.reading import Path_, Read, tidy
from xiuhua.foundation.placed.workbooks import open_workbook
from xiuhua.inspection.standard_files.reading import unreadable
from xiuhua.inspection.standard_files.schema import SHEETS, Column, Sheet
from xiuhua.inspection.standard_files.xlsx_out import NO, NOTES, YES

# Of the unpacked workbook, in bytes: what a few kilobytes may unfold to.
LARGEST = 100_000_000
WIDEST, LONGEST = 100, 10_000  # columns and rows that are read of a sheet
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_FLAGS = {YES: True, "是": True, "yes": True, "true": True, NO: False, "否": False, "no": False, "false": False}
type Cells = tuple[Any, ...]
type Line = tuple[dict[Path_, Any], dict[Path_, str], str]


def read_xlsx(content: bytes) -> Read:
    """Nested data with sheet, row and column of each value.

    Raises ``StandardsRefused`` for what is no workbook; wrong sheets, headings and owners are faults.
    """
    read = Read({"standards": []})
    sheets = _sheets(open_workbook(content, unreadable, largest=LARGEST), read)
    homes: dict[tuple[str, str], int] = {}
    for values, places, row in _lines(SHEETS["standards"], sheets, read):
        number = len(read.data["standards"])
        _put(read, ("standards", number), values, places, row)
        homes.setdefault((str(values.get(("key",), "")), str(values.get(("version",), ""))), number)
    for values, places, row in _lines(SHEETS["items"], sheets, read):
        owner = tuple(str(values.pop(("standard", name), "")) for name in ("key", "version"))
        if (home := homes.get((owner[0], owner[1]))) is None:
            rule = _("There is no standard %(standard)s in the sheet “%(sheet)s”; known are: %(known)s.")
            known = ", ".join("@".join(each) for each in homes) or "-"
            said = {"standard": "@".join(owner), "sheet": SHEETS["standards"].zh, "known": known}
            read.faults.append(
                Fault(places.get(("standard", "key"), row), "key", owner[0], rule % said,
                      _("Write key and version as they stand in that sheet.")),
            )  # fmt: skip
            continue
        items = read.data["standards"][home].setdefault("items", [])
        own = {path: place for path, place in places.items() if path[0] != "standard"}
        _put(read, ("standards", home, "items", len(items)), values, own, row, items)
    return read


def _sheets(book: Any, read: Read) -> dict[str, Any]:
    names = {title: sheet.name for sheet in SHEETS.values() for title in (sheet.zh, sheet.en, sheet.name)}
    found: dict[str, Any] = {}
    for sheet in book.worksheets:
        title = sheet.title.strip()
        if title in names:
            found[names[title]] = sheet
        elif title not in NOTES:
            rule = _("There is no such sheet in a file of standards; there are %(names)s.")
            said = rule % {"names": ", ".join(each.zh for each in SHEETS.values())}
            read.faults.append(Fault(title, "", "", said, _("Rename the sheet or remove it.")))
    for each in SHEETS.values():
        if each.name not in found:
            rule = _("The sheet “%(sheet)s” is missing.") % {"sheet": each.zh}
            read.faults.append(Fault("", each.name, "", rule, _("Add it with its headings.")))
    return found


def _lines(sheet: Sheet, sheets: dict[str, Any], read: Read) -> Iterator[Line]:
    """Of each row that holds something: values and places by their paths, and where the row stands."""
    if sheet.name not in sheets:
        return
    cells = sheets[sheet.name]
    cells.reset_dimensions()
    heading: dict[int, Column] = {}
    for number, row in enumerate(cells.iter_rows(max_col=WIDEST, values_only=True), start=1):
        where = _("sheet %(sheet)s, row %(row)s") % {"sheet": cells.title, "row": number}
        if number > LONGEST:
            raise unreadable(
                _("The sheet has more than %(most)s rows.") % {"most": LONGEST}, _("Remove the empty ones."), where
            )
        if number == 1:
            heading = _heading(sheet, row, where, read)
            continue
        values: dict[Path_, Any] = {}
        places: dict[Path_, str] = {}
        for place, column in heading.items():
            places[column.path] = _column(where, place, column.zh)
            value = row[place] if place < len(row) else None
            if value is not None and (not isinstance(value, str) or value.strip()):
                values[column.path] = _value(column, value)
        if values:
            yield values, places, where


def _column(where: str, place: int, name: str = "") -> str:
    letter = get_column_letter(place + 1)
    return _("%(row)s, column %(column)s") % {"row": where, "column": f"{name} ({letter})" if name else letter}


def _heading(sheet: Sheet, row: Cells, where: str, read: Read) -> dict[int, Column]:
    known = {name: column for column in sheet.columns for name in column.headings}
    found: dict[int, Column] = {}
    for place, value in enumerate(row):
        text = tidy(str(value)).rstrip("*").strip() if value is not None else ""
        if not text:
            continue
        if text not in known:
            near = next(iter(get_close_matches(text, known, 1, 0.5)), "")
            rule = _("There is no such column; known are: %(keys)s.") % {
                "keys": near or ", ".join(column.zh for column in sheet.columns)
            }
            fault = Fault(_column(where, place), text[:80], "", rule, _("Correct the heading or remove it."))
            read.faults.append(fault)
        elif known[text] in found.values():
            rule = _("This column stands twice.")
            read.faults.append(Fault(_column(where, place), text, "", rule, _("Keep one of the two.")))
        else:
            found[place] = known[text]
    for column in sheet.columns:
        if column.required and column not in found.values():
            rule = _("The column “%(column)s” is missing.") % {"column": column.zh}
            read.faults.append(Fault(where, column.name, "", rule, _("Add it to the headings.")))
    return found


def _value(column: Column, value: Any) -> Any:
    """The value of a cell as YAML would give it; what does not fit stays as it is and is refused by the schema."""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, str):
        return _text(column, tidy(value))
    if column.kind in {"text", "date"}:
        return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
    return bool(value) if column.kind == "flag" and value in (0, 1) else value


def _text(column: Column, text: str) -> Any:
    if column.kind == "flag":
        return _FLAGS.get(text.lower(), text)
    if column.kind == "date" and (day := _DAY.fullmatch(text)):
        return f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}"
    if column.kind in {"number", "integer"}:
        with suppress(ValueError):
            return float(text.removesuffix("%"))
    return text


def _put(
    read: Read, path: Path_, values: dict[Path_, Any], places: dict[Path_, str], row: str, home: list[Any] | None = None
) -> None:
    """Add the thing of a row to its list, with the places of its columns."""
    thing: dict[str, Any] = {}
    read.places[path] = row
    for inner, place in places.items():
        read.places[(*path, *inner)] = place
    for inner, value in values.items():
        at = thing
        for name in inner[:-1]:
            at = at.setdefault(str(name), {})
        at[str(inner[-1])] = value
    (read.data["standards"] if home is None else home).append(thing)
