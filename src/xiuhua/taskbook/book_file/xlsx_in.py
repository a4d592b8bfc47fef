"""Read a book from XLSX: one sheet for each kind of thing, headings in Chinese, English or as keys."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from xiuhua.foundation.placed.faults import Fault
from xiuhua.foundation.placed.reading import Path_, Read, tidy
from xiuhua.foundation.placed.workbooks import open_workbook
from xiuhua.taskbook.book_file.nearest import nearest
from xiuhua.taskbook.book_file.reading import unreadable
from xiuhua.taskbook.book_file.schema import OWNER, SHEETS, Column, Sheet
from xiuhua.taskbook.book_file.xlsx_out import NOTES

# Of the unpacked workbook, in bytes: what a few kilobytes may unfold to.
LARGEST = 200_000_000
WIDEST, LONGEST = 100, 20_000  # columns and rows that are read of a sheet
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_ERROR = re.compile(r"#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)")
_SEPARATORS = re.compile(r"[;；,，、\n]+")
type Cells = tuple[Any, ...]


def read_xlsx(content: bytes) -> Read:
    """Nested data with sheet, row and column of each value.

    Raises ``BookRefused`` for what is no workbook; wrong sheets and headings are faults.
    """
    book = open_workbook(content, unreadable, largest=LARGEST)
    read = Read({})
    sheets = _known_sheets(book, read)
    if "book" in sheets:
        _read_book(sheets["book"], read)
    goals: dict[str, int] = {}
    projects: dict[str, int] = {}
    for name, sheet in SHEETS.items():
        if name == "book" or name not in sheets:
            continue
        owners = {"goals": goals, "projects": projects}.get(sheet.inside)
        for row in _rows(sheet, sheets[name], read):
            index = _put(read, sheet, row, owners)
            key = str(row.values.get("key", ""))
            if name == "goals" and key:
                goals.setdefault(key, index)
            elif name == "projects" and key:
                projects.setdefault(key, index)
    return read


def _known_sheets(book: Any, read: Read) -> dict[str, Any]:
    names = {title: sheet.name for sheet in SHEETS.values() for title in (sheet.zh, sheet.en, sheet.name)}
    found: dict[str, Any] = {}
    for sheet in book.worksheets:
        title = sheet.title.strip()
        if title in NOTES:
            continue
        if title in names:
            found[names[title]] = sheet
            continue
        near = nearest(title, names) or ", ".join(each.zh for each in SHEETS.values())
        rule = _("There is no such sheet in a book; the nearest is %(near)s.") % {"near": near}
        place = _("sheet %(sheet)s") % {"sheet": title}
        read.faults.append(Fault(place, "", "", rule, _("Rename the sheet or remove it.")))
    for each in SHEETS.values():
        if each.name not in found:
            rule = _("The sheet “%(sheet)s” is missing.") % {"sheet": each.zh}
            remedy = _("Add it, if need be with its headings alone: what a file does not hold leaves the book.")
            read.faults.append(Fault("", each.name, "", rule, remedy))
    return found


class _Row:
    """The values of one row by column, and where it stands."""

    def __init__(self, sheet: str, number: int) -> None:
        self.sheet, self.number = sheet, number
        self.values: dict[str, Any] = {}
        self.columns: dict[str, str] = {}

    @property
    def place(self) -> str:
        return _("sheet %(sheet)s, row %(row)s") % {"sheet": self.sheet, "row": self.number}

    def place_of(self, column: str) -> str:
        if column not in self.columns:
            return self.place
        return _("%(row)s, column %(column)s") % {"row": self.place, "column": self.columns[column]}


def _rows(sheet: Sheet, cells: Any, read: Read) -> Iterator[_Row]:
    heading: dict[int, Column] = {}
    for number, row in enumerate(_values(cells), start=1):
        if number == 1:
            heading = _heading(sheet, cells.title, row, read)
            continue
        found = _Row(cells.title, number)
        for place, column in heading.items():
            found.columns[column.name] = f"{column.zh} ({get_column_letter(place + 1)})"
            value = row[place] if place < len(row) else None
            if value is None or (isinstance(value, str) and not value.strip()):
                continue
            found.values[column.name] = _value(found, column, value, read)
        if found.values:
            yield found


def _values(cells: Any) -> Iterator[Cells]:
    cells.reset_dimensions()
    for number, row in enumerate(cells.iter_rows(max_col=WIDEST, values_only=True), start=1):
        if number > LONGEST:
            raise unreadable(
                _("The sheet has more than %(most)s rows.") % {"most": LONGEST}, _("Remove the empty ones."),
                _("sheet %(sheet)s") % {"sheet": cells.title},
            )  # fmt: skip
        yield row


def _heading(sheet: Sheet, title: str, row: Cells, read: Read) -> dict[int, Column]:
    known = {name: column for column in sheet.columns for name in column.headings}
    found: dict[int, Column] = {}
    for place, value in enumerate(row):
        text = tidy(str(value)).rstrip("*").strip() if value is not None else ""
        if not text:
            continue
        where = _Row(title, 1)
        where.columns[""] = get_column_letter(place + 1)
        if text not in known:
            near = nearest(text, known)
            rule = (
                _("There is no such column; the nearest is “%(near)s”.") % {"near": near}
                if near
                else _("There is no such column; known are: %(keys)s.")
                % {"keys": ", ".join(column.zh for column in sheet.columns)}
            )
            read.faults.append(Fault(where.place_of(""), text[:80], "", rule, _("Correct the heading or remove it.")))
        elif known[text] in found.values():
            read.faults.append(
                Fault(where.place_of(""), text, "", _("This column stands twice."), _("Keep one of the two."))
            )
        else:
            found[place] = known[text]
    for column in sheet.columns:
        if column.required and column not in found.values():
            rule = _("The column “%(column)s” is missing.") % {"column": column.zh}
            read.faults.append(Fault(_Row(title, 1).place, column.name, "", rule, _("Add it to the headings.")))
    return found


def _value(row: _Row, column: Column, value: Any, read: Read) -> Any:
    """The value of a cell as YAML would give it."""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, str):
        text = tidy(value)
        if _ERROR.fullmatch(text):
            rule = _("The cell shows an error instead of a value.")
            read.faults.append(Fault(row.place_of(column.name), column.name, text, rule, _("Mend the formula.")))
        if column.kind == "list":
            return [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
        if column.kind == "date" and (day := _DAY.fullmatch(text)):
            return f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}"
        return _packed(column.kind, text)
    if column.kind in {"text", "date", "list"}:
        text = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
        return [text] if column.kind == "list" else text
    return value


def _packed(kind: str, text: str) -> Any:
    """What a text of a cell means where more than a text is wanted; the text itself where it means nothing."""
    try:
        if kind in {"number", "integer"}:
            return float(text.removesuffix("%"))
        if kind == "range":
            numbers = [float(part) for part in text.split("..")]
            return numbers if len(numbers) > 1 else numbers[0]
        if kind == "tiers":
            pairs = [part.split("=") for part in re.split("[;；]", text) if part.strip()]
            return [{"at": float(at), "points": float(points)} for at, points in pairs]
    except ValueError:
        pass
    return text


def _read_book(cells: Any, read: Read) -> None:
    """The sheet of the book itself: a heading and a value in each row."""
    sheet = SHEETS["book"]
    known = {name: column for column in sheet.columns for name in column.headings}
    for number, values in enumerate(_values(cells), start=1):
        label = tidy(str(values[0])).rstrip("*").strip() if values and values[0] is not None else ""
        row = _Row(cells.title, number)
        if not label:
            continue
        if label not in known:
            rule = _("There is no such key; the nearest is “%(near)s”.")
            near = nearest(label, known) or sheet.columns[0].zh
            read.faults.append(Fault(row.place, label[:80], "", rule % {"near": near}, _("Correct or remove the row.")))
            continue
        column = known[label]
        row.columns[column.name] = "B"
        read.places[column.name,] = row.place_of(column.name)
        value = values[1] if len(values) > 1 else None
        if value is not None:
            read.data[column.name] = _value(row, column, value, read)
    read.places[()] = _("sheet %(sheet)s") % {"sheet": cells.title}


def _put(read: Read, sheet: Sheet, row: _Row, owners: dict[str, int] | None) -> int:
    """Put the thing of a row where it belongs. Returns its number in its list; -1 where it belongs nowhere."""
    home: Any = read.data
    path: Path_ = ()
    if owners is not None:
        name = OWNER[sheet.name]
        owner = str(row.values.pop(name, ""))
        if owner not in owners:
            read.faults.append(_homeless(row, sheet, owner, owners))
            return -1
        path = (sheet.inside, owners[owner])
        home = read.data[sheet.inside][owners[owner]]
    things = home.setdefault(sheet.name, [])
    path = (*path, sheet.name, len(things))
    read.places[path] = row.place
    thing: dict[str, Any] = {}
    for column in row.columns:
        outer, _dot, last = column.rpartition(".")
        read.places[*path, *column.split(".")] = row.place_of(column)
        if column in row.values:
            (thing.setdefault(outer, {}) if outer else thing)[last] = row.values[column]
    things.append(thing)
    return len(things) - 1


def _homeless(row: _Row, sheet: Sheet, owner: str, owners: dict[str, int]) -> Fault:
    name = OWNER[sheet.name]
    rule = _("The row does not say to what it belongs.")
    if owner:
        rule = _("There is no “%(key)s” in the sheet “%(sheet)s”; known are: %(keys)s.") % {
            "key": owner, "sheet": SHEETS[sheet.inside].zh, "keys": nearest(owner, owners) or ", ".join(owners) or "-",
        }  # fmt: skip
    return Fault(row.place_of(name), name, owner, rule, _("Write a key that stands in that sheet."))
