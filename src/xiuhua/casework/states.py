"""The lifecycle as data: states, moves, who may, what is required. The diagram in docs/casework is drawn from it.

A move names the states it starts from, the state it ends in, the permission it needs, what must be given with
it, and whether somebody else than the last fixer must make it. ``timers`` says what happens to a state that
waits too long: every waiting state has a limit and an exit.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import get_language


def _named(zh: str, en: str) -> str:
    return en if (get_language() or "").startswith("en") else zh


@dataclass(frozen=True)
class State:
    """A state of a case. ``open`` states count as unfinished; ``limit`` is the desk limit, running continuously."""

    zh: str
    en: str
    open: bool = True
    limit: timedelta | None = None
    # The move that the timer makes when the limit has passed; "remind" leaves the state and tells who is late.
    timer: str = ""
    clock: bool = False  # whether the handling clock runs in this state; the timer then rings at the deadline

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return _named(self.zh, self.en)


@dataclass(frozen=True)
class Move:
    """A move between states. ``requires`` are names of data that must be given; ``to`` "" keeps the state.

    ``takes`` may be given besides. ``automatic`` moves are also made by the platform itself (timers, trusted
    sources), ``public`` ones also by somebody without an account whom a token proves.
    """

    zh: str
    en: str
    start: tuple[str, ...]
    to: str
    permission: str
    requires: tuple[str, ...] = ()
    not_fixer: bool = False
    automatic: bool = False
    public: bool = False
    takes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return _named(self.zh, self.en)


DESK = timedelta(minutes=15)
FIELD = timedelta(minutes=30)
# A reminder that changes nothing is repeated after this time.
REPEAT = timedelta(days=1)
# A timer whose move was refused tells the desk and tries again after this time.
RETRY = timedelta(hours=4)

STATES: dict[str, State] = {
    "reported": State("待受理", "Reported", limit=DESK, timer="remind"),
    "check_filing": State("立案前核查", "Check before filing", limit=FIELD, timer="redraw"),
    "filed": State("已立案待派遣", "Filed", limit=DESK, timer="dispatch"),
    "dispatched": State("已派遣待处置", "Dispatched", timer="remind", clock=True),
    "handling": State("处置中", "Handling", timer="remind", clock=True),
    "suspended": State("挂账", "Suspended", timer="resume"),
    "handed_back": State("处置完成待核", "Handed back", limit=DESK, timer="ask_check"),
    "check_closing": State("结案前核查", "Check before closing", limit=FIELD, timer="redraw"),
    "verified": State("核查通过待结案", "Verified", limit=DESK, timer="close"),
    "closed": State("已结案", "Closed", open=False, timer="remind"),
    "rejected": State("不予立案", "Not filed", open=False),
    "merged": State("已并案", "Merged", open=False),
}

OPEN = tuple(key for key, state in STATES.items() if state.open)
CLOCK = tuple(key for key, state in STATES.items() if state.clock)
ATTENDED = ("dispatched", "handling", "suspended")

MOVES: dict[str, Move] = {
    # The desk that accepts.
    "report": Move("上报", "Report", (), "reported", "report.make", automatic=True, public=True),
    "check_filing": Move("立案前核查", "Ask for a check before filing", ("reported",), "check_filing", "case.accept"),
    "confirm": Move(
        "核查属实", "Confirm that it is real", ("check_filing",), "reported", "case.check", ("check",),
        takes=("lon", "lat", "accuracy_m", "seen_at", "reason"),
    ),
    "deny": Move(
        "核查不属实", "Report that it is not there", ("check_filing",), "reported", "case.check", ("check", "reason"),
        takes=("lon", "lat", "accuracy_m", "seen_at"),
    ),
    "give_up_filing_check": Move(
        "撤回立案前核查", "Take the check before filing back", ("check_filing",), "reported", "case.accept",
        automatic=True, takes=("reason",),
    ),
    "file": Move("立案", "File", ("reported",), "filed", "case.accept", ("standard",), automatic=True),
    "reject": Move(
        "不予立案", "Do not file", ("reported",), "rejected", "case.accept", ("reason",), takes=("public_note",)
    ),
    "merge": Move(
        "并案", "Merge into another case", ("reported", "filed"), "merged", "case.accept", ("master",),
        takes=("reason",),
    ),
    "absorb": Move(
        "接收并案", "Take another case in", (*OPEN, "closed"), "", "case.accept", ("duplicate",), automatic=True
    ),
    "recategorise": Move(
        "更正类别", "Correct the category", ("reported", "filed"), "", "case.accept", ("category",),
        takes=("standard", "reason"),
    ),
    # Dispatch.
    "dispatch": Move(
        "派遣", "Dispatch", ("filed",), "dispatched", "case.dispatch", automatic=True, takes=("unit", "reason")
    ),
    "redispatch": Move(
        "改派", "Dispatch to another unit", CLOCK, "dispatched", "case.dispatch", ("unit", "reason")
    ),
    "join": Move(
        "联合处置", "Add a unit", CLOCK, "", "case.dispatch", ("unit",), takes=("task", "limit", "limit_unit")
    ),
    # The responsible unit.
    "refuse": Move(
        "退回", "Refuse", ("dispatched",), "filed", "case.handle", ("reason",), takes=("suggested_unit",)
    ),
    "assign": Move("指派", "Assign a person", CLOCK, "handling", "case.assign", ("handler",)),
    "unassign": Move("撤回指派", "Take back", ("handling",), "dispatched", "case.assign", takes=("reason",)),
    "note": Move("记录", "Note", ATTENDED, "", "case.handle", ("reason",), takes=("public_note",)),
    "party_done": Move("协办完成", "Part done", CLOCK, "", "case.handle", ("reason",), takes=("unit",)),
    "hand_back": Move(
        "处置完成", "Hand back as fixed", CLOCK, "handed_back", "case.handle", ("reason",), takes=("public_note",)
    ),
    # Time.
    "ask_extension": Move("申请延期", "Ask for an extension", CLOCK, "", "case.handle", ("reason",)),
    "grant_extension": Move(
        "批准延期", "Grant the extension", CLOCK, "", "case.dispatch", takes=("reason",)
    ),
    "refuse_extension": Move("不批准延期", "Refuse the extension", CLOCK, "", "case.dispatch", ("reason",)),
    "ask_suspension": Move("申请挂账", "Ask for suspension", CLOCK, "", "case.handle", ("reason", "until")),
    "suspend": Move("批准挂账", "Suspend", CLOCK, "suspended", "case.dispatch", ("until", "reason")),
    "refuse_suspension": Move("不批准挂账", "Refuse the suspension", CLOCK, "", "case.dispatch", ("reason",)),
    "resume": Move(
        "恢复计时", "Resume", ("suspended",), "dispatched", "case.dispatch", automatic=True, takes=("reason",)
    ),
    "recompute": Move(
        "日历变更重算", "Recompute by a new calendar", CLOCK, "", "case.dispatch", automatic=True, takes=("reason",)
    ),
    # Hard cases keep a ledger of their own; they leave no denominator.
    "mark_hard": Move("列入疑难件", "Enter into the ledger of hard cases", OPEN, "", "case.dispatch", ("reason",)),
    "unmark_hard": Move("移出疑难件", "Take out of the ledger of hard cases", OPEN, "", "case.dispatch", ("reason",)),
    # Verification and closing.
    "ask_check": Move(
        "结案前核查", "Ask for a check before closing", ("handed_back",), "check_closing", "case.close", automatic=True
    ),
    "pass": Move(
        "核查通过", "See that it is fixed", ("check_closing",), "verified", "case.check", ("check",), not_fixer=True,
        takes=("lon", "lat", "accuracy_m", "seen_at", "reason", "public_note"),
    ),
    "fail": Move(
        "核查不通过", "See that it is not fixed", ("check_closing",), "dispatched", "case.check", ("check", "reason"),
        not_fixer=True, takes=("lon", "lat", "accuracy_m", "seen_at", "public_note"),
    ),
    "redraw": Move(
        "重抽核查员", "Draw another inspector", ("check_filing", "check_closing"), "", "case.close", automatic=True
    ),
    "give_up_check": Move(
        "撤回结案前核查", "Take the check before closing back", ("check_closing",), "handed_back", "case.close",
        automatic=True, takes=("reason",),
    ),
    "rework": Move(
        "返工", "Send back as not done", ("handed_back", "verified"), "dispatched", "case.close", ("reason",)
    ),
    "close": Move(
        "结案", "Close", ("verified",), "closed", "case.close", not_fixer=True, automatic=True, takes=("public_note",)
    ),
    "close_unfixed": Move(
        "未解决结案", "Close without a fix", ("filed", "handed_back"), "closed", "case.close",
        ("reason", "closing_reason"), takes=("public_note",),
    ),
    # After the end.
    "reopen": Move(
        "异议重开", "Reopen by objection", ("closed",), "dispatched", "case.object", ("reason",), public=True
    ),
    "appeal": Move("申诉", "Appeal", ("closed",), "", "case.handle", ("reason",)),
    "review_appeal": Move(
        "申诉初审", "First review of the appeal", ("closed",), "", "case.dispatch", ("granted",), takes=("reason",)
    ),
    "decide_appeal": Move(
        "申诉复审", "Second review of the appeal", ("closed",), "", "case.appeal", ("granted",), takes=("reason",)
    ),
    # Who is late is told.
    "remind": Move(
        "催办", "Remind", (*OPEN, "closed"), "", "case.dispatch", automatic=True, takes=("reason",)
    ),
}  # fmt: skip

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
# Inspectors drawn for one check before the desk gets the case back.
MAX_DRAWS = 3


def moves_from(state: str) -> list[str]:
    """The moves that start from ``state``."""
    return [key for key, move in MOVES.items() if state in move.start]
