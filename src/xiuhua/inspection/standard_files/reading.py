"""Read standards from a file, by the ending of its name."""

from pathlib import Path

from django.utils.translation import gettext as _

from xiuhua.foundation.placed.faults import Fault
from xiuhua.foundation.placed.reading import Read
from xiuhua.inspection.standard_files.faults import StandardsRefused

# Of a file, in bytes, and of its parts: far above any set of standards, far below what would fill the memory.
LARGEST = 4_000_000
MOST = 60_000


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
