"""Uploaded files between the trial run and the confirmation: a folder for each, owned by one account, for a day."""

import json
import re
import secrets
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

LIFETIME_S = 24 * 3600
MAX_BYTES = 200 << 20
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


class UploadTooLargeError(ValueError):
    """The files are larger than MAX_BYTES together."""


@dataclass(frozen=True)
class Upload:
    """An upload: its token, whose it is, and what the form said."""

    token: str
    owner: int
    form: dict[str, Any]
    names: list[str]

    @property
    def folder(self) -> Path:
        """The folder of this upload."""
        return _root() / self.token

    @property
    def path(self) -> Path:
        """What to read: the file, or the folder where several (the parts of a shapefile) came together."""
        files = self.folder / "files"
        return files / self.names[0] if len(self.names) == 1 else files

    @property
    def name(self) -> str:
        """The name that the person knows."""
        return ", ".join(self.names)

    @property
    def rejects(self) -> Path:
        """Where the refused rows are kept."""
        return self.folder / "rejects.csv"

    def forget_files(self) -> None:
        """Delete what was uploaded, once it is loaded; the refused rows stay for the rest of the day."""
        shutil.rmtree(self.folder / "files", ignore_errors=True)


def _root() -> Path:
    return Path(settings.DATA_DIR) / "imports"


def keep(files: Iterable[UploadedFile[Any]], form: dict[str, Any], owner: int) -> Upload:
    """Store uploaded files; raises UploadTooLargeError. Folders older than a day are removed on the way."""
    listed = list(files)
    if sum(file.size or 0 for file in listed) > MAX_BYTES:
        raise UploadTooLargeError
    _sweep()
    upload = Upload(secrets.token_urlsafe(16), owner, form, [Path(file.name or "file").name for file in listed])
    (upload.folder / "files").mkdir(parents=True)
    for file, name in zip(listed, upload.names, strict=True):
        with (upload.folder / "files" / name).open("wb") as out:
            out.writelines(file.chunks())
    told = {"owner": owner, "form": form, "names": upload.names}
    (upload.folder / "upload.json").write_text(json.dumps(told), encoding="utf-8")
    return upload


def find(token: str, owner: int) -> Upload | None:
    """The upload of this token, if it is there and belongs to ``owner``."""
    if not TOKEN.fullmatch(token):
        return None
    try:
        told = json.loads((_root() / token / "upload.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Upload(token, owner, told["form"], told["names"]) if told["owner"] == owner else None


def _sweep() -> None:
    root = _root()
    for folder in root.iterdir() if root.is_dir() else ():
        if time.time() - folder.stat().st_mtime > LIFETIME_S:
            shutil.rmtree(folder, ignore_errors=True)
