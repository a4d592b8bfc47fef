"""One writer at a time among the processes that work on one SQLite file, each as soon as the one before has ended.

SQLite itself has no line: a process that asks again and again may never be lucky beside one with much to write. Here
there is a place of the writer and one place to wait for it, two locked bytes of a file beside the database. Who has
written cannot enter again before the one who waits. Locks go with their process, however it ends; what keeps the data
whole is the lock of SQLite, which is taken behind the gate.
"""

import fcntl
import os
import time

_ENDING = "-gate"
_WAITING, _WRITING = 0, 1
# Between two looks: short beside what a transaction takes, long beside what a look costs.
_LOOK_EVERY_S = 0.0002


class Gate:
    """The gate of the database file ``path``. At most one thread of the process may use it at a time."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path + _ENDING, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def enter(self, until: float) -> bool:
        """Wait for the place of the writer; whether it came before ``until`` (seconds of ``time.monotonic``)."""
        if not self._take(_WAITING, until):
            return False
        try:
            return self._take(_WRITING, until)
        finally:
            self._give(_WAITING)

    def leave(self) -> None:
        """Give the place to the next."""
        self._give(_WRITING)

    def _take(self, place: int, until: float) -> bool:
        while True:
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            except (BlockingIOError, PermissionError):  # POSIX allows both
                if time.monotonic() >= until:
                    return False
                time.sleep(_LOOK_EVERY_S)
            else:
                return True

    def _give(self, place: int) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)
