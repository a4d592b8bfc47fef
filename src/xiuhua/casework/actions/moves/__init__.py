"""What each move does to the case, by the key of the move."""

from collections.abc import Callable

from xiuhua.casework.actions.moves import accept, appeal, closing, dispatch, handling, time
from xiuhua.casework.actions.turn import Turn

EFFECTS: dict[str, Callable[[Turn], None]] = {
    **accept.EFFECTS,
    **dispatch.EFFECTS,
    **handling.EFFECTS,
    **time.EFFECTS,
    **closing.EFFECTS,
    **appeal.EFFECTS,
}
