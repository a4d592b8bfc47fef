"""Files of cases row by row, without holding them: CSV or JSON Lines, plain or gzip, UTF-8 or GB 18030."""

import csv
import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

ENCODINGS = ("utf-8-sig", "gb18030")
LONGEST_FIELD = 1 << 20
_SNIFFED = 1 << 16
_GZIP = b"\x1f\x8b"


class UnreadableFileError(ValueError):
    """A file that cannot be read as one of cases: says why and what to do."""


class CaseFile:
    """A file of cases. Iterating gives (number of the row from 1, its columns); it may be read more than once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with self._bytes() as file:
                head = file.read(_SNIFFED)
        except (OSError, EOFError) as error:
            raise UnreadableFileError(
                _("%(file)s cannot be read: %(error)s. Check its name, or unpack it.") % {"file": path, "error": error}
            ) from None
        if not head.strip():
            raise UnreadableFileError(_("%(file)s is empty: nothing was loaded.") % {"file": path})
        self.lines = head.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{")
        self.encoding = next((name for name in ENCODINGS if _reads(head, name)), ENCODINGS[-1])
        self.delimiter = max(",;\t|", key=head.split(b"\n", 1)[0].decode(self.encoding, "replace").count)

    def columns(self) -> list[str]:
        """The names of the columns; of a file of JSON Lines those of its first hundred rows."""
        if not self.lines:
            with self._text() as file:
                return [name.strip() for name in next(csv.reader(file, delimiter=self.delimiter), [])]
        seen: dict[str, None] = {}
        for number, row in self:
            seen.update(dict.fromkeys(row))
            if number >= 100:  # noqa: PLR2004 - said above
                break
        return list(seen)

    def __iter__(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Raises ``UnreadableFileError`` at a place that cannot be read."""
        number = 0
        try:
            with self._text() as file:
                for number, row in enumerate(self._rows(file), start=1):
                    yield number, row
        except (OSError, EOFError, UnicodeDecodeError, csv.Error, json.JSONDecodeError) as error:
            raise UnreadableFileError(
                _("%(file)s cannot be read after row %(row)s: %(error)s. Export it again as UTF-8.")
                % {"file": self.path, "row": number, "error": error}
            ) from None

    def _rows(self, file: IO[str]) -> Iterator[dict[str, str]]:
        if self.lines:
            for line in file:
                if line.strip():
                    row = json.loads(line)
                    yield {str(k): _plain(v) for k, v in row.items()} if isinstance(row, dict) else {}
            return
        csv.field_size_limit(LONGEST_FIELD)
        reader = csv.reader(file, delimiter=self.delimiter)
        header = [name.strip() for name in next(reader, [])]
        for values in reader:
            if values:
                yield dict(zip(header, values, strict=False))

    def _bytes(self) -> IO[bytes]:
        with self.path.open("rb") as file:
            packed = file.read(2) == _GZIP
        return gzip.open(self.path, "rb") if packed else self.path.open("rb")  # type: ignore[return-value]

    def _text(self) -> IO[str]:
        return io.TextIOWrapper(self._bytes(), encoding=self.encoding, newline="")


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _reads(head: bytes, encoding: str) -> bool:
    """Whether the beginning is text of this encoding; its last character may be cut off."""
    try:
        head.decode(encoding)
    except UnicodeDecodeError as error:
        return error.end >= len(head) - 3 and len(head) == _SNIFFED
    return True
