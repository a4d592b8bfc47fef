"""The nightly job that measures every district whose data changed, those that work out what takes longest after, plans.

Measuring is one job for each district. What comes after, bands and change, is worked out some seconds at a time: each
job goes on where the one before it ended and then gives way to all other work, which comes first.
"""

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.tasks import TaskResultStatus, task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from xiuhua.city.models import District
from xiuhua.foundation.jobs import Policy, set_policy
from xiuhua.greenery.actions.change import ask_change
from xiuhua.greenery.actions.finish import go_on, want_bands
from xiuhua.greenery.actions.measure import NoHomesError, measure_district
from xiuhua.greenery.actions.planting import work_out
from xiuhua.greenery.asking import RUNS, Asked
from xiuhua.greenery.models import Measurement, PlantingPlan
from xiuhua.greenery.queries import explained, latest

log = logging.getLogger(__name__)

ACTOR = "schedule"
YEAR = timedelta(days=365)
UNDER_WAY = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
# Below the priority of all other jobs.
MEASURING, FINISHING = -10, -20
# A job that finishes ends after so long, or with the one part that takes longer.
AT_ONCE_S = 5.0
set_policy("xiuhua.greenery.tasks.measure_in_background", Policy(attempts=2, limit=timedelta(hours=1)))
set_policy("xiuhua.greenery.tasks.measure_now", Policy(attempts=1, limit=timedelta(hours=1)))
set_policy("xiuhua.greenery.tasks.finish_measurement", Policy(limit=timedelta(minutes=10)))
set_policy("xiuhua.greenery.tasks.work_out_plan", Policy(attempts=2, limit=timedelta(minutes=10)))


@task()
def measure_districts() -> int:
    """Have every district measured in a job of its own; how many there are."""
    codes = District.objects.order_by("code").values_list("code", flat=True)
    for code in codes:
        measure_in_background.enqueue(code)
    return len(codes)


@task(priority=MEASURING)
def measure_in_background(district_code: str) -> bool:
    """Measure a district if its data changed, and once a month whatever happened; whether it was measured."""
    return measure_tonight(District.objects.get(code=district_code), timezone.now())


@task(priority=MEASURING)
def measure_now(district_code: str, actor: str) -> bool:
    """Measure one district because ``actor`` asked for it; whether anything had changed since it was measured last."""
    district = District.objects.get(code=district_code)
    year = timezone.now().astimezone(ZoneInfo(district.time_zone)).year
    done = measure_district(district, Asked(year, runs=RUNS), actor=actor)
    _finish_soon(done.measurement)
    return done.measured is not None


@task(priority=FINISHING)
def finish_measurement(pk: int) -> bool:
    """Go on with what measurement ``pk`` lacks, for some seconds, and leave the rest to a job behind all others.

    Whether something is left.
    """
    began = time.monotonic()
    while left := go_on(pk):
        if time.monotonic() - began >= AT_ONCE_S:
            _enqueue(pk)
            break
    return left


@task()
def work_out_plan(pk: int) -> bool:
    """Find the places of plan ``pk``, which somebody waits for; whether it was still wanted."""
    return work_out(PlantingPlan.objects.select_related("district", "made_by").get(pk=pk))


def under_way(first: int | str, *jobs: Any, states: Sequence[str] = UNDER_WAY) -> bool:
    """Whether one of ``jobs`` with ``first`` as its first argument waits or runs."""
    paths = [job.module_path for job in jobs]
    return DBTaskResult.objects.filter(
        task_path__in=paths, status__in=states, args_kwargs__args__0=first
    ).exists()  # fmt: skip


def measure_tonight(district: District, now: datetime) -> bool:
    """Measure ``district`` where something changed or the month has no measurement yet; whether it was measured.

    Once a month the change since the year before is explained.
    """
    local, last, told = now.astimezone(ZoneInfo(district.time_zone)), latest(district, now), explained(district)
    asked = Asked(local.year, runs=RUNS)
    try:
        done = measure_district(district, asked, actor=ACTOR, force=not _this_month(last, local), at=now)
    except NoHomesError:
        log.info("district %s has no homes: nothing to measure", district.code)
        return False
    if not _this_month(told, local):
        try:
            ask_change(district, asked, local.date() - YEAR, actor=ACTOR, at=now)
        except NoHomesError:
            log.info("district %s had no homes a year ago: nothing to compare with", district.code)
    _finish_soon(done.measurement)
    return done.measured is not None


def _this_month(made: Measurement | None, local: datetime) -> bool:
    if made is None:
        return False
    at = made.made_at.astimezone(local.tzinfo)
    return (at.year, at.month) == (local.year, local.month)


def _finish_soon(measurement: Measurement) -> None:
    want_bands(measurement)
    measurement.refresh_from_db()
    if measurement.unfinished:
        _enqueue(measurement.pk)


def _enqueue(pk: int) -> None:
    """A job that goes on; one that waits already is enough."""
    if not under_way(pk, finish_measurement, states=(TaskResultStatus.READY,)):
        finish_measurement.enqueue(pk)
