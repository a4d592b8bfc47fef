"""Explain how the figures of a district moved since an earlier day, and store it beside its last measurement."""

from dataclasses import asdict, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from xiuhua.city.models import District
from xiuhua.foundation import events
from xiuhua.greenery.actions.measure import keep, measure_district, measured_of, take
from xiuhua.greenery.asking import Asked
from xiuhua.greenery.change import ending_at, explained
from xiuhua.greenery.models import Measurement
from xiuhua.greenery.queries import whole

_NOON = time(12)


def explain_change(
    district: District, asked: Asked, since: date, *, actor: str, at: datetime | None = None
) -> Measurement:  # fmt: skip
    """What moved the figures between ``since`` and ``at`` (now when not given), step by step; see ``change.py``.

    The last measurement is made first where something changed; that of the earlier day is kept for the history.
    Raises ``NoHomesError`` where either day has no homes, ``ValueError`` for a day that is not past.
    """
    at = at or timezone.now()
    zone = ZoneInfo(district.time_zone)
    if since >= at.astimezone(zone).date():
        raise ValueError(since.isoformat())
    measurement = measure_district(district, asked, actor=actor, at=at).measurement
    before = take(district, replace(asked, view=False, runs=0), datetime.combine(since, _NOON, zone))
    then = measured_of(before)
    now = take(district, asked, at)
    options = asked.options(now.surveyed.scene, district.time_zone)
    shares = {key: one.share for key, one in whole(measurement).items() if one.whole}
    start, steps = ending_at(*explained(before.surveyed, now.surveyed, options), shares)
    change = {"since": since.isoformat(), "then": start, "steps": [asdict(step) for step in steps]}
    with transaction.atomic():
        events.lock(f"greenery:{district.code}")
        if not Measurement.objects.filter(district=district, data_on=since).exists():
            keep(then, before, actor)
        measurement.change = change
        measurement.save(update_fields=["change"])
        events.record(
            chain=f"greenery:{district.code}", verb="greenery.explained", actor=actor,
            subject=f"greenery.measurement:{measurement.pk}",
            after={"since": since.isoformat(), "steps": {step.key: step.count for step in steps}},
        )  # fmt: skip
    return measurement
