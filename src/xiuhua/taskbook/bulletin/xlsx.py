"""A bulletin as a workbook: real numbers with formats, frozen headings; the same content gives the same bytes."""

import io
from datetime import UTC
from typing import Any

import xlsxwriter

from xiuhua.taskbook.bulletin.contents import Contents
from xiuhua.taskbook.bulletin.document import Edition
from xiuhua.taskbook.bulletin.sheets import COUNT, DAY, INSTANT, LINK, NUMBER, TEXT, Column, Sheet, sheets

_FORMATS = {
    TEXT: {"text_wrap": True, "valign": "top"},
    NUMBER: {"num_format": "#,##0.00", "valign": "top"},
    COUNT: {"num_format": "#,##0", "valign": "top"},
    INSTANT: {"num_format": "yyyy-mm-dd hh:mm", "valign": "top"},
    DAY: {"num_format": "yyyy-mm-dd", "valign": "top"},
    LINK: {"font_color": "#1c5d78", "valign": "top"},
    "percent": {"num_format": '0.00" %"', "valign": "top"},
    "heading": {"bold": True, "font_color": "#1c5d78", "bg_color": "#f4f6f7", "text_wrap": True, "valign": "top"},
    "english": {"font_color": "#5f6d78", "bg_color": "#f4f6f7", "text_wrap": True, "valign": "top", "bottom": 1},
}
_HEADINGS = 2


def xlsx(contents: Contents, edition: Edition) -> bytes:
    """The workbook. Numbers are in the unit that stands in their row: 95.3 with the unit % is 95.3 %."""
    held = io.BytesIO()
    # As texts: a name that begins with "=" is a name.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    book = xlsxwriter.Workbook(held, options)
    made = edition.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    title = f"{contents.district.name_zh} {contents.month:%Y-%m}"
    book.set_properties({"title": title, "created": made, "author": "xiuhua"})
    formats = {name: book.add_format(form) for name, form in _FORMATS.items()}
    for sheet in sheets(contents, edition):
        _write(book.add_worksheet(sheet.name), sheet, formats)
    book.close()
    return held.getvalue()


def _write(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
        page.write_string(0, place, column.zh, formats["heading"])
        page.write_string(1, place, column.en, formats["english"])
    page.freeze_panes(_HEADINGS, 0)
    if sheet.rows and len(sheet.columns) > 1:
        page.autofilter(1, 0, len(sheet.rows) + 1, len(sheet.columns) - 1)
    for number, row in enumerate(sheet.rows, start=_HEADINGS):
        unit = row[sheet.unit] if sheet.unit is not None else ""
        for place, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
            _cell(page, (number, place), column, cell, formats, unit)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0, 1)


def _cell(page: Any, place: tuple[int, int], column: Column, cell: Any, formats: dict[str, Any], unit: str) -> None:
    number = isinstance(cell, int | float)
    form = formats[_form(column.form, cell, unit) if number else column.form]
    if cell is None or cell == "":
        page.write_blank(*place, None, form)
    elif number:
        page.write_number(*place, cell, form)
    elif column.form in {INSTANT, DAY}:
        page.write_datetime(*place, cell, form)
    elif column.form == LINK:
        page.write_url(*place, cell, form, string=cell)
    else:
        page.write_string(*place, str(cell), form)


def _form(form: str, number: float, unit: str) -> str:
    """The format of a number: percent by its unit, a whole number where it is one that is counted."""
    if form == NUMBER:
        return "percent" if unit == "%" else NUMBER
    return COUNT if number == round(number) else NUMBER
