"""Messages as lines of JSON in a folder, one file a day: for systems that fetch files, and to watch what goes out."""

import json
import os
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from xiuhua.foundation.models import OutboxMessage

ADDRESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class FileAdapter:
    """The address is the name of a folder below ``<data>/outbox``."""

    def check(self, address: str) -> None:
        """Raise ``ValueError`` for anything but a plain folder name."""
        if not ADDRESS.fullmatch(address):
            raise ValueError(
                _("Folder %(name)r of a file target is no plain name: use letters, digits, - and _.")
                % {"name": address}
            )

    def send(self, message: OutboxMessage, address: str) -> None:
        """Append the message to the file of the day it was written."""
        append(
            address,
            message.created_at,
            {
                "id": message.pk,
                "topic": message.topic,
                "key": message.key,
                "created_at": message.created_at.isoformat(),
                "payload": message.payload,
            },
        )


def append(folder: str, day: date, line: Mapping[str, Any]) -> None:
    """Append a line of JSON to the file of ``day`` below ``<data>/outbox/<folder>``, and wait until the disk has it."""
    path = Path(settings.DATA_DIR) / "outbox" / folder / f"{day:%Y-%m-%d}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    with os.fdopen(os.open(path, flags, 0o640), "ab", buffering=0) as out:
        out.write(f"{json.dumps(line, ensure_ascii=False)}\n".encode())
        os.fsync(out.fileno())
