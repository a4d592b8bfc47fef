"""Drawn photos, before and after, for some of the newest cases of the history."""

from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from xiuhua.casework.actions.photos import store
from xiuhua.casework.models import Case, Photo, Report
from xiuhua.city.models import District
from xiuhua.demo.cases.pictures import picture


def add_photos(district: District, count: int) -> int:
    """Photos for the ``count`` cases that were closed last, where they have none. Returns how many cases have some."""
    pictured = Exists(Photo.objects.filter(case=OuterRef("pk")))
    drawn = Exists(Report.objects.filter(case=OuterRef("pk"), idempotency_key__startswith=f"demo:{district.code}"))
    closed = Case.objects.filter(
        drawn, district=district, state="closed", closing_reason="fixed", handed_back_at__isnull=False
    )
    newest = (
        closed.annotate(pictured=pictured)
        .select_related("category__code_set", "district")
        .order_by("-closed_at", "-pk")
    )
    chosen = list(newest[:count])
    for case in chosen:
        if not case.pictured:
            _photograph(case)
    return len(chosen)


def _photograph(case: Case) -> None:
    zone, report = ZoneInfo(case.district.time_zone), case.reports.first()
    for fixed, at in ((False, case.reported_at), (True, case.handed_back_at or case.reported_at)):
        drawn = picture(
            case.category.code, events=case.category.code_set.kind == "event", fixed=fixed, seed=case.pk,
            at=at.astimezone(zone), lon=case.lon, lat=case.lat,
        )  # fmt: skip
        store(drawn, stage="after" if fixed else "before", case=case, report=None if fixed else report, at=at)
