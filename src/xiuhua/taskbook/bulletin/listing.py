"""Bulletins that a person may read, and their files."""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from xiuhua.city.models import District
from xiuhua.people.permissions import Person
from xiuhua.taskbook.models import Bulletin
from xiuhua.taskbook.months import written
from xiuhua.taskbook.queries import sight

log = logging.getLogger(__name__)
PDF, XLSX = "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Name of a file in its address: column of the row, media type.
FILES = {"zh.pdf": ("pdf", PDF), "en.pdf": ("pdf_en", PDF), "figures.xlsx": ("xlsx", XLSX)}


class LostFileError(RuntimeError):
    """A file that is not there any more, or not as it was made."""


@dataclass(frozen=True)
class File:
    """One file of a bulletin: its name, address and SHA-256."""

    name: str
    address: str
    digest: str


def bulletins(district: District, user: Person, month: date | None = None) -> QuerySet[Bulletin]:
    """The bulletins of the district, newest month and version first; provisional ones only for those inside."""
    found = Bulletin.objects.filter(district=district).select_related("district").order_by("-month", "-version")
    if not sight(district, user).inside:
        found = found.filter(provisional=False)
    return found if month is None else found.filter(month=month)


def files(row: Bulletin) -> Iterator[File]:
    """The files of a bulletin."""
    for name, (column, _type) in FILES.items():
        if getattr(row, column):
            parts = [row.district.code, written(row.month), row.version, name]
            address = reverse("taskbook:bulletin-file", args=parts)
            yield File(name, address, getattr(row, f"{column}_digest"))


def content(row: Bulletin, name: str) -> bytes:
    """A file as it was made. Raises ``KeyError`` for a name that is none, ``LostFileError`` where it is not so now."""
    column, _type = FILES[name]
    path = Path(settings.MEDIA_ROOT) / str(getattr(row, column))
    try:
        found = path.read_bytes()
    except OSError:
        found = b""
    if hashlib.sha256(found).hexdigest() != getattr(row, f"{column}_digest"):
        log.error("bulletin file %s is not as it was made", path)
        raise LostFileError(
            _("This file is not as it was made: it is not handed out. Restore it from the backup of the data folder.")
        )
    return found
