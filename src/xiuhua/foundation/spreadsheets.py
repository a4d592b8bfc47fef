"""Tables as CSV for spreadsheets: line by line, readable in Chinese, with no text that would be run as a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence

# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Spreadsheets take a file without it for one of another encoding.
MARK = "\ufeff"


class _Echo:
    """A file that gives each line back instead of keeping it: lets a row become a piece of an answer."""

    def write(self, line: str) -> str:
        return line


def csv_lines(heads: Sequence[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The lines of a table, the heads first; texts as ``harmless`` writes them."""
    writer = csv.writer(_Echo())
    yield MARK + writer.writerow(heads)
    for row in rows:
        yield writer.writerow([harmless(value) for value in row])


def harmless(value: object) -> object:
    """A value that no spreadsheet takes for a formula; numbers stay numbers, and nothing stays nothing."""
    if value is None or isinstance(value, (int, float)):
        return value
    text = str(value)
    # A tab or a return begins one by itself; blanks before the others do not stop them.
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text
