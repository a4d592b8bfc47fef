"""What ``django_tasks_db`` leaves open: schedules, second attempts, and jobs whose worker was killed.

Each step may run in several processes at once: every change of a row is conditional on the state it was read in,
and the process whose update counts is the one that acts.
"""

import logging
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.tasks import Task, TaskResultStatus
from django.tasks.exceptions import TaskException
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from xiuhua.foundation import events
from xiuhua.foundation.jobs import WorkerLostError, next_run, policy_of
from xiuhua.foundation.models import Schedule
from xiuhua.foundation.plain import kept_text

log = logging.getLogger(__name__)


# The schedules every installation needs; rooms offer theirs when Django starts.
_defaults: dict[str, dict[str, Any]] = {
    "verify-chains": {"task": "xiuhua.foundation.tasks.verify_chains", "daily_at": time(3, 30)},
    "prune-jobs": {"task": "xiuhua.foundation.tasks.prune_jobs", "daily_at": time(4, 10)},
}


class ScheduleError(ValueError):
    """A schedule that cannot be kept."""


def offer_schedule(name: str, task: str, *, every_seconds: int | None = None, daily_at: time | None = None) -> None:
    """Count the schedule ``name`` among those every installation needs (see ``set_schedule``)."""
    _defaults[name] = {"task": task, "every_seconds": every_seconds, "daily_at": daily_at}


def check_schedule(name: str, task: str, zone: str, every_seconds: int | None, daily_at: time | None) -> None:
    """Raise ``ScheduleError`` for a schedule that cannot be kept."""
    if (every_seconds is None) == (daily_at is None):
        raise ScheduleError(_("A schedule is either every so many seconds or daily at a time: give one of the two."))
    if every_seconds is not None and every_seconds < 1:
        raise ScheduleError(_("A schedule runs at most once a second."))
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise ScheduleError(_("Zone %(zone)s is unknown: write it as in Asia/Shanghai.") % {"zone": zone}) from None
    try:
        kept_text(name, "name of a schedule", 80)
        kept_text(task, "path of a task", 200)
    except ValueError as error:
        raise ScheduleError(str(error)) from None
    task_at(task)


def set_schedule(
    name: str,
    task: str,
    *,
    zone: str,
    actor: str,
    every_seconds: int | None = None,
    daily_at: time | None = None,
    enabled: bool = True,
    at: datetime | None = None,
) -> Schedule:
    """Make or change the schedule ``name`` of the task at path ``task``.

    Either ``every_seconds`` or ``daily_at`` on the clock of ``zone``. Raises ``ScheduleError``.
    """
    check_schedule(name, task, zone, every_seconds, daily_at)
    with transaction.atomic():
        events.lock(f"schedule:{name}")
        old = Schedule.objects.filter(name=name).first()
        new = Schedule(
            name=name, task=task, zone=zone, every_seconds=every_seconds, daily_at=daily_at, enabled=enabled,
            next_at=next_run(at or timezone.now(), zone, every_seconds=every_seconds, daily_at=daily_at),
            last_enqueued_at=old.last_enqueued_at if old else None,
        )  # fmt: skip
        before = _said(old)
        if old is not None and before == _said(new):
            return old
        new.save()
        events.record(
            chain=f"schedule:{name}", verb="schedule.set", actor=actor, subject=f"foundation.schedule:{name}",
            before=before, after=_said(new),
        )  # fmt: skip
    return new


def set_default_schedules(zone: str, *, actor: str) -> list[Schedule]:
    """Make the schedules every installation needs, on the clock of ``zone``; one that exists stays as it is."""
    known = set(Schedule.objects.values_list("name", flat=True))
    return [set_schedule(name, zone=zone, actor=actor, **rule) for name, rule in _defaults.items() if name not in known]


def task_at(path: str) -> Task[..., Any]:
    """The task at ``path``. Raises ``ScheduleError`` when there is none."""
    try:
        task = import_string(path)
    except (ImportError, ValueError):
        task = None
    if not isinstance(task, Task):
        raise ScheduleError(_("There is no task at %(path)s: write package.module.function.") % {"path": path})
    return task


def enqueue_due(now: datetime) -> int:
    """Enqueue the task of every schedule that is due, once each, and set its next time. Returns how many."""
    count = 0
    for schedule in Schedule.objects.filter(enabled=True, next_at__lte=now):
        following = next_run(
            now, schedule.zone, every_seconds=schedule.every_seconds, daily_at=schedule.daily_at, last=schedule.next_at
        )
        with transaction.atomic():
            mine = Schedule.objects.filter(pk=schedule.pk, enabled=True, next_at=schedule.next_at)
            if not mine.update(next_at=following):
                continue  # another tick was first
            try:
                task_at(schedule.task).enqueue()
            except (ScheduleError, TaskException, ImproperlyConfigured) as error:
                log.exception("schedule %s could not enqueue %s", schedule.name, schedule.task)
                Schedule.objects.filter(pk=schedule.pk).update(last_error=str(error))
                continue
            Schedule.objects.filter(pk=schedule.pk).update(last_enqueued_at=now, last_error="")
            count += 1
    return count


def reap(now: datetime) -> int:
    """Mark jobs that run longer than their limit as failed: their worker was killed or hangs. Returns how many."""
    count = 0
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    for pk, path, started_at in running.values_list("pk", "task_path", "started_at"):
        limit = policy_of(path).limit
        if started_at is not None and started_at + limit > now:
            continue
        lost = WorkerLostError(
            _("The job ran longer than %(limit)s: its worker was killed or hangs.") % {"limit": limit}
        )
        same = running.filter(pk=pk, started_at=started_at)
        count += same.update(
            status=TaskResultStatus.FAILED,
            finished_at=now,
            exception_class_path=f"{WorkerLostError.__module__}.{WorkerLostError.__qualname__}",
            traceback=str(lost),
        )
    return count


def retry_failed(now: datetime) -> int:
    """Put failed jobs with attempts left back into the queue, later each time. Returns how many."""
    count = 0
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED)
    for pk, path, workers, finished_at in failed.values_list("pk", "task_path", "worker_ids", "finished_at"):
        policy = policy_of(path)
        if len(workers) < policy.attempts:
            due = (finished_at or now) + policy.wait_after(max(len(workers), 1))
            same = failed.filter(pk=pk, finished_at=finished_at)
            count += same.update(status=TaskResultStatus.READY, run_after=due, finished_at=None)
    return count


def retry_job(pk: str, *, actor: str, at: datetime | None = None) -> None:
    """Run a failed job once more at a person's word. Raises ``ValueError`` when there is no failed job ``pk``."""
    with transaction.atomic():
        job = DBTaskResult.objects.select_for_update().filter(pk=pk, status=TaskResultStatus.FAILED).first()
        if job is None:
            raise ValueError(_("There is no failed job %(pk)s: only a failed one can be run again.") % {"pk": pk})
        job.status, job.run_after, job.finished_at = TaskResultStatus.READY, at or timezone.now(), None
        job.save(update_fields=["status", "run_after", "finished_at"])
        events.record(
            chain=f"job:{pk}", verb="job.retried", actor=actor, subject=f"django_tasks_db.dbtaskresult:{pk}",
            before={"traceback": job.traceback[-2000:]}, after={"task": job.task_path},
        )  # fmt: skip


def _said(schedule: Schedule | None) -> dict[str, object] | None:
    """What a person decided about a schedule, for its event."""
    if schedule is None:
        return None
    return {name: getattr(schedule, name) for name in ("task", "every_seconds", "daily_at", "zone", "enabled")}
