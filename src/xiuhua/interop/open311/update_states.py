"""States of updates in the words of mySociety, and what they are here.

A case ends only when somebody other than the fixer has seen it: what comes in as fixed or closed is a handing back.
"""

# The moves that an update may be, likeliest first: the first that the account may make on the case is made.
_SAID = ("note",)
_DONE = ("hand_back", *_SAID)
_AGAIN = ("reopen", "rework", *_SAID)
MOVES: dict[str, tuple[str, ...]] = {
    "OPEN": ("reopen", *_SAID),
    "REOPEN": _AGAIN,
    "CLOSED": _DONE,
    "FIXED": _DONE,
    "IN_PROGRESS": _SAID,
    "ACTION_SCHEDULED": _SAID,
    "INVESTIGATING": _SAID,
    "DUPLICATE": _SAID,
    "NOT_COUNCILS_RESPONSIBILITY": ("refuse", "reject", "close_unfixed", *_SAID),
    "NO_FURTHER_ACTION": ("reject", "close_unfixed", *_SAID),
    "INTERNAL_REFERRAL": ("refuse", *_SAID),
    "FOR_TRIAGE": ("refuse", *_SAID),
    "CANCELLED": ("reject", "close_unfixed", *_SAID),
}

# The state in which a step leaves the case, as clients read it.
_STATES = {
    "reported": "OPEN",
    "check_filing": "INVESTIGATING",
    "filed": "FOR_TRIAGE",
    "dispatched": "ACTION_SCHEDULED",
    "handling": "IN_PROGRESS",
    "suspended": "ACTION_SCHEDULED",
    "handed_back": "IN_PROGRESS",
    "check_closing": "IN_PROGRESS",
    "verified": "FIXED",
    "rejected": "NO_FURTHER_ACTION",
    "merged": "DUPLICATE",
}
_ENDS = {"fixed": "FIXED", "not_ours": "NOT_COUNCILS_RESPONSIBILITY", "vanished": "CLOSED"}


def named(move: str, state: str, closing_reason: str) -> str:
    """The state after a step; an opening anew is told as such."""
    if move == "reopen":
        return "REOPEN"
    if state == "closed":
        return _ENDS.get(closing_reason, "NO_FURTHER_ACTION")
    return _STATES[state]
