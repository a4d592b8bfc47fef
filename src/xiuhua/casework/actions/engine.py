"""The one door to a case: every move is checked, made, written into the history and told, in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework.actions.checks import check_given, check_rights, check_state
from xiuhua.casework.actions.locking import lock
from xiuhua.casework.actions.moves import EFFECTS
from xiuhua.casework.actions.telling import tell
from xiuhua.casework.actions.turn import Turn
from xiuhua.casework.models import Case, Step
from xiuhua.casework.refusals import CaseworkError, Conflict, Forbidden, Refused
from xiuhua.casework.states import MOVES, STATES
from xiuhua.foundation import events
from xiuhua.foundation.plain import plain
from xiuhua.foundation.together import Update, write
from xiuhua.people.models import User

__all__ = ["CaseworkError", "Conflict", "Forbidden", "Refused", "begin", "make", "perform", "perform_turn"]

# Data that has a column of its own in the step.
_SAID = {"reason", "public_note"}
# Columns that every move changes (the event has its own time and number), and the words of the reporter: what they
# tell of persons must go one day, and events stay.
_QUIET = {"version", "changed_at", "state_since", "description"}


def begin(
    case: Case, *, user: User | None = None, actor: str = "", at: datetime | None = None, data: Mapping[str, Any] = {}
) -> Case:
    """Save a new ``case`` as reported, with its first step; everything but state, times and version must be set.

    ``data`` may hold ``reason`` and ``public_note``; the rest is kept with the step. Who may report is for the
    caller to check. Runs in the caller's transaction or one of its own.
    """
    first_step(case, user=user, actor=actor, at=at, data=data)
    return case


def first_step(
    case: Case,
    *,
    user: User | None = None,
    actor: str = "",
    at: datetime | None = None,
    data: Mapping[str, Any] = {},
    also: Sequence[Model] = (),
) -> Step:
    """``begin``, and return the step; rows ``also``, which may refer to the case, are inserted with it."""
    now = at or timezone.now()
    with transaction.atomic(savepoint=False):
        case.state, case.version = "reported", 0
        case.changed_at = case.state_since = now
        case.state_due = _due_on_entry(case, now)
        kept = {key: value for key, value in data.items() if key not in _SAID}
        turn = Turn(case, "report", now, _actor(user, actor), user, data, kept)
        return _write(turn, before={}, from_state="", also=also)


def perform(
    case: Case | int | str,
    move: str,
    *,
    user: User | None = None,
    actor: str = "",
    data: Mapping[str, Any] = {},
    at: datetime | None = None,
    expected_version: int | None = None,
) -> Case:
    """Make ``move`` on a case (the object, its id or its number) and return it as it then is.

    ``user`` is whose rights count; without one the platform itself acts (automatic moves only) or somebody whom a
    token proves (public moves only), and ``actor`` names them. ``expected_version`` is the version that the person
    saw. Raises ``Refused`` (``Forbidden`` for missing rights), or ``Conflict`` when somebody was first; then
    nothing has changed.
    """
    turn = perform_turn(case, move, user=user, actor=actor, data=data, at=at, expected_version=expected_version)
    return turn.case


def perform_turn(
    case: Case | int | str,
    move: str,
    *,
    user: User | None = None,
    actor: str = "",
    data: Mapping[str, Any] = {},
    at: datetime | None = None,
    expected_version: int | None = None,
) -> Turn:
    """``perform``, and return the whole move as it was made: the case, and what the history keeps of it."""
    rule = MOVES.get(move)
    if rule is None or not rule.start:
        raise Refused(_("There is no move %(move)s.") % {"move": move[:40]}, _("Choose one that the case page offers."))
    with transaction.atomic():
        row, others = lock(case, data if move == "merge" else {})
        now = at or max(timezone.now(), row.changed_at)
        turn = Turn(row, move, now, _actor(user, actor), user, data, others=others)
        check_state(turn, case if isinstance(case, Case) else None, expected_version)
        check_rights(turn, rule)
        check_given(turn, rule)
        make(turn)
    return turn


def make(turn: Turn) -> None:
    """Apply the effect of a move that has been checked and write what it did, inside the caller's transaction."""
    case, rule = turn.case, MOVES[turn.move]
    before, from_state = _columns(case), case.state
    EFFECTS[turn.move](turn)
    if rule.to:
        case.state, case.state_since = rule.to, turn.at
        case.state_due = turn.due or _due_on_entry(case, turn.at)
    elif turn.due:
        case.state_due = turn.due
    elif STATES[case.state].clock and case.deadline != before["deadline"]:
        case.state_due = case.deadline
    _write(turn, before, from_state)


def _due_on_entry(case: Case, at: datetime) -> datetime | None:
    """When the state that the case has just entered must be left."""
    state = STATES[case.state]
    return case.deadline if state.clock else at + state.limit if state.limit else None


def _write(turn: Turn, before: dict[str, Any], from_state: str, also: Sequence[Model] = ()) -> Step:
    """Write the changed columns, the step, the event and the message of a move."""
    case = turn.case
    case.version += 1
    case.changed_at = turn.at
    after = _columns(case)
    changed = {name: value for name, value in after.items() if name not in before or before[name] != value}
    step = Step(
        case=case, number=case.version, at=turn.at, move=turn.move, from_state=from_state, to_state=case.state,
        user=turn.user, actor=turn.actor, unit_id=turn.unit.pk if turn.unit else case.unit_id, reason=turn.reason,
        public_note=str(turn.given("public_note") or "").strip(), data=plain(turn.kept),
    )  # fmt: skip
    told = {name: value for name, value in changed.items() if name not in _QUIET}
    event = events.drawn_up(
        chain=f"case:{case.number}", verb=f"case.{turn.move}", actor=turn.actor, subject=f"casework.case:{case.number}",
        before={name: before[name] for name in told if name in before} or None,
        after={**told, "step": step.number, "reason": step.reason, "data": step.data},
        at=turn.at,
    )  # fmt: skip
    updates = [Update(Case, case.pk, changed)] if before else []
    write([*turn.updates, *updates], [*([] if before else [case]), step, *also], event)
    tell(case, step)
    return step


_NAMES = tuple(field.attname for field in Case._meta.concrete_fields if field.attname != "id")


def _columns(case: Case) -> dict[str, Any]:
    """The columns of the case as the database holds them; its list is copied, so that a change shows."""
    held = case.__dict__
    columns = {name: held[name] for name in _NAMES}
    columns["clock_pauses"] = list(case.clock_pauses)
    return columns


def _actor(user: User | None, actor: str) -> str:
    """Who is named in the history. Raises ``ValueError`` when nobody is."""
    named = actor or (user.username if user else "")
    if not named:
        raise ValueError("a move needs a user or an actor")
    return named[:80]
