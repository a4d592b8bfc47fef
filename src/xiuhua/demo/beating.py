"""The pulse of the demonstration: timers ring and messages go while it is served, without a second terminal.

A process of its own beside the server, as ``xiuhua tick`` and ``xiuhua worker`` are in a real installation. It ends
when the pipe that the server holds is closed, which the operating system does even for a server that is killed.
"""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

EVERY = 30  # seconds
PATIENCE = 10  # seconds that a beat in the middle of its work may take to end
LOG = "beating.log"

log = logging.getLogger(__name__)


@contextmanager
def beating(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Beat in a process beside this one as long as the block runs; what it says goes to ``LOG`` in ``folder``."""
    with (folder / LOG).open("wb") as said:
        # A session of its own: Ctrl+C is for the server, which then ends the pulse.
        process = subprocess.Popen(  # noqa: S603 - our own module by our own Python
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            # A worker that is asked to end goes through with its job, which may be a minute of measuring. Of one that
            # is killed the reaper begins the job anew once the demonstration is served again.
            process.kill()
            process.wait()


def beat_until(stop: threading.Event, every: float = EVERY) -> None:
    """A beat of the tick again and again until ``stop`` is set, between them one job after the other.

    Each job is awaited on its own: so the tick is on time while a long row of them waits, and the end does not wait
    for the row.
    """
    from django.db import DatabaseError, close_old_connections

    from xiuhua.foundation.actions.tick import tick

    while not stop.is_set():
        began = time.monotonic()
        close_old_connections()
        try:
            tick()
            while not stop.is_set() and time.monotonic() - began < every and _work_once():
                pass
        except DatabaseError:
            log.exception("the database was busy or away; the next beat tries again")
        stop.wait(max(every - (time.monotonic() - began), 0.0))


def _work_once() -> bool:
    """Do the job that comes first. Whether there was one."""
    from django.core.management import call_command
    from django_tasks_db.models import DBTaskResult

    if not DBTaskResult.objects.ready().exists():
        return False
    call_command(
        "db_worker", queue_name="*", batch=True, max_tasks=1, reload=False, startup_delay=False, verbosity=0
    )  # fmt: skip
    return True


def when_closed(pipe: BinaryIO, begun: threading.Event) -> threading.Event:
    """An event that is set as soon as nobody can write to ``pipe`` any more; ends the process if nothing has begun."""
    closed = threading.Event()

    def wait() -> None:
        pipe.read()
        closed.set()
        if not begun.is_set():
            os._exit(0)

    threading.Thread(target=wait, daemon=True).start()
    return closed


def main() -> None:
    """Beat until the process that holds the other end of the standard input is gone."""
    import django

    logging.basicConfig(level=logging.WARNING)
    begun = threading.Event()
    closed = when_closed(sys.stdin.buffer, begun)
    django.setup()
    begun.set()
    beat_until(closed)


if __name__ == "__main__":
    main()
