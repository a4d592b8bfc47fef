"""Failures that checks found and that fell due in a month: how many were put right in time. As in the indicators."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

from xiuhua.casework.models import Case
from xiuhua.casework.states import STATES
from xiuhua.city.models import District
from xiuhua.foundation.worktime import first_instant
from xiuhua.inspection.models import Finding
from xiuhua.inspection.statements import Statement, restored

_WAITING = ("reported", "check_filing", "filed", "suspended")


def restored_of(district: District, kind: str, month: date, *, now: datetime | None = None) -> Statement:
    """Of the cases born of checks of ``kind`` whose limit lies in ``month`` and has passed, those restored in time."""
    zone, at = ZoneInfo(district.time_zone), now or timezone.now()
    begin = first_instant(month, time(0), zone)
    end = first_instant(date(month.year + month.month // 12, month.month % 12 + 1, 1), time(0), zone)
    born = Finding.objects.filter(
        made__district=district, made__frame__kind=kind, made__valid=True, case__isnull=False
    ).values("case")
    rows = Case.objects.filter(pk__in=born, deadline__gte=begin, deadline__lt=end, deadline__lte=at).values_list(
        "state", "overdue", "exempt", "closing_reason", "deadline"
    )
    due = [row for row in rows if row[0] not in {"rejected", "merged"}]
    return restored(sum(_in_time(row, at) for row in due), len(due))


def _in_time(row: tuple[str, bool, bool, str, datetime | None], at: datetime) -> bool:
    """Whether it was handed back by then; a clock that still runs past the limit is late, unfixed is not restored."""
    state, overdue, exempt, reason, deadline = row
    late = overdue or (STATES[state].clock and deadline is not None and deadline < at)
    unfixed = state == "closed" and reason != "fixed"
    return ((not late and state not in _WAITING) or exempt) and not unfixed
