"""The nightly job that measures every district whose data changed."""

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.tasks import task
from django.utils import timezone

from xiuhua.city.models import District
from xiuhua.foundation.jobs import Policy, set_policy
from xiuhua.greenery.actions.change import explain_change
from xiuhua.greenery.actions.measure import NoHomesError, measure_district
from xiuhua.greenery.asking import RUNS, Asked
from xiuhua.greenery.queries import latest

log = logging.getLogger(__name__)

ACTOR = "schedule"
YEAR = timedelta(days=365)
set_policy("xiuhua.greenery.tasks.measure_districts", Policy(attempts=2, limit=timedelta(hours=4)))
set_policy("xiuhua.greenery.tasks.measure_now", Policy(attempts=1, limit=timedelta(hours=2)))


@task()
def measure_districts() -> int:
    """Measure the districts whose data changed, and each once a month whatever happened; how many were measured."""
    now = timezone.now()
    return sum(measure_tonight(district, now) for district in District.objects.order_by("code"))


@task()
def measure_now(district_code: str, actor: str) -> bool:
    """Measure one district because ``actor`` asked for it; whether anything had changed since it was measured last."""
    district = District.objects.get(code=district_code)
    year = timezone.now().astimezone(ZoneInfo(district.time_zone)).year
    return measure_district(district, Asked(year), actor=actor).measured is not None


def measure_tonight(district: District, now: datetime) -> bool:
    """Measure ``district`` where something changed or the month has no measurement yet; whether it was measured.

    Once a month the change since the year before is explained.
    """
    local, last = now.astimezone(ZoneInfo(district.time_zone)), latest(district, now)
    held = last.made_at.astimezone(local.tzinfo) if last else None
    first = held is None or (held.year, held.month) != (local.year, local.month)
    asked = Asked(local.year, runs=RUNS)
    try:
        done = measure_district(district, asked, actor=ACTOR, force=first, at=now)
        if first:
            explain_change(district, asked, local.date() - YEAR, actor=ACTOR, at=now)
    except NoHomesError:
        log.info("district %s has no homes: nothing to measure", district.code)
        return False
    return done.measured is not None
