"""Jobs of the task book."""

import logging
from datetime import timedelta

from django.tasks import task
from django.utils import timezone

from xiuhua.taskbook.actions.bulletin import BulletinError, make_bulletin
from xiuhua.taskbook.models import Closing

log = logging.getLogger(__name__)
# So long after a month was published its bulletin is looked at again: a revision makes another version.
LOOKED_AT = timedelta(days=92)


@task()
def make_bulletins() -> int:
    """Make the bulletin of every month that was published lately and has none, or was revised; how many were made."""
    since = timezone.now() - LOOKED_AT
    closed = Closing.objects.filter(published_at__gte=since).select_related("district").order_by("month", "pk")
    return sum(_made(each) for each in closed)


def _made(closing: Closing) -> bool:
    try:
        return make_bulletin(closing.district, closing.month, actor="schedule").new
    except BulletinError as error:  # a month that says nothing keeps the others from nothing
        log.warning("no bulletin: %s", error)
        return False
