"""The lifecycle as data: states, moves, who may, what is required. The diagram in docs/casework is drawn from it.

A move names the states it starts from, the state it ends in, the permission it needs, what must be given with
it, and whether somebody else than the last fixer must make it. ``timers`` says what happens to a state that
waits too long: every waiting state has a limit and an exit.
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class State:
    """A state of a case. ``open`` states count as unfinished; ``limit`` is the desk limit, running continuously."""

    zh: str
    en: str
    open: bool = True
    limit: timedelta | None = None
    # The move that the timer makes when the limit has passed; "remind" leaves the state and tells who is late.
    timer: str = ""
    clock: bool = False  # whether the handling clock runs in this state


@dataclass(frozen=True)
class Move:
    """A move between states. ``requires`` are names of data that must be given; ``to`` "" keeps the state."""

    zh: str
    en: str
    start: tuple[str, ...]
    to: str
    permission: str
    requires: tuple[str, ...] = ()
    not_fixer: bool = False
    automatic: bool = False


DESK = timedelta(minutes=15)
FIELD = timedelta(minutes=30)

STATES: dict[str, State] = {
    "reported": State("待受理", "Reported", limit=DESK, timer="remind"),
    "check_filing": State("立案前核查", "Check before filing", limit=FIELD, timer="redraw"),
    "filed": State("已立案待派遣", "Filed", limit=DESK, timer="dispatch"),
    "dispatched": State("已派遣待处置", "Dispatched", clock=True),
    "handling": State("处置中", "Handling", clock=True),
    "suspended": State("挂账", "Suspended", timer="resume"),
    "handed_back": State("处置完成待核", "Handed back", limit=DESK, timer="ask_check"),
    "check_closing": State("结案前核查", "Check before closing", limit=FIELD, timer="redraw"),
    "verified": State("核查通过待结案", "Verified", limit=DESK, timer="close"),
    "closed": State("已结案", "Closed", open=False),
    "rejected": State("不予立案", "Not filed", open=False),
    "merged": State("已并案", "Merged", open=False),
}

MOVES: dict[str, Move] = {
    # The desk that accepts.
    "report": Move("上报", "Report", (), "reported", "report.make"),
    "check_filing": Move("立案前核查", "Ask for a check before filing", ("reported",), "check_filing", "case.accept"),
    "confirm": Move("核查属实", "Confirm that it is real", ("check_filing",), "reported", "case.check", ("check",)),
    "deny": Move("核查不属实", "Report that it is not there", ("check_filing",), "reported", "case.check", ("check",)),
    "file": Move("立案", "File", ("reported",), "filed", "case.accept", ("standard",)),
    "reject": Move("不予立案", "Do not file", ("reported",), "rejected", "case.accept", ("reason",)),
    "merge": Move("并案", "Merge into another case", ("reported", "filed"), "merged", "case.accept", ("master",)),
    "recategorise": Move("更正类别", "Correct the category", ("reported", "filed"), "", "case.accept", ("category",)),
    # Dispatch.
    "dispatch": Move("派遣", "Dispatch", ("filed",), "dispatched", "case.dispatch", ("unit",)),
    "redispatch": Move(
        "改派",
        "Dispatch to another unit",
        ("dispatched", "handling"),
        "dispatched",
        "case.dispatch",
        ("unit", "reason"),
    ),
    "join": Move("联合处置", "Add a unit", ("dispatched", "handling"), "", "case.dispatch", ("unit",)),
    # The responsible unit.
    "refuse": Move("退回", "Refuse", ("dispatched",), "filed", "case.handle", ("reason",)),
    "assign": Move("指派", "Assign a person", ("dispatched", "handling"), "handling", "case.assign", ("handler",)),
    "unassign": Move("撤回指派", "Take back", ("handling",), "dispatched", "case.assign"),
    "note": Move("记录", "Note", ("dispatched", "handling", "suspended"), "", "case.handle", ("reason",)),
    "party_done": Move("协办完成", "Part done", ("dispatched", "handling"), "", "case.handle", ("reason",)),
    "hand_back": Move(
        "处置完成", "Hand back as fixed", ("dispatched", "handling"), "handed_back", "case.handle", ("reason",)
    ),
    # Time.
    "ask_extension": Move(
        "申请延期", "Ask for an extension", ("dispatched", "handling"), "", "case.handle", ("reason",)
    ),
    "grant_extension": Move("批准延期", "Grant the extension", ("dispatched", "handling"), "", "case.dispatch"),
    "refuse_extension": Move(
        "不批准延期", "Refuse the extension", ("dispatched", "handling"), "", "case.dispatch", ("reason",)
    ),
    "ask_suspension": Move(
        "申请挂账", "Ask for suspension", ("dispatched", "handling"), "", "case.handle", ("reason", "until")
    ),
    "suspend": Move(
        "批准挂账", "Suspend", ("dispatched", "handling"), "suspended", "case.dispatch", ("until", "reason")
    ),
    "refuse_suspension": Move(
        "不批准挂账", "Refuse the suspension", ("dispatched", "handling"), "", "case.dispatch", ("reason",)
    ),
    "resume": Move("恢复计时", "Resume", ("suspended",), "dispatched", "case.dispatch", automatic=True),
    # Verification and closing.
    "ask_check": Move(
        "结案前核查", "Ask for a check before closing", ("handed_back",), "check_closing", "case.close", automatic=True
    ),
    "pass": Move(
        "核查通过", "See that it is fixed", ("check_closing",), "verified", "case.check", ("check",), not_fixer=True
    ),
    "fail": Move(
        "核查不通过",
        "See that it is not fixed",
        ("check_closing",),
        "dispatched",
        "case.check",
        ("check", "reason"),
        not_fixer=True,
    ),
    "rework": Move(
        "返工", "Send back as not done", ("handed_back", "verified"), "dispatched", "case.close", ("reason",)
    ),
    "close": Move("结案", "Close", ("verified",), "closed", "case.close", not_fixer=True, automatic=True),
    "close_unfixed": Move(
        "未解决结案",
        "Close without a fix",
        ("filed", "handed_back"),
        "closed",
        "case.close",
        ("reason", "closing_reason"),
    ),
    # After the end.
    "reopen": Move("异议重开", "Reopen by objection", ("closed",), "dispatched", "case.object", ("reason",)),
    "appeal": Move("申诉", "Appeal", ("closed",), "", "case.handle", ("reason",)),
    "review_appeal": Move("申诉初审", "First review of the appeal", ("closed",), "", "case.dispatch", ("granted",)),
    "decide_appeal": Move("申诉复审", "Second review of the appeal", ("closed",), "", "case.appeal", ("granted",)),
    # Timers.
    "remind": Move("催办", "Remind", tuple(STATES), "", "case.dispatch", automatic=True),
    "redraw": Move(
        "重抽核查员", "Draw another inspector", ("check_filing", "check_closing"), "", "case.close", automatic=True
    ),
}

CLOSING_REASONS = {
    "fixed": ("已解决", "Fixed"),
    "not_fixed": ("未解决", "Not fixed"),
    "not_ours": ("不属本区职责", "Not of this district"),
    "vanished": ("问题已消失", "Gone by itself"),
    "long_term": ("列入长期项目", "Taken into a long-term project"),
}

MAX_EXTENSIONS = 2
MAX_SUSPENSIONS = 1
MAX_SUSPENSION = timedelta(days=365)
MAX_REOPENINGS = 2
MAX_APPEALS = 1


def moves_from(state: str) -> list[str]:
    """The moves that start from ``state``."""
    return [key for key, move in MOVES.items() if state in move.start]
