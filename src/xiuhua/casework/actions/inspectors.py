"""Draw an inspector for a field check, and settle the check when it is made."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from xiuhua.casework.actions.turn import Turn
from xiuhua.casework.drawing import draw, nearest_of
from xiuhua.casework.fixers import fixers_of, reported_by
from xiuhua.casework.models import Case, Check
from xiuhua.casework.nearby import distance_m
from xiuhua.casework.places import area_codes
from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.casework.states import FIELD
from xiuhua.foundation.single import insert_one
from xiuhua.foundation.together import Update
from xiuhua.people.permissions import holders

ROLE = "inspector"
# A check made farther from the case than this, beyond what the phone may err, is marked: not refused, but seen.
FAR_M = 200.0
_SETTLED = ("passed", "note", "lon", "lat", "accuracy_m", "seen_at", "received_at", "cancelled_at")


def ask(turn: Turn, kind: str, *, passed_over: frozenset[int] = frozenset()) -> Check:
    """Draw an inspector and give the check of ``kind`` to them. Raises ``Refused`` when nobody is left."""
    candidates = _candidates(turn, kind, passed_over)
    if not candidates:
        raise Refused(
            _("No inspector is free to check this case."),
            _("Give an inspector of another unit an assignment that covers this place, or send the case back."),
        )
    record: dict[str, Any] = draw(candidates)
    check = Check(
        case=turn.case, kind=kind, inspector_id=record["pick"], draw=record, drawn_at=turn.at, due=turn.at + FIELD
    )
    insert_one(check)
    turn.kept |= {"check": check.pk, "inspector": record["pick"], "draw": record}
    return check


def _candidates(turn: Turn, kind: str, passed_over: frozenset[int]) -> dict[int, int]:
    """Active inspectors whose areas hold the case and who have no part in it, with their nearness."""
    case = turn.case
    people = holders(ROLE, case.district.code)
    barred = set(passed_over)
    if kind == Check.Kind.BEFORE_FILING:
        barred |= set(reported_by(case).exclude(user=None).values_list("user_id", flat=True))
    else:
        fixers = fixers_of(case, with_superiors=True)
        barred |= {user for user, _area, unit in people if user in fixers.users or unit in fixers.units}
    return nearest_of([(user, area) for user, area, _unit in people if user not in barred], area_codes(case, turn.at))


def settle(turn: Turn, kind: str, *, passed: bool) -> Check:
    """Write the outcome of the open check that was given. Raises ``Refused`` when it is not this person's to make."""
    check = turn.check()
    if check is None or check.kind != kind:
        raise Refused(_("This is not the check that the case waits for."), _("Open the case again from your list."))
    if turn.user is None or check.inspector_id != turn.user.pk:
        raise Forbidden(_("This check was given to somebody else."), _("Make the checks of your own list."))
    seen = turn.moment("seen_at") or turn.at
    taken_back = check.cancelled_at is not None
    if check.received_at is not None or (taken_back and not in_time(check, turn.case, seen)):
        raise Refused(_("This check is over: it was made or taken back."), _("Look at the case as it is now."))
    if seen < check.drawn_at - timedelta(minutes=1) or seen > turn.at + timedelta(minutes=5):
        raise Refused(
            _("The time of the check lies before it was given or in the future."),
            _("Set the clock of the phone right and check again."),
        )
    if taken_back:
        take_back(turn, kind)
        check.cancelled_at, turn.kept["sent_late"] = None, True
    check.passed, check.note = passed, turn.reason
    check.lon, check.lat, check.accuracy_m = (_number(turn, name) for name in ("lon", "lat", "accuracy_m"))
    check.seen_at, check.received_at = seen, turn.at
    turn.updates.append(Update(Check, check.pk, {name: getattr(check, name) for name in _SETTLED}))
    turn.kept |= {"check": check.pk, "seen_at": seen, "lon": check.lon, "lat": check.lat} | _distance(turn, check)
    return check


def in_time(check: Check, case: Case, seen: datetime) -> bool:
    """Whether a check that was taken back still counts: made before that, and only the network was late.

    The case must still wait for the same check; whoever was drawn instead is then spared the way.
    """
    state = "check_filing" if check.kind == Check.Kind.BEFORE_FILING else "check_closing"
    waits = case.state == state and check.drawn_at >= case.state_since
    return waits and check.cancelled_at is not None and seen <= check.cancelled_at


def _distance(turn: Turn, check: Check) -> dict[str, Any]:
    """How far from the case the check was made, in metres, and whether that is farther than the phone may err."""
    if check.lon is None or check.lat is None:
        return {}
    metres = distance_m(check.lon, check.lat, turn.case.lon, turn.case.lat)
    return {"distance_m": round(metres), "far": metres > FAR_M + (check.accuracy_m or 0.0)}


def take_back(turn: Turn, kind: str) -> frozenset[int]:
    """Cancel the open checks of ``kind``; returns whom they had been given to, cancelled ones of this stay included."""
    rows = Check.objects.filter(case=turn.case, kind=kind, received_at=None)
    rows.filter(cancelled_at=None).update(cancelled_at=turn.at)
    stay = rows.filter(drawn_at__gte=turn.case.state_since)
    return frozenset(stay.exclude(inspector=None).values_list("inspector_id", flat=True))


def _number(turn: Turn, name: str) -> float | None:
    value = turn.given(name)
    if value is None:
        return None
    limit = {"lon": 180.0, "lat": 90.0}.get(name, 1e6)
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not -limit <= number <= limit:
        raise Refused(
            _("The position of the check is not a position."), _("Let the phone measure it again, or leave it out.")
        )
    return number
