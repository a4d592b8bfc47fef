"""Which moves can be made on many cases at once: those that need nothing that belongs to one case alone."""

from xiuhua.casework.offers import INTERNAL
from xiuhua.casework.states import MOVES

# What can be given once for all cases. A standard is each case's own: the first of its category.
GIVEN = {"reason", "unit", "standard"}
# Asked of one case at a time: they end a case as unfixed, or belong to one unit's own work.
LEFT_OUT = {"note", "appeal", "review_appeal", "decide_appeal", "reopen", "refuse", "hand_back", "party_done", "join",
            "ask_extension", "resume", "give_up_filing_check", "give_up_check", "redraw", "unassign"}  # fmt: skip


def bulk_moves() -> dict[str, str]:
    """The keys of the moves offered for many cases, with their names, in the order of the lifecycle."""
    return {
        key: move.name
        for key, move in MOVES.items()
        if move.start and key not in INTERNAL | LEFT_OUT and set(move.requires) <= GIVEN
    }
