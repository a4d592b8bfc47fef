"""Run a compiled kernel over a range in parts, on all processors.

Kernels release the interpreter's lock, so plain threads do. Numba's own parallel loops are not used: their thread
pools must not be entered by two threads of a server at once.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

# Parts for each processor: uneven parts even out, and a part is still long against the cost of handing it out.
_PARTS_EACH = 8
_WORTH_A_THREAD = 64


def in_parts(kernel: Callable[..., Any], count: int, *arguments: Any, worth: int = _WORTH_A_THREAD) -> None:
    """Call ``kernel(start, stop, *arguments)`` until 0 .. ``count`` is covered; fewer than ``worth`` in one call."""
    workers = len(os.sched_getaffinity(0))
    if count < worth or workers == 1:
        kernel(0, count, *arguments)
        return
    parts = min(workers * _PARTS_EACH, count)
    edges = [count * part // parts for part in range(parts + 1)]
    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(kernel, a, b, *arguments) for a, b in pairwise(edges)]:
            done.result()


def side_by_side[A, B](one: Callable[[], A], other: Callable[[], B]) -> tuple[A, B]:
    """Both results; ``one`` is worked out in a thread of its own meanwhile. Worth it where both release the lock."""
    with ThreadPoolExecutor(1) as pool:
        begun = pool.submit(one)
        found = other()
        return begun.result(), found
