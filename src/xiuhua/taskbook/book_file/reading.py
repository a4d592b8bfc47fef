"""Read a book from a file, by the ending of its name."""

from pathlib import Path

from django.utils.translation import gettext as _

from xiuhua.foundation.placed.faults import Fault
from xiuhua.foundation.placed.reading import Read
from xiuhua.taskbook.refusals import BookRefused

# Of a file, in bytes, and of a book, in parts: far above any programme, far below what would fill the memory.
LARGEST = 8_000_000
MOST = 60_000


def read_file(path: Path) -> Read:
    """Read a book from YAML or XLSX, by the ending of its name.

    Raises ``BookRefused`` for a file that is too large, of another format, or cannot be read at all.
    """
    content = path.read_bytes()
    if len(content) > LARGEST:
        raise unreadable(_("The file is larger than %(mb)s MB.") % {"mb": LARGEST // 10**6}, _("Split the programme."))
    ending = path.suffix.lower()
    if ending in {".yaml", ".yml"}:
        from xiuhua.taskbook.book_file.yaml_in import read_yaml

        return read_yaml(content)
    if ending == ".xlsx":
        from xiuhua.taskbook.book_file.xlsx_in import read_xlsx

        return read_xlsx(content)
    raise unreadable(_("The ending says neither .yaml nor .xlsx."), _("Save the book as YAML or as XLSX."))


def unreadable(rule: str, remedy: str, place: str = "") -> BookRefused:
    """The refusal of a file that cannot be read at all."""
    return BookRefused(
        _("The file cannot be read."),
        _("Mend what is listed, then load it again."),
        [Fault(place, "", "", rule, remedy)],
    )
