"""What a process holds in memory of the layers: loaded once, loaded again when a layer has changed."""

import threading
import weakref
from collections.abc import Callable
from typing import Any

from django.db import connection

from xiuhua.foundation import layers
from xiuhua.foundation.layers import Stamp

type Stamps = tuple[Stamp | None, ...]

CHECK_SECONDS = 1.0
# Every cache of the process: tests empty them between two databases.
LIVE_CACHES: "weakref.WeakSet[LayerCache[Any]]" = weakref.WeakSet()


class LayerCache[T]:
    """Keeps one value per layer, built by ``load(key, version)``.

    A value is never older than ``CHECK_SECONDS``; a change made in this process is seen at once. While
    one thread loads, others that want the same layer wait for it. A layer without a version (nothing was ever
    loaded through the door) is not kept. Inside a transaction its own uncommitted changes are seen, and the
    committed value is held beside it for the other threads.
    """

    def __init__(self, load: Callable[[str, int], T]) -> None:
        self._load = load
        self._held: dict[str, dict[Stamps, T]] = {}
        self._locks: dict[str, threading.Lock] = {}
        LIVE_CACHES.add(self)

    def get(self, key: str, *also: str) -> T:
        """The value of layer ``key``; it is loaded again as well when one of the layers ``also`` changes."""
        return self.get_stamped(key, *also)[1]

    def get_stamped(self, key: str, *also: str) -> tuple[Stamp | None, T]:
        """The value and the stamp of ``key`` that it was loaded under."""
        stamps = tuple(layers.stamp(one, CHECK_SECONDS) for one in (key, *also))
        version = stamps[0].version if stamps[0] else 0
        if not any(stamps):
            return None, self._load(key, version)
        held = self._held.get(key, {})
        if stamps not in held:
            with self._locks.setdefault(key, threading.Lock()):
                held = self._held.get(key, {})
                if stamps not in held:
                    before = list(held.items())[-1:] if connection.in_atomic_block else []
                    value = self._load(key, version)
                    # Replaced as a whole, never changed in place: readers need no lock.
                    held = self._held[key] = dict([*before, (stamps, value)])
        return stamps[0], held[stamps]

    def forget(self) -> None:
        """Let go of every value; the next question loads."""
        self._held = {}
