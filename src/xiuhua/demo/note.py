"""The note that a demonstration leaves in its data folder: what was drawn, and the password of its accounts."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings


@dataclass
class Note:
    """``complete`` once everything is loaded; ``shown`` while the pages may list the accounts."""

    scale: str
    seed: int
    password: str
    complete: bool = False
    shown: bool = False


def note_path() -> Path:
    """Where the note lies."""
    return Path(settings.DATA_DIR) / "demo.json"


def read_note() -> Note | None:
    """The note of this data folder; None where no demonstration was ever begun."""
    try:
        return Note(**json.loads(note_path().read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def write_note(note: Note) -> None:
    """Write the note so that only its owner can read it, whole or not at all."""
    path = note_path()
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        json.dump(asdict(note), out)
    fresh.replace(path)
