"""How long a job may run, how often it is tried, and when a schedule is due next.

Jobs are tasks of ``django.tasks`` kept by ``django_tasks_db``, which neither repeats nor retries nor notices a
killed worker; ``actions.jobs`` adds that. **Every task must be idempotent**: it may run again after it failed, and
after its worker was killed or held for dead, even when it had done its work by then.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from xiuhua.foundation.worktime import first_instant


@dataclass(frozen=True)
class Policy:
    """How a task is treated: ``attempts`` in all, ``limit`` for one run, ``first_wait`` before the second attempt."""

    attempts: int = 5
    limit: timedelta = timedelta(hours=1)
    first_wait: timedelta = timedelta(minutes=1)

    def wait_after(self, attempts: int) -> timedelta:
        """How long to wait after attempt number ``attempts`` (from 1) failed: doubling, at most 6 hours."""
        return min(self.first_wait * (1 << (attempts - 1)), timedelta(hours=6))


DEFAULT = Policy()
_policies: dict[str, Policy] = {}


class WorkerLostError(Exception):
    """A task ran longer than its limit: its worker was killed, or hangs."""


def set_policy(task_path: str, policy: Policy) -> None:
    """Treat the task at ``task_path`` ("package.module.function") by ``policy``; rooms call this beside the task."""
    _policies[task_path] = policy


def policy_of(task_path: str) -> Policy:
    """The policy of a task, the default one unless its room set another."""
    return _policies.get(task_path, DEFAULT)


def next_run(
    now: datetime,
    zone: str,
    *,
    every_seconds: int | None = None,
    daily_at: time | None = None,
    last: datetime | None = None,
) -> datetime:
    """The first due instant (UTC) after ``now``: slots that were missed are left out, not made up for.

    With ``every_seconds`` the slots count from ``last`` (from ``now`` when there was none); with ``daily_at`` it is
    the next time the clock of ``zone`` shows that time.
    """
    if daily_at is None:
        if not every_seconds:
            raise ValueError("a schedule needs every_seconds or daily_at")
        step, start = timedelta(seconds=every_seconds), last or now
        return start + step * max((now - start) // step + 1, 1)
    place = ZoneInfo(zone)
    day = now.astimezone(place).date()
    slots = (first_instant(day + timedelta(days=ahead), daily_at, place) for ahead in range(3))
    return next(slot for slot in slots if slot > now).astimezone(UTC)
