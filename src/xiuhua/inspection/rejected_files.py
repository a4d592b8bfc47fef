"""Files of refused rows between the answer and the download: each belongs to one account and is kept for a day."""

import re
import secrets
import time
from pathlib import Path

from django.conf import settings

LIFETIME_S = 24 * 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


def keep(text: str, owner: int) -> str:
    """Keep a file for ``owner``, the key of an account. Returns its token; older files go on the way."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if time.time() - path.stat().st_mtime > LIFETIME_S:
            path.unlink(missing_ok=True)
    token = secrets.token_urlsafe(16)
    (folder / f"{owner}-{token}.csv").write_text(text, encoding="utf-8", newline="")
    return token


def find(token: str, owner: int) -> str | None:
    """The file of this token, if it is there and belongs to ``owner``."""
    if not _TOKEN.fullmatch(token):
        return None
    try:
        with (_folder() / f"{owner}-{token}.csv").open(encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "rejected"
