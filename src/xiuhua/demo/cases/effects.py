"""What each move does to a life: the same as ``casework.actions.moves`` does to a case. Pure computation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from xiuhua.casework.states import REPEAT, STATES

if TYPE_CHECKING:
    from xiuhua.demo.cases.life import Life, Person

type Effect = Callable[[Life, datetime, Person, dict[str, Any]], datetime | None]
_TIME = ("extension", "suspension")


def _file(life: Life, at: datetime, _who: Person, data: dict[str, Any]) -> None:
    rule = data.pop("rule")
    life.rule, life.filed_at = rule, at
    data |= {"standard": rule.pk, "limit": rule.limit, "unit": rule.unit.value}


def _give(life: Life, at: datetime, unit: int, data: dict[str, Any]) -> None:
    life.unit, life.handler, life.dispatched_at, life.overdue = unit, None, at, False
    life.start_clock(at)
    data["deadline"] = _iso(life.deadline)


def _dispatch(life: Life, at: datetime, _who: Person, data: dict[str, Any]) -> None:
    unit, why = data.pop("to", None) or life.duty(at)
    data |= why
    _give(life, at, unit, data)


def _redispatch(life: Life, at: datetime, _who: Person, data: dict[str, Any]) -> None:
    unit, why = data.pop("to")
    data |= why | {"late": life.late(at)}
    life.withdraw(at, data, *_TIME)
    _give(life, at, unit, data)


def _refuse(life: Life, at: datetime, _who: Person, data: dict[str, Any]) -> None:
    data |= {"late": life.late(at)}
    life.withdraw(at, data, *_TIME)
    life.more("refusals")
    life.unit = life.handler = life.deadline = life.dispatched_at = life.clock = None


def _assign(life: Life, _at: datetime, _who: Person, data: dict[str, Any]) -> None:
    life.handler = data["handler"]


def _hand_back(life: Life, at: datetime, _who: Person, data: dict[str, Any]) -> None:
    life.withdraw(at, data, *_TIME)
    life.overdue, life.handed_back_at = life.late(at), at
    life.pause(at, keep_deadline=True)
    data |= {"late": life.overdue, "deadline": _iso(life.deadline), "handler": life.handler}


def _grant_extension(life: Life, at: datetime, _who: Person, data: dict[str, Any]) -> None:
    if life.clock is None or life.rule is None:
        raise ValueError("no clock")
    life.put(life.clock.extend(life.rule.limit))
    life.more("extensions")
    life.overdue = life.deadline is not None and life.deadline < at
    _decide(life, at, "extension", data, granted=True)
    data["deadline"] = _iso(life.deadline)


def _refuse_extension(life: Life, at: datetime, _who: Person, data: dict[str, Any]) -> None:
    _decide(life, at, "extension", data, granted=False)


def _decide(life: Life, at: datetime, kind: str, data: dict[str, Any], *, granted: bool) -> None:
    one = life.pending(kind)
    one.decided_at, one.granted, one.decision = at, granted, data.pop("why", "")
    data |= {"petition": life.asked.index(one), "granted": granted}


def _suspend(life: Life, at: datetime, _who: Person, data: dict[str, Any]) -> datetime:
    until: datetime = life.pending("suspension").until or at + REPEAT
    _decide(life, at, "suspension", data, granted=True)
    life.more("suspensions")
    life.overdue = life.late(at)
    life.pause(at, keep_deadline=False)
    data["until"] = _iso(until)
    return until


def _resume(life: Life, at: datetime, _who: Person, data: dict[str, Any]) -> None:
    life.handler = None
    life.resume(at)
    data["deadline"] = _iso(life.deadline)


def _rework(life: Life, at: datetime, _who: Person, data: dict[str, Any]) -> None:
    life.more("reworks")
    life.handler = None
    life.resume(at)
    data |= {"deadline": _iso(life.deadline), "reworks": life.count("reworks")}


def _close(life: Life, at: datetime, _who: Person, data: dict[str, Any]) -> None:
    life.closed_at, life.closing_reason = at, data.setdefault("closing_reason", "fixed")


def _reopen(life: Life, at: datetime, _who: Person, data: dict[str, Any]) -> None:
    data |= {"late": life.overdue, "closing_reason": life.closing_reason, "closed_at": _iso(life.closed_at)}
    life.withdraw(at, data, "appeal")
    life.more("reopenings")
    life.handler = life.closed_at = life.handed_back_at = None
    life.closing_reason, life.overdue, life.exempt, life.dispatched_at = "", False, False, at
    life.start_clock(at)
    data["deadline"] = _iso(life.deadline)


def _appeal(life: Life, at: datetime, _who: Person, _data: dict[str, Any]) -> datetime:
    life.more("appeals")
    return at + REPEAT


def _review(life: Life, at: datetime, _who: Person, data: dict[str, Any]) -> datetime | None:
    one = life.pending("appeal")
    one.reviewed_at, one.review_granted = at, data["granted"]
    data["petition"] = life.asked.index(one)
    if data["granted"]:
        return at + REPEAT
    _decide(life, at, "appeal", data, granted=False)
    life.state_due = None
    return None


def _decide_appeal(life: Life, at: datetime, _who: Person, data: dict[str, Any]) -> None:
    _decide(life, at, "appeal", data, granted=data["granted"])
    life.state_due, life.exempt = None, data["granted"]


def _remind(life: Life, at: datetime, _who: Person, data: dict[str, Any]) -> datetime | None:
    if STATES[life.state].clock:
        life.overdue = life.late(at)
    data |= {"overdue": life.overdue, "deadline": _iso(life.deadline)}
    return at + REPEAT if life.state_due is not None and life.state_due <= at else None


def _mark_hard(life: Life, _at: datetime, _who: Person, _data: dict[str, Any]) -> None:
    life.hard = True


def _absorb(life: Life, _at: datetime, _who: Person, _data: dict[str, Any]) -> None:
    life.me_too += 1


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


EFFECTS: dict[str, Effect] = {
    "file": _file,
    "dispatch": _dispatch,
    "redispatch": _redispatch,
    "refuse": _refuse,
    "assign": _assign,
    "hand_back": _hand_back,
    "grant_extension": _grant_extension,
    "refuse_extension": _refuse_extension,
    "suspend": _suspend,
    "resume": _resume,
    "rework": _rework,
    "fail": _rework,
    "close": _close,
    "close_unfixed": _close,
    "reopen": _reopen,
    "appeal": _appeal,
    "review_appeal": _review,
    "decide_appeal": _decide_appeal,
    "remind": _remind,
    "mark_hard": _mark_hard,
    "absorb": _absorb,
}
