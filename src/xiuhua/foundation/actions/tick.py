"""One beat of the machinery: schedules, killed workers, second attempts, outbox, alarms."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from xiuhua.foundation.actions import jobs, outbox
from xiuhua.foundation.actions.outbox import Delivered
from xiuhua.foundation.health import alarms

log = logging.getLogger(__name__)


@dataclass
class Tick:
    """What one beat did; ``broken`` names the steps that raised."""

    enqueued: int = 0
    reaped: int = 0
    retried: int = 0
    delivered: Delivered = field(default_factory=Delivered)
    alarms: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def tick(now: datetime | None = None) -> Tick:
    """Run every step once; a step that raises is logged and does not stop the others. Safe in several processes."""
    now = now or timezone.now()
    beat = Tick()
    steps: dict[str, Callable[[datetime], object]] = {
        "enqueued": jobs.enqueue_due,
        "reaped": jobs.reap,
        "retried": jobs.retry_failed,
        "delivered": outbox.deliver_due,
        "alarms": alarms,
    }
    for name, step in steps.items():
        try:
            setattr(beat, name, step(now))
        except Exception:
            log.exception("step %s of the tick failed", name)
            beat.broken.append(name)
    for alarm in beat.alarms:
        log.warning("%s", alarm)
    return beat
