"""A file of standards as it was read: nested data as in YAML, and where in the file each part stands."""

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from xiuhua.foundation.plain import keepable
from xiuhua.inspection.standard_files.faults import Fault, StandardsRefused

# Of a file, in bytes, and of its parts: far above any set of standards, far below what would fill the memory.
LARGEST = 4_000_000
MOST = 60_000
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")

type Path_ = tuple[Hashable, ...]


@dataclass
class Read:
    """``data`` as in YAML; ``places`` says for a path of keys and numbers where it stands; ``faults`` met so far.

    ``written`` keeps how numbers and the like were written, for where a text is wanted (a version 2022).
    """

    data: dict[str, Any]
    places: dict[Path_, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    written: dict[Path_, str] = field(default_factory=dict)

    def place(self, path: Path_) -> str:
        """Where ``path``, or the nearest thing around it, stands."""
        for length in range(len(path), -1, -1):
            if (found := self.places.get(path[:length])) is not None:
                return found
        return ""


def read_file(path: Path) -> Read:
    """Read standards from the file at ``path``; see ``read_bytes``."""
    return read_bytes(path.name, path.read_bytes())


def read_bytes(name: str, content: bytes) -> Read:
    """Read standards from YAML or XLSX, by the ending of ``name``.

    Raises ``StandardsRefused`` for a file that is too large, of another format, or cannot be read at all.
    """
    if len(content) > LARGEST:
        raise unreadable(
            _("The file is larger than %(mb)s MB.") % {"mb": LARGEST // 10**6}, _("Load it in several parts.")
        )
    ending = Path(name).suffix.lower()
    if ending in {".yaml", ".yml"}:
        from xiuhua.inspection.standard_files.yaml_in import read_yaml

        return read_yaml(content)
    if ending == ".xlsx":
        from xiuhua.inspection.standard_files.xlsx_in import read_xlsx

        return read_xlsx(content)
    raise unreadable(_("The ending says neither .yaml nor .xlsx."), _("Save the standards as YAML or as XLSX."))


def unreadable(rule: str, remedy: str, place: str = "") -> StandardsRefused:
    """The refusal of a file that cannot be read at all."""
    return StandardsRefused(
        _("The file cannot be read."),
        _("Mend what is listed, then load it again."),
        [Fault(place, "", "", rule, remedy)],
    )


def tidy(text: str) -> str:
    """A text as it is kept: without spaces around it, lines ended the same way."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def unkept(text: str) -> bool:
    """Whether a text holds signs that the databases or a workbook cannot keep."""
    return not keepable(text) or _CONTROL.search(text) is not None
