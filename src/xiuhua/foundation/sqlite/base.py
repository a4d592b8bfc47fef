"""Django's backend for SQLite, where who writes queues for the one place of the writer.

SQLite lets a second writer sleep for longer and longer (up to a tenth of a second) between looks at the lock, and
whoever comes along meanwhile takes it: under load some wait for half a second while the database is idle between
them. Here the threads of a process take turns, and the one whose turn it is stands in line with other processes (a
second server, commands, jobs) at a gate, ``gate.Gate``: the next begins as soon as the one before has ended.
"""

import threading
import time
from collections import deque
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from xiuhua.foundation.sqlite.gate import Gate

# As long as SQLite itself would wait (see settings); after that it is asked, and says that it is locked.
_PATIENCE_S = 20.0
_LOOK_EVERY_S = 0.001


class Turns:
    """A lock that is given in the order in which it was asked for."""

    def __init__(self) -> None:
        self._guard, self._taken = threading.Lock(), False
        self._waiting: deque[threading.Event] = deque()

    def take(self, timeout: float) -> bool:
        """Wait for the turn; whether it came within ``timeout`` seconds."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(timeout):
            return True
        with self._guard:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True  # it came while we gave up

    def give(self) -> None:
        """Let the next one have the turn."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False


_turns: dict[str, Turns] = {}
_gates: dict[str, Gate] = {}


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that writes only in its turn."""

    transaction_mode: str | None
    _has_turn = False
    _gate: Gate | None = None

    def _start_transaction_under_autocommit(self) -> None:
        """Begin, in turn where the transaction takes the lock at once."""
        if self.transaction_mode != "IMMEDIATE" or self._has_turn:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
            return
        turns = _turns.setdefault(str(self.settings_dict["NAME"]), Turns())
        self._has_turn = turns.take(_PATIENCE_S)
        try:
            self._take_lock()
        except BaseException:
            self._end_turn()
            raise

    def _take_lock(self) -> None:
        """Begin as soon as no other process writes; raises what SQLite says when the patience of settings is over."""
        patience = float(self.settings_dict["OPTIONS"].get("timeout", _PATIENCE_S))
        until = time.monotonic() + patience
        self._pass_gate(until)
        if self._gate is not None:
            # Nobody of ours writes now. Whoever else does (a backup, a shell) is waited for as SQLite waits.
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
            return
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    super()._start_transaction_under_autocommit()  # type: ignore[misc]
                except OperationalError as fault:
                    if "locked" not in str(fault) or time.monotonic() >= until:
                        raise
                else:
                    return
                time.sleep(_LOOK_EVERY_S)
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")

    def _pass_gate(self, until: float) -> None:
        """Stand in line with other processes; who waits too long goes on and hears from SQLite that it is locked."""
        name = str(self.settings_dict["NAME"])
        if self._has_turn and not self.is_in_memory_db():
            gate = _gates.get(name) or _gates.setdefault(name, Gate(name))
            if gate.enter(until):
                self._gate = gate

    def _commit(self) -> Any:
        result = super()._commit()  # type: ignore[misc]
        self._end_turn()
        return result

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _end_turn(self) -> None:
        if self._gate is not None:
            self._gate.leave()
            self._gate = None
        if self._has_turn:
            self._has_turn = False
            _turns[str(self.settings_dict["NAME"])].give()
