"""Jobs of the task book."""

import logging
from datetime import timedelta

from django.tasks import task
from django.utils import timezone

from xiuhua.city.area_index import local_day
from xiuhua.city.models import District
from xiuhua.lake.queries import data_until
from xiuhua.taskbook.actions.bulletin import BulletinError, make_bulletin
from xiuhua.taskbook.actions.measure import measure
from xiuhua.taskbook.actions.score import score_month
from xiuhua.taskbook.freezing import published_months
from xiuhua.taskbook.models import Book, Closing
from xiuhua.taskbook.months import months_between
from xiuhua.taskbook.refusals import TaskbookError

log = logging.getLogger(__name__)
# So long after a month was published its bulletin is looked at again: a revision makes another version.
LOOKED_AT = timedelta(days=92)
# A month can change while cases that fell due in it are open; older ones are counted by the command.
OPEN_MONTHS = timedelta(days=100)


@task()
def measure_open_months() -> int:
    """Count this month and the three before it, in every district; how many values were kept."""
    if data_until(["case"]) is None:
        return 0
    kept = 0
    for district in District.objects.order_by("code"):
        today = local_day(district, timezone.now())
        kept += measure(district, months_between(today - OPEN_MONTHS, today), actor="schedule").kept
    return kept


@task()
def score_open_months() -> int:
    """Score the months that are measured at night under every issued book, but published ones; how many scores."""
    kept = 0
    for book in Book.objects.filter(state=Book.State.ISSUED).select_related("district").order_by("pk"):
        today, published = local_day(book.district, timezone.now()), published_months(book.district)
        for month in months_between(today - OPEN_MONTHS, today):
            if month in published or not book.first_year <= month.year <= book.last_year:
                continue
            try:
                kept += score_month(book, month, actor="schedule").scores
            except TaskbookError as error:  # a book that cannot be scored keeps the others from nothing
                log.warning("not scored: %s", error)
    return kept


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
