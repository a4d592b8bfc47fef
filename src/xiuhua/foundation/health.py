"""Whether the machinery runs: figures for a page, and what a person must look at."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min
from django.tasks import TaskResultStatus
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks_db.models import DBTaskResult

from xiuhua.foundation.jobs import policy_of
from xiuhua.foundation.models import Event, OutboxDelivery, Schedule
from xiuhua.foundation.queries import calendars_running_out

OUTBOX_LIMIT = timedelta(hours=1)  # a message may wait this long before somebody should look
TICK_LIMIT = timedelta(minutes=10)  # a schedule may be late this long before the tick counts as stopped


@dataclass(frozen=True)
class Health:
    """Counts of the machinery at one moment; ages in seconds, None where nothing waits."""

    chains: int
    events: int
    outbox_waiting: int
    outbox_age: float | None
    outbox_dead: int
    jobs_waiting: int
    jobs_running: int
    jobs_failed: int
    schedules_late: int
    calendars_running_out: dict[str, int]


def measure(now: datetime) -> Health:
    """The counts at ``now``. A failed job counts when no attempt is left."""
    waiting = OutboxDelivery.objects.filter(state__in=[OutboxDelivery.State.WAITING, OutboxDelivery.State.SENDING])
    outbox = waiting.aggregate(count=Count("pk"), oldest=Min("message__created_at"))
    chains = Event.objects.aggregate(chains=Count("chain", distinct=True), events=Count("pk"))
    jobs = dict(DBTaskResult.objects.order_by().values_list("status").annotate(Count("pk")))
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).values_list("task_path", "worker_ids")
    return Health(
        **chains,
        outbox_waiting=outbox["count"],
        outbox_age=(now - outbox["oldest"]).total_seconds() if outbox["oldest"] else None,
        outbox_dead=OutboxDelivery.objects.filter(state=OutboxDelivery.State.DEAD).count(),
        jobs_waiting=jobs.get(TaskResultStatus.READY, 0),
        jobs_running=jobs.get(TaskResultStatus.RUNNING, 0),
        jobs_failed=sum(len(workers) >= policy_of(path).attempts for path, workers in failed),
        schedules_late=Schedule.objects.filter(enabled=True, next_at__lt=now - TICK_LIMIT).count(),
        calendars_running_out=calendars_running_out(now),
    )


def alarms(now: datetime | None = None) -> list[str]:
    """What a person must look at, each with what to do; empty when all is well."""
    return _alarms(measure(now or timezone.now()))


def health(now: datetime | None = None) -> dict[str, Any]:
    """The counts and the alarms as one mapping, for a page or a monitor."""
    state = measure(now or timezone.now())
    return {**asdict(state), "alarms": _alarms(state)}


def _alarms(state: Health) -> list[str]:
    found = []
    if state.outbox_age is not None and state.outbox_age > OUTBOX_LIMIT.total_seconds():
        found.append(
            _("The oldest message has waited %(minutes)s minutes: see `xiuhua outbox status`.")
            % {"minutes": int(state.outbox_age // 60)}
        )
    if state.outbox_dead:
        text = ngettext(
            "%(count)s delivery was given up: mend the cause, then `xiuhua outbox retry`.",
            "%(count)s deliveries were given up: mend the cause, then `xiuhua outbox retry`.",
            state.outbox_dead,
        )
        found.append(text % {"count": state.outbox_dead})
    if state.jobs_failed:
        text = ngettext(
            "%(count)s job failed at its last attempt: see the task results in the back office.",
            "%(count)s jobs failed at their last attempt: see the task results in the back office.",
            state.jobs_failed,
        )
        found.append(text % {"count": state.jobs_failed})
    if state.schedules_late:
        text = ngettext(
            "%(count)s schedule is late: is `xiuhua tick` running?",
            "%(count)s schedules are late: is `xiuhua tick` running?",
            state.schedules_late,
        )
        found.append(text % {"count": state.schedules_late})
    found += [
        _("Work calendar %(key)s does not declare %(year)s: load the year before it begins.")
        % {"key": key, "year": year}
        for key, year in state.calendars_running_out.items()
    ]
    return found
