"""Open a workbook that somebody sent."""

import warnings
import zipfile
from io import BytesIO
from typing import Any

import openpyxl
from django.utils.translation import gettext as _

from xiuhua.foundation.placed.reading import Refuse


def open_workbook(content: bytes, refuse: Refuse, *, largest: int) -> Any:
    """The workbook, for reading. Raises what ``refuse`` makes for none, and above ``largest`` bytes unpacked."""
    remedy = _("Save it as an Excel workbook (.xlsx), without a password.")
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > largest:
                raise refuse(_("The workbook unfolds to too much."), _("Remove pictures and unused sheets."))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
    except (
        zipfile.BadZipFile,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        SyntaxError,
        OSError,
        EOFError,
    ) as error:
        raise refuse(_("This is not a workbook: %(why)s.") % {"why": str(error)[:80]}, remedy) from None
