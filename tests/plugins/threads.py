"""Let several acts begin at once, each in a thread with its own connection."""

import sqlite3
import threading
from contextlib import closing, contextmanager

from django.db import OperationalError, connections


@contextmanager
def database_on_disk(folder):
    """A database at which threads truly meet.

    The test database of SQLite lies in memory, where threads would queue before they come to it: its content moves
    into a file for the length of the test. PostgreSQL stays as it is.
    """
    memory = connections["default"]
    if memory.vendor != "sqlite":
        yield
        return
    path = folder / "file.sqlite3"
    with closing(sqlite3.connect(path)) as copy:
        memory.connection.backup(copy)
    name, memory.settings_dict["NAME"] = memory.settings_dict["NAME"], str(path)
    del connections["default"]
    yield
    connections["default"].close()
    connections["default"], memory.settings_dict["NAME"] = memory, name


def together(*acts, errors):
    """Run every act in a thread of its own, started at once; their results or ``errors``, in order."""
    barrier, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        try:
            barrier.wait(10)
            outcomes[number] = act()
        except (errors, OperationalError) as error:
            outcomes[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes
