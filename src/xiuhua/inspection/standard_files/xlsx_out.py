"""Write standards as XLSX: a sheet of explanations, then standards and items, headings in Chinese."""

from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter

from xiuhua.inspection.standard_files.schema import SHEETS, Column, Sheet

# How the sheet of explanations may be called; it is not read.
NOTES = ("说明", "Notes")
YES, NO = "是", "否"
_WIDTHS = {"text": 22, "number": 9, "integer": 9, "flag": 9, "date": 12}
type Row = dict[str, Any]


def write_xlsx(data: Row) -> bytes:
    """The standards (nested data as ``writing.nested`` gives it) as a workbook."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        look = {
            "head": book.add_format({"bold": True, "bg_color": "#E4EFE7", "border": 1, "valign": "top"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        _notes(book.add_worksheet(NOTES[0]), look)
        for sheet in SHEETS.values():
            _things(book.add_worksheet(sheet.zh), sheet, _rows(data, sheet), look)
    return out.getvalue()


def _rows(data: Row, sheet: Sheet) -> list[Row]:
    if sheet.name == "standards":
        return list(data["standards"])
    return [{**item, "standard": outer} for outer in data["standards"] for item in outer["items"]]


def _notes(page: Any, look: dict[str, Any]) -> None:
    heads = ("表 Sheet", "列 Column", "键 Key", "必填 Required", "说明", "Explanation")
    for place, (head, width) in enumerate(zip(heads, (10, 20, 20, 12, 60, 60), strict=True)):
        page.write_string(0, place, head, look["head"])
        page.set_column(place, place, width)
    lines = [(sheet, column) for sheet in SHEETS.values() for column in sheet.columns]
    for number, (sheet, column) in enumerate(lines, start=1):
        choices = f" [{' / '.join(column.choices)}]" if column.choices else ""
        texts = (
            sheet.zh, column.zh, column.name, "是 yes" if column.required else "", column.about_zh + choices,
            column.about_en + choices,
        )  # fmt: skip
        for place, text in enumerate(texts):
            page.write_string(number, place, text, look["text"])
    page.freeze_panes(1, 0)


def _things(page: Any, sheet: Sheet, rows: list[Row], look: dict[str, Any]) -> None:
    for place, column in enumerate(sheet.columns):
        page.write_string(0, place, f"{column.zh}*" if column.required else column.zh, look["head"])
        page.set_column(place, place, _WIDTHS[column.kind])
        choices = [YES, NO] if column.kind == "flag" else list(column.choices)
        if choices:
            page.data_validation(1, place, 5000, place, {"validate": "list", "source": choices})
        for number, row in enumerate(rows, start=1):
            _write(page, number, place, column, _inner(row, column), look)
    page.freeze_panes(1, 2)


def _inner(row: Row, column: Column) -> Any:
    value: Any = row
    for name in column.path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _write(page: Any, row: int, place: int, column: Column, value: Any, look: dict[str, Any]) -> None:
    """Write text as text: whatever it begins with, it is no formula."""
    if value is None or value == "":
        return
    if column.kind == "flag":
        page.write_string(row, place, YES if value else NO, look["text"])
    elif column.kind == "date":
        page.write_datetime(row, place, date.fromisoformat(value), look["date"])
    elif isinstance(value, int | float):
        page.write_number(row, place, value)
    else:
        page.write_string(row, place, value, look["text"])
