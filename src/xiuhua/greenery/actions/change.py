"""Explain how the figures of a district moved since an earlier day, and store it beside its last measurement."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from xiuhua.city.models import District
from xiuhua.greenery.actions.finish import then_of, want_change
from xiuhua.greenery.actions.measure import measure_district, take
from xiuhua.greenery.asking import Asked
from xiuhua.greenery.models import Measurement


def ask_change(
    district: District, asked: Asked, since: date, *, actor: str, at: datetime | None = None
) -> Measurement:  # fmt: skip
    """Have told what moved the figures between ``since`` and ``at`` (now when not given); see ``finish.py``.

    The last measurement is made first where something changed; that of the earlier day will be kept for the history.
    Raises ``NoHomesError`` where either day has no homes, ``ValueError`` for a day that is not past.
    """
    at = at or timezone.now()
    if since >= at.astimezone(ZoneInfo(district.time_zone)).date():
        raise ValueError(since.isoformat())
    then_of(take(district, asked, at), since)
    measurement = measure_district(district, asked, actor=actor, at=at).measurement
    want_change(measurement, since, actor=actor)
    return measurement
