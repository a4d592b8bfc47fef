"""The lifecycle of a site of a campaign as data: states, moves, who may, what is required.

listed -> reported done -> signed off, or sent back and reported again. Whoever did the work does not sign it off.
A site leaves a campaign only by being dropped for a reason; its history stays.
"""

from collections.abc import Collection
from dataclasses import dataclass

from xiuhua.city.models import local


@dataclass(frozen=True)
class State:
    """A state of a site. ``waits_for`` says who has to act: the unit, who signs, or nobody."""

    zh: str
    en: str
    waits_for: str = ""  # unit | signer | ""

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return local(self.zh, self.en)


@dataclass(frozen=True)
class Move:
    """A move between states. ``to`` "" keeps the state; ``requires`` are names of data that must be given.

    ``not_doer``: neither the unit of the site nor whoever reported it done may make the move.
    """

    zh: str
    en: str
    start: tuple[str, ...]
    to: str
    permission: str
    requires: tuple[str, ...] = ()
    not_doer: bool = False

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return local(self.zh, self.en)


STATES: dict[str, State] = {
    "listed": State("已列入", "Listed", "unit"),
    "done": State("已报完成", "Reported done", "signer"),
    "returned": State("已退回", "Sent back", "unit"),
    "signed": State("已销号", "Signed off"),
    "dropped": State("已移出", "Dropped from the campaign"),
}
# States in which the unit has something to do: past the day, such a site is overdue.
WITH_UNIT = tuple(key for key, state in STATES.items() if state.waits_for == "unit")
ENDED = tuple(key for key, state in STATES.items() if not state.waits_for)
OPEN = tuple(key for key, state in STATES.items() if state.waits_for)

MOVES: dict[str, Move] = {
    "list": Move("列入", "List", (), "listed", "campaigns.edit"),
    "photograph": Move("补充整治前照片", "Add photos from before", ("listed",), "", "campaigns.edit", ("photos",)),
    "change": Move("变更", "Change", OPEN, "", "campaigns.edit"),
    "link_case": Move("关联案件", "Link a case", OPEN, "", "campaigns.edit", ("case",)),
    "report": Move("上报完成", "Report done", WITH_UNIT, "done", "campaigns.report", ("photos",)),
    "sign": Move("销号", "Sign off", ("done",), "signed", "campaigns.sign", not_doer=True),
    "send_back": Move("退回", "Send back", ("done",), "returned", "campaigns.sign", ("reason",), not_doer=True),
    "reopen": Move("撤销销号", "Take the sign-off back", ("signed",), "returned", "campaigns.sign", ("reason",)),
    "drop": Move("移出", "Drop", OPEN, "dropped", "campaigns.edit", ("reason",)),
}


def moves_from(state: str) -> list[str]:
    """The moves that start from ``state``."""
    return [key for key, move in MOVES.items() if state in move.start]


def is_doer(unit: str, doers: Collection[str], person: str, reporter: str) -> bool:
    """Whether somebody did the work of a site.

    ``doers`` are the codes of the person's organisation and those above it: whoever belongs to the unit of the site
    (``unit``) or to a body below it did it, and so did ``reporter``, the account that reported it done.
    """
    return unit in doers or (bool(reporter) and person == reporter)
