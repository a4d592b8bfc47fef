"""How often somebody may do something: counted exactly for all threads and processes of one machine.

The counts lie in a file that every process maps into its memory, so that counting costs microseconds and no statement;
a lock on the file puts the processes in a row. It is a window that slides: what was counted in the period before counts
in part, as far as that period reaches into the last one (https://en.wikipedia.org/wiki/Rate_limiting). The file may be
lost or removed at any time: then counting begins anew.
"""

import fcntl
import math
import mmap
import os
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

SLOTS, PROBED = 65_536, 8
# Who it is (digest), number of the period, its length in seconds, what was counted in it and in the one before.
_SLOT = struct.Struct("<QQIII4x")
_PERIODS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


@dataclass(frozen=True)
class Rate:
    """At most ``amount`` in ``period`` seconds."""

    amount: int
    period: int

    @classmethod
    def read(cls, text: str) -> "Rate | None":
        """``6000/m`` (s, m, h or d); None for an empty text or 0: no limit. Raises ``ValueError``."""
        if text.strip() in {"", "0"}:
            return None
        amount, _slash, unit = text.strip().partition("/")
        if unit not in _PERIODS or not amount.isdecimal() or not 0 < int(amount) < 2**31:
            raise ValueError(f"{text!r} is no rate; write it like 6000/m (s, m, h or d), or leave it empty")
        return cls(int(amount), _PERIODS[unit])


class Counts:
    """The counts in the file ``path``, made where it is not there."""

    def __init__(self, path: Path) -> None:
        self.path, self._lock = path, threading.Lock()
        self._owner, self._file = 0, -1
        self._map: mmap.mmap | None = None

    def spend(self, who: str, rate: Rate, now: float | None = None) -> int:
        """Count one more of ``who``: 0 where ``rate`` allows it, else in how many seconds it does again.

        What is refused is not counted. ``now`` is the time in seconds since 1970.
        """
        now = time.time() if now is None else now
        period, into = int(now // rate.period), now % rate.period / rate.period
        identity = int.from_bytes(blake2b(who.encode(), digest_size=8).digest()) or 1
        with self._locked() as held:
            place, count, before = _find(held, identity, period, rate.period, now)
            if count + before * (1 - into) + 1 > rate.amount:
                return math.ceil(_wait(count, before, into, rate))
            _SLOT.pack_into(held, place, identity, period, rate.period, count + 1, before)
        return 0

    @contextmanager
    def _locked(self) -> Iterator[mmap.mmap]:
        with self._lock:
            held = self._map if self._map is not None and self._owner == os.getpid() else self._open()
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield held
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _open(self) -> mmap.mmap:
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        if os.fstat(self._file).st_size != SLOTS * _SLOT.size:
            os.ftruncate(self._file, SLOTS * _SLOT.size)
        held = mmap.mmap(self._file, SLOTS * _SLOT.size)
        self._map, self._owner = held, os.getpid()
        return held


def _find(held: mmap.mmap, identity: int, period: int, length: int, now: float) -> tuple[int, int, int]:
    """The place of ``identity``, its count of this period and of the one before; a free place, or the first, else."""
    free = None
    for number in range(PROBED):
        place = (identity + number) % SLOTS * _SLOT.size
        known, last, seconds, count, before = _SLOT.unpack_from(held, place)
        if known == identity and seconds == length:
            return place, *((count, before) if last == period else (0, count if last == period - 1 else 0))
        if free is None and (not known or (last + 2) * seconds <= now):
            free = place
    return (identity % SLOTS * _SLOT.size if free is None else free), 0, 0


def _wait(count: int, before: int, into: float, rate: Rate) -> float:
    """In how many seconds one more is allowed, if nothing comes meanwhile."""
    room = rate.amount - 1 - count
    if room >= 0:  # as soon as enough of the period before has slid away
        return max((1 - room / before - into) * rate.period, 0.001)
    return (1 - into + max(1 - (rate.amount - 1) / count, 0)) * rate.period
