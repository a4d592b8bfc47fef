"""Every state that waits has a limit: when it has passed, the move of its timer is made, or the desk is told."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from xiuhua.casework.actions.engine import perform
from xiuhua.casework.deadlines import clock_of, party_deadline
from xiuhua.casework.models import Case, Check, Party, Step
from xiuhua.casework.refusals import Conflict, Refused
from xiuhua.casework.states import CLOCK, MAX_DRAWS, STATES
from xiuhua.foundation import events, queries
from xiuhua.foundation.models import Event
from xiuhua.foundation.worktime import UndeclaredYearError, WorkCalendar

ACTOR = "timer"
BATCH = 1000
GIVE_UP = {"check_filing": "give_up_filing_check", "check_closing": "give_up_check"}
KINDS = {"check_filing": Check.Kind.BEFORE_FILING, "check_closing": Check.Kind.BEFORE_CLOSING}


@dataclass
class Rung:
    """What one run did: moves made, cases whose desk was told instead, cases that somebody moved meanwhile."""

    moved: int = 0
    told: int = 0
    overtaken: int = 0


def run_due(now: datetime | None = None, *, limit: int = BATCH) -> Rung:
    """Ring for every case whose state has lasted too long, longest first, at most ``limit`` of them.

    Each case has a transaction of its own. Safe in several processes: a case that another has moved is left alone.
    """
    at = now or timezone.now()
    due = Case.objects.filter(state__in=list(STATES), state_due__lte=at).order_by("state_due")
    done = Rung()
    for pk, version, state in due.values_list("pk", "version", "state")[:limit]:
        try:
            if ring(pk, version, state, at):
                done.moved += 1
            else:
                done.told += 1
        except Conflict:
            done.overtaken += 1
    return done


def ring(pk: int, version: int, state: str, at: datetime) -> bool:
    """Make the timer's move of ``state``; False when it was refused and the desk told. Raises ``Conflict``."""
    move = _move(pk, state)
    try:
        perform(pk, move, actor=ACTOR, at=at, expected_version=version)
    except Refused as refused:
        if move == "redraw":
            perform(pk, GIVE_UP[state], actor=ACTOR, at=at, expected_version=version, data={"reason": refused.reason})
            return False
        data = {"reason": refused.reason, "retry": True}
        perform(pk, "remind", actor=ACTOR, at=at, expected_version=version, data=data)
        return False
    return True


def _move(pk: int, state: str) -> str:
    """The move that the timer of ``state`` makes now."""
    move = STATES[state].timer
    case = Case.objects.only("state_since", "handed_back_at").get(pk=pk)
    if move == "redraw":
        drawn = Check.objects.filter(case=pk, kind=KINDS[state], drawn_at__gte=case.state_since).count()
        return move if drawn < MAX_DRAWS else GIVE_UP[state]
    if move == "ask_check" and Step.objects.filter(case=pk, move="give_up_check", at__gte=case.handed_back_at).exists():
        return "remind"  # the inspectors have been tried: the desk decides
    return move


def recompute_deadlines(now: datetime | None = None) -> int:
    """Work the running deadlines out again where a calendar has a new version. Returns how many moved.

    The version that was applied last is kept in the event chain ``deadlines:<calendar>``.
    """
    at = now or timezone.now()
    return sum(_recompute(row.key, row.version, at) for row in queries.latest_calendars())


def _recompute(key: str, version: int, at: datetime) -> int:
    chain = f"deadlines:{key}"
    last = Event.objects.filter(chain=chain).order_by("-sequence").first()
    applied = (last.after or {}).get("version") if last else None
    if applied == version:
        return 0
    calendar = queries.calendar(key, version)
    running = Case.objects.filter(district__calendar=key, state__in=CLOCK, clock_started__isnull=False)
    parts = Party.objects.filter(case__in=running, done_at=None, limit__isnull=False)
    joint = {part.case_id for part in parts.iterator() if _moves(part, calendar)}
    moved = 0
    for case in running.iterator(chunk_size=1000):
        clock = clock_of(case)
        try:
            same = clock is None or clock.deadline(calendar) == case.deadline
        except UndeclaredYearError:
            same = False  # refused and told below
        if not same or case.pk in joint:
            moved += _recompute_one(case, key, version, at)
    with transaction.atomic():
        events.record(
            chain=chain, verb="deadlines.recomputed", actor=ACTOR, subject=f"foundation.calendar:{key}",
            before={"version": applied}, after={"version": version, "moved": moved}, at=at,
        )  # fmt: skip
    return moved


def _moves(part: Party, calendar: WorkCalendar) -> bool:
    """Whether the calendar gives the part of a joint case another deadline, or none."""
    try:
        return party_deadline(part, calendar) != part.deadline
    except Refused:
        return True  # refused and told by the move


def _recompute_one(case: Case, key: str, version: int, at: datetime) -> int:
    why = f"{key} v{version}"
    try:
        perform(case.pk, "recompute", actor=ACTOR, at=max(at, case.changed_at), data={"reason": why})
    except Refused as refused:
        try:
            perform(
                case.pk, "remind", actor=ACTOR, at=max(at, case.changed_at),
                data={"reason": refused.reason, "retry": True},
            )  # fmt: skip
        except Refused:
            return 0  # the case has ended meanwhile
        return 0
    return 1
