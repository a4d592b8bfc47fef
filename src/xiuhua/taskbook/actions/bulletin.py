"""Make the bulletin of a month: files that are never written over, a row that says what they hold, an event."""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.city.models import District
from xiuhua.foundation import events
from xiuhua.taskbook.bulletin.contents import Contents, contents_of
from xiuhua.taskbook.bulletin.document import Edition
from xiuhua.taskbook.bulletin.pdf import pdf
from xiuhua.taskbook.bulletin.xlsx import xlsx
from xiuhua.taskbook.models import Bulletin
from xiuhua.taskbook.months import written

# The files of a bulletin: column of the row, and how the name ends.
FILES = {"pdf": "zh.pdf", "pdf_en": "en.pdf", "xlsx": "xlsx"}


class BulletinError(ValueError):
    """A bulletin that cannot be made."""


@dataclass(frozen=True)
class Made:
    """The bulletin; whether it is new; characters that the font lacks (known of a new one alone)."""

    bulletin: Bulletin
    new: bool
    missing: tuple[str, ...] = ()


def make_bulletin(district: District, month: date, actor: str, *, at: datetime | None = None) -> Made:
    """The bulletin of ``month`` (its first day) as things stand: a new one where its content changed, else the last.

    A month that is not published gives a provisional bulletin, which says so on every page and is shown only to those
    who may see the month: a meeting needs the paper before it decides to publish. When the month is published the
    content differs, so the next version is made. Raises ``BulletinError`` where there is nothing to say.
    """
    if month.day != 1:
        raise BulletinError(_("%(day)s is no month: give its first day.") % {"day": month})
    while True:
        made_at = at or timezone.now()
        contents = contents_of(district, month)
        if contents.empty:
            raise BulletinError(
                _("Nothing to report for %(month)s in district %(code)s: no values, no scores. Measure it first.")
                % {"month": written(month), "code": district.code}
            )
        digest, last = contents.digest(), _last(district, month)
        if last is not None and last.content_digest == digest:
            return Made(last, new=False)
        edition = Edition(last.version + 1 if last else 1, made_at)
        files, missing = _files(contents, edition)
        row = _row(contents, edition, digest, files)
        if _kept(row, actor, missing):
            return Made(row, new=True, missing=missing)


def _last(district: District, month: date) -> Bulletin | None:
    return Bulletin.objects.filter(district=district, month=month).order_by("-version").first()


def _files(contents: Contents, edition: Edition) -> tuple[dict[str, bytes], tuple[str, ...]]:
    chinese, english = pdf(contents, edition, "zh-hans"), pdf(contents, edition, "en")
    files = {"pdf": chinese.content, "pdf_en": english.content, "xlsx": xlsx(contents, edition)}
    return files, tuple(sorted({*chinese.missing, *english.missing}))


def _row(contents: Contents, edition: Edition, digest: str, files: Mapping[str, bytes]) -> Bulletin:
    """The row, with its files written."""
    digests = {column: hashlib.sha256(content).hexdigest() for column, content in files.items()}
    names = {column: _name(contents, edition, FILES[column], digests[column]) for column in files}
    for column, content in files.items():
        _write(Path(settings.MEDIA_ROOT) / names[column], content)
    return Bulletin(
        district=contents.district, month=contents.month, version=edition.version, made_at=edition.made_at,
        provisional=contents.provisional, content_digest=digest,
        figures=[figure.plain() for figure in contents.figures], **names,
        **{f"{column}_digest": each for column, each in digests.items()},
    )  # fmt: skip


def _name(contents: Contents, edition: Edition, ending: str, digest: str) -> str:
    """Where the file lies below MEDIA_ROOT: other content has another name."""
    place = f"bulletins/{contents.district.code}/{written(contents.month)}"
    return f"{place}/v{edition.version}-{digest[:12]}.{ending}"


def _write(path: Path, content: bytes) -> None:
    """Write the file whole or not at all; one that is there already has the same content, by its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return
    handle, half = tempfile.mkstemp(dir=path.parent, suffix=".half")
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    os.replace(half, path)  # noqa: PTH105 - in one step


@transaction.atomic
def _kept(row: Bulletin, actor: str, missing: tuple[str, ...]) -> bool:
    """Keep the row and its event; False where somebody made this version in the meantime."""
    chain = f"bulletin:{row.district.code}"
    events.lock(chain)
    if Bulletin.objects.filter(district=row.district, month=row.month, version=row.version).exists():
        return False
    row.save(force_insert=True)
    events.record(
        chain=chain, verb="bulletin.made", actor=actor,
        subject=f"taskbook.bulletin:{row.district.code}:{written(row.month)}:v{row.version}", at=row.made_at,
        after={
            "provisional": row.provisional, "content": row.content_digest, "figures": len(row.figures),
            **{column: getattr(row, f"{column}_digest") for column in FILES},
            "missing_characters": [f"U+{ord(char):04X}" for char in missing],
        },
    )  # fmt: skip
    return True
