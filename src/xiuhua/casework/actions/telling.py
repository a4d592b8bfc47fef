"""Who outside hears of a move: rooms register listeners, the engine puts one message for all of them."""

import logging
from collections.abc import Callable, Iterable

from xiuhua.casework.models import Case, Step
from xiuhua.foundation.actions import outbox
from xiuhua.foundation.adapters import resolve

log = logging.getLogger(__name__)

type Listener = Callable[[Case, Step], Iterable[str]]

_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Let ``listener`` name the targets (``"<adapter>:<address>"``) that hear of each step.

    It is called in the transaction of the move. One message, topic ``case.<move>``, goes to all targets together.
    """
    if listener not in _listeners:
        _listeners.append(listener)


def tell(case: Case, step: Step) -> None:
    """Put the message of a step into the outbox; none where nobody wants to hear of it."""
    named = sorted({target for listener in _listeners for target in listener(case, step)})
    targets = [target for target in named if _reachable(target)]
    if not targets:
        return
    payload = {
        "number": case.number, "district": case.district.code, "step": step.number, "move": step.move,
        "from": step.from_state, "to": step.to_state, "at": step.at, "public_note": step.public_note,
    }  # fmt: skip
    outbox.put(f"case.{step.move}", payload, key=f"{case.number}#{step.number}", targets=targets, at=step.at)


def _reachable(target: str) -> bool:
    """Whether anything can be sent to ``target``: an address that was written wrong must not hold the case up."""
    try:
        resolve(target)
    except ValueError:
        log.warning("nothing can be sent to target %r of a case", target)
        return False
    return True
