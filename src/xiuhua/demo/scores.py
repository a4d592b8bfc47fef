"""The demonstration's months measured, those of the last year scored and published; and the bulletin of the last."""

from datetime import UTC, date, datetime, time, timedelta

from xiuhua.casework.models import Case
from xiuhua.city.area_index import local_day
from xiuhua.city.models import District
from xiuhua.lake.actions.write import write
from xiuhua.taskbook.actions.bulletin import BulletinError, make_bulletin
from xiuhua.taskbook.actions.closing import publish_month
from xiuhua.taskbook.actions.measure import measure
from xiuhua.taskbook.actions.score import score_month
from xiuhua.taskbook.freezing import closing_of, published_months
from xiuhua.taskbook.models import Book
from xiuhua.taskbook.months import month_after, months_between

# So many months that are over are scored and published; those before are measured, as history for forecasts.
SCORED = 12
# A month is published on the fifth of the next one.
PUBLISHED_AFTER = timedelta(days=4, hours=1)


def score_months(district: District, now: datetime, *, actor: str) -> int:
    """Measure every month since the first case, score and publish those of the last year; how many were published.

    A month that is published already stays as it is. The month that runs is scored and not published.
    """
    first = Case.objects.filter(district=district).order_by("reported_at").values_list("reported_at", flat=True).first()
    if first is None:
        return 0
    today, done = local_day(district, now), 0
    write(now=now)
    months = months_between(local_day(district, first), today)
    published = published_months(district)
    measure(district, [month for month in months if month not in published], actor=actor, now=now)
    for month in months[-SCORED - 1 :]:
        books = Book.objects.filter(district=district, first_year__lte=month.year, last_year__gte=month.year)
        issued = books.filter(state=Book.State.ISSUED)
        if month in published or not issued:
            continue
        for book in issued:
            score_month(book, month, actor=actor, at=now)
        if month_after(month) <= today:
            publish_month(district, month, actor=actor, at=min(now, _published(month)))
            done += 1
    _bulletin(district, month_after(today.replace(day=1), -1), actor)
    return done


def _published(month: date) -> datetime:
    return datetime.combine(month_after(month), time(0), tzinfo=UTC) + PUBLISHED_AFTER


def _bulletin(district: District, month: date, actor: str) -> None:
    """Of the last published month; a demonstration without values has none."""
    if closing_of(district, month) is not None:
        try:
            make_bulletin(district, month, actor)
        except BulletinError:
            return
