"""The life of a living room as data: states, moves, who may, what is required.

A move names the states it starts from, the state it ends in ("" keeps the state), the permission it needs, and what
must be given with it. ``automatic`` moves are made by the platform, from the figures of a test.
"""

from dataclasses import dataclass

from django.utils.translation import get_language


def _named(zh: str, en: str) -> str:
    return en if (get_language() or "").startswith("en") else zh


@dataclass(frozen=True)
class Move:
    """A move between states. ``passed``: only with a passed test of the season."""

    zh: str
    en: str
    start: tuple[str, ...]
    to: str
    permission: str
    requires: tuple[str, ...] = ()
    automatic: bool = False
    passed: bool = False

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return _named(self.zh, self.en)


APPLY, ACCEPT, CHECK, READ = "rooms.apply", "rooms.accept", "inspection.check", "inspection.read"
# Whoever has one of these sees the office side of living rooms.
INSIDE = (APPLY, ACCEPT, CHECK, READ)
STATES = ("applied", "testing", "accepted", "refused", "withdrawn")
# In these a room is looked at: its squares can be drawn and its checks feed the test of the season.
TESTED = ("testing", "accepted")
# What everybody may see. A place that was refused was never promised to anybody.
PUBLIC = ("applied", "testing", "accepted", "withdrawn")

MOVES: dict[str, Move] = {
    "apply": Move("申报", "Apply", (), "applied", APPLY, ("name", "place", "unit")),
    "apply_again": Move("再次申报", "Apply again", ("withdrawn",), "applied", APPLY, ("reason",)),
    "test": Move("开始测试", "Begin the test", ("applied",), "testing", ACCEPT),
    "test_season": Move("开始本季测试", "Begin the test of the season", TESTED, "", ACCEPT, automatic=True),
    "pass": Move("测试通过", "Test passed", TESTED, "", ACCEPT, automatic=True),
    "fail": Move("测试未通过", "Test failed", ("testing",), "", ACCEPT, automatic=True),
    "accept": Move("验收通过", "Accept", ("testing",), "accepted", ACCEPT, ("level",), passed=True),
    "raise": Move("市级验收", "Accept by the city", ("accepted",), "", ACCEPT, ("reason",), passed=True),
    "refuse": Move("不予验收", "Refuse", ("applied", "testing"), "refused", ACCEPT, ("reason",)),
    "withdraw": Move("撤销", "Withdraw", ("accepted",), "withdrawn", ACCEPT, ("reason",), automatic=True),
}


def moves_from(state: str) -> list[str]:
    """The moves that people can make from ``state``."""
    by_people = {"withdraw", "test_season"}
    return [key for key, move in MOVES.items() if state in move.start and (not move.automatic or key in by_people)]
