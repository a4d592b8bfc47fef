"""Write a book as XLSX: a sheet of explanations, the book, then a sheet for each kind of thing, headings in Chinese."""

from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter

from xiuhua.taskbook.book_file.schema import OWNER, SHEETS, Column, Sheet
from xiuhua.taskbook.book_file.tables import Row

# How the sheet of explanations may be called; it is not read.
NOTES = ("说明", "Notes")
_WIDTHS = {"text": 22, "number": 10, "integer": 10, "date": 12, "list": 22, "range": 10, "tiers": 22}
_WIDE = ("measure", "evidence_zh", "evidence_en", "proof", "note", "meaning_zh", "meaning_en", "name_zh", "name_en")


def write_xlsx(data: Row) -> bytes:
    """The book (nested data as ``tables.nested`` gives it) as a workbook."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        look = {
            "head": book.add_format({"bold": True, "bg_color": "#E4EFE7", "border": 1, "valign": "top"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        _notes(book.add_worksheet(NOTES[0]), look)
        for sheet in SHEETS.values():
            page = book.add_worksheet(sheet.zh)
            if sheet.name == "book":
                _book(page, sheet, data, look)
            else:
                _things(page, sheet, _rows(data, sheet), look)
    return out.getvalue()


def _rows(data: Row, sheet: Sheet) -> list[Row]:
    if not sheet.inside:
        return list(data.get(sheet.name, ()))
    owner = OWNER[sheet.name]
    return [
        {owner: outer["key"], **inner} for outer in data.get(sheet.inside, ()) for inner in outer.get(sheet.name, ())
    ]


def _notes(page: Any, look: dict[str, Any]) -> None:
    heads = ("表 Sheet", "列 Column", "键 Key", "必填 Required", "说明", "Explanation")
    for place, (head, width) in enumerate(zip(heads, (12, 20, 16, 14, 56, 56), strict=True)):
        page.write_string(0, place, head, look["head"])
        page.set_column(place, place, width)
    number = 1
    for sheet in SHEETS.values():
        lines = [(sheet.zh, sheet.en, "", "", sheet.about_zh, sheet.about_en)]
        lines += [
            (sheet.zh, column.zh, column.name, "是 yes" if column.required else "", _about(column, column.about_zh),
             _about(column, column.about_en))
            for column in sheet.columns
        ]  # fmt: skip
        for line in lines:
            for place, text in enumerate(line):
                page.write_string(number, place, text, look["text"])
            number += 1
    page.freeze_panes(1, 0)


def _about(column: Column, text: str) -> str:
    return f"{text} [{' / '.join(column.choices)}]" if column.choices else text


def _book(page: Any, sheet: Sheet, data: Row, look: dict[str, Any]) -> None:
    page.set_column(0, 0, 14)
    page.set_column(1, 2, 60)
    for number, column in enumerate(sheet.columns):
        page.write_string(number, 0, _head(column), look["head"])
        _write(page, number, 1, column, data.get(column.name), look)
        page.write_string(number, 2, column.about_zh, look["text"])


def _things(page: Any, sheet: Sheet, rows: list[Row], look: dict[str, Any]) -> None:
    for place, column in enumerate(sheet.columns):
        page.write_string(0, place, _head(column), look["head"])
        wide = column.name.rpartition(".")[2] in _WIDE
        page.set_column(place, place, 40 if wide else _WIDTHS[column.kind])
        if column.choices:
            page.data_validation(1, place, 5000, place, {"validate": "list", "source": list(column.choices)})
        for number, row in enumerate(rows, start=1):
            outer, _dot, last = column.name.rpartition(".")
            _write(page, number, place, column, (row.get(outer, {}) if outer else row).get(last), look)
    page.freeze_panes(1, 2)


def _head(column: Column) -> str:
    return f"{column.zh}*" if column.required else column.zh


def _write(page: Any, row: int, place: int, column: Column, value: Any, look: dict[str, Any]) -> None:
    """Write text as text: whatever it begins with, it is no formula."""
    if value is None:
        return
    if column.kind == "list":
        page.write_string(row, place, "; ".join(value), look["text"])
    elif column.kind == "date":
        page.write_datetime(row, place, date.fromisoformat(value), look["date"])
    elif column.kind == "tiers":
        text = "; ".join(f"{tier['at']:.16g}={tier['points']:.16g}" for tier in value)
        page.write_string(row, place, text, look["text"])
    elif isinstance(value, list):
        page.write_string(row, place, "..".join(f"{number:.16g}" for number in value), look["text"])
    elif isinstance(value, int | float):
        page.write_number(row, place, value)
    else:
        page.write_string(row, place, value, look["text"])
