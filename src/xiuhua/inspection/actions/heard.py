"""Who hears of a check: parts of inspection, and rooms above it, register callbacks that are called with each."""

from collections.abc import Callable

from xiuhua.inspection.models import Check

# Called in the transaction of the check, after its findings are written: what it raises undoes the check.
type Listener = Callable[[Check], object]

_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Let ``listener`` be called with each new check; the same one only once."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(check: Check) -> None:
    """Call all listeners, in the order in which they registered, with a check that was just written."""
    for listener in _listeners:
        listener(check)
