"""Moves what SQLite wrote from its log into its file beside the requests, so that no request waits for it.

Left to itself, SQLite does so inside the commit that fills the log: with a file of a million cases that commit, and
everybody who waits for its lock, stands still for half a second while thousands of scattered pages reach the disk.
"""

import logging
import sqlite3
import threading
import time
from pathlib import Path

EVERY_S = 0.5
# Below this the log is left alone; above the second size writers wait once, so that the log begins anew.
WORTH_BYTES, TOO_LARGE_BYTES = 1 << 20, 256 << 20

_log = logging.getLogger(__name__)


def keep_short(path: str) -> threading.Thread:
    """Start a thread that keeps the log of the database ``path`` short for as long as the process lives."""
    thread = threading.Thread(target=_run, args=(Path(path),), name="checkpoints", daemon=True)
    thread.start()
    return thread


def _run(path: Path) -> None:
    connection: sqlite3.Connection | None = None
    while True:
        time.sleep(EVERY_S)
        try:
            if connection is None:
                connection = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
            checkpoint(connection, path)
        except (sqlite3.Error, OSError):
            # Nothing is lost: commits move the pages themselves once the log is long (see settings).
            _log.exception("the log of %s could not be moved into it; trying again", path)
            connection = None


def checkpoint(connection: sqlite3.Connection, path: Path) -> bool:
    """Move the log of ``path`` into it if that is worth while; whether it was."""
    log = path.with_name(path.name + "-wal")
    size = log.stat().st_size if log.exists() else 0
    if size < WORTH_BYTES:
        return False
    connection.execute(f"PRAGMA wal_checkpoint({'RESTART' if size > TOO_LARGE_BYTES else 'PASSIVE'})").fetchone()
    return True
